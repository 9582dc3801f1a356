"""Shipped contracts: classes that the author of a plug-in subclasses in their tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from v1vlm.context import parse_context
from v1vlm.journal import StudySpec
from v1vlm.scientist import Beholder, Lookup, Recognition, Scientist, sees
from v1vlm.scientist.pictures import lookup_picture
from v1vlm.store import Answer, MemoryStore
from v1vlm.study import Study
from v1vlm.testing.generators import GeneratorContract
from v1vlm.twins import Twin, validate

__all__ = ["CONTEXT", "GeneratorContract", "ScientistContract", "TwinContract"]


class TwinContract:
    """What every twin must keep; override `make_twin`, and pytest runs one test per clause.

    Examples
    --------
    ::

        class TestMyTwin(TwinContract):
            def make_twin(self):
                return my_twin()
    """

    def make_twin(self) -> Twin:
        """Return the twin under test; called once per test, so cache what is dear."""
        raise NotImplementedError("a TwinContract must override make_twin")

    def test_card_is_a_twin_card(self) -> None:
        """The card says what the twin is."""
        validate.check_card(self.make_twin())

    def test_table_lists_every_neuron(self) -> None:
        """The table agrees with the card."""
        validate.check_neurons_table(self.make_twin())

    def test_one_finite_time_point_per_frame(self) -> None:
        """Responses are labelled and finite."""
        validate.check_responses(self.make_twin())

    def test_deterministic_and_without_memory(self) -> None:
        """Equal frames give equal responses."""
        validate.check_deterministic(self.make_twin())

    def test_batch_does_not_matter(self) -> None:
        """A stimulus answers alone as in a batch."""
        validate.check_batch(self.make_twin())

    def test_static_view_equals_copy(self) -> None:
        """Strides do not matter."""
        validate.check_static(self.make_twin())

    def test_subset_equals_slice(self) -> None:
        """Other neurons do not matter."""
        validate.check_subset(self.make_twin())

    def test_behaviours_of_the_card(self) -> None:
        """Every behaviour promised is there."""
        validate.check_behaviours(self.make_twin())

    def test_refuses_what_it_cannot_show(self) -> None:
        """Bad input is an InputError."""
        validate.check_refusals(self.make_twin())


CONTEXT = """Contextual modulation in V1

Gratings in the surround suppress responses to a grating on the receptive field (Keller et al.,
2020). Lines, crossings and corners are features of natural scenes (Sillito et al., 1995).
"""


class ScientistContract:
    """What every scientist must keep; override `make_scientist`, and pytest runs the clauses.

    Attributes
    ----------
    twin : str
        The subject of the studies that it conducts.
    settings : dict
        Fields of their `StudySpec`; few draws, to be quick.

    Examples
    --------
    ::

        class TestMyScientist(ScientistContract):
            def make_scientist(self):
                return MyScientist()
    """

    twin = "energy:neurons=120"
    settings: dict[str, Any] = {  # noqa: RUF012
        "num_steps": 2,
        "pilot_draws": 4,
        "chunk": 10,
        "draws_max": 10,
        "estimate_draws": 4,
    }

    def make_scientist(self) -> Scientist:
        """Return the scientist under test, made anew."""
        raise NotImplementedError("a ScientistContract must override make_scientist")

    def make_store(self) -> MemoryStore:
        """Return the store that a study is kept in; one that knows answers, for a replay."""
        return MemoryStore()

    def test_has_what_a_scientist_has(self) -> None:
        """It has a name, says whether it wants pictures, and the five methods."""
        scientist = self.make_scientist()
        assert isinstance(scientist, Scientist)
        assert isinstance(scientist.name, str)
        assert scientist.name
        assert isinstance(scientist.wants_pictures, bool)

    def test_conducts_a_study_to_its_end(self) -> None:
        """Every registration gets a verdict and an interpretation, and the report its words."""
        state = self._conducted().state
        assert state.stopped == "complete"
        assert all(trial.interpretation is not None for trial in state.trials)
        assert len(state.findings) == len(state.trials) <= self.settings["num_steps"]
        assert state.prose is not None

    def test_is_stateless_and_deterministic(self) -> None:
        """With the answers that are remembered, a new one repeats the study and asks nothing."""
        first = self._conducted()
        memo = _Remembering(first.store)
        memo.append(first.store.lines()[0])
        again = self._with(Study(memo)).run()
        assert [f.to_json() for f in again.findings] == [f.to_json() for f in first.state.findings]
        assert again.attempts == first.state.attempts
        assert again.prose == first.state.prose

    def test_survives_an_interruption_anywhere(self) -> None:
        """From any point of the journal, the study goes on to the same end."""
        first = self._conducted()
        lines = first.store.lines()
        for length in range(2, len(lines), max(len(lines) // 4, 1)):
            memo = _Remembering(first.store)
            for line in lines[:length]:
                memo.append(line)
            again = self._with(Study(memo)).run()
            assert again.attempts == first.state.attempts
            assert again.prose == first.state.prose

    def test_says_what_a_painted_picture_shows(self) -> None:
        """One that sees says where something is shown, or that it cannot tell, and repeats it."""
        scientist = self.make_scientist()
        if not sees(scientist):
            return
        assert isinstance(scientist, Beholder)
        study = self._conducted()
        briefing = study._briefing(1, 1)
        stripes = np.tile(np.array([60, 60, 190, 190], np.uint8), (36, 16))
        lookup = Lookup("vertical stripes", lookup_picture(stripes, np.full_like(stripes, 127)))
        memo = MemoryStore()
        first = scientist.recognise(briefing, lookup, memo.once)
        assert isinstance(first, Recognition)
        again = self.make_scientist()
        assert isinstance(again, Beholder)
        assert again.recognise(briefing, lookup, memo.once) == first

    def _conducted(self) -> Study:
        """A study that was conducted to its end; one for all clauses of a class."""
        kept: dict[type, Study] = _CONDUCTED
        if type(self) not in kept:
            digest = parse_context(CONTEXT).text_digest
            spec = StudySpec(
                context="context.txt",
                context_digest=digest,
                twin=self.twin,
                scientist="heuristic",
                **self.settings,
            )
            begun = Study.create(spec, CONTEXT)
            store = self.make_store()
            store.put(CONTEXT)
            store.append(begun.store.lines()[0])
            study = self._with(Study(store))
            study.run()
            kept[type(self)] = study
        return kept[type(self)]

    def _with(self, study: Study) -> Study:
        vars(study)["scientist"] = self.make_scientist()
        return study


_CONDUCTED: dict[type, Study] = {}


class _Remembering(MemoryStore):
    """Knows everything that another store knows; asks no model."""

    def __init__(self, other: MemoryStore) -> None:
        super().__init__()
        self._blobs, self._done = dict(other._blobs), dict(other._done)

    def once(self, request: Any, act: Callable[[], Answer]) -> Answer:
        if request.get("effect") == "ask" and not self.known(request):
            raise AssertionError(f"asked anew: {request.get('purpose')}")
        return super().once(request, act)
