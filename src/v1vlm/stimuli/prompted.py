"""Conditions in words: families of images that a generator paints from paraphrases.

A condition is a set of paraphrases of one description. A draw is a paraphrase and a painting
seed; the members of a draw share the number of the paraphrase and the seed, so that the
composition is shared and what is described differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from v1vlm.records import rng_of
from v1vlm.stimuli.base import PaintRequest, Stimulus, StimulusFamily
from v1vlm.stimuli.images import Painted, Scrambled

WORDINGS_MIN = 8
"""Paraphrases of a description below which a claim is about the wordings alone."""

PHRASE_MAX, PROMPT_MAX = 160, 600
"""Characters of a phrase, and of the prompt made of it: with room within the 256 tokens that
FLUX.1 reads, which end without a word where a prompt is longer."""

Prompt = Annotated[str, StringConstraints(min_length=1, max_length=PROMPT_MAX)]

FRAMES = (
    "A black-and-white photograph of {}",
    "A plain greyscale picture of {}",
    "A simple monochrome rendering of {}",
    "A grey charcoal drawing of {}",
    "A greyscale photograph taken straight ahead, showing {}",
    "A still monochrome image: {}",
    "A sparse black-and-white illustration of {}",
    "A soft grey painting of {}",
)
"""How a wording begins: styles, which are shared by the members of a draw."""

STYLE = (
    "It fills the whole picture. Large coarse shapes that stay clear at {} by {} pixels, middle "
    "grey background, even light, nothing moves, no text, no colour, no fine texture."
)
"""What every prompt asks for: grey, static content at the resolution that the twin can see."""

BARE = "A greyscale picture."
"""Painted where two wordings have not a word in common."""


def crafted(phrases: Sequence[str], width_px: int = 64, height_px: int = 36) -> tuple[str, ...]:
    """Prompts that show what phrases say, in a way that the twin can see.

    Parameters
    ----------
    phrases : sequence of str
        Paraphrases of one description, without style: "two bars that cross".
    width_px, height_px : int
        Of the screen.

    Returns
    -------
    tuple of str
        One per phrase; prompt *i* has the style *i* of `FRAMES`, whatever the phrase, so that
        two descriptions with equally many phrases share their styles.
    """
    style = STYLE.format(width_px, height_px)
    return tuple(
        f"{FRAMES[i % len(FRAMES)].format(_plain(phrase))}. {style}"
        for i, phrase in enumerate(phrases)
    )


def _plain(phrase: str) -> str:
    """One line without the full stop at its end, no longer than allowed."""
    return " ".join(phrase.split())[:PHRASE_MAX].rstrip(" .")


class Prompted(StimulusFamily):
    """Images painted from paraphrases of one description by a text-to-image generator.

    Attributes
    ----------
    paraphrases : tuple of str
        Prompts, exactly as they are painted.
    description : str
        What they all say, in a few words; asked for where the manipulation is checked.
    strand : str
        Families of different strands are painted from different seeds: for members with the
        same paraphrases, which would be the same images otherwise.
    """

    kind: Literal["prompted"] = "prompted"
    paraphrases: tuple[Prompt, ...] = Field(min_length=1, max_length=100)
    generator: str
    settings: dict[str, str | int | float | bool] = Field(default={})
    description: str = Field("", max_length=PHRASE_MAX)
    strand: str = Field("", max_length=20)

    @model_validator(mode="after")
    def _each_once(self) -> Prompted:
        _all_differ(self.paraphrases)
        return self

    @property
    def wordings(self) -> tuple[str, ...]:
        """The prompts that a draw chooses from."""
        return self.paraphrases

    def draw(self, seed: int) -> Stimulus:
        """One painted image: paraphrase and painting seed both follow from `seed`."""
        index, request = self._request(seed)
        return Painted(request=request, wording=index)

    def describe(self) -> str:
        """One sentence: what is shown and what varies."""
        what = self.description or self.paraphrases[0]
        strand = f", painting seeds {self.strand}" if self.strand else ""
        return f"painted images: {what} ({in_wordings(self.paraphrases)}{strand})"

    def _request(self, seed: int) -> tuple[int, PaintRequest]:
        index = _wording(seed, self.paraphrases)
        return index, PaintRequest(
            prompt=self.paraphrases[index],
            seed=_painting_seed(seed, self.strand),
            generator=self.generator,
            settings=self.settings,
        )


class Edited(StimulusFamily):
    """Edits of painted images: the members of a draw are edits of one original, or itself.

    Painting anew changes an image whatever its prompt says. What to compare an edit with is
    therefore another one of the same original, with the original's own prompts: both are begun
    at the same noise, in the same place, and differ in what they are to show.

    Attributes
    ----------
    original : Prompted
        What is edited; the draw of the same seed.
    paraphrases : tuple of str
        Prompts of the edit, as many as the original has.
    strength : float
        How much is painted anew, 0 to 1.
    region, diameter_deg
        Where the edit is shown (see `Painted`): everywhere, or inside or outside of a disc on
        the receptive fields.
    strand : str
        Edits of different strands are begun at different noise: for members with the same
        prompts.
    """

    kind: Literal["edited"] = "edited"
    original: Prompted
    paraphrases: tuple[Prompt, ...] = Field(min_length=1, max_length=100)
    description: str = Field("", max_length=PHRASE_MAX)
    strength: float = Field(0.6, gt=0, le=1)
    region: Literal["all", "inside", "outside"] = "all"
    diameter_deg: float = Field(30.0, gt=0, le=120)
    strand: str = Field("", max_length=20)

    @model_validator(mode="after")
    def _wordings_fit(self) -> Edited:
        _all_differ(self.paraphrases)
        if len(self.paraphrases) != len(self.original.paraphrases):
            raise ValueError("an edit needs as many paraphrases as its original has")
        return self

    @property
    def wordings(self) -> tuple[str, ...]:
        """The prompts of the edit."""
        return self.paraphrases

    def draw(self, seed: int) -> Stimulus:
        """The edit of the original's draw with the same seed."""
        index, original = self.original._request(seed)
        begun_at = _painting_seed(seed, self.strand) if self.strand else original.seed
        request = original.model_copy(
            update={
                "prompt": self.paraphrases[index],
                "seed": begun_at,
                "original": original,
                "strength": self.strength,
            }
        )
        return Painted(
            request=request, wording=index, region=self.region, diameter_deg=self.diameter_deg
        )

    def describe(self) -> str:
        """One sentence: what is shown and what varies."""
        where = "" if self.region == "all" else f" {self.region} a disc of {self.diameter_deg:g}°"
        what = self.description or self.paraphrases[0]
        return (
            f"painted images edited{where}: {what} ({in_wordings(self.paraphrases)}, strength "
            f"{self.strength:g}; original: {self.original.description or 'as painted'}"
            f"{f', painting seeds {self.strand}' if self.strand else ''})"
        )


PaintedFamily = Prompted | Edited


def painted_in(families: Sequence[StimulusFamily]) -> tuple[PaintedFamily, ...]:
    """Painted families among some, those that are shown phase-scrambled included."""
    bare = [f.source if isinstance(f, Scrambled) else f for f in families]
    return tuple(f for f in bare if isinstance(f, Prompted | Edited))


def style_only(families: Sequence[StimulusFamily]) -> tuple[StimulusFamily, ...]:
    """The same prompts without the feature: what the paraphrases *i* of all have in common.

    Words that the members' prompts do not share, in order, are left out. Members that thereby
    have the same prompts are painted from seeds of their own; alike but for that, they differ
    in no more than two images of one condition do. Where a member is an edit, all become edits of
    its original, in its place.

    Raises
    ------
    ValueError
        If a family is not painted from prompts.
    """
    if not all(isinstance(family, Prompted | Edited) for family in families):
        raise ValueError("only prompts can be stripped of a feature")
    prompts = [family.wordings for family in painted_in(families)]
    shared = [_in_common(alike) for alike in zip(*prompts, strict=True)]
    # Two wordings may become one; the number of paraphrases, and with it the draw, must stay.
    texts = tuple(
        text if text not in shared[:i] else f"{text} ({i + 1})" for i, text in enumerate(shared)
    )
    one = next((f for f in families if isinstance(f, Edited)), families[0])
    bare = {"paraphrases": texts, "description": "style alone"}
    return tuple(
        one.model_copy(update={**bare, "strand": f"style {number + 1}"})
        for number in range(len(families))
    )


def _in_common(prompts: Sequence[str]) -> str:
    words = prompts[0].split()
    for other in prompts[1:]:
        blocks = SequenceMatcher(None, words, other.split(), autojunk=False).get_matching_blocks()
        words = [word for block in blocks for word in words[block.a : block.a + block.size]]
    return " ".join(words) or BARE


def in_wordings(paraphrases: Sequence[str]) -> str:
    """How many wordings there are, in words."""
    return f"{len(paraphrases)} wording{'s' if len(paraphrases) > 1 else ''}"


def _wording(seed: int, paraphrases: Sequence[str]) -> int:
    return int(rng_of(seed, "paraphrase").integers(len(paraphrases)))


def _painting_seed(seed: int, strand: str) -> int:
    parts = (seed, "painting", strand) if strand else (seed, "painting")
    return int(rng_of(*parts).integers(2**32))


def _all_differ(paraphrases: Sequence[str]) -> None:
    said = [" ".join(text.lower().split()) for text in paraphrases]
    for text in said:
        if said.count(text) > 1:
            raise ValueError(f"the wording {text[:60]!r} is given twice")
