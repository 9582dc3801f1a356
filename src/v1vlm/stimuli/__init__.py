"""What is shown: stimuli and their families, in degrees of visual field; plain numpy."""

from v1vlm.stimuli.base import (
    NO_ASSETS,
    AnySeed,
    Assets,
    Choice,
    PaintRequest,
    Range,
    Stimulus,
    StimulusFamily,
    Uniform,
    Varied,
    quantise,
)
from v1vlm.stimuli.contours import Contour, ContourMap, GaborPath, OwnedEdge, Symmetric
from v1vlm.stimuli.contrast import Contrast, Draw
from v1vlm.stimuli.files import as_asset, read_photographs
from v1vlm.stimuli.gallery import show, write_picture
from v1vlm.stimuli.gratings import CentreSurround, Grating, GratingSequence, Plaid
from v1vlm.stimuli.guard import Flag, guard
from v1vlm.stimuli.images import Painted, PhaseScrambled, Scrambled, Stored
from v1vlm.stimuli.matching import Matching, differences, match, residuals
from v1vlm.stimuli.motion import Bar, Chirp, Looming, RandomDots
from v1vlm.stimuli.noise import PinkNoise, SparseNoise, UniformNoise
from v1vlm.stimuli.photographs import (
    PHOTOGRAPHS,
    PhotoClip,
    Photograph,
    Photographs,
    PhotoSurround,
)
from v1vlm.stimuli.prompted import (
    WORDINGS_MIN,
    Edited,
    Prompted,
    crafted,
    painted_in,
    style_only,
)
from v1vlm.stimuli.quilts import Quilt
from v1vlm.stimuli.recorded import FlatGabor
from v1vlm.stimuli.scenes import Arc, Crossing, Junction, Lines, Outlines
from v1vlm.stimuli.screen import Screen
from v1vlm.stimuli.series import Replayed, Retimed, Succession, Successive
from v1vlm.stimuli.textures import DeadLeaves, OrientedTexture, TexturedFigure

__all__ = [
    "NO_ASSETS",
    "PHOTOGRAPHS",
    "WORDINGS_MIN",
    "AnySeed",
    "Arc",
    "Assets",
    "Bar",
    "CentreSurround",
    "Chirp",
    "Choice",
    "Contour",
    "ContourMap",
    "Contrast",
    "Crossing",
    "DeadLeaves",
    "Draw",
    "Edited",
    "Flag",
    "FlatGabor",
    "GaborPath",
    "Grating",
    "GratingSequence",
    "Junction",
    "Lines",
    "Looming",
    "Matching",
    "OrientedTexture",
    "Outlines",
    "OwnedEdge",
    "PaintRequest",
    "Painted",
    "PhaseScrambled",
    "PhotoClip",
    "PhotoSurround",
    "Photograph",
    "Photographs",
    "PinkNoise",
    "Plaid",
    "Prompted",
    "Quilt",
    "RandomDots",
    "Range",
    "Replayed",
    "Retimed",
    "Scrambled",
    "Screen",
    "SparseNoise",
    "Stimulus",
    "StimulusFamily",
    "Stored",
    "Succession",
    "Successive",
    "Symmetric",
    "TexturedFigure",
    "Uniform",
    "UniformNoise",
    "Varied",
    "as_asset",
    "crafted",
    "differences",
    "guard",
    "match",
    "painted_in",
    "quantise",
    "read_photographs",
    "residuals",
    "show",
    "style_only",
    "write_picture",
]
