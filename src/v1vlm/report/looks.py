"""Judges painted pairs again from what is stored: seeds, images, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence

from v1vlm.analysis.neurons import Physiology
from v1vlm.claims import NeuronRule
from v1vlm.errors import IntegrityError
from v1vlm.journal import SeedAt, State, confirmed_seeds, explored_seeds
from v1vlm.manipulation import Looks, Manipulation, Sighted
from v1vlm.physiology import load_physiology
from v1vlm.rig import Sighting, assets_of, look_at, placements
from v1vlm.stimuli import Contrast, Screen
from v1vlm.store import Store


def check_looks(state: State, store: Store) -> int:
    """Render every painted pair anew, and hold against it what the journal says was seen.

    What differs after matching, which image was asked for, which pairs passed and which were
    replaced all follow again from seeds and stored images; only the answers are taken as given.

    Returns
    -------
    int
        How many pairs were judged.

    Raises
    ------
    IntegrityError
        Naming the draw that does not fit.
    """
    checked = 0
    for attempt in state.attempts:
        pilot, hypothesis = attempt.pilot, attempt.hypothesis
        if pilot is None or hypothesis is None or pilot.manipulation is None:
            continue
        again = _Again(state, store, pilot.manipulation, f"pilot of {hypothesis.id}")
        neurons = hypothesis.rule.model_copy(update={"half": "A"})
        contrasts = [hypothesis.contrast.explored()]
        seed_at = explored_seeds(state, hypothesis)
        checked += again.judge(contrasts, neurons, seed_at, pilot.looks)
    for trial in state.trials:
        registration = trial.registration
        if registration.manipulation is None:
            continue
        for (arm_id, stage), draws in trial.draws.items():
            what = f"{registration.hypothesis.id} ({arm_id}, {stage})"
            arm = next(arm for arm in registration.arms if arm.id == arm_id)
            twin = arm.twin if arm.role == "replication" else ""
            again = _Again(state, store, registration.manipulation, what, twin)
            contrasts = [arm.contrast]
            if arm.expects == "absent":
                contrasts = [registration.main.contrast, arm.contrast]
            seed_at = confirmed_seeds(trial, arm, stage)
            checked += again.judge(contrasts, arm.rule, seed_at, draws.looks)
    return checked


class _Again:
    """The pairs of some draws, judged once more."""

    def __init__(
        self, state: State, store: Store, rule: Manipulation, what: str, twin: str = ""
    ) -> None:
        self._store, self._rule, self._what = store, rule, what
        measured = state.physiologies[twin] if twin else state.physiology or {}
        self._physiology: Physiology = load_physiology(measured, store.get)
        self._screen = Screen.from_json(state.twin["screen"])

    def judge(
        self,
        contrasts: Sequence[Contrast],
        neurons: NeuronRule,
        seed_at: SeedAt,
        looks: Sequence[Looks],
    ) -> int:
        """How many pairs were judged."""
        centres = placements(self._physiology, neurons, self._screen)
        for i, of_draw in enumerate(looks):
            passed = [self._rule.passes(look) for look in of_draw]
            if any(passed[:-1]) or not (passed[-1] or len(of_draw) == self._rule.tries):
                raise self._wrong(i, "was replaced otherwise than its registration says")
            for attempt, look in enumerate(of_draw):
                pairs = [(c, c.draw(seed_at(i, attempt), centres)) for c in contrasts]
                assets = assets_of(self._store, [[draw] for _, draw in pairs])

                def answered(_: Sighting, given: Sighted | None = look.answer) -> Sighted:
                    return given or "neither"

                if look_at(pairs, self._rule, self._screen, assets, answered) != look:
                    raise self._wrong(i, "shows other images than the journal says were seen")
        return sum(map(len, looks))

    def _wrong(self, draw: int, what: str) -> IntegrityError:
        return IntegrityError(
            f"Painted draw {draw + 1} of {self._what} {what}.",
            "The study is damaged, or was changed after it ran.",
        )
