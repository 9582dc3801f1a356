"""Prose held against the record: every sentence is taken apart, and what does not hold is named.

Rules, no model: numbers, citations, verdicts, subjects and methods each have a module with one
`faults` function. A rule that cannot tell refuses: a sentence is only printed if nothing in it
is left unexplained.
"""

from v1vlm.report.grounding.facts import Facts, Known, facts_of
from v1vlm.report.grounding.reading import Claim, Fault, Place, check, read

__all__ = ["Claim", "Facts", "Fault", "Known", "Place", "check", "facts_of", "read"]
