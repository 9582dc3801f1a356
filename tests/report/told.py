"""Reports of studies in which something was changed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from tests.report.conftest import CONTEXT
from v1vlm.claims import Finding
from v1vlm.journal import State
from v1vlm.report import Document, compose, to_html, to_markdown
from v1vlm.report.pdf import _tree
from v1vlm.store import MemoryStore

Study = tuple[State, MemoryStore]


def with_finding(state: State, trial: int = 0, **changes: Any) -> State:
    old = state.trials[trial].finding
    assert old is not None
    # Validated again, so that no test speaks of a finding that cannot be.
    new = Finding.model_validate({**old.to_json(), **changes})
    trials = list(state.trials)
    trials[trial] = replace(trials[trial], finding=new)
    return replace(state, trials=tuple(trials))


def document(state: State) -> Document:
    return compose(state, CONTEXT, {})


def formats(state: State) -> tuple[str, str, str]:
    """All three formats as text; spaces that do not break are spaces.

    What the page sorts by is not printed, and left out.
    """
    whole = document(state)
    html = re.sub(r'"sort":\{[^}]*\}', "", to_html(whole))
    tree = json.dumps(_tree(whole), ensure_ascii=False)
    return tuple(  # type: ignore[return-value]
        text.replace("\u00a0", " ") for text in (to_markdown(whole), html, tree)
    )
