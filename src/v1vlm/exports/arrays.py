"""Labelled arrays of a study as zarr, as xarray reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from v1vlm.errors import InputError
from v1vlm.exports.opening import written_whole
from v1vlm.exports.tables import positions_um, shown_arms
from v1vlm.fetching import needed
from v1vlm.records import canonical_json
from v1vlm.study import StudyReader


def tree(study: StudyReader) -> xr.DataTree:
    """All responses of a study as a tree of datasets.

    ``/neurons`` holds what was measured of every neuron; ``/H1/main/estimate`` and the like the
    draws of an arm at a stage (`StudyReader.responses`); ``/H1/traces`` the exemplars over time;
    ``/H1/stimuli`` their exact frames.
    """
    state = study.state
    about = {
        "study": state.study,
        "twin": state.twin["name"],
        "twin_digest": state.twin["digest"],
        "responses": "simulated by a digital twin",
        "versions": canonical_json(dict(state.versions)),
    }
    nodes: dict[str, xr.Dataset] = {"/": xr.Dataset(attrs=about), "/neurons": _neurons(study)}
    for trial in state.trials:
        name = trial.registration.hypothesis.id
        for arm, stage in shown_arms(trial):
            nodes[f"/{name}/{arm}/{stage}"] = study.responses(name, arm=arm, stage=stage)
        try:
            traces = study.traces(name)
        except InputError:  # its exemplars have not been shown yet
            continue
        frames = study.stimuli(name, n_draws=len(traces))
        nodes[f"/{name}/traces"] = traces.to_dataset()
        nodes[f"/{name}/stimuli"] = frames.to_dataset()
        hypothesis = trial.registration.hypothesis
        nodes[f"/{name}"] = xr.Dataset(
            attrs={
                "title": hypothesis.title,
                "statement": hypothesis.statement,
                "registration": trial.digest,
                "verdict": trial.finding.verdict if trial.finding is not None else "undecided",
            }
        )
    return xr.DataTree.from_dict({path: _worded(node) for path, node in nodes.items()})


def write_zarr(study: StudyReader, target: Path) -> None:
    """Write the tree as a zarr store of format 3."""
    needed("zarr", "exports")
    with written_whole(target) as folder:
        tree(study).to_zarr(folder, zarr_format=3, consolidated=False)


def _worded(dataset: xr.Dataset) -> xr.Dataset:
    """The dataset with strings of any length: those of one length have no type in zarr 3."""
    words = {n: v.astype(object) for n, v in dataset.variables.items() if v.dtype.kind == "U"}
    coordinates = {n: v for n, v in words.items() if n in dataset.coords}
    return dataset.assign({n: v for n, v in words.items() if n not in coordinates}).assign_coords(
        coordinates
    )


def _neurons(study: StudyReader) -> xr.Dataset:
    physiology = study.physiology
    columns = {name: ("neuron", values) for name, values in physiology.columns.items()}
    position = positions_um(study)
    places = {
        f"{axis}_um": ("neuron", position[:, k], {"units": "um"})
        for k, axis in enumerate(("x", "y", "depth"))
    }
    return xr.Dataset(
        {**columns, **places, "half_b": ("neuron", physiology.half_b)},
        coords={"neuron": np.arange(len(physiology))},
    )
