"""How often the laboratory errs, as the gym recorded it, for the first page of every report."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from v1vlm.report.document import Line, Ref, line

FILE = "error_rates.json"
"""Written by ``benchmarks/gym.py`` beside this module; the tables are in docs/gym.md."""


@cache
def recorded_rates() -> dict[str, Any]:
    """The recorded figures: false of the supported, contradicted and robust, found, nulls."""
    rates: dict[str, Any] = json.loads(files("v1vlm.report").joinpath(FILE).read_text("utf-8"))
    return rates


def rates_line() -> Line:
    """One sentence for each of: false claims, truths found, studies where nothing is true."""
    return line(
        "How often this laboratory errs, on simulated twins whose answers are known (version "
        "{version}, {hypotheses} hypotheses in {studies} studies; docs/gym.md): false were "
        "{supported} of the claims it supported, {robust} of those it called robust and "
        "{contradicted} of those it contradicted (per study; {ci_level} bounds {supported_max}, "
        "{robust_max} and {contradicted_max}). It found {found} of the effects of twice the "
        "margin and more. An effect was claimed in {null} of {n_null} studies in which none was "
        "there.",
        version=Ref(("error_rates", "version")),
        hypotheses=_ref("run", "hypotheses", "count"),
        studies=_ref("run", "studies", "count"),
        **{claim: _ref(claim, "value") for claim in _CLAIMS},
        **{f"{claim}_max": _ref(claim, "upper") for claim in _CLAIMS},
        found=_ref("found", "value"),
        null=_ref("nulls", "value"),
        n_null=_ref("nulls", "n", "count"),
    )


_CLAIMS = ("supported", "robust", "contradicted")


def _ref(what: str, which: str, form: str = "share") -> Ref:
    return Ref(("error_rates", what, which), form)
