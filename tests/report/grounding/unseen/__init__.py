"""Phrasings of which no sentence was looked at while the rules were made."""
