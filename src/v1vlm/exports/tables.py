"""Tidy tables of a study: one row per draw, neuron, finding, or neuron in a draw."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from v1vlm.analysis.neurons import COLUMNS
from v1vlm.exports.opening import written_whole
from v1vlm.fetching import needed
from v1vlm.journal import Stage, Trial
from v1vlm.rig import dense_features
from v1vlm.study import StudyReader

Row = dict[str, Any]

STAGES: tuple[Stage, ...] = ("test", "estimate")


def tables(study: StudyReader) -> dict[str, list[Row]]:
    """All tables, by name; a value that is not there is None.

    ``draws`` (one row per draw shown), ``neurons``, ``findings``, and ``effects`` (one row per
    neuron and finding: its mean features over the estimation draws).
    """
    return {
        "draws": [row for trial in study.state.trials for row in _draws(study, trial)],
        "neurons": _neurons(study),
        "findings": [_flat(finding.to_json()) for finding in study.findings],
        "effects": [row for trial in study.state.trials for row in _effects(study, trial)],
    }


def write_csv(study: StudyReader, target: Path) -> None:
    """Write every table as ``NAME.csv`` into a new folder."""
    with written_whole(target) as folder:
        folder.mkdir()
        for name, rows in tables(study).items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns_of(rows), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


def write_parquet(study: StudyReader, target: Path) -> None:
    """Write every table as ``NAME.parquet`` into a new folder."""
    arrow, parquet = needed("pyarrow", "exports"), needed("pyarrow.parquet", "exports")
    about = {b"v1vlm.study": study.state.study.encode()}
    with written_whole(target) as folder:
        folder.mkdir()
        for name, rows in tables(study).items():
            columns = {
                column: arrow.array([row.get(column) for row in rows])
                for column in columns_of(rows)
            }
            table = arrow.table(columns).replace_schema_metadata(about)
            parquet.write_table(table, folder / f"{name}.parquet")


def columns_of(rows: list[Row]) -> list[str]:
    """Names of all columns, in the order they first come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def shown_arms(trial: Trial) -> Iterator[tuple[str, Stage]]:
    """Arms and stages of a trial that any draw was shown at, in order of registration."""
    for arm in trial.registration.arms:
        for stage in STAGES:
            if len(trial.of(arm.id, stage)):
                yield arm.id, stage


def _draws(study: StudyReader, trial: Trial) -> Iterator[Row]:
    name = trial.registration.hypothesis.id
    for arm, stage in shown_arms(trial):
        kept = trial.of(arm, stage)
        (_, places), *_ = study.drawn(name, arm, stage)
        for i, draw in enumerate(places):
            yield {
                "hypothesis": name,
                "registration": trial.digest,
                "arm": arm,
                "stage": stage,
                "draw": i,
                # As text: 64 bits without a sign are more than many readers of tables hold.
                "seed": str(draw.seed),
                "azimuth_deg": draw.azimuth_deg,
                "elevation_deg": draw.elevation_deg,
                "orientation_deg": draw.orientation_deg,
                "source": draw.source,
                "n_neurons": kept.n_neurons[i],
                "score": kept.scores[i],
                "control_score": kept.control_scores[i] if kept.control_scores else None,
            }


def _neurons(study: StudyReader) -> list[Row]:
    physiology = study.physiology
    position = positions_um(study)
    return [
        {
            "neuron": i,
            "half": "B" if physiology.half_b[i] else "A",
            **{f"{axis}_um": number(position[i, k]) for k, axis in enumerate(("x", "y", "depth"))},
            **{column: number(physiology[column][i]) for column in COLUMNS},
        }
        for i in range(len(physiology))
    ]


def positions_um(study: StudyReader) -> np.ndarray[Any, Any]:
    """Positions (neuron, 3): x, y and depth in µm; NaN where they were not recorded."""
    blob = (study.state.physiology or {}).get("position_um")
    if blob is None:
        return np.full((len(study.physiology), 3), np.nan)
    return np.asarray(study.store.get(blob), np.float64)


def _effects(study: StudyReader, trial: Trial) -> Iterator[Row]:
    hypothesis = trial.registration.hypothesis
    main = trial.registration.main
    chunks = trial.of(main.id, "estimate").chunks
    if not chunks:
        return
    features, neurons = dense_features(chunks, study.store, main.rule.minimum)
    counted = np.isfinite(features[:, 0]).sum(axis=0)
    means = np.nansum(features, axis=0) / np.maximum(counted, 1)
    for k, neuron in enumerate(neurons):
        yield {
            "hypothesis": hypothesis.id,
            "measure": hypothesis.prediction.measure,
            "neuron": int(neuron),
            "n_draws": int(counted[k]),
            **{
                f"feature_{i}": number(value) if counted[k] else None
                for i, value in enumerate(means[:, k])
            },
        }


def number(value: Any) -> float | None:
    """A float, or None where it is not finite."""
    return float(value) if np.isfinite(value) else None


def _flat(finding: Mapping[str, Any]) -> Row:
    """A finding in one row: intervals in two columns, families and controls in words."""
    row: Row = {}
    for name, value in finding.items():
        if name in ("interval", "cs", "window_s", "interval_by_source"):
            low, high = value if value is not None else (None, None)
            row |= {f"{name}_low": low, f"{name}_high": high}
        elif name == "families":
            row["families"] = " | ".join(f"{f['level']}: {f['description']}" for f in value)
        elif name == "controls":
            row["controls"] = " | ".join(f"{c['id']}: {c['outcome']}" for c in value)
        elif name == "windows":
            for window in value:
                row[f"estimate_{window['window']}"] = window["value"]
        elif isinstance(value, list):
            row[name] = " | ".join(str(item) for item in value)
        else:
            row[name] = value
    return row
