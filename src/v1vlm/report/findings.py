"""The findings of a study as JSON, for programs."""

from __future__ import annotations

import json
from typing import Any

from v1vlm.journal import State
from v1vlm.report.document import NOTICE

SCHEMA = 1


def findings_json(state: State) -> str:
    """Findings in order of registration, with what identifies the study.

    Returns
    -------
    str
        Indented by 2, keys sorted, with a newline at the end.
    """
    study: dict[str, Any] = {
        "id": state.study,
        "context_digest": state.spec.context_digest,
        "twin_digest": state.twin["digest"],
        "twin": state.twin["name"],
        "seed": state.spec.seed,
        "alpha": state.spec.alpha,
        "counts": state.counts,
    }
    if state.twin.get("planted"):
        study["notice"] = NOTICE
    findings = [finding.to_json() for finding in state.findings]
    whole = {"schema": SCHEMA, "study": study, "findings": findings}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
