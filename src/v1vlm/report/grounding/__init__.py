"""Prose held against the record: every sentence is taken apart, and what does not hold is named.

Rules, no model: numbers, citations, verdicts, subjects and methods each have a module with one
`faults` function. A sentence is confirmed if something in it was found to be so and nothing speaks
against it, refuted if something surely does; what lies between cannot be checked, and says so.
"""

from v1vlm.report.grounding.claim import Claim, Fault, Place, Standing
from v1vlm.report.grounding.facts import Facts, Known, facts_of
from v1vlm.report.grounding.reading import check, read

__all__ = ["Claim", "Facts", "Fault", "Known", "Place", "Standing", "check", "facts_of", "read"]
