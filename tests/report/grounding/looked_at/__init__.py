"""Phrasings that rules were tried on when they were new; what was wrongly judged was looked at."""
