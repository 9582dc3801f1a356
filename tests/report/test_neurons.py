"""The table of neurons: what was measured, who was left out where, what each did."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.report.conftest import CONTEXT, physiology_of, study
from v1vlm.analysis.measures import measure
from v1vlm.errors import IntegrityError
from v1vlm.journal import State
from v1vlm.report import NeuronTable, compose, neuron_table, to_markdown
from v1vlm.report.neurons import STEPS
from v1vlm.store import MemoryStore

Study = tuple[State, MemoryStore]


@pytest.fixture(scope="module")
def table(small: Study) -> NeuronTable:
    made = neuron_table(*small)
    assert made is not None
    return made


def rows(table: NeuronTable) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.csv)))


def test_every_neuron_has_a_row_with_what_was_measured(small: Study, table: NeuronTable) -> None:
    state, store = small
    physiology = state.physiology
    assert physiology is not None
    found = rows(table)
    assert [row["neuron"] for row in found] == [str(i) for i in range(400)]
    assert [row["half"] for row in found] == ["B", "A"] * 200
    for name in ("gosi", "orientation_deg", "rf_azimuth_deg"):
        values = store.get(physiology["columns"][name])
        read = [float(row[name]) if row[name] else np.nan for row in found]
        assert np.allclose(read, values, rtol=1e-5, equal_nan=True)
    depth = store.get(physiology["position_um"])[:, 2]
    assert np.allclose([float(row["depth_um"]) for row in found], depth, rtol=1e-5)


def test_every_step_leaves_what_the_rule_says(small: Study, table: NeuronTable) -> None:
    state, store = small
    physiology = state.physiology
    assert physiology is not None
    column = {name: store.get(blob) for name, blob in physiology["columns"].items()}
    rule = state.trials[0].registration.main.rule
    half = np.arange(400) % 2 == 0
    good = half & np.isfinite(column["reference"]) & (column["quality"] >= rule.quality)
    seen = good & np.isfinite(column["rf_azimuth_deg"])
    steps = table.steps["H1"]
    assert list(steps) == list(STEPS)
    assert (steps["all"], steps["half"], steps["driven"]) == (400, 200, 190)
    assert steps["quality"] == good.sum() == 180
    assert steps["field"] == seen.sum() == 160
    assert steps["selective"] == (seen & (column["gosi"] >= rule.selectivity)).sum()
    assert steps["counted"] == 43
    left_out = [row["H1_left_out_at"] for row in rows(table)]
    for before, step in pairwise(STEPS):
        lost = steps[before] - steps[step]  # type: ignore[operator]
        assert left_out.count(step) == lost
    assert left_out.count("") == 43


def test_the_modulation_is_the_measure_of_that_neuron_alone(
    small: Study, table: NeuronTable
) -> None:
    state, store = small
    (chunk,) = state.trials[0].of("main", "estimate").chunks
    features, index = (store.get(chunk["blobs"][name]) for name in ("features", "index"))
    found = rows(table)
    for neuron in (0, 34, 84):
        own = features[index == neuron].astype(float)
        expected = measure("permi").score(own.mean(axis=0))
        assert found[neuron]["H1_draws"] == str(len(own))
        assert float(found[neuron]["H1_permi"]) == pytest.approx(float(expected), rel=1e-5)
    assert (found[1]["H1_draws"], found[1]["H1_permi"]) == ("0", "")
    assert found[34]["H3_rank"] != ""


def test_the_modulation_index_stands_beside_other_measures(small: Study) -> None:
    state, store = small
    trial = state.trials[0]
    hypothesis = trial.registration.hypothesis
    prediction = hypothesis.prediction.model_copy(update={"measure": "delta_ref"})
    changed = hypothesis.model_copy(update={"prediction": prediction})
    registration = trial.registration.model_copy(update={"hypothesis": changed})
    trials = (replace(trial, registration=registration), *state.trials[1:])
    other = replace(state, trials=trials)
    table = neuron_table(other, store)
    assert table is not None
    (chunk,) = trial.of("main", "estimate").chunks
    a, b = store.get(chunk["blobs"]["features"])[:, 1:].astype(float).T
    # Every draw has as many neurons, so that the mean of means is the mean.
    assert table.permi == {"H1": pytest.approx(((a - b) / (a + b)).mean(), rel=1e-6)}
    made = to_markdown(compose(other, CONTEXT, {}, table))
    assert f"| Mean modulation index | {table.permi['H1']:+.3f} |" in made
    assert neuron_table(state, store).permi == {}  # type: ignore[union-attr]


def test_a_plug_in_measure_is_not_imported_for_the_table(small: Study) -> None:
    state, store = small
    trial = state.trials[0]
    hypothesis = trial.registration.hypothesis
    prediction = hypothesis.prediction.model_copy(update={"measure": "no_such_module:loud"})
    changed = hypothesis.model_copy(update={"prediction": prediction})
    registration = trial.registration.model_copy(update={"hypothesis": changed})
    table = neuron_table(replace(state, trials=(replace(trial, registration=registration),)), store)
    assert table is not None
    assert {row["H1_permi"] for row in rows(table)} == {""}
    assert table.steps["H1"]["counted"] == 43


def test_the_report_prints_how_many_are_left(small: Study, table: NeuronTable) -> None:
    made = to_markdown(compose(small[0], CONTEXT, {}, table))
    numbers = " | ".join(str(table.steps["H2"][step]) for step in STEPS)
    assert f"| H2 | {numbers} |" in made
    assert "figures/neurons.csv" in made
    assert "figures/neurons.csv" not in to_markdown(compose(small[0], CONTEXT, {}))


def test_without_characterisation_there_is_no_table(small: Study) -> None:
    assert neuron_table(replace(small[0], physiology=None), small[1]) is None


def test_a_missing_column_is_an_error(small: Study) -> None:
    state, _ = small
    with pytest.raises(IntegrityError, match="is missing"):
        neuron_table(state, MemoryStore())


def test_older_studies_have_no_positions() -> None:
    state, store = study(1)
    physiology: dict[str, Any] = {**physiology_of(store)}
    del physiology["position_um"]
    table = neuron_table(replace(state, physiology=physiology), store)
    assert table is not None
    assert "x_um" not in rows(table)[0]
