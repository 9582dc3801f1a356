"""Which twins a claim about another can be replicated in."""

from __future__ import annotations

from collections.abc import Sequence

from v1vlm.errors import InputError
from v1vlm.journal import StudySpec, check_levels
from v1vlm.stimuli import Screen
from v1vlm.twins import TwinCard


def check_replicates(spec: StudySpec, main: TwinCard, cards: Sequence[TwinCard]) -> None:
    """Refuse twins that a claim about the main one cannot be replicated in.

    Parameters
    ----------
    cards : sequence of TwinCard
        Of the twins that the spec names, in its order.

    Raises
    ------
    InputError
        If one is the main twin or named twice, sees another screen, is a simulation where the
        main one is not, or more are asked for than there are.
    """
    seen = {main.digest: f"--twin {spec.twin}"}
    for name, card in zip(spec.replicate, cards, strict=True):
        if card.digest in seen:
            raise InputError(
                f"--replicate {name} is the twin of {seen[card.digest]}.",
                "Name another mouse, population or twin; nothing is replicated by itself.",
            )
        seen[card.digest] = f"--replicate {name}"
        if card.screen != main.screen:
            raise InputError(
                f"--replicate {name} sees another screen than --twin {spec.twin}: "
                f"{_screen(card.screen)}, not {_screen(main.screen)}.",
                "Name a mouse or twin that was shown the same monitor; others need a study of "
                "their own.",
            )
        if card.planted != main.planted:
            simulated, fitted = (name, spec.twin) if card.planted else (spec.twin, name)
            raise InputError(
                f"{simulated} is a simulation with planted answers, {fitted} is not: neither can "
                "replicate the other.",
                "Replicate in twins that were fitted to recordings, or in simulations.",
            )
    check_levels(spec, main.public(), [card.public() for card in cards])


def _screen(screen: Screen) -> str:
    return (
        f"{screen.height_px} × {screen.width_px} px, {screen.width_cm:g} × {screen.height_cm:g} cm "
        f"at {screen.distance_cm:g} cm, {screen.frame_rate_hz:g} Hz"
    )
