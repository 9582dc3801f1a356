"""Who paints: text-to-image models behind one narrow protocol."""

from v1vlm.generators.base import Generator

__all__ = ["Generator"]
