"""Who paints: text-to-image models behind one narrow protocol."""

from v1vlm.generators.base import Generator, batch_size, card

__all__ = ["Generator", "batch_size", "card"]
