"""Long measurements in parts: what was shown before a stop is not shown again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any, TypeVar

from v1vlm.rig import Rig
from v1vlm.store import Answer

Part = TypeVar("Part")

KEEP_S = 20.0
"""Parts are kept one by one once so much time was spent on them, and when stopped; what took less
is only kept as a whole. That bears on what the memo holds, never on an answer."""


def in_parts(
    rig: Rig,
    request: Mapping[str, Any],
    parts: Sequence[Part],
    act: Callable[[Part], Answer],
    on_part: Callable[[int], None] | None = None,
) -> Iterator[Answer]:
    """Perform an effect part by part, each at most once, and in parallel where the rig can.

    Parameters
    ----------
    rig : Rig
    request : mapping
        JSON value that determines the parts and the answer to each.
    parts : sequence
    act : callable
        Performs one; a function of a module if the rig's executor has processes.
    on_part : callable, optional
        Told the number of parts done before each.

    Yields
    ------
    dict
        Answers, in the order of the parts.
    """
    store, keys = rig.store, [{**request, "part": number} for number in range(len(parts))]
    known = [store.known(key) for key in keys]
    new = [part for part, done in zip(parts, known, strict=True) if not done]
    performed = iter((map if rig.executor is None else rig.executor.map)(act, new))
    waiting: list[tuple[dict[str, Any], Answer]] = []
    since = monotonic()
    try:
        for number, (key, done) in enumerate(zip(keys, known, strict=True)):
            if on_part is not None:
                on_part(number)
            answer = store.once(key, dict) if done else next(performed)
            if not done:
                waiting.append((key, answer))
            if monotonic() - since > KEEP_S:
                _keep(store, waiting)
                since = monotonic()
            yield answer
    except BaseException:
        _keep(store, waiting)
        raise


def _keep(store: Any, waiting: list[tuple[dict[str, Any], Answer]]) -> None:
    while waiting:
        key, answer = waiting.pop(0)
        store.once(key, lambda answer=answer: answer)
