"""Suites: hypotheses to examine the laboratory with, as data.

A suite is a TOML file: twins, and cases that are packaged templates of the built-in scientist,
contrasts of their own, or variants of either. Whether a claim is true is never written down in
it; that is measured on every twin (see `v1vlm.gym.truth`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from v1vlm.claims import Arm, Hypothesis, NeuronRule
from v1vlm.errors import InputError, UnknownNameError
from v1vlm.records import Record
from v1vlm.scientist.heuristic.templates import Members, Rival, Template, load_templates
from v1vlm.stimuli import Choice, Contrast, StimulusFamily, Varied

Kind = Literal[
    "permuted",
    "symmetry",
    "below margin",
    "wrong sign",
    "confounded",
    "easy",
    "hard",
    "equivalence",
    "claim",
]
"""What a case is made to try: four ways of being null, a confound, three kinds of effect; or, of
somebody else, a claim.

`permuted` cases are null by construction for every twin: the roles of the members are exchanged
at random in every draw, so that E[d] = 0 for every measure that compares them.
"""


class Case(Template):
    """One hypothesis of a suite: a template with fewer obligations.

    Attributes
    ----------
    kind : str
        What it tries (see `Kind`).
    permuted : bool
        Exchange the roles of the members at random in every draw.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9.-]{0,38}$")
    kind: Kind
    permuted: bool = False
    title: str = ""
    statement: str = ""
    rationale: str = ""
    keywords: tuple[str, ...] = ("gym",)
    group: str = "gym"
    rule: NeuronRule = NeuronRule()
    rivals: dict[str, Rival] = Field(default_factory=dict)

    @property
    def confounded(self) -> bool:
        """Whether its effect is made to be carried by something its control removes."""
        return self.kind == "confounded"

    def hypothesis(
        self, hypothesis_id: str, citations: tuple[str, ...], parent: str | None
    ) -> Hypothesis:
        """The hypothesis under an id."""
        made = super().hypothesis(hypothesis_id, citations, parent)
        words = {"title": self.title or self.id, "statement": self.statement or self.id}
        contrast = permuted(self.contrast) if self.permuted else made.contrast
        return made.model_copy(update={**words, "contrast": contrast})

    def arms(self) -> tuple[Arm, ...]:
        """The control arms; none where the roles are exchanged."""
        return () if self.permuted else super().arms()


class Suite(Record):
    """Twins, and the cases that are tried on each.

    Attributes
    ----------
    twins : tuple of str
        Specifications; their populations are the fresh ones of each other.
    num_steps : int
        Hypotheses per study.
    title, about : str
        What a report of its cases is called, and begins with.
    """

    name: str
    title: str = ""
    about: str = ""
    twins: tuple[str, ...] = Field(min_length=1)
    num_steps: int = Field(5, ge=1)
    cases: tuple[Case, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_differ(self) -> Suite:
        ids = [case.id for case in self.cases]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"two cases are called {twice[0]!r}")
        return self

    def case(self, case_id: str) -> Case:
        """The case of an id.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        for case in self.cases:
            if case.id == case_id:
                return case
        raise UnknownNameError(
            f"The suite {self.name!r} has no case {case_id!r}.", "See its TOML file."
        )


def suite_names() -> tuple[str, ...]:
    """Names of the packaged suites."""
    listed = files("v1vlm.gym").joinpath("suites").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in listed if f.name.endswith(".toml")))


@cache
def load_suite(name: str) -> Suite:
    """A packaged suite by name, or that of a TOML file.

    Raises
    ------
    UnknownNameError
        If there is neither.
    InputError
        If the file is no suite.
    """
    path = Path(name)
    if name in suite_names():
        text = files("v1vlm.gym").joinpath("suites", f"{name}.toml").read_text("utf-8")
    elif path.suffix == ".toml" and path.is_file():
        text = path.read_text("utf-8")
    else:
        raise UnknownNameError(
            f"There is no suite {name!r}.",
            f"Known: {', '.join(suite_names())}; or name a TOML file.",
        )
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The suite {name!r} is no TOML: {error}", "Mend the file.") from error
    entries = values.pop("case", [])
    return Suite.from_json({"name": name, **values, "cases": list(_cases(entries))})


def _cases(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every entry, as it is or once per variant, on top of the template that it names."""
    templates = {template.id: template for template in load_templates()}
    for entry in entries:
        variants = entry.pop("variants", [{}])
        base: dict[str, Any] = {}
        if (named := entry.pop("template", None)) is not None:
            if named not in templates:
                raise UnknownNameError(f"There is no template {named!r}.", "See the stock.")
            base = templates[named].to_json()
        for number, variant in enumerate(variants, start=1):
            merged = _merged(_merged(base, entry), variant)
            if len(variants) > 1 and "id" not in variant:
                merged["id"] = f"{entry['id']}.{number}"
            yield merged


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = _merged(old, value) if both and old is not None else value
    return merged


def permuted(members: Members) -> Contrast:
    """The contrast with the members' one parameter rotated at random, by seed, in every draw.

    Every member then has the same distribution, and the members of a pair are exchangeable:
    E[d] = 0 whatever the twin.

    Raises
    ------
    InputError
        If the members do not differ in exactly one parameter.
    """
    names = {name for member in members.members for name in member}
    if len(names) != 1 or any(set(member) != names for member in members.members):
        raise InputError(
            f"Roles can be exchanged in members that differ in one parameter, not in {len(names)}.",
            "Give each member one parameter, the same in all.",
        )
    name = names.pop()
    values = [member[name] for member in members.members]
    families: tuple[StimulusFamily, ...] = tuple(
        Varied.from_json(
            {
                "stimulus": {**members.shared, name: values[i]},
                "vary": {
                    **members.vary,
                    name: Choice(values=(*values[i:], *values[:i])).to_json(),
                },
            }
        )
        for i in range(len(values))
    )
    return members.contrast().model_copy(update={"families": families})
