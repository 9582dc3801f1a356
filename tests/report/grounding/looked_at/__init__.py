"""Phrasings by writers who did not know the rules; what was wrongly judged was looked at once.

Rules were mended in principle after that, not until every sentence was judged rightly.
"""
