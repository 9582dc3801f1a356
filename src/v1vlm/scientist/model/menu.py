"""The menu: what a model may choose from, as data, and what its choices become.

A model names a kind of stimulus, what differs and by how much; families, contrasts and arms are
built here. It can set nothing that is not on the menu, and no range is its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import Field, StrictFloat, StrictInt, ValidationError

from v1vlm.errors import InputError, ProposalError
from v1vlm.records import Record
from v1vlm.scientist.heuristic.templates import with_photographs
from v1vlm.stimuli import (
    Contrast,
    Edited,
    Matching,
    Prompted,
    Scrambled,
    StimulusFamily,
    Varied,
    crafted,
)
from v1vlm.stimuli.base import with_unit
from v1vlm.stimuli.prompted import PHRASE_MAX

Level = StrictFloat | StrictInt | str
Number = StrictFloat | StrictInt
Allowed = tuple[Number, Number] | tuple[str, ...]
"""A range of numbers, or words to choose from."""

PAINTED, EDITED = "painted.description", "painted.edit"
"""The choices of contrasts between images that are painted from descriptions, and between edits
of one of them: painted anew as something else, and as what it shows already."""

EDIT_SETTINGS: dict[str, Allowed] = {
    "region": ("all", "inside", "outside"),
    "diameter_deg": (30, 60),
    "strength": (0.3, 1),
}
"""What can be set of edits; any such disc holds the receptive fields of neurons that are near."""

MATCHINGS: dict[str, Matching] = {
    "luminance": Matching(),
    "global contrast": Matching(contrast="global"),
    "local contrast": Matching(contrast="local", window_sd_deg=10.0),
    "spectrum": Matching(spectrum=True, contrast="local", window_sd_deg=10.0),
}
"""What is made equal between the members of a draw; mean luminance always is."""

_WORDS = {"true": True, "false": False, "1": 1, "0": 0, "-1": -1}


class Kind(Record):
    """A kind of stimulus on the menu; see the head of ``menu.toml``."""

    id: str
    words: str
    base: dict[str, Any] = Field(default_factory=dict)
    vary: dict[str, Any] = Field(default_factory=dict)
    factors: dict[str, Allowed] = Field(default_factory=dict)
    needs: dict[str, dict[str, Any]] = Field(default_factory=dict)
    far: dict[str, Any] = Field(default_factory=dict)
    versions: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)

    def allowed(self, factor: str) -> Allowed:
        """The range or the choices of a factor."""
        return self.factors[factor] if factor in self.factors else tuple(self.versions[factor])


class Design(Record):
    """What is compared, in the terms of the menu.

    Attributes
    ----------
    varies : str
        ``kind.factor``, as `choices` lists them.
    levels : tuple
        Values of the factor, in order; descriptions of what is to be painted, or of what a
        picture shows when it is edited and before.
    fixed : dict
        Other parameters that all members share (see `settable`).
    changed : str
        Name of a control (see `controls`) that changes it, or nothing.
    painter : str or None
        Digest of the generator.
    photographs : tuple of str
        Names of the user's photographs, shown instead of the packaged ones.
    wordings : tuple of tuple of str
        Of painted members, paraphrases of their levels, one tuple per level; the levels
        themselves without.
    """

    varies: str
    levels: tuple[Level, ...] = Field(min_length=2, max_length=6)
    fixed: dict[str, Level] = Field(default_factory=dict)
    matching: str = "luminance"
    changed: str = ""
    painter: str | None = None
    photographs: tuple[str, ...] = ()
    wordings: tuple[tuple[str, ...], ...] = ()

    @property
    def kind(self) -> str:
        """The kind of stimulus."""
        return self.varies.partition(".")[0]

    @property
    def factor(self) -> str:
        """What differs between the members."""
        return self.varies.partition(".")[2]

    def contrast(self) -> Contrast:
        """The contrast that it stands for.

        Raises
        ------
        ProposalError
            Naming the value that is off the menu, and what the menu allows.
        """
        self._check()
        try:
            return Contrast(
                families=self._families(),
                factor=in_words(self.factor),
                levels=tuple(self._named(level) for level in self.levels),
                matching=self._matching(),
            )
        except (ValidationError, InputError) as error:
            raise ProposalError(f"The design cannot be built: {_first(error)}") from error

    def _check(self) -> None:
        offered = choices(self.painter, edits=True)
        if self.varies not in offered:
            raise ProposalError(
                f"{self.varies[:60]!r} is not on the menu; choose one of {', '.join(offered)}."
            )
        if self.matching not in MATCHINGS:
            raise ProposalError(f"matching must be one of {', '.join(MATCHINGS)}.")
        if len({str(level) for level in self.levels}) != len(self.levels):
            raise ProposalError("The members must differ, but two of them are the same.")
        if not self.paints:
            for level in self.levels:
                check_value(self.factor, level, kinds()[self.kind].allowed(self.factor))
        if self.varies == EDITED and len(self.levels) != 2:
            raise ProposalError("An edit is compared with what was there: give two levels.")
        allowed = settable(self.varies)
        for name, value in self.fixed.items():
            if name not in allowed:
                free = ", ".join(sorted(allowed)) or "nothing"
                raise ProposalError(f"{name[:40]!r} cannot be fixed here; what can be: {free}.")
            check_value(name, value, allowed[name])

    @property
    def paints(self) -> bool:
        """Whether it needs a generator."""
        return self.varies in (PAINTED, EDITED)

    def _families(self) -> tuple[StimulusFamily, ...]:
        made: list[StimulusFamily]
        if self.varies == EDITED:
            made = [*self._edited()]
        elif self.varies == PAINTED:
            made = [*self._painted()]
        else:
            kind = kinds()[self.kind]
            made = [self._family(kind, level) for level in self.levels]
        return tuple(Scrambled(source=f) for f in made) if self.changed == "scrambled" else (*made,)

    def _edited(self) -> Iterator[StimulusFamily]:
        """Edits of what the second level describes: as the first one says, and as it was."""
        as_told, as_it_was = self._painted()
        own = {name: plain(value) for name, value in self.fixed.items()}
        for member in (as_told, as_it_was):
            yield Edited(
                original=as_it_was,
                paraphrases=member.paraphrases,
                description=member.description,
                **own,
            )

    def _painted(self) -> Iterator[Prompted]:
        """Members with their wordings; what was said before, or alike of all, is left out."""
        said = self.wordings or tuple((str(level),) for level in self.levels)
        rows = [row for row in zip(*said, strict=True) if len(set(row)) == len(row)]
        for member, level in enumerate(self.levels):
            for other in range(len(self.levels)):
                rows = _firsts(rows, other)
            yield Prompted(
                paraphrases=crafted([row[member] for row in rows]),
                generator=self.painter,
                description=str(level)[:PHRASE_MAX],
            )

    def _family(self, kind: Kind, level: Level) -> StimulusFamily:
        if self.factor in kind.versions:
            version = kind.versions[self.factor][str(level)]
            if self.photographs:
                version = with_photographs(version, self.photographs)
            return StimulusFamily.from_json(version)
        own = {name: plain(value) for name, value in self.fixed.items()}
        needed = kind.needs.get(self.factor, {})
        stimulus = {"kind": kind.id, **kind.base, **needed, **own, self.factor: plain(level)}
        if self.changed == "far":
            stimulus |= kind.far
        if self.changed == "half contrast":
            stimulus |= {name: stimulus[name] / 2 for name in _faded(stimulus, self.factor)}
        vary = {name: law for name, law in kind.vary.items() if name not in {*own, self.factor}}
        return Varied.from_json({"stimulus": stimulus, "vary": vary})

    def _matching(self) -> Matching:
        wanted = _NARROWED.get(self.changed, MATCHINGS[self.matching])
        if not self.paints or self.changed in _NARROWED:
            return wanted
        # Of painted images everything is matched that can be: no prompt controls contrast. An
        # edit in a region has the luminance and contrast of its original already; more would
        # change what it keeps.
        local = self.fixed.get("region", "all") != "all"
        return wanted.model_copy(update={"contrast": "global" if local else "both"})

    def _named(self, level: Level) -> str:
        name = with_unit(self.factor, f"{level:.4g}") if not isinstance(level, str) else level
        return {"true": in_words(self.factor), "false": f"not {in_words(self.factor)}"}.get(
            name, name
        )[:120]

    def controls(self) -> dict[str, str]:
        """Controls that this design allows: what each leaves out, by name."""
        kind = kinds().get(self.kind)
        offered = dict(_CONTROLS)
        if self.paints:
            # It is registered with every claim about painted images, whoever asks for it.
            del offered["scrambled"]
        if kind is None or not kind.far or self.factor in kind.far:
            del offered["far"]
        if kind is None or not _faded({**kind.base, **self.fixed}, self.factor):
            del offered["half contrast"]
        return offered

    def controlled(self, name: str) -> Design:
        """The design of a control."""
        return self.model_copy(update={"changed": name})


_NARROWED = {
    "local contrast": Matching(contrast="local", window_sd_deg=8.0),
    "wider window": Matching(contrast="local", window_sd_deg=14.0),
    "spectrum": Matching(spectrum=True, contrast="local", window_sd_deg=8.0),
}

_CONTROLS = {
    "local contrast": "equal RMS contrast inside the receptive field; the effect should remain",
    "wider window": "equal RMS contrast in a wider window; the effect should remain",
    "spectrum": "equal amplitude spectrum and local contrast; the effect should remain",
    "half contrast": "everything at half the contrast; the effect should remain",
    "scrambled": "phases scrambled, spectrum kept; the effect should be gone",
    "far": "what differs is moved away from the receptive field; the effect should be gone",
}

GONE = ("scrambled", "far")
"""Controls in which the effect should be absent."""


@cache
def kinds() -> dict[str, Kind]:
    """The kinds on the menu, by id."""
    text = files("v1vlm.scientist.model").joinpath("menu.toml").read_text("utf-8")
    made = [Kind.from_json(entry) for entry in tomllib.loads(text)["kind"]]
    return {kind.id: kind for kind in made}


def choices(
    painter: str | None = None, *, edits: bool = False, only_painted: bool = False
) -> tuple[str, ...]:
    """Everything that may differ in a design, as ``kind.factor``.

    Parameters
    ----------
    painter : str, optional
        Digest of the generator; without one nothing can be painted, whatever else is told.
    edits : bool
        Whether it can edit what it paints.
    only_painted : bool
        Only what is painted.
    """
    painted = () if painter is None else (PAINTED, EDITED) if edits else (PAINTED,)
    if only_painted and painted:
        return painted
    listed = [f"{k.id}.{f}" for k in kinds().values() for f in (*k.factors, *k.versions)]
    return (*listed, *painted)


def settable(varies: str) -> dict[str, Allowed]:
    """Parameters that can be set for all members of a design, with what they may be."""
    kind, _, factor = varies.partition(".")
    if varies == EDITED:
        return EDIT_SETTINGS
    if kind not in kinds() or factor in kinds()[kind].versions:
        return {}
    return {name: allowed for name, allowed in kinds()[kind].factors.items() if name != factor}


def described(
    painter: str | None = None, *, edits: bool = False, only_painted: bool = False
) -> str:
    """The menu in words: one line per kind, with the ranges of what may differ (see `choices`)."""
    lines = []
    for kind in kinds().values() if not only_painted or painter is None else ():
        parts = [f"{name} {range_in_words(allowed)}" for name, allowed in kind.factors.items()]
        parts += [f"{name} {' | '.join(versions)}" for name, versions in kind.versions.items()]
        lines.append(f"- {kind.id}: {kind.words}. {'; '.join(parts)}.")
    if painter is not None:
        line = (
            "- painted: still grey pictures that a generator paints from descriptions, any "
            "number of large shapes or scenes; description: what a picture shows, in a few words"
        )
        if edits:
            line += (
                "; edit: what a picture shows where it has been painted anew, beside the same "
                "picture painted anew as it was; everywhere, inside or outside a disc on the "
                "receptive fields (a plank wall whose surround becomes a heap of boulders, say)"
            )
        lines.append(f"{line}.")
    return "\n".join(lines)


def check_value(name: str, value: Level, allowed: Allowed) -> None:
    """Refuse a value that is off the menu.

    Raises
    ------
    ProposalError
        With the values that are on it.
    """
    if isinstance(allowed[0], str):
        fits = value in allowed
    else:
        low, high = (float(end) for end in allowed)
        fits = isinstance(value, int | float) and low <= value <= high
        fits = fits and not (_whole(name) and value != int(value))
    if not fits:
        raise ProposalError(f"{name} is {str(value)[:40]!r}; it must be {range_in_words(allowed)}.")


def range_in_words(allowed: Allowed) -> str:
    """The values that are allowed, in words."""
    if isinstance(allowed[0], str):
        return " | ".join(str(word) for word in allowed)
    return f"{allowed[0]:g} to {allowed[1]:g}"


def schema_of(name: str, allowed: Allowed) -> dict[str, Any]:
    """JSON schema of a value that is on the menu."""
    if isinstance(allowed[0], str):
        return {"type": "string", "enum": list(allowed)}
    low, high = allowed
    whole = _whole(name)
    ends = [int(low), int(high)] if whole else [float(low), float(high)]
    return {"type": "integer" if whole else "number", "minimum": ends[0], "maximum": ends[1]}


def plain(level: Level) -> Any:
    """A value as the parameter of a stimulus takes it."""
    if isinstance(level, str):
        return _WORDS.get(level, level)
    return int(level) if level == int(level) else round(level, 6)


def in_words(name: str) -> str:
    """A parameter's name without its unit."""
    stem = re.sub(r"(_per_square_deg|_deg_per_s|_per_deg|_deg|_cpd|_hz|_s|_octaves)$", "", name)
    said = "number" if stem == "n" else re.sub(r"^n_", "number of ", stem)
    return said.replace("_", " ")


def _faded(stimulus: dict[str, Any], factor: str) -> list[str]:
    """Parameters that are halved at half the contrast; none where contrast is the factor."""
    names = [n for n in stimulus if n in ("rms", "mask_contrast") or n.endswith("contrast")]
    return [] if factor in ("rms", *names) or "contrast" in factor else names


def _firsts(rows: list[tuple[str, ...]], member: int) -> list[tuple[str, ...]]:
    """Rows whose phrase for a member has not been said before."""
    said: dict[str, tuple[str, ...]] = {}
    for row in rows:
        said.setdefault(" ".join(row[member].lower().split()).rstrip(" ."), row)
    return list(said.values())


def _whole(name: str) -> bool:
    return name == "n" or name.startswith("n_")


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return str(error.errors()[0]["msg"])
    return str(error).splitlines()[0]
