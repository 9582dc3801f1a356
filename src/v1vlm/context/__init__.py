"""A text about the literature: its sections, terms, cited works, and what it is about."""

from v1vlm.context.bibtex import with_references
from v1vlm.context.choice import pack, relevance, works_about
from v1vlm.context.model import Context, Place, Section, Term, Work
from v1vlm.context.reading import parse_context, read_context, read_text

__all__ = [
    "Context",
    "Place",
    "Section",
    "Term",
    "Work",
    "pack",
    "parse_context",
    "read_context",
    "read_text",
    "relevance",
    "with_references",
    "works_about",
]
