"""Everything that the scientist said for a report, held against the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from v1vlm.context import Context
from v1vlm.journal import State, Trial
from v1vlm.report.desk import quoted
from v1vlm.report.document import Line, line
from v1vlm.report.grounding import Place, facts_of
from v1vlm.report.prose import Disputed, Reader, Told
from v1vlm.report.values import counts_of
from v1vlm.report.works import known_works

_PLACES: dict[str, Place] = {
    "title": "claims",
    "introduction": "background",
    "idea": "claims",
    "conclusions": "claims",
    "future": "plans",
}
"""Fields of a `v1vlm.scientist.Prose`, in the order of reading."""

_NAMES = {"future": "future directions"}


class Said:
    """The scientist's words, read once.

    Attributes
    ----------
    disputed : list of Disputed
        What the record does not bear out, in the order of reading.
    told : Counter of str
        How many sentences were confirmed, not checked, mere background, and removed; titles and
        rationales, which carry no mark, are not counted.
    sent_back : list of Disputed
        Claims of first answers that the scientist was asked to mend.
    """

    def __init__(self, state: State, context: Context) -> None:
        self.disputed: list[Disputed] = []
        self.told: Counter[Told] = Counter()
        self._reader = reader_of(state, context)
        prose = state.prose or {}
        default = line("A study of the {twin} twin", twin=quoted("twin", "name"))
        made = {field: self._paragraphs(prose, field) for field in _PLACES}
        self.title = (*made["title"], default)[0]
        self.introduction, self.idea = made["introduction"], made["idea"]
        self.conclusions, self.future = made["conclusions"], made["future"]
        self.rationales = tuple(
            self._line(
                trial.registration.hypothesis.rationale,
                f"rationale of {trial.registration.hypothesis.id}",
                place="background",
                marked=False,
            )
            for trial in state.trials
        )
        self.interpretations = tuple(
            tuple(line for line in (self._interpretation(trial),) if line) for trial in state.trials
        )
        self.sent_back = _sent_back(state, self._reader)

    def _interpretation(self, trial: Trial) -> Line:
        name = trial.registration.hypothesis.id
        text = str((trial.interpretation or {}).get("text", ""))
        return self._line(text, f"interpretation of {name}", about=name)

    def _paragraphs(self, prose: Mapping[str, Any], field: str) -> tuple[Line, ...]:
        said = prose.get(field, ())
        texts = [said] if isinstance(said, str) else said
        where, marked = _NAMES.get(field, field), field != "title"
        lines = (self._line(t, where, place=_PLACES[field], marked=marked) for t in texts)
        return tuple(one for one in lines if one)

    def _line(self, text: str, where: str, **how: Any) -> Line:
        made, disputed, told = self._reader.read(text, where, **how)
        if how.get("marked", True):
            self.told.update(told)
        self.disputed += disputed
        return made


def reader_of(state: State, context: Context) -> Reader:
    """What reads the prose of a study."""
    works = known_works(context)[1]
    index = {trial.registration.hypothesis.id: i for i, trial in enumerate(state.trials)}
    return Reader(facts_of(state, context, works, counts_of(state)), index)


def against_interpretation(
    state: State, context: Context, finding: str, text: str
) -> tuple[Disputed, ...]:
    """Sentences of an interpretation that the record does not bear out."""
    where = f"interpretation of {finding}"
    return reader_of(state, context).read(text, where, about=finding)[1]


def against_prose(state: State, context: Context, prose: Mapping[str, Any]) -> tuple[Disputed, ...]:
    """Sentences of the words of a report that the record does not bear out."""
    return _against(reader_of(state, context), prose)


def _against(reader: Reader, prose: Mapping[str, Any]) -> tuple[Disputed, ...]:
    found: list[Disputed] = []
    for field, place in _PLACES.items():
        said = prose.get(field, ())
        for text in [said] if isinstance(said, str) else said:
            found += reader.read(text, _NAMES.get(field, field), place=place)[1]
    return tuple(found)


def _sent_back(state: State, reader: Reader) -> Sequence[Disputed]:
    """What did not hold of the answers that the scientist was asked to give again."""
    found: list[Disputed] = []
    for trial in state.trials:
        first = (trial.interpretation or {}).get("first")
        if first is not None:
            name = trial.registration.hypothesis.id
            text = str(first.get("text", ""))
            found += reader.read(text, f"interpretation of {name}", about=name)[1]
    first = (state.prose or {}).get("first")
    return [*found, *(_against(reader, first) if first is not None else ())]
