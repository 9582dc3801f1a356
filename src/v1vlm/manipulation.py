"""Whether painted images show what was asked for: the rule, and what was seen of every pair.

A generator need not do what its prompt says. Before a draw of painted images is shown to the
twin, its pair is looked at: the low-level differences that matching should have removed are
measured, and a scientist that can see is asked, blind and in random order, which image shows
what. A pair that fails is replaced by the next one of the same draw. The rule is registered; it
sees the images alone, never a response, and treats the members alike, so that the claim is about
pairs that pass, and draws stay independent of one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import Field

from v1vlm.records import Record, rng_of
from v1vlm.stimuli import Contrast, Edited, Prompted, painted_in

Place = Literal["top", "bottom"]
Sighted = Literal["top", "bottom", "neither"]
PLACES: tuple[Place, Place] = ("top", "bottom")


class Manipulation(Record):
    """When a pair of painted images counts as showing what is compared.

    Attributes
    ----------
    luminance_max, rms_max : float
        Largest difference of the mean luminances and of the RMS contrasts, as shares of their
        mean, where the contrast matches them.
    asked : bool
        Whether the scientist is asked which image shows what.
    tries : int
        Pairs that a draw may use up; a draw all of whose pairs fail is invalid.
    failed_max : float
        Share of draws whose first pair may fail. With more, a hypothesis is withdrawn after its
        pilot, and a test remains undecided.
    """

    luminance_max: float = Field(0.01, gt=0)
    rms_max: float = Field(0.02, gt=0)
    asked: bool = False
    tries: int = Field(4, ge=1, le=20)
    failed_max: float = Field(0.2, ge=0, le=1)

    def matched(self, differences: dict[str, float] | None) -> bool:
        """Whether what was to be made equal is."""
        if differences is None:
            return False
        limits = {"luminance": self.luminance_max, "rms": self.rms_max}
        return all(
            value <= limits[name.removeprefix("local_")] for name, value in differences.items()
        )

    def passes(self, look: Look) -> bool:
        """Whether a pair may be shown."""
        return self.matched(look.differences) and look.answer == look.expected


class Look(Record):
    """What was seen of one pair.

    Attributes
    ----------
    differences : dict or None
        Of what matching was to make equal, as shares (`v1vlm.stimuli.differences`); None for a
        pair that cannot be rendered, as where an image is blank.
    expected, answer : str or None
        Where the image lay that shows what was asked for, and where the scientist saw it; None
        where nothing was asked.
    """

    differences: dict[str, float] | None
    expected: Place | None = None
    answer: Sighted | None = None


Looks = tuple[Look, ...]
"""The pairs of one draw, in the order they were tried; the last one is shown."""


class Tally(Record):
    """How the pairs of some draws fared.

    Attributes
    ----------
    pairs, passed : int
        All pairs that were looked at, replacements included.
    unequal, unseen : int
        Pairs that failed for their low-level differences, or for what the scientist saw.
    first_failed : float
        Share of draws whose first pair failed; the registered limit is on it.
    void : int
        Draws all of whose pairs failed.
    """

    draws: int
    pairs: int
    passed: int
    unequal: int
    unseen: int
    first_failed: float
    void: int

    @property
    def pass_rate(self) -> float:
        """Share of the pairs that passed."""
        return self.passed / self.pairs if self.pairs else 0.0


def tally(rule: Manipulation, draws: Sequence[Looks]) -> Tally:
    """Count how pairs fared under a rule."""
    pairs = [look for looks in draws for look in looks]
    unequal = sum(not rule.matched(look.differences) for look in pairs)
    passed = sum(rule.passes(look) for look in pairs)
    first = sum(not rule.passes(looks[0]) for looks in draws)
    return Tally(
        draws=len(draws),
        pairs=len(pairs),
        passed=passed,
        unequal=unequal,
        unseen=len(pairs) - passed - unequal,
        first_failed=first / len(draws) if draws else 0.0,
        void=sum(not rule.passes(looks[-1]) for looks in draws),
    )


def rule_for(contrast: Contrast, *, sees: bool) -> Manipulation | None:
    """The rule for a contrast; None if nothing in it is painted.

    Parameters
    ----------
    sees : bool
        Whether there is a scientist that can be asked about pictures.
    """
    if not painted_in(contrast.families):
        return None
    return Manipulation(asked=sees and askable(contrast))


def askable(contrast: Contrast) -> bool:
    """Whether the members can be told apart by what they are said to show."""
    said = [f.description for f in contrast.families if isinstance(f, Prompted | Edited)]
    return all(said) and len(set(said)) == len(said) == len(contrast.families)


class Lineup(NamedTuple):
    """Which members lie where, and which of them is asked for."""

    top: int
    bottom: int
    asked_for: int

    @property
    def expected(self) -> Place:
        """Where the member lies that is asked for."""
        return "top" if self.asked_for == self.top else "bottom"


def lineup(seed: int, n_members: int) -> Lineup:
    """Two members in random order, and one of them, as likely each, to ask for."""
    rng = rng_of(seed, "lineup")
    top, bottom = (int(member) for member in rng.permutation(n_members)[:2])
    return Lineup(top, bottom, (top, bottom)[int(rng.integers(2))])
