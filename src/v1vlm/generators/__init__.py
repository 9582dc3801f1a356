"""Who paints: text-to-image models behind one narrow protocol."""

from v1vlm.generators.base import Editor, Generator

__all__ = ["Editor", "Generator"]
