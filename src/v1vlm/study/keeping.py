"""Keeping the record of a study: events are folded, then appended, by one process alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from v1vlm.journal import Event, State, apply, fold, parse_log, sealed
from v1vlm.report import write_report
from v1vlm.store import MemoryStore, Store
from v1vlm.study.opening import Clock, other_versions
from v1vlm.study.reading import StudyReader

OnEvent = Callable[[Event, State], None]


class StudyKeeper(StudyReader):
    """A study that can be added to."""

    def __init__(self, store: MemoryStore, clock: Clock) -> None:
        super().__init__(store)
        self._clock = clock
        self._on_event: OnEvent | None = None

    def write_report(self) -> None:
        """Write findings, report and figures into the folder; what is already right stays."""
        if isinstance(self.store, Store):
            with self.store.locked():
                self.store.place(write_report(self.state, self.context, self.store))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Work alone, on what the journal holds by now; a torn end is dropped, and said."""
        with self.store.locked():
            torn = self.store.drop_torn()
            lines = self.store.lines()
            if len(lines) != self.state.seq + 1:
                self.state = fold(parse_log(lines))
            if torn:
                self.note(f"A torn last line of {torn} bytes was dropped from the journal.")
            yield

    def _note_versions(self) -> None:
        """Say so, once, if the study goes on under other versions than it was begun with."""
        text = other_versions(self.state)
        if text and text not in self.state.notes and self.state.stopped is None:
            self.note(text)

    def note(self, text: str) -> None:
        """Write a remark into the journal; it changes neither findings nor report."""
        with self._alone():
            self._emit("noted", {"text": text})

    def _emit(self, kind: Any, payload: dict[str, Any]) -> None:
        event = sealed(
            self.state.seq + 1, kind, payload, self._clock().isoformat(), self.state.hash
        )
        # Folding first: an event that cannot follow must not reach the journal.
        state = apply(self.state, event)
        self.store.append(event.line())
        self.state = state
        if self._on_event is not None:
            self._on_event(event, state)
