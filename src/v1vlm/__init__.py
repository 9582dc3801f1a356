"""V1VLM: an autonomous laboratory for in-silico neuroscience.

Read top to bottom, the packages are the sentence of one study: this is shown
(`stimuli`) to this subject (`twins`) giving these `responses` meaning this
(`analysis`) for this claim (`claims`), logged here (`journal`) on this `rig`,
asked by (`scientist`), written up by (`report`), run by (`study`).

For work of one's own: ``from v1vlm import stimuli, load_twin``.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from v1vlm import stimuli
    from v1vlm.study.opening import load_twin

__version__ = version("v1vlm")
__all__ = ["load_twin", "stimuli"]


def __getattr__(name: str) -> Any:
    """Import what is public when it is first asked for: importing the package stays light."""
    if name == "stimuli":
        return importlib.import_module("v1vlm.stimuli")
    if name == "load_twin":
        return importlib.import_module("v1vlm.study.opening").load_twin
    raise AttributeError(f"module 'v1vlm' has no attribute {name!r}")
