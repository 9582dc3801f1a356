"""Phrasings by writers who did not know the rules, and whom no rule was fitted to.

They tell what is to be expected of prose that is new. Those of their sentences that were wrongly
judged for a number, a unit or a citation were looked at, no others; of those of `mixed` and
`outlook` that were wrongly removed, the reasons were. Once a rule is mended for one
of them, its file belongs beside the others that are held to the bar.
"""
