"""What the laboratory measures of its neurons before it asks anything of them."""

from v1vlm.physiology.characterise import (
    PROTOCOL,
    characterisation,
    characterise,
    load_physiology,
)
from v1vlm.physiology.classical import Measured, run_protocol

__all__ = [
    "PROTOCOL",
    "Measured",
    "characterisation",
    "characterise",
    "load_physiology",
    "run_protocol",
]
