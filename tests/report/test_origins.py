"""Every number of a report says where it comes from."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.report.conftest import CONTEXT
from v1vlm.journal import State
from v1vlm.report import compose, draw_figures, neuron_table
from v1vlm.report.behind import NAME_LENGTH
from v1vlm.report.document import Document, Ref, inlines
from v1vlm.report.formats import WORDS
from v1vlm.report.marks import MARKS
from v1vlm.report.origins import ranges
from v1vlm.report.pack import MISSING, Packed, neurons_json
from v1vlm.store import MemoryStore


@pytest.fixture(scope="module")
def document(small: tuple[State, MemoryStore]) -> Document:
    state, store = small
    events = [("opened", "", ""), ("characterised", "", "")]
    for trial in state.trials:
        events += [("proposed", "", ""), ("piloted", "", ""), ("registered", "", "")]
        events += [("drawn", arm, stage) for arm, stage in trial.draws]
        events += [("decided", "", ""), ("interpreted", "", "")]
    state = replace(state, events=tuple(events))
    return compose(state, CONTEXT, draw_figures(state, store), neuron_table(state, store))


def test_every_number_has_an_origin_known_by_name(document: Document) -> None:
    numbers = {
        inline.path
        for inline in inlines(document.blocks)
        if isinstance(inline, Ref) and inline.format not in WORDS
    }
    assert numbers == set(document.behind.origins)
    unknown = {
        path[2:]
        for path, o in document.behind.origins.items()
        if o.how == "Quoted from the journal."
    }
    assert unknown == set()


def test_an_estimate_names_its_draws_events_and_blobs(
    document: Document, small: tuple[State, MemoryStore]
) -> None:
    trial = small[0].trials[0]
    origin = document.behind.origins["trials", 0, "finding", "estimate"]
    blobs = trial.of("main", "estimate").chunks[0]["blobs"]
    assert origin.blobs == tuple(blobs[n][:NAME_LENGTH] for n in ("features", "index", "offsets"))
    assert (origin.trial, origin.arm, origin.stage, origin.n_draws) == (0, "main", "estimate", 100)
    # opened, characterised, proposed, piloted, registered, six arms and stages, decided
    assert origin.events == (7, 12)
    assert "modulation index" in origin.how
    evidence = document.behind.origins["trials", 0, "finding", "e_value"]
    assert (evidence.stage, evidence.n_draws) == (
        "test",
        trial.finding and trial.finding.stopped_at,
    )
    control = document.behind.origins["trials", 0, "finding", "controls", 1, "e_value"]
    assert (control.arm, control.command) == ("scrambled", "v1vlm show DIR H1 --arm scrambled")
    assert document.behind.origins["trials", 1, "finding", "estimate"].events[0] > 12


def test_ranges_of_places() -> None:
    assert ranges((7, 3, 5, 6)) == "3, 5–7"
    assert ranges(()) == ""


def test_packed_origins_share_what_they_have_in_common(document: Document) -> None:
    packed = Packed(document.behind)
    assert set(packed.number) == set(document.behind.origins)
    assert len(packed.json()) < 60_000
    assert packed.json() == Packed(document.behind).json()


def test_neurons_keep_the_decimals_that_fit(small: tuple[State, MemoryStore]) -> None:
    import base64

    table = neuron_table(*small)
    assert table is not None
    packed = neurons_json(table)
    assert packed is not None
    for column in packed["columns"]:
        whole = np.frombuffer(base64.b64decode(column["data"]), "<i2")
        values = table.columns[column["name"]]
        assert ((whole == MISSING) == ~np.isfinite(values)).all()
        shown = whole[np.isfinite(values)] / column["scale"]
        assert np.abs(shown - values[np.isfinite(values)]).max() <= 0.5 / column["scale"] + 1e-9
    half = np.unpackbits(
        np.frombuffer(base64.b64decode(packed["half"]), np.uint8), bitorder="little"
    )
    assert (half[: packed["n"]] == table.half_b).all()


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_marks_can_be_read() -> None:
    for mark in MARKS.values():
        assert re.fullmatch(r"#[0-9a-f]{6}", mark.ink)
        low, high = sorted((luminance(mark.ink), luminance(mark.ground)))
        assert (high + 0.05) / (low + 0.05) >= 4.5
    told = [mark.told for mark in MARKS.values()]
    assert len(set(told)) == len(told)
