"""V1VLM: an autonomous laboratory for in-silico neuroscience.

Read top to bottom, the packages are the sentence of one study: this is shown
(`stimuli`) to this subject (`twins`) giving these `responses` meaning this
(`analysis`) for this claim (`claims`), logged here (`journal`) on this `rig`,
asked by (`scientist`), written up by (`report`), run by (`study`).
"""

from importlib.metadata import version

__version__ = version("v1vlm")
