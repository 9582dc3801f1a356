"""Who asks: what every scientist is given, and what it may answer.

A scientist proposes, looks, doubts, interprets and writes; it never computes a verdict.
It is stateless: everything it knows is in the briefing, everything it asks of the world
goes through `ask`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import Field

from v1vlm.claims import Arm, Finding, Hypothesis, Registration
from v1vlm.context import Context
from v1vlm.journal import Attempt, Pilot
from v1vlm.records import Record

Ask = Callable[[Mapping[str, Any], Callable[[], dict[str, Any]]], dict[str, Any]]
"""``ask(request, act)``: the answer of a model to a JSON request, remembered by the study.

`act` performs the call if, and only if, no answer to that request is known."""


@dataclass(frozen=True)
class Picture:
    """Something to look at.

    Attributes
    ----------
    caption : str
        What it shows.
    png : bytes
    source : str
        Digest of what it was drawn from; the pixels of text differ between versions of fonts.
    """

    caption: str
    png: bytes
    source: str


@dataclass(frozen=True)
class Objection:
    """A sentence of an answer that the record does not bear out, and why."""

    place: str
    sentence: str
    reason: str


@dataclass(frozen=True)
class Briefing:
    """What a scientist knows when it is asked.

    Attributes
    ----------
    hypothesis_id : str
        The id that a new hypothesis must carry.
    twin : mapping
        The twin's public card (never its planted mechanisms).
    physiology : mapping
        Summary of the characterisation.
    attempts, findings
        What was proposed and found so far in this study.
    margins : mapping
        Default margin of every measure, by name.
    last : bool
        Whether a refusal or withdrawal would leave this step without a registration.
    guidance : str
        What the person who began the study asks the scientist to look at; may be empty.
    photographs : tuple of str
        Names of that person's photographs, to be used instead of the packaged ones.
    painter : str or None
        Digest of the generator, if images can be painted.
    edits : bool
        Whether it can paint parts of an image anew (`v1vlm.stimuli.Edited`).
    pictures : tuple of Picture
        Of the responses in question, for a scientist that wants pictures.
    room : int or None
        Characters of the text that the model's window has had room for, where that was too little.
    objections : tuple of Objection
        What of its last answer to this very question did not hold, if it is asked once more;
        what does not hold then is removed from the report.
    """

    step: int
    num_steps: int
    attempt: int
    last: bool
    seed: int
    alpha: float
    hypothesis_id: str
    context: Context
    twin: Mapping[str, Any]
    physiology: Mapping[str, Any]
    attempts: tuple[Attempt, ...]
    findings: tuple[Finding, ...]
    margins: Mapping[str, float]
    guidance: str = ""
    photographs: tuple[str, ...] = ()
    painter: str | None = None
    edits: bool = False
    pictures: tuple[Picture, ...] = ()
    room: int | None = None
    objections: tuple[Objection, ...] = ()


class Proposal(Record):
    """A hypothesis to be piloted.

    Attributes
    ----------
    confidence : float or None
        Probability, before any data, that the claim will be supported. Nothing is decided on
        it; the gym holds it against what came out.
    """

    hypothesis: Hypothesis
    confidence: float | None = Field(None, ge=0, le=1)


class Decline(Record):
    """Nothing more to propose; ends the proposing."""

    reason: str = Field(min_length=1, max_length=400)


class Keep(Record):
    """Register the hypothesis as it stands."""


class Change(Record):
    """Replace the hypothesis by another one, which is piloted anew; uses up a try."""

    hypothesis: Hypothesis
    reason: str = Field(min_length=1, max_length=400)


class Withdraw(Record):
    """Do not register the hypothesis; uses up a try, but no place."""

    reason: str = Field(min_length=1, max_length=400)


class Interpretation(Record):
    """What a finding means, in prose (see `Prose`).

    Attributes
    ----------
    loses : tuple of str
        Rival accounts whose prediction the finding rules out.
    """

    text: str = Field(max_length=1500)
    loses: tuple[str, ...] = ()


class Prose(Record):
    """The words of the report, as paragraphs of plain text.

    ``[[H1.estimate]]`` quotes a field of a finding, ``[[count.supported]]`` a count of the
    study, ``[[ctx:niell2008]]`` or ``[[lab:xu2024]]`` a work. What is typed instead must be what
    was recorded: every sentence is held against the record (`v1vlm.report.grounding`). What does
    not hold is asked for once more, then replaced in the report and listed; what could not be
    checked is printed and marked.
    """

    title: str = Field(max_length=200)
    introduction: tuple[str, ...] = ()
    idea: tuple[str, ...] = ()
    conclusions: tuple[str, ...] = ()
    future: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lookup:
    """Two pictures, one above the other, and what one of them should show.

    Attributes
    ----------
    description : str
        What is asked for, in the words of the hypothesis. Which of the two was painted to show it
        is told to nobody.
    picture : Picture
    """

    description: str
    picture: Picture


class Recognition(Record):
    """Which of two pictures shows what was asked for."""

    shows: Literal["top", "bottom", "neither"]


@runtime_checkable
class Scientist(Protocol):
    """Anything that can conduct a study; see the methods for what each is asked."""

    name: str
    wants_pictures: bool

    def propose(self, briefing: Briefing, ask: Ask) -> Proposal | Decline:
        """Propose the next hypothesis, carrying `briefing.hypothesis_id`."""
        ...

    def look(self, briefing: Briefing, pilot: Pilot, ask: Ask) -> Keep | Change | Withdraw:
        """Look at the pilot of the hypothesis proposed last."""
        ...

    def sceptic(self, briefing: Briefing, registration: Registration, ask: Ask) -> tuple[Arm, ...]:
        """Control arms to register with the claim."""
        ...

    def interpret(self, briefing: Briefing, finding: Finding, ask: Ask) -> Interpretation:
        """Say what the finding means."""
        ...

    def write(self, briefing: Briefing, ask: Ask) -> Prose:
        """Write the words of the report."""
        ...


@runtime_checkable
class Beholder(Protocol):
    """A scientist that wants pictures and can say what painted ones show.

    Its hypotheses about painted images are tested on pairs that it recognised. Of a scientist
    without the method, or one that wants no pictures, nothing is asked; pairs then have to pass
    the low-level limits alone, and the report says so.
    """

    wants_pictures: bool

    def recognise(self, briefing: Briefing, lookup: Lookup, ask: Ask) -> Recognition:
        """Say which of two pictures shows what is described."""
        ...


def sees(scientist: Scientist) -> bool:
    """Whether a scientist can be asked what painted images show."""
    return scientist.wants_pictures and isinstance(scientist, Beholder)
