"""Arrays to drawings: SVG and the numbers drawn, as CSV. matplotlib is imported when drawing."""

from v1vlm.figures.distance import Field
from v1vlm.figures.estimates import Row, estimates_figure
from v1vlm.figures.evidence import Interval, evidence_figure
from v1vlm.figures.maps import maps_figure
from v1vlm.figures.modulation import modulation_weights
from v1vlm.figures.paintings import PaintedDraw, Painting, paintings_figure
from v1vlm.figures.responses import responses_figure
from v1vlm.figures.sheet import FigureFile, csv_of
from v1vlm.figures.stimuli import stimuli_figure
from v1vlm.figures.waveforms import waveforms_figure

__all__ = [
    "Field",
    "FigureFile",
    "Interval",
    "PaintedDraw",
    "Painting",
    "Row",
    "csv_of",
    "estimates_figure",
    "evidence_figure",
    "maps_figure",
    "modulation_weights",
    "paintings_figure",
    "responses_figure",
    "stimuli_figure",
    "waveforms_figure",
]
