"""Phrasings of which no sentence was looked at while the rules were made.

They tell what is to be expected of prose that is new. Once a sentence of them is read to mend a
rule, their file belongs to those that were looked at.
"""
