"""Phrasings by writers who did not know the rules, which were not looked at while those were made.

They tell what is to be expected of prose that is new. Once a rule is mended for one of them, its
file belongs beside the others that are held to the bar.
"""
