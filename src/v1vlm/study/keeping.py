"""Keeping the record of a study: events are folded, then appended, by one process alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from v1vlm.journal import Event, Scores, State, apply, fold, parse_log, sealed, settle_all
from v1vlm.report import left_over, write_report
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
        """Write findings, report and figures into the folder; what is already right stays.

        Files in ``figures`` that are no part of the report, as an older version may have left
        them, are removed.
        """
        if not isinstance(self.store, Store):
            return
        with self.store.locked():
            files = write_report(self.state, self.context, self.store)
            self.store.place(files)
            for path in left_over(self.store.folder, files):
                # Links and folders are somebody else's.
                if path.is_file() and not path.is_symlink():
                    path.unlink()

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

    def settle(self, recordings: Sequence[Mapping[str, Any]], scores: Sequence[Scores]) -> None:
        """Test the registrations on recordings, write the verdicts down, and the report anew.

        Parameters
        ----------
        recordings, scores : sequences
            One of each recording, see `v1vlm.journal.settle_all`.
        """
        with self._alone():
            events = parse_log(self.store.lines())
            each, together = settle_all(self.state, events, recordings, scores)
            entries = [
                {
                    "recording": dict(recording),
                    "scores": {
                        digest: {arm: self.store.put(kept) for arm, kept in arms.items()}
                        for digest, arms in of.items()
                    },
                    "settlements": [settlement.to_json() for settlement in settlements],
                }
                for recording, of, settlements in zip(recordings, scores, each, strict=True)
            ]
            payload = {"recordings": entries, "together": [one.to_json() for one in together]}
            self._emit("settled", payload)
        self.write_report()

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
