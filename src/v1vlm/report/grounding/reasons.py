"""What a rule says of a sentence.

A bare `str` is a reason against what the sentence says, as the rule reads it; how sure that
reading is depends on the sentence. The kinds here say more of themselves.
"""


class Sure(str):
    """A reason against a sentence that cannot well be a misreading, whatever else is in it."""

    __slots__ = ()


class Doubt(str):
    """A reason that may be a misreading: the sentence is printed, marked as not checked."""

    __slots__ = ()


class Held(str):
    """No reason against a sentence, but what in it was found to be so."""

    __slots__ = ()


class OnRecord(Held):
    """What is so of a registration, or of every study, whatever the verdict was."""

    __slots__ = ()
