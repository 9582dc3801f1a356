"""Performs draws: renders, matches, guards, shows and summarises, each chunk once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.analysis.neurons import Physiology
from v1vlm.errors import ContractError, InputError
from v1vlm.generators import Editor, Generator, batch_size
from v1vlm.rig.draws import Part, show_part
from v1vlm.rig.joining import join
from v1vlm.rig.plan import DrawPlan, placements
from v1vlm.stimuli import Draw, PaintRequest, Screen
from v1vlm.store import Answer, MemoryStore
from v1vlm.twins import Twin

OnPaint = Callable[[int, int], None]

PART = 10
"""Draws per unit of parallel work; fixed, so that the number of workers changes no number."""


@dataclass(frozen=True)
class Rig:
    """A twin, a generator and a memory, ready to run experiments.

    Parameters
    ----------
    twin : Twin
    store : MemoryStore
        Remembers every answer.
    generator : Generator, optional
        Paints prompted stimuli.
    executor : concurrent.futures.Executor, optional
        Shows parts of a chunk in parallel; workers return arrays, this process alone writes.
    on_paint : callable, optional
        Told how many images are painted, and of how many, before the first and after each batch.
    unpainted : bool
        Painting was given up: a draw whose images are not there counts for no neuron.
    """

    twin: Twin
    store: MemoryStore
    generator: Generator | None = None
    executor: Executor | None = None
    on_paint: OnPaint | None = None
    unpainted: bool = False

    @property
    def screen(self) -> Screen:
        """The screen of the twin."""
        return self.twin.card.screen

    @property
    def painter(self) -> str | None:
        """Digest of the generator, if there is one."""
        return None if self.generator is None else self.generator.digest

    def once(self, request: dict[str, Any], act: Callable[[], Answer]) -> Answer:
        """Perform an effect through the memo (see `MemoryStore.once`)."""
        return self.store.once(request, act)

    def draws(self, plan: DrawPlan, physiology: Physiology) -> list[list[Draw]]:
        """Draws of a plan, one list per contrast shown; equal seeds share place and neurons."""
        centres = placements(physiology, plan.rule, self.screen)
        contrasts = [plan.contrast] + ([plan.control] if plan.control is not None else [])
        return [[contrast.draw(seed, centres) for seed in plan.seeds] for contrast in contrasts]

    def paint(self, drawn: Sequence[Sequence[Draw]]) -> tuple[PaintRequest, ...]:
        """Paint what draws need and has not been painted; returns all they need.

        Every batch is kept before the next is painted, so that whatever stops it loses one batch
        at most.

        Raises
        ------
        InputError
            If they need a generator and there is none, or another one.
        PaintError
            If an image cannot be painted now.
        """
        needed = {
            request.digest(): request
            for draws in drawn
            for draw in draws
            for stimulus in draw.stimuli
            for request in stimulus.requests()
        }
        requests = tuple(needed.values())
        missing = [r for r in requests if not self.store.known(_paint_key(r))]
        if missing and not self.unpainted:
            # Originals are there before their edits are made.
            self._paint_in_batches([r for r in missing if r.original is None])
            self._paint_in_batches([r for r in missing if r.original is not None])
        return requests

    def show(self, plan: DrawPlan, physiology: Physiology) -> Answer:
        """Show a chunk of draws and summarise the responses.

        Returns
        -------
        dict
            ``scores``, ``control_scores`` (None where invalid), ``n_neurons``, ``sources``,
            ``residuals``, ``warnings``, ``refusals``, ``painted`` (digests of the images that
            the draws needed); arrays ``features`` (entry, feature),
            ``index`` (entry,) the neuron and ``offsets`` (draw + 1,) the entries of each draw,
            ``control_features`` with a control; of secondary windows ``early_features``,
            ``late_features`` and, with exemplars, ``offset_features``, and of other neuron rules
            ``specified_features`` (draw, specification, window, feature) with
            ``specified_counts`` (draw, specification). With exemplars
            ``stimuli`` (draw, condition, frame, y, x), where anything moves also ``movies``
            (draw, condition, frame, y, x), ``traces`` (draw, condition, time),
            ``waveforms`` (half of the draws, condition, neuron, time) of
            ``waveform_neurons``, ``field`` (draw, condition, neuron) in the window of
            ``field_neurons``, which are all of the half, ``centres`` (draw, 2) and
            ``features_deg`` (place, 2) with ``features_offsets`` (draw + 1,), in degrees.
        """
        return self.store.once(plan.request(), lambda: self._show(plan, physiology))

    def _show(self, plan: DrawPlan, physiology: Physiology) -> Answer:
        drawn = self.draws(plan, physiology)
        painted = [request.digest() for request in self.paint(drawn)]
        assets = assets_of(self.store, drawn, unpainted=self.unpainted)
        parts = [
            Part(self.twin, plan, physiology, assets, [d[i : i + PART] for d in drawn])
            for i in range(0, len(plan.seeds), PART)
        ]
        run = map if self.executor is None else self.executor.map
        answer = join(plan, [result for part in run(show_part, parts) for result in part])
        return {**answer, "painted": painted}

    def _paint_in_batches(self, missing: list[PaintRequest]) -> None:
        if not missing:
            return
        tell = self.on_paint or _tell_nobody
        size = 1 if self.generator is None else batch_size(self.generator)
        tell(0, len(missing))
        for start in range(0, len(missing), size):
            batch = missing[start : start + size]
            for request, image in zip(batch, self._painted(batch), strict=True):
                self.store.once(_paint_key(request), partial(_as_answer, image))
            tell(start + len(batch), len(missing))

    def _painted(self, requests: list[PaintRequest]) -> NDArray[np.uint8]:
        if self.generator is None or any(r.generator != self.generator.digest for r in requests):
            have = self.generator.digest if self.generator is not None else "none"
            raise InputError(
                f"The stimuli are for generator {requests[0].generator!r}; there is {have!r}.",
                "Run the study with the generator that it was begun with.",
            )
        images = self._made(self.generator, requests)
        least = (len(requests), requests[0].height_px, requests[0].width_px)
        shape: tuple[int, ...] = getattr(images, "shape", ())
        kind: object = getattr(images, "dtype", type(images).__name__)
        fits = len(shape) == 3 and shape[0] == len(requests) and kind == np.uint8
        if not fits or any(n < m for n, m in zip(shape, least, strict=True)):
            raise ContractError(
                f"The generator painted {kind} {shape}, not at least uint8 {least}.",
                "A generator paints grey images of at least the size asked for.",
            )
        return images

    def _made(self, generator: Generator, requests: list[PaintRequest]) -> NDArray[np.uint8]:
        """Images of requests that all are, or all are not, edits."""
        originals = [request.original for request in requests if request.original is not None]
        if not originals:
            return generator.paint(requests)
        if not isinstance(generator, Editor):
            raise InputError(
                "The stimuli are edits of painted images, which the generator cannot make.",
                "Use a generator that can edit, or paint from descriptions alone.",
            )
        images = [self.store.once(_paint_key(r), _must_be_painted)["image"] for r in originals]
        return generator.edit(requests, np.stack(images))


def assets_of(
    store: MemoryStore, drawn: Sequence[Sequence[Draw]], *, unpainted: bool = False
) -> dict[str, NDArray[np.uint8]]:
    """Images that draws need: painted ones, and the user's, which are kept by their own digest.

    Parameters
    ----------
    unpainted : bool
        Leave out images that have not been painted.

    Raises
    ------
    ContractError, IntegrityError
        If the store does not hold one.
    """
    stimuli = [stimulus for draws in drawn for draw in draws for stimulus in draw.stimuli]
    needed = {request.digest(): request for s in stimuli for request in s.requests()}
    painted = {
        name: store.once(_paint_key(request), _must_be_painted)["image"]
        for name, request in needed.items()
        if not unpainted or store.known(_paint_key(request))
    }
    given = sorted({name for stimulus in stimuli for name in stimulus.needs()})
    return painted | {name: store.get(f"{name}.npy") for name in given}


def _paint_key(request: PaintRequest) -> dict[str, Any]:
    return {"effect": "paint", "request": request.to_json()}


def _as_answer(image: NDArray[np.uint8]) -> Answer:
    return {"image": image}


def _tell_nobody(done: int, total: int) -> None:
    """Nobody waits for images."""


def _must_be_painted() -> Answer:
    raise ContractError("A stimulus was shown before it was painted.", "Paint the plan first.")
