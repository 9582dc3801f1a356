"""What is caught, marked and removed of sentences that are false or true; a minute of CPU.

``python -m benchmarks.grounded_prose`` reads the phrasings of the tests, and writes
``benchmarks/results/grounded_prose.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from tests.report.grounding import corpus, looked_at, test_grounding, turns, unseen

RESULT = Path(__file__).parent / "results" / "grounded_prose.md"


def main() -> None:
    """Print a table, and keep it in benchmarks/results."""
    groups = {
        "read while the rules were made": [*test_grounding.SETS, *_all_of(looked_at)],
        "idioms": [turns],
        "none looked at": _all_of(unseen),
    }
    header = (
        "| phrasings | | false: unmarked | marked | removed | true: unmarked | marked | removed |"
    )
    lines = [header, "|---|---|---|---|---|---|---|---|"]
    lines += [_row(name, modules) for name, modules in groups.items()]
    text = "# Grounded prose\n\nShares of sentences, 20 reports a set.\n\n" + "\n".join(lines)
    RESULT.write_text(f"{text}\n", "utf-8")
    print(text)


def _all_of(package: ModuleType) -> list[ModuleType]:
    names = sorted(module.name for module in iter_modules(package.__path__))
    return [import_module(f"{package.__name__}.{name}") for name in names]


def _row(name: str, modules: Iterable[ModuleType]) -> str:
    modules = list(modules)
    scores = [corpus.score(module.TRUE, module.FAULTS, 20) for module in modules]
    n_false, n_true = (sum(getattr(s, n) for s in scores) for n in ("n_faults", "n_true"))
    missed, removed = (sum(len(getattr(s, n)) for s in scores) for n in ("missed", "removed"))
    marked, unchecked = (sum(getattr(s, n) for s in scores) for n in ("marked", "unchecked"))
    shares = (
        *(n / n_false for n in (missed, marked, n_false - missed - marked)),
        *(n / n_true for n in (n_true - unchecked - removed, unchecked, removed)),
    )
    n = sum(len(module.TRUE) + len(module.FAULTS) for module in modules)
    return f"| {name} | {n:,} | {' | '.join(f'{share:.2%}' for share in shares)} |"


if __name__ == "__main__":
    main()
