"""A study as it lies on disk, for people to work with: findings, responses, stimuli.

Nothing here runs anything, and no plug-in that the study names is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from v1vlm.analysis.measures import Measure, measure, measure_names
from v1vlm.analysis.neurons import COLUMNS, Physiology
from v1vlm.claims import Arm, Finding
from v1vlm.context import Context, parse_context
from v1vlm.errors import InputError, IntegrityError, ProposalError, UnknownNameError
from v1vlm.journal import DrawChunk, Draws, State, Trial, fold, parse_log
from v1vlm.physiology import load_physiology
from v1vlm.rig import LEAD_S, DrawPlan, assets_of, dense_features, placements
from v1vlm.stimuli import Assets, Contrast, Draw, Screen
from v1vlm.store import MemoryStore
from v1vlm.study.planning import chunk_plan

Stage = Literal["test", "estimate"]


class StudyReader:
    """What can be read of a study.

    Attributes
    ----------
    store : MemoryStore
    state : State
        Everything that its journal says.
    """

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.state: State = fold(parse_log(store.lines()))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings so far, as records; ``[f.to_json() for f in study.findings]`` is a table."""
        return self.state.findings

    @cached_property
    def context(self) -> Context:
        """The parsed text."""
        return parse_context(self.store.get(self.state.context), name=self.state.spec.context)

    @cached_property
    def physiology(self) -> Physiology:
        """What was measured of the neurons."""
        if self.state.physiology is None:
            raise IntegrityError("The neurons have not been characterised.", "Resume the study.")
        return load_physiology(self.state.physiology, self.store.get)

    def physiology_of(self, arm: Arm) -> Physiology:
        """What was measured of the neurons of an arm's subject."""
        return self._measured(arm.twin if arm.role == "replication" else "")

    def _measured(self, twin: str) -> Physiology:
        """What was measured of the neurons of a twin that takes part, by its digest."""
        payload = self.state.physiologies.get(twin)
        return self.physiology if payload is None else load_physiology(payload, self.store.get)

    @cached_property
    def photographs(self) -> Assets:
        """The user's photographs that the study shows, uint8 (y, x), by name."""
        return {name: self.store.get(f"{name}.npy") for name in self.state.spec.photographs}

    @property
    def screen(self) -> Screen:
        """The screen that everything was shown on."""
        return Screen.from_json(self.state.twin["screen"])

    def responses(
        self, hypothesis: str, *, arm: str = "main", stage: Stage = "estimate"
    ) -> xr.Dataset:
        """The draws of an arm: what every neuron answered, and the score of every draw.

        Parameters
        ----------
        hypothesis : str
            Id of what was registered, as ``"H3"``.
        arm : str
            ``"main"`` or the id of a control or replication arm.
        stage : {"estimate", "test"}
            The draws that the estimate is of, or those that the verdict was taken on.

        Returns
        -------
        xarray.Dataset
            ``summary`` (draw, feature, neuron), the features that the measure is computed from,
            NaN where a neuron does not count in a draw; for measures of two conditions also
            ``response`` (draw, condition, neuron), the rectified mean in the window in units of
            each neuron's reference response; ``score``, ``n_neurons``, ``seed``,
            ``azimuth_deg`` and ``elevation_deg`` (draw). An arm that expects the effect absent
            also has ``control_summary``, ``control_response`` and ``control_score``, of the
            control shown in the same draws. Coordinates along ``neuron`` are the measured
            properties (`v1vlm.analysis.neurons.COLUMNS`).

        Raises
        ------
        UnknownNameError
            If there is no such registration or arm.
        InputError
            If no draw of the arm was shown at that stage.
        """
        trial, which = self._arm(hypothesis, arm)
        draws = self._draws(trial, which, stage)
        # Every neuron is shown that was selected, also in a draw with too few of them to count.
        neurons = dense_features(draws.chunks, self.store, 0)[1]
        name = trial.registration.hypothesis.prediction.measure
        plan = self._plan(trial, which, stage, len(draws))
        shown = [("", "features", draws.scores, plan.contrast)]
        if plan.control is not None:
            shown.append(("control_", "control_features", draws.control_scores, plan.control))
        dataset = xr.Dataset(coords=_neuron_coordinates(neurons, self.physiology_of(which)))
        for prefix, blob, scores, contrast in shown:
            dense = dense_features(draws.chunks, self.store, 0, blob)[0].astype(np.float32)
            dataset[f"{prefix}summary"] = (("draw", "feature", "neuron"), dense)
            dataset[f"{prefix}score"] = ("draw", _floats(scores), {"long_name": name})
            members = _members(name)
            if members is not None:
                data = (("draw", f"{prefix}condition", "neuron"), dense[:, list(members)])
                dataset[f"{prefix}response"] = (*data, {"units": "reference response"})
                dataset = dataset.assign_coords({f"{prefix}condition": list(contrast.levels)})
        said = {"hypothesis": hypothesis, "arm": arm, "stage": stage, "measure": name}
        cards = {card["digest"]: card for card in (self.state.twin, *self.state.replicates)}
        window = {"twin": cards[plan.twin]["name"], "window_s": plan.window_s}
        return dataset.assign(self._of_draws(plan, draws)).assign_attrs({**said, **window})

    def traces(self, hypothesis: str) -> xr.DataArray:
        """Responses over time of the exemplar draws, averaged over the neurons that count.

        Returns
        -------
        xarray.DataArray
            (draw, condition, time) in units of the reference response; time in seconds from
            onset, grey before onset and after offset.

        Raises
        ------
        UnknownNameError
            If there is no such registration.
        InputError
            If its exemplars have not been shown yet.
        """
        trial, which = self._arm(hypothesis, "main")
        traces = self._blob(self._draws(trial, which, "estimate").chunks[0], "traces")
        time = np.arange(traces.shape[2]) / self.screen.frame_rate_hz - LEAD_S
        return xr.DataArray(
            traces,
            dims=("draw", "condition", "time"),
            coords={
                "draw": np.arange(len(traces)),
                "condition": list(which.contrast.levels),
                "time": ("time", time, {"units": "s"}),
            },
            attrs={"units": "reference response", "hypothesis": hypothesis},
            name="response",
        )

    def stimuli(
        self,
        hypothesis: str,
        *,
        arm: str = "main",
        stage: Stage = "estimate",
        n_draws: int | None = None,
    ) -> xr.DataArray:
        """The exact stimuli of an arm, rendered anew from their seeds.

        Parameters
        ----------
        n_draws : int, optional
            How many, from the first on; all without.

        Returns
        -------
        xarray.DataArray
            uint8 (draw, condition, frame, y, x), one frame where a stimulus is static; azimuth
            and elevation (deg) of every pixel as coordinates. What could not be rendered is grey,
            as it was shown. For a control arm, the stimuli of the control.

        Raises
        ------
        UnknownNameError
            If there is no such registration or arm.
        InputError
            If no draw of the arm was shown at that stage, or fewer than one is asked for.
        """
        if n_draws is not None and n_draws < 1:
            raise InputError(f"{n_draws} draws cannot be rendered.", "Give at least 1.")
        trial, which = self._arm(hypothesis, arm)
        shown = len(self._draws(trial, which, stage))
        plan = self._plan(trial, which, stage, shown if n_draws is None else min(n_draws, shown))
        frames = self._rendered(which.contrast, plan)
        azimuth, elevation = self.screen.pixel_centres_deg()
        time = np.arange(frames.shape[2]) / self.screen.frame_rate_hz
        return xr.DataArray(
            frames,
            dims=("draw", "condition", "frame", "y", "x"),
            coords={
                "draw": np.arange(len(frames)),
                "condition": list(which.contrast.levels),
                "time": ("frame", time, {"units": "s"}),
                "azimuth_deg": (("y", "x"), azimuth, {"units": "deg"}),
                "elevation_deg": (("y", "x"), elevation, {"units": "deg"}),
            },
            attrs={"hypothesis": hypothesis, "arm": arm, "stage": stage, "units": "grey level"},
            name="stimulus",
        )

    def drawn(
        self, hypothesis: str, arm: str = "main", stage: Stage = "estimate"
    ) -> list[tuple[Contrast, list[Draw]]]:
        """The draws of an arm as data: contrasts with their draws, in the order shown.

        One contrast, or two for an arm that expects the effect absent: first the main one, then
        the control, which was shown in the same draws.

        Raises
        ------
        UnknownNameError, InputError
            As `stimuli`.
        """
        trial, which = self._arm(hypothesis, arm)
        plan = self._plan(trial, which, stage, len(self._draws(trial, which, stage)))
        contrasts = [plan.contrast] + ([plan.control] if plan.control is not None else [])
        return [(contrast, self._placed(contrast, plan)) for contrast in contrasts]

    def render(self, contrast: Contrast, draw: Draw) -> NDArray[np.uint8] | None:
        """Frames (condition, frame, y, x) of a draw; None where its members cannot be matched."""
        try:
            return contrast.render(draw, self.screen, assets_of(self.store, [[draw]]))[0]
        except ProposalError:
            return None

    def _arm(self, hypothesis: str, arm: str) -> tuple[Trial, Arm]:
        trials = {trial.registration.hypothesis.id: trial for trial in self.state.trials}
        trial = trials.get(hypothesis)
        if trial is None:
            raise UnknownNameError(
                f"The study registered nothing called {hypothesis!r}.",
                f"Registered: {', '.join(trials) or 'nothing yet'}.",
            )
        arms = {arm.id: arm for arm in trial.registration.arms}
        if arm not in arms:
            raise UnknownNameError(
                f"{hypothesis} has no arm {arm!r}.", f"Its arms: {', '.join(arms)}."
            )
        return trial, arms[arm]

    def _draws(self, trial: Trial, arm: Arm, stage: Stage) -> Draws:
        if stage not in ("test", "estimate"):
            raise InputError(f"There is no stage {stage!r}.", "Use 'test' or 'estimate'.")
        draws = trial.of(arm.id, stage)
        if not len(draws):
            raise InputError(
                f"No {stage} draw of arm {arm.id!r} was shown.",
                "Controls run for supported claims, replications for those that stand; an "
                "unfinished study: v1vlm resume DIR.",
            )
        return draws

    def _plan(self, trial: Trial, arm: Arm, stage: Stage, count: int) -> DrawPlan:
        step = DrawChunk(arm.id, stage, 0, count)
        return chunk_plan(trial, step, trial.of(arm.id, stage).looks[:count])

    def _of_draws(self, plan: DrawPlan, draws: Draws) -> dict[str, Any]:
        places = self._placed(plan.contrast, plan)
        degrees = {"units": "deg"}
        return {
            "n_neurons": ("draw", np.array(draws.n_neurons)),
            "seed": ("draw", np.array(plan.seeds, np.uint64)),
            "source": ("draw", np.array([source or "" for source in draws.sources])),
            "azimuth_deg": ("draw", np.array([d.azimuth_deg for d in places]), degrees),
            "elevation_deg": ("draw", np.array([d.elevation_deg for d in places]), degrees),
        }

    def _placed(self, contrast: Contrast, plan: DrawPlan) -> list[Draw]:
        centres = placements(self._measured(plan.twin), plan.rule, self.screen)
        return [contrast.draw(seed, centres) for seed in plan.seeds]

    def _rendered(self, contrast: Contrast, plan: DrawPlan) -> NDArray[np.uint8]:
        rendered = [
            None if draw.seed in plan.void else self.render(contrast, draw)
            for draw in self._placed(contrast, plan)
        ]
        lengths = [frames.shape[1] for frames in rendered if frames is not None]
        shape = (len(contrast.families), max(lengths, default=1), *self.screen.shape)
        grey = np.full(shape, self.screen.grey, np.uint8)
        return np.stack([grey if frames is None else frames for frames in rendered])

    def _blob(self, chunk: Mapping[str, Any], name: str) -> NDArray[Any]:
        return np.asarray(self.store.get(chunk["blobs"][name]))


def _neuron_coordinates(neurons: NDArray[Any], physiology: Physiology) -> dict[str, Any]:
    units = {"deg": "deg", "cpd": "cycles/deg"}
    coordinates: dict[str, Any] = {"neuron": neurons}
    for name, meaning in COLUMNS.items():
        attributes = {"long_name": meaning}
        if (unit := units.get(name.rpartition("_")[2])) is not None:
            attributes["units"] = unit
        coordinates[name] = ("neuron", physiology[name][neurons], attributes)
    return coordinates


def _members(name: str) -> tuple[int, int] | None:
    """Features that hold the responses to the two conditions; None without."""
    known: Measure | None = measure(name) if name in measure_names() else None
    return None if known is None else known.members


def _floats(scores: tuple[float | None, ...]) -> NDArray[np.float64]:
    return np.array([np.nan if score is None else score for score in scores], np.float64)
