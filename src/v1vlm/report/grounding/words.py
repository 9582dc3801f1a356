"""Words that several rules ask for: moods, negation, and how a paper speaks of itself."""

from __future__ import annotations

import re

HYPOTHETICAL = re.compile(
    r"\b(?:would|could(?! not)|should|if|whether|will|shall|might have|unless|in order to|remains? to be|"
    r"needs?|needed|requires?|future|next|worth|wish|hope|ought|planned|propose to|ask(?:s|ed)? for"
    r"|remain(?:s|ed)? (?:a matter|to)|speculat\w+|imagine[sd]?|suppose|can\b(?! ?not)(?! (?:\w+ )?be (?:\w+ )?(?:regarded|considered|taken|said|seen|counted|treated|deemed|viewed|called|accepted|declared|concluded))|to see if"
    r"|awaits?|await|deserv\w+|invit\w+|must be|it is for|yet to)\b",
    re.IGNORECASE,
)
"""Words of a sentence that does not say what was done or found."""

NEGATED = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nothing|nobody|without|cannot|rather than|instead of|"
    r"unlike|beyond|outside|is no|are no|lacks?|lacking|absent)\b|n['’]t\b",
    re.IGNORECASE,
)

OURSELVES = re.compile(
    r"\b(?:we|our|ours|my|here|herein|this (?:study|work|report|experiment|laboratory|paper)|"
    r"the (?:present|current) (?:study|work|report)|the (?:study|laboratory|experiment)s?|"
    r"in these experiments|these (?:results|findings|data))\b",
    re.IGNORECASE,
)

PASSIVE = re.compile(
    r"\b(?:was|were|had been|have been|has been|is|are)\s+(?:\w+ly\s+|then\s+|also\s+|first\s+|each\s+)*"
    r"(?:\w{2,}(?:ed|wn|en|un|ept|lt|nt|ght|ade|one|et)|run|set|put|shown)\b",
    re.IGNORECASE,
)
