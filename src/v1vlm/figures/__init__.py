"""Arrays to drawings: SVG and the numbers drawn, as CSV. matplotlib is imported when drawing."""

from v1vlm.figures.evidence import evidence_figure
from v1vlm.figures.responses import responses_figure
from v1vlm.figures.sheet import FigureFile
from v1vlm.figures.stimuli import stimuli_figure

__all__ = ["FigureFile", "evidence_figure", "responses_figure", "stimuli_figure"]
