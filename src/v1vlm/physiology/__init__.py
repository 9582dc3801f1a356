"""What the laboratory measures of its neurons before it asks anything of them."""

from v1vlm.physiology.characterise import PROTOCOL, characterise, load_physiology

__all__ = ["PROTOCOL", "characterise", "load_physiology"]
