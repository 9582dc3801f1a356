"""Facts about mouse V1 as data: what is claimed, of which measure, and what passes."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
from pydantic import Field, model_validator

from v1vlm.analysis.distributions import Recorded
from v1vlm.records import Record


class Fact(Record):
    """One fact about mouse V1, and the rule that a twin is held against it by.

    Attributes
    ----------
    values : tuple of str
        What it is read off: ``PROTOCOL.MEASURE`` of the battery, or ``position``.
    where : dict of str to float
        Only neurons with at least this value of a measure count.
    statistic : str
        Name in `v1vlm.physiology.statistics.STATISTICS`.
    low, high : float, optional
        The value passes between them, ends included.
    reference, tolerance : str and float, optional
        Recorded distribution, and by how much the Kolmogorov–Smirnov distance may exceed what
        chance explains; instead of `low` and `high`.
    published : float, optional
        Median of the recorded neurons, to be drawn in.
    recorded, citation, key : str
        The number, where it comes from, and its key in the laboratory's bibliography if there.
    mechanisms : tuple of str
        What of the machinery of neurons it depends on, as the energy twin's switches are named.
    words : str
        Regular expression of whole words; a claim with one bears on the fact.
    disputed, untestable : str
        Why it is printed and never judged.
    """

    id: str
    text: str
    values: tuple[str, ...] = ()
    where: dict[str, float] = Field(default_factory=dict)
    statistic: str = ""
    low: float | None = None
    high: float | None = None
    reference: str | None = None
    tolerance: float = 0.0
    published: float | None = None
    recorded: str
    citation: str
    key: str | None = None
    mechanisms: tuple[str, ...] = ()
    words: str = ""
    disputed: str = ""
    untestable: str = ""

    @model_validator(mode="after")
    def _judged_or_not(self) -> Fact:
        by_range = self.low is not None and self.high is not None and self.low < self.high
        judged = by_range or self.reference is not None
        if judged == bool(self.disputed or self.untestable):
            raise ValueError(f"{self.id}: either a rule, or a reason why it is not judged")
        if judged and not (self.values and self.statistic):
            raise ValueError(f"{self.id}: a rule needs values and a statistic")
        return self

    def bears_on(self, claim: str) -> bool:
        """Whether a claim, in words, is about the same thing."""
        return re.search(rf"\b(?:{self.words})\b", claim, re.IGNORECASE) is not None

    @property
    def protocols(self) -> frozenset[str]:
        """Entries of the battery that it needs."""
        names = (*self.values, *self.where)
        return frozenset(name.partition(".")[0] for name in names if "." in name)


@cache
def facts() -> tuple[Fact, ...]:
    """All facts, in the order of the card."""
    text = files("v1vlm.physiology").joinpath("facts.toml").read_text("utf-8")
    return tuple(Fact.from_json(entry) for entry in tomllib.loads(text)["fact"])


class Curve(Record):
    """Values y at x."""

    x: tuple[float, ...]
    y: tuple[float, ...]


class RecordedMouse(Record):
    """Direction tuning of a recorded mouse, as far as a twin is held against it.

    Attributes
    ----------
    mouse : str
    n : int
        Neurons behind it.
    quantiles : dict of str to tuple of float
        Distributions of ``gosi`` and ``gdsi``, in even steps of probability.
    profiles : dict of str to Curve
        Curves over the neurons, named as in `v1vlm.physiology.card.Profile`.
    """

    mouse: str
    n: int
    quantiles: dict[str, tuple[float, ...]]
    profiles: dict[str, Curve]

    def distribution(self, name: str) -> Recorded:
        """A distribution, by name."""
        return Recorded(np.array(self.quantiles[name]), self.n)

    def said(self, fact: Fact) -> str:
        """What was recorded of a fact, in words."""
        if fact.reference is None:
            return fact.recorded
        median = float(self.distribution(fact.reference).at(np.array([0.5]))[0])
        return f"median {median:.3f}, mouse {self.mouse}".replace(" 0.", " .")


@cache
def mouse_b() -> RecordedMouse:
    """The mouse that twins are held against: 7,928 neurons of Turishcheva et al. (2023)."""
    text = files("v1vlm.physiology").joinpath("recorded.json").read_text("utf-8")
    return RecordedMouse.from_json(json.loads(text))
