"""What a clause asserts of findings: verdict words, what they are said of, and denials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from v1vlm.report.grounding.core import is_core
from v1vlm.report.grounding.grammar import Noun, following, is_finite, judged, nouns, subject
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED

SUPPORTED, CONTRADICTED, OPEN = "supported", "contradicted", "inconclusive"

UNDECIDED = lexicon("verdicts.open")
AGAINST = lexicon("verdicts.against")
FAIL = lexicon("verdicts.fail")
STRONG = lexicon("verdicts.strong")
SOFT = lexicon("verdicts.soft")
NULL = lexicon("verdicts.null")
_ANY = re.compile("")
_WITH = lexicon("verdicts.with")
"""Words that judge their object: "agrees with the prediction"."""
_OF_THINGS = lexicon("verdicts.of_things")
"""Words that say no verdict where they are said of neurons, draws or stimuli."""
_SEEN = lexicon("verdicts.seen")
_DECIDED = lexicon("verdicts.decided")
_FORECAST = lexicon("verdicts.forecast")
_FAILS_TO = lexicon("verdicts.fails_to")
_NAMES = re.compile(r"\b[A-Za-z][\w.-]*\d\w*")
_INTRODUCES = lexicon("verdicts.introduces")
_DENIES = lexicon("verdicts.denies")
_ELLIPSIS = re.compile(r"\b(?:was|were|is|are|did|does|has)(?: not|n[’']t)\W*$", re.IGNORECASE)
_NOT_RESPONSES = lexicon("verdicts.not_responses")
_EXPLAINS = re.compile(r"\b(?:explain|account|describ|captur|match)", re.IGNORECASE)
_UNTRIED = lexicon("assertions.untried")
"""What was not even tried, as "verification was not attempted", says nothing of what was found."""
_IMPLIES = lexicon("verdicts.implies")
"""What an account does that foretells something."""
_AS_FOUND = lexicon("assertions.as_found")
_FURTHER = lexicon("assertions.further")
_COMPATIBLE = re.compile(r"(?:consistent|compatible)", re.IGNORECASE)
_EITHER = re.compile(r"\b(?:none|no|either|both|as well as|or|any|and)\b", re.IGNORECASE)
_OF_WHAT = lexicon("assertions.of_what")
"""What cannot be told, where it is not whether a hypothesis holds."""
_SUBORDINATE = lexicon("assertions.subordinate")
"""Where a denial ends: "no account explains why it failed"."""
_BETWEEN = lexicon("assertions.between")
"""Accounts that nothing decides between, whatever became of the finding."""
_OTHERS_OPEN = lexicon("assertions.others_open")
_GERUND = re.compile(r"\b(?:for|of|by|from|in|into)\s+$", re.IGNORECASE)
FITS = lexicon("verdicts.fits")
"""What an account does to a finding that it had room for."""
_TRUTH = re.compile(
    r"\b(?:holds?|held|true|correct|right|wrong|false|met|supported|confirmed|refuted|contradicted|exists?|effect"
    r"|differ\w*|matters?|responds?|predict\w*)\b",
    re.IGNORECASE,
)
_NOT_OPEN = (
    r"\b(?:not|never|no longer|neither|nor)\s+(?:(?:merely|simply|just|left|in)\s+)*"
    r"(?:doubt|inconclusive|undecided|open|unresolved|uncertain|unclear)\b"
)
_SUPPOSE = re.compile(r"\W*(?:suppose|imagine|assume|say|consider)\b", re.IGNORECASE)
_INVERTED = re.compile(
    r"\W*(?:had|were|should)\s+(?:(?:the|a|an|we|it|they|its|their|this|that|these|our|any|one)\b|[A-Z]\w*\d)",
    re.IGNORECASE,
)
"""\"Had it been contradicted\", without an "if"."""
_ESTABLISHES = re.compile(
    r"(?:establish|demonstrat|reveal|show)\w* "
    r"(?!that (?!mechanism|account|explanation|cause|link)|how|us|clear|in\b)",
    re.IGNORECASE,
)
"""Verbs whose object is judged, unless a clause follows."""
_SHOWS = re.compile(
    r"(?:show|reveal|demonstrat|exhibit|display|produc|detect|find"
    r"|found)",
    re.IGNORECASE,
)
_AS_HELD = re.compile(
    r"\W*as (?:the|an?) .{0,40}?\b(?:account|rival|model|view|theory)\w* (?:holds?|has it"
    r"|says?|assum\w+|maintains?"
    r"|would|predict\w*|claims?)\b",
    re.IGNORECASE,
)
_VALUES = re.compile(r"(?:estimates?|index|intervals?|values?)\b", re.IGNORECASE)
_OPPOSITE = re.compile(r"\b(?:opposite|reverse|wrong|other)\b", re.IGNORECASE)
_FORETOLD = re.compile(
    r"\b(?:predict|expect|anticipat|foresaw|foresee|foretold|forecast|assum|impl|requir|hypothesi)\w*\s+"
    r"(?:the |an? |no |that )?(?:\w+ ){0,2}$",
    re.IGNORECASE,
)
_WAYS = re.compile(
    r"(?:suppression|facilitation|enhancement|reversal|contradiction|modulation|tendency"
    r"|trend)\b",
    re.I,
)
_NOMINAL = re.compile(r"(?:\w+ )?(?:evidence|support|backing|case) ", re.IGNORECASE)
_SHORT = re.compile(
    r"\b(?:not|never|too|below|short|insufficient|weak|thin|scant|lacking|lacks?|fail\w*|inadequate|little|slim"
    r"|incomplete|limited|balanced|weaker|smaller)\b",
    re.IGNORECASE,
)
"""What evidence for something is, where it does not suffice."""
_ASKED = re.compile(r"\b(?:whether|why|how|what)\b", re.IGNORECASE)
_GIVEN = re.compile(r"\b(?:the|its|this)\s+(?:\w+\s+)?$", re.IGNORECASE)
_CONCLUDED = re.compile(
    r"\b(?:cannot|not|no|never|nor)\b[^,;]*\b(?:infer|conclu|mean|impl|show|tak|read"
    r"|evidence|follow|tell)\w*",
    re.IGNORECASE,
)
"""What is not concluded is not said."""
_EXPLAINED_BY = re.compile(
    r"\b(?:explained|captured|described|accounted for"
    r"|predicted) by (?P<account>the (?:[\w-]+ ){1,3}?(?:account|model|rival|view))\b",
    re.IGNORECASE,
)
_ALONE = re.compile(r"\W*(?:(?:and|but|then|later|finally|was|is|has|had|did|\w+ly)\s+)*", re.I)
_REFUTED = re.compile(r"\W*(?:the|its|this) (?:contradiction|refutation|reversal)\b", re.I)
"""What is said of "the contradiction of H2" further on: that it was confirmed."""
_COUNTERFACTUAL = re.compile(
    r"\b(?:could|would|might|should) (?:not |never |hardly )?have (?:been )?\w+", re.IGNORECASE
)
_KNOWS = re.compile(r"\b(?:know|tell|told|say|said)\b", re.IGNORECASE)
_PROCESS = re.compile(r"(?:thresholds?|budgets?|sequence)\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"\bpredict\w*\b[^,;]*$|\bno (?:evidence|proof|sign|indication)s? (?:that|of|for)\b[^,;]*$",
    re.IGNORECASE,
)
"""What stands before something that was predicted, or of which there is no sign."""
_RIVAL = re.compile(
    r"\s+(?:(?:with|to|by|for)\s+)?(?:an?|the|any)\s+(?:[\w-]+\s+)?"
    r"(?:accounts?|models?|rivals?|alternatives?|pool|surround)\b",
    re.IGNORECASE,
)
_IF = re.compile(r"\s*(?:\w+\s+)?(?:if|whether)\b", re.IGNORECASE)
_WHAT = re.compile(r"\W*(?:what|why|how|where)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What a clause says of findings: the verdicts that would make it true."""

    word: str
    allows: frozenset[str]


def is_supposed(clause: str, rivals: Iterable[str] = ()) -> bool:
    """Whether a clause says what was predicted, asked or wished, not what was found."""
    if re.match(r"\W*(?:and |but |so )?(?:how|why)\b", clause, re.IGNORECASE):
        return True
    if re.match(r"\W*(?:and |but |so )?whether\b", clause, re.IGNORECASE):
        # "Whether H3 holds could not be decided" says what was found.
        return not UNDECIDED.search(clause) or _FURTHER.search(clause) is not None
    if any(re.match(rf"\W*(?:(?:and|while|whereas|the|an?)\s+)*{re.escape(name)}\b", clause, re.I)
           for name in rivals) and not is_finite(_without(clause, rivals)):  # fmt: skip
        # "The linear account expects the opposite sign, the untuned one no effect."
        return True
    if re.search(r"\b(?:if|whether)\b[^,;]*\b(?:would|could|might|will)\b", clause, re.IGNORECASE):
        return True
    if _AS_HELD.match(clause):
        return True
    for match in _IMPLIES.finditer(clause):
        noun = subject(clause, match.start())
        named = any(name in clause[: match.start()].casefold() for name in rivals)
        if (named or (noun and noun.kind == "account")) and not _AS_FOUND.search(clause):
            return True
    if re.search(r"\bnothing (?:that |which )?(?:would|could|might) ", clause, re.IGNORECASE):
        return False
    wished = HYPOTHETICAL.search(clause) and not _DECIDED.search(clause)
    if _COUNTERFACTUAL.search(clause) or _INVERTED.match(clause) or _SUPPOSE.match(clause):
        return True
    open_ = UNDECIDED.search(clause)
    if wished and not (
        open_
        and re.search(r"[A-Z]\w*\d", clause)
        and not re.search(r"\b(?:before|until|unless)\b", clause[: open_.start()], re.IGNORECASE)
    ):
        return True
    kept = _FAILS_TO.sub("", clause)
    if _FORECAST.search(kept) and not re.search(
        r"\bas\b|\bcontrary\b|\bthan\b|\b(?:correct"
        r"|right|wrong|success)\w*ly predict",
        clause,
    ):
        return not re.search(
            r"\b(?:was|were|has been|been) (?:support|confirm|refut|contradict)", clause
        )
    return False


def _without(clause: str, names: Iterable[str]) -> str:
    for name in names:
        clause = re.sub(rf"\b{re.escape(name)}\b", "·", clause, flags=re.IGNORECASE)
    return clause


def of_accounts(clause: str) -> Iterator[tuple[re.Match[str], bool, int]]:
    """Words that uphold or refute an account, which of the two, and where the account stands."""
    for match in _EXPLAINED_BY.finditer(clause):
        yield match, True, match.start("account")
    for words, upheld in ((STRONG, True), (SOFT, True), (AGAINST, False), (FITS, True)):
        for match in words.finditer(clause):
            if words is AGAINST and _OPPOSITE.search(match[0]):
                continue
            takes = bool(_WITH.search(match[0])) if words is SOFT else words is not FITS
            noun = judged(clause, *match.span(), transitive=takes)
            if noun is not None and noun.kind == "finding" and noun.start >= match.end():
                head = subject(clause, match.start())
                noun = head if head is not None and head.kind == "account" else noun
            if noun is not None and noun.kind == "account":
                yield match, upheld, noun.start


def said(clause: str, named: bool, resolved: bool, cited: bool, sentence: str) -> Iterator[Said]:
    """The verdicts that a clause says, as `v1vlm.report.grounding.verdicts.faults` holds them."""
    if named and _ELLIPSIS.search(clause) and _NAMES.search(clause):
        # "H1 was supported, H2 was not."
        upheld = STRONG.search(sentence) or SOFT.search(sentence)
        denied = frozenset({SUPPORTED}) if upheld else frozenset({CONTRADICTED})
        yield Said("not", frozenset({SUPPORTED, CONTRADICTED, OPEN}) - denied)
        return
    match = _of_findings(UNDECIDED, clause)
    lead = sentence[: sentence.find(clause)] if clause in sentence else ""
    if match and not clause[match.end() :].strip(" .,") and _ASKED.search(lead) and (
        _KNOWS.search(match[0])
    ):  # fmt: skip
        # "Whether it is an artefact we cannot say".
        return
    if match:
        yield Said(match[0], _flipped(clause, match, frozenset({OPEN}), only=_NOT_OPEN))
        return
    against = _of_findings(AGAINST, clause, transitive=_ANY)
    if against and (named or resolved or not cited):
        yield Said(against[0], _flipped(clause, against, frozenset({CONTRADICTED})))
        return
    strong = _of_findings(STRONG, clause, transitive=_ANY)
    soft = _of_findings(SOFT, clause, transitive=_WITH) if named or resolved else None
    match = strong or soft
    if strong and soft and soft[0].casefold().startswith("as "):
        # "That H2 came out as predicted lends weight to …".
        yield Said(soft[0], _flipped(clause, soft, frozenset({SUPPORTED})))
    fail = _of_findings(FAIL, clause)
    if fail and (named or (resolved and not cited)):
        negated = NEGATED.search(clause[: fail.start()])
        never = frozenset({SUPPORTED}) if negated else frozenset({CONTRADICTED, OPEN})
        if negated:
            # "Neither a success nor a failure".
            never = frozenset({SUPPORTED, OPEN})
        yield Said(fail[0], never)
        return
    null = _of_responses(clause) if named or (resolved and _SEEN.search(clause)) else None
    if null and not (match and NEGATED.search(clause[: match.start()])):
        yield Said(null[0], frozenset({"null"}))
        return
    if match is not None and _INTRODUCES.match(match[0]) and _DENIES.search(clause[match.end() :]):
        yield Said(match[0], frozenset({"denied"}))
        return
    if match is not None and (named or resolved or not cited):
        told = CONTRADICTED if _REFUTED.match(sentence) and not _NAMES.search(clause) else SUPPORTED
        yield Said(match[0], _flipped(clause, match, frozenset({told})))


def _of_responses(clause: str) -> re.Match[str] | None:
    """The first word of "no difference" that is said of an effect or of responses."""
    for match in NULL.finditer(clause):
        if _UNSEEN.search(clause[: match.start()]):
            continue
        if re.search(r"\b(?:not|never|hardly|nor)\s+(?:a|an|the|evidence \w+|that of|as)?\s*$",
                     clause[: match.start()], re.I):  # fmt: skip
            continue
        if _CONCLUDED.search(clause[: match.start()]):
            continue
        noun = judged(clause, *match.span(), transitive=False)
        if noun is not None and noun.kind == "account":
            continue
        head = clause[noun.start : noun.stop] if noun else ""
        if re.match(
            r"(?:no|without|zero|nil|any)\b|.*not (?:matter|affect|depend)", match[0], re.I
        ) or not (_NOT_RESPONSES.search(head)):
            return match
    return None


def _of_findings(
    words: re.Pattern[str], clause: str, transitive: re.Pattern[str] | None = None
) -> re.Match[str] | None:
    """The first of some verdict words that is said of a finding, or of nothing that has a name."""
    if words is UNDECIDED and _BETWEEN.search(clause):
        return None
    for match in words.finditer(clause):
        rest = clause[match.end() :]
        if _UNTRIED.match(rest) or (_COMPATIBLE.match(match[0]) and _EITHER.search(rest)):
            continue
        if words is UNDECIDED and _KNOWS.search(match[0]) and not _is_of_truth(clause, rest):
            continue
        if words in (SOFT, AGAINST) and re.match(r"\s+(?:neither|either|none|both)\W*$", rest):
            # "The data favour neither": of the rivals.
            continue
        if words is UNDECIDED and (_OF_WHAT.match(rest) or _OTHERS_OPEN.search(match[0])):
            continue
        before = clause[: match.start()]
        if words is AGAINST and (
            _FORETOLD.search(before)
            or (_OPPOSITE.search(match[0]) and any(one.kind == "account" for one in nouns(clause)))
        ):
            # "It predicted the opposite sign", "the opposite sign under the linear account".
            continue
        if re.match(r"\w+ing\b", match[0]) and (_GERUND.search(before) or NEGATED.search(before)):
            continue
        takes = transitive is not None and bool(
            transitive.search(match[0]) or _ESTABLISHES.match(clause, match.start())
        )
        noun = judged(clause, *match.span(), transitive=takes)
        if not is_core(match[0]) and not _is_of_finding(clause, match, noun):
            continue
        shown = following(clause, match.end()) if words is SOFT else None
        if shown and _SHOWS.match(match[0]) and _WAYS.match(clause[shown.start :]):
            # Which way responses went is held against the estimate.
            continue
        head = subject(clause, match.start()) if noun and noun.start >= match.end() else None
        if words is AGAINST and re.search(r"\bpredict(?:ing|s)\b[^,;]*$", before, re.IGNORECASE):
            continue
        if words is UNDECIDED and (
            _WHAT.match(clause) or re.match(r"\s+(?:which|why|what|how|where|when)\b", rest)
        ):
            continue
        if re.match(r"\s+(?:an?|any|the)\s+(?:second|other|another|different|further)\b", rest):
            continue
        if words is UNDECIDED and re.search(r"\bwe (?:have|had)\s+$", before, re.IGNORECASE):
            continue
        if words is AGAINST and _RIVAL.match(rest):
            # "Difficult to reconcile with an untuned surround".
            continue
        if words is FAIL and noun and re.match(r"we\b", clause[noun.start :], re.IGNORECASE):
            # "We tried to explain it away and failed."
            continue
        if words in (AGAINST, SOFT, STRONG) and head is not None and head.kind == "account":
            # An account is at odds with a finding: held against what it predicts.
            continue
        if _EXPLAINS.match(match[0]) and noun and _VALUES.match(clause[noun.start :]):
            # An estimate describes an effect whatever the verdict.
            continue
        object_ = following(clause, match.end()) if _EXPLAINS.search(match[0]) else None
        if object_ and object_.kind == "finding":
            # What explains a finding is no finding.
            continue
        if noun is None or noun.kind == "finding":
            return match
        if noun.kind == "thing" and not _OF_THINGS.search(match[0]):
            return match
    return None


def _is_of_truth(clause: str, rest: str) -> bool:
    """Whether what cannot be told is whether a hypothesis holds, not why or in whom it does."""
    if _WHAT.match(clause):
        return False
    if _IF.match(rest):
        return _TRUTH.search(rest) is not None and _FURTHER.search(rest) is None
    return (
        re.match(
            r"\W*$|\s*(?:about|of|on|for|either|the (?:outcome|verdict"
            r"|truth))\b",
            rest,
        )
        is not None
    )


def _is_of_finding(clause: str, match: re.Match[str], noun: Noun | None) -> bool:
    """Whether a softer word is said of a finding: of its subject, of what follows, or within it."""
    if any(one.kind in ("cause", "control", "further", "account") for one in nouns(match[0])):
        return False
    if noun is not None and noun.kind != "thing":
        return noun.kind == "finding"
    if any(one.kind == "finding" for one in nouns(match[0])):
        return True
    if noun is not None and _PROCESS.match(clause[noun.start :]):
        return True
    if noun is None and _ALONE.fullmatch(clause[: match.start()]):
        # "…, but failed".
        return True
    after = [one for one in nouns(clause) if one.start >= match.end()]
    return (
        bool(after)
        and after[0].kind == "finding"
        and not re.search(r"[,;:()]", clause[match.end() : after[0].start])
    )


def _flipped(
    clause: str, match: re.Match[str], allows: frozenset[str], only: str = ""
) -> frozenset[str]:
    """The verdicts that are left when a word is denied."""
    before = _SUBORDINATE.split(clause[: match.start()])[-1]
    denied = re.search(only, clause, re.I) if only else NEGATED.search(before[-60:])
    if (
        denied
        and _GIVEN.search(before)
        and re.match(
            r" (?:for"
            r"|of) [A-Z]\w*\d",
            clause[match.end() :],
        )
    ):
        # "We see no conflict between the support for H1 and …": the support is not denied.
        denied = None
    hardly = re.search(
        r"\b(?:hardly|barely|scarcely|little|thin|weak|scant|meagre|contrary to|in contrast to"
        r"|fail(?:s|ed)? to|unable to|refus\w+ to)\b",
        before,
        re.I,
    )
    after = (
        None
        if only
        else re.match(
            r"\w*\s+(?:not|neither|nothing|nowhere|in (?:neither|none|no)"
            r"|no (?:one|hypothes|predict))\b"
            r"|\w*(?:\s+(?:for|of) \S+)?\s+(?:(?:was|were) (?:not|never) (?:obtained|found|given"
            r"|seen|reached|forthcoming)\b|did not\W*$)",
            clause[match.end() :],
        )
    )
    against = match[0].startswith("against") and re.search(r"\b(?:that|evidence|process) $", before)
    short = (_NOMINAL.match(match[0]) or against) and _SHORT.search(clause[match.end() :])
    if denied or (hardly and not only) or after or (short and not only):
        return frozenset({SUPPORTED, CONTRADICTED, OPEN}) - allows
    return allows
