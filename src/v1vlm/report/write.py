"""All files of a report, as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from v1vlm.context import Context
from v1vlm.journal import State
from v1vlm.report.behind import movies_of
from v1vlm.report.compose import compose
from v1vlm.report.findings import findings_json
from v1vlm.report.html import to_html
from v1vlm.report.illustrations import draw_figures
from v1vlm.report.markdown import to_markdown
from v1vlm.report.neurons import neuron_table
from v1vlm.report.pdf import to_pdf
from v1vlm.store import MemoryStore


def write_report(state: State, context: Context, store: MemoryStore) -> dict[str, bytes]:
    """Write the report of a study: equal states give equal bytes.

    Parameters
    ----------
    state : State
    context : Context
        The text that the study started from.
    store : MemoryStore
        Holds the blobs that the state refers to.

    Returns
    -------
    dict
        Content by relative path: ``findings.json``, ``report.md``, ``report.html``,
        ``report.pdf``, ``figures/NAME.svg``, ``figures/NAME.csv`` and ``figures/neurons.csv``.
    """
    figures = draw_figures(state, store)
    neurons = neuron_table(state, store)
    document = compose(state, context, figures, neurons, movies_of(state, store))
    files = {
        "findings.json": findings_json(state).encode(),
        "report.md": to_markdown(document).encode(),
        "report.html": to_html(document).encode(),
        "report.pdf": to_pdf(document),
    }
    for name, figure in figures.items():
        files[f"figures/{name}.svg"] = figure.svg.encode()
        files[f"figures/{name}.csv"] = figure.csv.encode()
    if neurons is not None:
        files["figures/neurons.csv"] = neurons.csv.encode()
    return files


def left_over(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Name what lies in the ``figures`` of a study but is no part of its report.

    Parameters
    ----------
    files : mapping
        The report, as `write_report` gives it.
    """
    figures = folder / "figures"
    if figures.is_symlink() or not figures.is_dir():
        return []
    return sorted(path for path in figures.iterdir() if f"figures/{path.name}" not in files)
