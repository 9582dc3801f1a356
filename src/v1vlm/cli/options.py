"""Options that several commands share, and the specification that they make."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from v1vlm.journal import Budget, StudySpec
    from v1vlm.physiology import Card
    from v1vlm.records import Record

    Made = TypeVar("Made", bound=Record)


def whole_number(text: str) -> int:
    """Read an option's whole number."""
    try:
        return int(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no whole number.") from error


def number(text: str) -> float:
    """Read an option's number."""
    try:
        return float(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no number.") from error


Folder = Annotated[Path, typer.Argument(help="Folder of the study.", show_default=False)]
ContextFile = Annotated[
    Path, typer.Option(help="Text to start from, the introduction of a paper, say.")
]
References = Annotated[
    Path | None, typer.Option(help="BibTeX file of works that the text cites.", metavar="FILE.bib")
]
NumSteps = Annotated[
    int, typer.Option(help="K, the number of registrations.", parser=whole_number, metavar="K")
]
Seed = Annotated[
    int, typer.Option(help="Seed of everything random.", parser=whole_number, metavar="SEED")
]
TwinName = Annotated[str, typer.Option(help="Digital twin: NAME[:ARG] or module:factory.")]
MouseName = Annotated[
    str | None, typer.Option("--mouse", help="Mouse, of a twin of several.", metavar="ID")
]
ScientistName = Annotated[
    str | None,
    typer.Option(
        help="Scientist: NAME[:ARG], replay:DIR or module:factory.", show_default="heuristic"
    ),
]
GeneratorName = Annotated[
    str | None, typer.Option(help="Text-to-image generator: NAME[:ARG] or module:factory.")
]
AllowParametric = Annotated[
    bool,
    typer.Option(
        "--allow-parametric",
        help="If images cannot be painted, go on with parametric stimuli; the report says so.",
    ),
]
SameGenerator = Annotated[
    str | None,
    typer.Option(
        help="How to load the study's generator here, with another device= or offload=, say."
    ),
]
InitialPrompt = Annotated[
    str, typer.Option(help="Guidance for the scientist, in a sentence.", metavar="TEXT")
]
Photos = Annotated[
    Path | None,
    typer.Option(help="Folder of photographs to use instead of the packaged ones.", metavar="DIR"),
]
CardPath = Annotated[
    Path | None,
    typer.Option(
        "--card",
        help="Physiology card of the twin, to be cited: a folder of v1vlm physiology.",
        metavar="DIR",
    ),
]
Replicate = Annotated[
    list[str] | None,
    typer.Option(
        help="Test every claim that stands again in this twin or mouse; give it several times.",
        metavar="TWIN",
    ),
]
MiceAtLeast = Annotated[
    int | None,
    typer.Option(
        help="Other mice that an effect must be there in (L2); all without.",
        parser=whole_number,
        metavar="U",
    ),
]
TwinsAtLeast = Annotated[
    int | None,
    typer.Option(
        help="Independent twins that an effect must be there in (L3); all without.",
        parser=whole_number,
        metavar="U",
    ),
]
SharedDraws = Annotated[
    bool,
    typer.Option("--shared-draws", help="Replicate on the draws of the claim, not on fresh ones."),
]
MaxDraws = Annotated[
    int | None,
    typer.Option(
        help="Stop before the study has shown more draws.", parser=whole_number, metavar="N"
    ),
]
MaxHours = Annotated[
    float | None,
    typer.Option(help="Stop after so many hours of this run.", parser=number, metavar="HOURS"),
]
MaxCalls = Annotated[
    int | None,
    typer.Option(help="Stop before a model is asked more often.", parser=whole_number, metavar="N"),
]
MaxTokens = Annotated[
    int | None,
    typer.Option(
        help="Ask no model after so many tokens, sent and received.",
        parser=whole_number,
        metavar="N",
    ),
]
MaxUsd = Annotated[
    float | None,
    typer.Option(
        help="Ask no model after so much money; needs usd_in and usd_out (docs/models.md).",
        parser=number,
        metavar="USD",
    ),
]
VlmSize = Annotated[
    str | None,
    typer.Option(help="The fine-tuned V1VLM model of 4b or 12b as scientist.", metavar="4b|12b"),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Only the result.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Every event.")]


def read_spec(
    context_file: Path, references: Path | None, **settings: Any
) -> tuple[StudySpec, str]:
    """The specification of a study, and the text that it starts from.

    Raises
    ------
    InputError
        If a file cannot be read, or a setting is out of range.
    """
    from v1vlm.context import parse_context, read_text, with_references
    from v1vlm.journal import StudySpec

    text = read_text(context_file)
    if references is not None:
        text = with_references(text, read_text(references), name=references.name)
    # Names on disk and words of a command line may hold bytes that are no text.
    given = {"context": context_file.name, **settings}
    given["replicate"] = tuple(_plain(name) for name in given.get("replicate") or ())
    plain = {k: _plain(v) if isinstance(v, str) else v for k, v in given.items()}
    digest = parse_context(text).text_digest
    return _of_options(StudySpec, {**plain, "context_digest": digest}), text


def read_photos(folder: Path | None) -> dict[str, NDArray[np.uint8]]:
    """The photographs of a folder, by name; none without a folder.

    Raises
    ------
    InputError
        If one cannot be read safely, or there are too few to set some apart.
    """
    if folder is None:
        return {}
    from v1vlm.stimuli import Photographs, read_photographs

    photographs = read_photographs(folder)
    Photographs.of_assets(photographs)
    return photographs


def read_card(path: Path | None) -> Card | None:
    """The physiology card at a path; none without one.

    Raises
    ------
    InputError
        If there is no card of this version.
    """
    if path is None:
        return None
    from v1vlm import physiology

    return physiology.read_card(path)


def read_budget(**limits: float | None) -> Budget:
    """The budget that the options ask for."""
    from v1vlm.journal import Budget

    return _of_options(Budget, limits)


def twin_of(twin: str, mouse: str | None) -> str:
    """The twin that is named, of one of its mice if one is named."""
    from v1vlm import plugins
    from v1vlm.errors import InputError

    if mouse is None:
        return twin
    if twin.partition(":")[0].partition(",")[0] not in plugins.names("twins"):
        raise InputError(f"The twin {twin!r} has no option 'mouse'.", "Leave out --mouse.")
    return f"{twin},mouse={mouse}"


def scientist_of(scientist: str | None, vlm_size: str | None) -> str:
    """The scientist that is named, by name or by size; the built-in one without."""
    if vlm_size is None:
        return scientist or "heuristic"
    if vlm_size not in ("4b", "12b"):
        raise typer.BadParameter(f"{vlm_size!r} is no size; there are 4b and 12b.")
    if scientist is not None:
        raise typer.BadParameter("Give --scientist or --vlm-size, not both.")
    return f"v1vlm-{vlm_size}"


def _of_options(record: type[Made], values: Mapping[str, Any]) -> Made:
    """The record of what the options say; what does not fit is named as it was typed."""
    from v1vlm.errors import InputError

    try:
        return record.from_json(values)
    except InputError as error:
        _, field, what = error.what.split(": ", 2)
        option = f"--{field.replace('_', '-')}"
        raise InputError(f"{option}: {what}", "See: v1vlm run --help") from error


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
