"""Templates: hypotheses worth asking, as data with what rival accounts predict.

They lie in ``stock``, one file for each kind of question. A new one needs no code: an id, words,
a contrast in short (see `Members`), a prediction, what the rival `ACCOUNTS` predict, and controls.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from v1vlm.claims import Arm, Direction, Expectation, Hypothesis, NeuronRule, Prediction
from v1vlm.records import Record
from v1vlm.stimuli import (
    Contrast,
    Matching,
    Photographs,
    Scrambled,
    Screen,
    StimulusFamily,
    Varied,
    crafted,
)

ACCOUNTS = {
    "E": "linear–energy filters",
    "U": "untuned normalisation",
    "I": "iso-tuned surround suppression",
    "C": "preference for natural structure",
    "H": "history beyond the temporal filter",
}
"""Rival accounts of V1, by the letters used in the templates."""

Forecast = Literal["greater", "less", "none"]


class Members(Record):
    """A contrast in short: what the members share, what varies, and how each differs.

    Attributes
    ----------
    shared, vary : dict
        Parameters of every member, and their distributions (JSON of `Range`).
    members : tuple of dict
        Parameters by which each member differs.
    families : tuple of dict
        Whole families (JSON) instead of the three above.
    duration_s : float
        How long still members are shown.
    """

    factor: str
    levels: tuple[str, ...]
    shared: dict[str, Any] = Field(default_factory=dict)
    vary: dict[str, Any] = Field(default_factory=dict)
    members: tuple[dict[str, Any], ...] = ()
    families: tuple[dict[str, Any], ...] = ()
    matching: Matching = Matching()
    duration_s: float = 1.0

    def contrast(self, scrambled: bool = False) -> Contrast:
        """The contrast; with all phases scrambled, alike in all members, if wanted."""
        families: tuple[StimulusFamily, ...]
        if self.families:
            families = tuple(StimulusFamily.from_json(family) for family in self.families)
        else:
            families = tuple(
                Varied.from_json({"stimulus": {**self.shared, **member}, "vary": self.vary})
                for member in self.members
            )
        if scrambled:
            families = tuple(Scrambled(source=family) for family in families)
        return Contrast(
            families=families,
            factor=self.factor,
            levels=self.levels,
            matching=self.matching,
            duration_s=self.duration_s,
        )


class Control(Record):
    """A control arm as a change of the main contrast.

    Attributes
    ----------
    scrambled : bool
        Scramble the phases of all members.
    shared, members, families, matching
        Override those of the main contrast.
    """

    id: str
    expects: Expectation
    reason: str
    scrambled: bool = False
    shared: dict[str, Any] = Field(default_factory=dict)
    members: tuple[dict[str, Any], ...] = ()
    families: tuple[dict[str, Any], ...] = ()
    matching: Matching | None = None


class Follow(Record):
    """When a template follows up a finding of another one."""

    template: str
    verdicts: tuple[str, ...]
    because: str


class Rival(Record):
    """What one account predicts, and why."""

    predicts: Forecast
    because: str


class Template(Record):
    """One hypothesis worth asking; an entry of a file in ``stock``."""

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    title: str
    statement: str
    rationale: str
    keywords: tuple[str, ...] = Field(min_length=1)
    cites: tuple[str, ...] = ()
    group: str
    contrast: Members
    rule: NeuronRule
    measure: str = "permi"
    direction: Direction
    margin: float = 0.05
    window_s: tuple[float, float] = (0.0, 1.0)
    rivals: dict[str, Rival]
    controls: tuple[Control, ...] = ()
    follows: tuple[Follow, ...] = ()

    def hypothesis(
        self, hypothesis_id: str, citations: tuple[str, ...], parent: str | None
    ) -> Hypothesis:
        """The hypothesis under an id, citing what the context offers beside its own."""
        return Hypothesis(
            id=hypothesis_id,
            title=self.title,
            statement=self.statement,
            rationale=self.rationale,
            citations=(*citations, *self.cites),
            rivals={
                f"{letter} ({ACCOUNTS[letter]})": (
                    f"{FORECASTS_SAY[rival.predicts]}: {rival.because}"
                )
                for letter, rival in self.rivals.items()
            },
            contrast=self.contrast.contrast(),
            rule=self.rule,
            prediction=Prediction(
                measure=self.measure,
                direction=self.direction,
                margin=self.margin,
                window_s=self.window_s,
            ),
            parent=parent,
            origin=self.id,
        )

    @property
    def paints(self) -> bool:
        """Whether it needs a generator."""
        return any(family["kind"] in ("prompted", "edited") for family in self.contrast.families)

    @property
    def edits(self) -> bool:
        """Whether it needs one that can edit what it paints."""
        return any(family["kind"] == "edited" for family in self.contrast.families)

    def showing(
        self, photographs: Sequence[str], painter: str | None = None, screen: Screen | None = None
    ) -> Template:
        """The template for what a study has.

        Parameters
        ----------
        photographs : sequence of str
            Names of those to show instead of the packaged ones.
        painter : str, optional
            Digest of the generator that paints; its phrases then become prompts.
        screen : Screen, optional
            That these are for.
        """

        def shown(families: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
            if photographs:
                families = tuple(with_photographs(family, photographs) for family in families)
            return tuple(_prompted(family, painter, screen or Screen()) for family in families)

        contrast = self.contrast.model_copy(update={"families": shown(self.contrast.families)})
        controls = tuple(
            control.model_copy(update={"families": shown(control.families)})
            for control in self.controls
        )
        return self.model_copy(update={"contrast": contrast, "controls": controls})

    def arms(self) -> tuple[Arm, ...]:
        """The control arms."""
        return tuple(
            Arm(
                id=control.id,
                role="control",
                expects=control.expects,
                contrast=self._control_members(control).contrast(control.scrambled),
                rule=self.rule,
                reason=control.reason,
            )
            for control in self.controls
        )

    def _control_members(self, control: Control) -> Members:
        changes: dict[str, Any] = {"shared": {**self.contrast.shared, **control.shared}}
        if control.members:
            changes["members"] = control.members
        if control.families:
            changes["families"] = control.families
        if control.matching is not None:
            changes["matching"] = control.matching
        return self.contrast.model_copy(update=changes)


def with_photographs(family: dict[str, Any], photographs: Sequence[str]) -> dict[str, Any]:
    """A family (JSON), or the one inside it, that shows photographs of these names instead."""
    named = Photographs.of_assets(photographs)
    return _with_sources(family, {"names": named.names, "explore_names": named.explore_names})


def _prompted(family: dict[str, Any], painter: str | None, screen: Screen) -> dict[str, Any]:
    """A family (JSON) of phrases as one of prompts for a generator; any other as it is."""
    if family["kind"] not in ("prompted", "edited") or painter is None:
        return family
    prompts = crafted(family["paraphrases"], screen.width_px, screen.height_px)
    if family["kind"] == "edited":
        original = _prompted(family["original"], painter, screen)
        return {**family, "paraphrases": prompts, "original": original}
    return {**family, "paraphrases": prompts, "generator": painter}


def _with_sources(family: dict[str, Any], sources: dict[str, Any]) -> dict[str, Any]:
    """A family (JSON), or the one inside it, that shows photographs of these names."""
    inner = {k: _with_sources(v, sources) for k, v in family.items() if isinstance(v, dict)}
    return {**family, **inner, **(sources if family.get("kind") == "photographs" else {})}


FORECASTS_SAY: dict[Forecast, str] = {
    "greater": "an effect in the positive direction",
    "less": "an effect in the negative direction",
    "none": "no effect",
}


@cache
def load_templates() -> tuple[Template, ...]:
    """Packaged templates that need no generator: of every file in ``stock``, by their names."""
    return tuple(template for template in _stock() if not template.paints)


@cache
def painted_templates() -> tuple[Template, ...]:
    """Packaged templates about painted images."""
    return tuple(template for template in _stock() if template.paints)


@cache
def _stock() -> tuple[Template, ...]:
    stock = files("v1vlm.scientist.heuristic").joinpath("stock")
    listed = sorted((f for f in stock.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    texts = [file.read_text("utf-8") for file in listed]
    entries = [entry for text in texts for entry in tomllib.loads(text)["template"]]
    return tuple(Template.from_json(entry) for entry in entries)
