"""Who paints: text-to-image models behind one narrow protocol."""

from v1vlm.generators.base import Editor, Generator, batch_size, card

__all__ = ["Editor", "Generator", "batch_size", "card"]
