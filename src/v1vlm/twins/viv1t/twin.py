"""ViV1T as a twin: grey before onset, recorded units after, one answer per frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from v1vlm import responses
from v1vlm.errors import InputError
from v1vlm.fetching import needed
from v1vlm.records import digest
from v1vlm.stimuli import Screen
from v1vlm.twins.base import (
    Behaviour,
    BehaviourLike,
    TwinCard,
    check_frames,
    check_levels,
    check_neurons,
)
from v1vlm.twins.viv1t.options import Options, read_options
from v1vlm.twins.viv1t.recording import Recording, find_metadata

if TYPE_CHECKING:
    from v1vlm.twins.viv1t.engine import Engine

VERSION = 2
"""Raised whenever the arithmetic changes."""

LEAD_IN_FRAMES = 135
"""Grey before onset, as in the closed-loop experiments of Li et al. 2025."""

# Monitors of the Sensorium 2023 recordings (Turishcheva et al. 2023).
_FAR_MICE = frozenset("KLMNOP")
_FAR_MONITOR = {"width_cm": 51.0, "height_cm": 29.0, "distance_cm": 20.0}

_UNITS = {"recorded": "recorded units (deconvolved, arbitrary)", "model": "model units"}

_CHOICES = {
    "precision": ("32", "bf16"),
    "video_normalisation": ("training", "raw"),
    "response_units": tuple(_UNITS),
}

_BLIND_SPOTS = (
    "smooth retinotopy is imposed, not found: the place that a neuron reads is a smooth function "
    "of its cortical place",
    "trained on natural movies: gratings, noise, flashes, drawings and long uniform grey are out "
    "of the training domain",
    "no noise: the same movie always gives the same response",
    "one state of the animal and one gaze for a whole trial",
    "no colour, no binocular disparity, no cell types, no learning, no anatomy of feedback",
    "all mice of a run share one core: they are not independent twins",
)

_CITATION = (
    "Li et al. 2025, movie-trained transformer of mouse visual cortex (ViV1T); recordings: "
    "Turishcheva et al. 2023, the dynamic Sensorium competition"
)


class ViV1T:
    """A mouse of a trained ViV1T; see `from_run`."""

    def __init__(
        self,
        engine: Engine,
        options: Options,
        recording: Recording,
        settings: dict[str, Any],
        source: str = "",
    ) -> None:
        self._engine, self._options, self._recording = engine, options, recording
        self._settings = settings
        self._states = recording.states()
        self._card = self._make_card(source)

    @classmethod
    def from_run(
        cls,
        run_dir: str | Path,
        *,
        metadata_dir: str | Path | None = None,
        mouse: str | None = None,
        precision: str = "32",
        device: str | None = None,
        video_normalisation: str = "training",
        response_units: str = "recorded",
        exact_reference: bool | str = False,
        source: str = "",
    ) -> Self:
        """Load a run as its training wrote it.

        Parameters
        ----------
        run_dir : path
            Holds ``args.yaml`` and ``ckpt/model.pt``; nothing in them is executed.
        metadata_dir : path, optional
            Holds ``statistics/mouse<ID>/`` and ``neuron_coordinates/mouse<ID>.npy``; by default
            ``metadata`` in the run, or beside the folder that holds the runs.
        mouse, device : str, optional
            Whose neurons answer (the first mouse of the run); where, by torch's name (an
            accelerator if there is one).
        precision : str
            ``"32"`` or ``"bf16"`` (arithmetic of the core).
        video_normalisation : str
            ``"training"``, or ``"raw"``: grey levels as they are, which the network was not
            trained on but the original V1VLM fed it.
        response_units : str
            ``"recorded"``, or ``"model"``: as the network gives them.
        exact_reference : bool, or ``"true"`` or ``"false"``
            Run the whole network on whole clips, without the savings that answer some fifteen
            times faster and equal up to rounding.
        source : str, optional
            Where the run is from, for the card.

        Raises
        ------
        InputError
            If the run, its metadata or an option cannot be used.
        """
        settings = {
            "precision": precision,
            "video_normalisation": video_normalisation,
            "response_units": response_units,
        }
        for name, known in _CHOICES.items():
            _require_one_of(name, settings[name], known)
        exact = str(exact_reference).lower()
        _require_one_of("exact_reference", exact, ("true", "false"))
        run = Path(run_dir).resolve()
        options = _options(run)
        mouse = options.mouse_ids[0] if mouse is None else mouse
        _require_one_of("mouse", mouse, options.mouse_ids)
        metadata = find_metadata(run) if metadata_dir is None else Path(metadata_dir)
        recording = Recording.read(metadata, mouse, options)
        needed("torch", "viv1t")
        from v1vlm.twins.viv1t.engine import Engine

        engine = Engine(
            run / "ckpt" / "model.pt", options, mouse, precision, device, exact == "true"
        )
        made = {"mouse": mouse, **settings, "exact_reference": exact}
        return cls(engine, options, recording, made, source)

    @property
    def card(self) -> TwinCard:
        """What the twin is."""
        return self._card

    @property
    def neurons(self) -> xr.Dataset:
        """Table along ``neuron``.

        ``id`` (recorded row), ``x_um``, ``y_um``, ``depth_um`` in cortex, and ``response_sd``,
        the deviation of the recorded responses in the units of this twin's: divided by it,
        responses of neurons can be compared.
        """
        x, y, depth = self._recording.places_um.T
        deviation = self._recording.deviations()
        if self._settings["response_units"] == "model":
            deviation = deviation / self._recording.per_model_unit()
        columns = {"id": self._recording.ids, "x_um": x, "y_um": y, "depth_um": depth}
        columns["response_sd"] = deviation
        return xr.Dataset({name: ("neuron", values.copy()) for name, values in columns.items()})

    def respond(
        self,
        frames: NDArray[np.uint8],
        *,
        neurons: ArrayLike | None = None,
        behaviour: BehaviourLike | None = None,
        lead_in_s: float | None = None,
    ) -> xr.DataArray:
        """Responses (stimulus, neuron, time), exactly one time point per frame.

        Parameters
        ----------
        frames : uint8 array (stimulus, frame, y, x)
            Movies, or images held for some frames.
        neurons : array of int, optional
            Indices into the table.
        behaviour : optional
            ``"still"`` by default; the gaze is the mean one.
        lead_in_s : float, optional
            Grey before onset; 135 frames by default.

        Raises
        ------
        InputError
            For frames, neurons, behaviour or lead-in that the twin cannot use, or if lead-in
            and movie together are longer than the clips the network knows.
        """
        screen = self._card.screen
        check_frames(frames, screen)
        index = check_neurons(neurons, self._card.n_neurons)
        state = self._state(behaviour)
        lead = self._lead(lead_in_s, frames.shape[1])
        values = np.empty((len(frames), index.size, frames.shape[1]), np.float32)
        if index.size:
            for stimulus, movie in enumerate(frames):
                values[stimulus] = self._answer(movie, lead, state, index)
        return responses.label(values, index, screen.frame_rate_hz, self._card.response_units)

    def _answer(
        self,
        movie: NDArray[np.uint8],
        lead: int,
        state: NDArray[np.float32],
        index: NDArray[np.intp],
    ) -> NDArray[np.float32]:
        answer = self._engine.respond(*self._clip(movie, lead, state), index, _after(lead, movie))
        if self._settings["response_units"] == "recorded":
            answer = self._recording.recorded(answer, index)
        return answer

    def vjp(
        self,
        frames: NDArray[np.float32],
        weights: ArrayLike,
        *,
        neurons: ArrayLike | None = None,
        behaviour: BehaviourLike | None = None,
        lead_in_s: float | None = None,
    ) -> NDArray[np.float32]:
        """Gradient of weighted responses with respect to grey levels; see `Differentiable`.

        Raises
        ------
        InputError
            As `respond`, and for weights of another shape or that are not finite.
        """
        check_levels(frames, self._card.screen)
        index = check_neurons(neurons, self._card.n_neurons)
        state = self._state(behaviour)
        lead = self._lead(lead_in_s, frames.shape[1])
        weighted = _weights(weights, (index.size, frames.shape[1]))
        if self._settings["response_units"] == "recorded":
            weighted = weighted * self._recording.per_model_unit()[index, None]
        raw = self._settings["video_normalisation"] == "raw"
        per_grey_level = 1.0 if raw else self._recording.per_grey_level()
        slopes = np.zeros_like(frames)
        if index.size:
            for stimulus, movie in enumerate(frames):
                clip = self._clip(movie, lead, state)
                slopes[stimulus] = self._engine.vjp(*clip, index, _after(lead, movie), weighted)
        return slopes * np.float32(per_grey_level)

    def _clip(
        self, movie: NDArray[Any], lead: int, state: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Video (frame, y, x), behaviours and pupil centres (2, frame) in model units."""
        # Whole clips, as in training; the engine leaves out what cannot be seen.
        length = self._options.max_frame
        clip = np.full((length, *movie.shape[1:]), self._card.screen.grey, movie.dtype)
        clip[_after(lead, movie)] = movie
        raw = self._settings["video_normalisation"] == "raw"
        video = clip.astype(np.float32) if raw else self._recording.video(clip)
        state, gaze = (
            np.broadcast_to(values[:, None], (2, length))
            for values in (state, self._recording.pupil_center())
        )
        return video, state, gaze

    def _state(self, behaviour: BehaviourLike | None) -> NDArray[np.float32]:
        wanted = "still" if behaviour is None else behaviour
        state = self._states.get(wanted) if isinstance(wanted, str) else wanted
        if not isinstance(state, Behaviour):
            raise InputError(
                f"The viv1t twin does not know the behaviour {behaviour!r}.",
                f"Give {', '.join(map(repr, self._states))} or Behaviour(running, pupil_sd).",
            )
        return self._recording.behavior(state)

    def _lead(self, lead_in_s: float | None, n_frames: int) -> int:
        rate, longest = self._card.screen.frame_rate_hz, self._options.max_frame
        if lead_in_s is not None and not 0.0 <= lead_in_s < np.inf:
            raise InputError(
                f"A grey lead-in of {lead_in_s} s cannot be shown.", "Give seconds, 0 or more."
            )
        lead = LEAD_IN_FRAMES if lead_in_s is None else round(lead_in_s * rate)
        if lead + n_frames > longest:
            raise InputError(
                f"{lead} frames of grey and {n_frames} of a movie are longer than the clips of "
                f"{longest} frames that the network knows.",
                f"Show at most {max(0, longest - lead)} frames, or give a shorter lead_in_s.",
            )
        return lead

    def _make_card(self, source: str) -> TwinCard:
        settings, options = self._settings, self._options
        mouse = settings["mouse"]
        identity = {
            "version": VERSION,
            "weights": self._engine.digest,
            "options": digest(options),
            "recording": self._recording.digest(),
            "settings": settings,
        }
        return TwinCard(
            name=f"viv1t-{mouse}",
            digest=digest(identity),
            species="mouse",
            area="V1",
            mice=(mouse,),
            n_neurons=self._recording.ids.size,
            screen=_screen(mouse, options),
            response_units=_UNITS[settings["response_units"]],
            behaviours=tuple(self._states),
            longest_s=(options.max_frame - LEAD_IN_FRAMES) / Screen().frame_rate_hz,
            blind_spots=self._blind_spots(),
            citation=f"{_CITATION}; weights: {source}" if source else _CITATION,
            # All mice of a run share its core; so does a readout fitted to it afterwards.
            lineage=f"viv1t core {self._engine.core_digest[:16]}",
        )

    def _blind_spots(self) -> tuple[str, ...]:
        statistics = self._recording.statistics["video"]
        grey = (Screen().grey - float(statistics["mean"])) / float(statistics["std"])
        spots = [
            *_BLIND_SPOTS,
            f"the grey background is {grey:+.2f} SD from the mean grey level of training",
            f"no memory beyond {self._options.max_frame} frames",
        ]
        if self._settings["video_normalisation"] == "raw":
            spots.append("videos are fed as raw grey levels, which the network was not trained on")
        return tuple(spots)


def _after(lead: int, movie: NDArray[Any]) -> slice:
    return slice(lead, lead + len(movie))


def _weights(weights: ArrayLike, shape: tuple[int, int]) -> NDArray[np.float32]:
    values = np.asarray(weights)
    if values.shape != shape or values.dtype.kind not in "iuf" or not np.isfinite(values).all():
        raise InputError(
            f"Weights must be finite numbers (neuron, time) of shape {shape}, got "
            f"{values.dtype} {values.shape}.",
            "Give one for each neuron asked for and each frame.",
        )
    return values.astype(np.float32)


def _options(run: Path) -> Options:
    options = read_options(run / "args.yaml")
    if options.core_temporal_patch_stride != 1 or not options.core_pad_frame:
        raise InputError(
            "The network does not answer every frame: core_temporal_patch_stride is "
            f"{options.core_temporal_patch_stride}, core_pad_frame {options.core_pad_frame}.",
            "Give a run with core_temporal_patch_stride 1 and core_pad_frame 1.",
        )
    if options.max_frame <= LEAD_IN_FRAMES:
        raise InputError(
            f"The network knows clips of {options.max_frame} frames, and {LEAD_IN_FRAMES} frames "
            "of grey come before onset.",
            "Give a run that was trained on longer clips.",
        )
    return options


def _screen(mouse: str, options: Options) -> Screen:
    height, width = options.input_shapes.video[2:]
    monitor = _FAR_MONITOR if mouse in _FAR_MICE else {}
    return Screen.from_json({"height_px": height, "width_px": width, **monitor})


def _require_one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InputError(
            f"The viv1t twin has no {name} {value!r}.", f"Give {', '.join(map(repr, known))}."
        )
