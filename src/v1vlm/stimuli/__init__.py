"""What is shown: stimuli and their families, in degrees of visual field; plain numpy."""

from v1vlm.stimuli.base import (
    NO_ASSETS,
    AnySeed,
    Assets,
    Choice,
    PaintRequest,
    Prompted,
    Range,
    Stimulus,
    StimulusFamily,
    Uniform,
    Varied,
    quantise,
)
from v1vlm.stimuli.contrast import Contrast, Draw, Matching, match, residuals
from v1vlm.stimuli.screen import Screen

__all__ = [
    "NO_ASSETS",
    "AnySeed",
    "Assets",
    "Choice",
    "Contrast",
    "Draw",
    "Matching",
    "PaintRequest",
    "Prompted",
    "Range",
    "Screen",
    "Stimulus",
    "StimulusFamily",
    "Uniform",
    "Varied",
    "match",
    "quantise",
    "residuals",
]
