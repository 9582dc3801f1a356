"""Verdict words held against the finding's verdict, its reason, its controls and its level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from v1vlm.claims import Finding
from v1vlm.report.grounding import accounts, controls, directions, overreach
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.grammar import following, judged, subject
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED

SUPPORTED, CONTRADICTED, OPEN = "supported", "contradicted", "inconclusive"

_EVASION = lexicon("verdicts.evasion")
_CERTAIN = lexicon("verdicts.certain")
_OPEN = lexicon("verdicts.open")
_AGAINST = lexicon("verdicts.against")
_FAIL = lexicon("verdicts.fail")
_STRONG = lexicon("verdicts.strong")
_SOFT = lexicon("verdicts.soft")
_NULL = lexicon("verdicts.null")
_ANY = re.compile("")
_WITH = lexicon("verdicts.with")
"""Words that judge their object: "agrees with the prediction"."""
_OF_THINGS = lexicon("verdicts.of_things")
"""Words that say no verdict where they are said of neurons, draws or stimuli."""
_SEEN = lexicon("verdicts.seen")
_COUNTED_BEFORE = lexicon("verdicts.counted_before")
_UNDER = re.compile(r"\b(?:below|under|beneath|lower than|less than|short of)\s+(?:level\s+)?$", re.I)
_LEVEL = re.compile(r"\bL\s?([0-9])\b(?!/)|\blevel ([0-9])\b", re.IGNORECASE)
_DECIDED = lexicon("verdicts.decided")
_NOUNS = lexicon("verdicts.nouns")
_ALL = lexicon("verdicts.all")
_NONE = lexicon("verdicts.none")
_MOST = lexicon("verdicts.most")
_FORECAST = lexicon("verdicts.forecast")
_FAILS_TO = lexicon("verdicts.fails_to")
_THIS = lexicon("verdicts.this")
_OTHERS = lexicon("verdicts.others")
_ABOVE = lexicon("verdicts.above")
_BELOW = lexicon("verdicts.below")
_NAMES = re.compile(r"\b[A-Za-z][\w.-]*\d\w*")
_INTRODUCES = lexicon("verdicts.introduces")
_DENIES = lexicon("verdicts.denies")
_ELLIPSIS = re.compile(r"\b(?:was|were|is|are|did|does|has)(?: not|n[’']t)\W*$", re.IGNORECASE)
_NOT_RESPONSES = lexicon("verdicts.not_responses")
_STATISTIC = lexicon("verdicts.statistic")
_VERB = lexicon("verdicts.verb")
_NEUTRAL = lexicon("verdicts.neutral")
"""What can be said of a hypothesis without saying what was found."""
_EXPLAINS = re.compile(r"\b(?:explain|account|describ|captur|match)", re.IGNORECASE)
_UNTRIED = re.compile(
    r"\s+(?:\w+ )?(?:is|was|were|are|has been|have been) (?:not|never|neither|nowhere) (?:yet )?(?:been )?"
    r"(?:attempt|tri|sought|made|done|run|undertak|perform)", re.IGNORECASE)  # fmt: skip
"""What was not even tried, as "verification was not attempted", says nothing of what was found."""
_NOT_MEANT = re.compile(
    r"\b(?:not|never|n[’']t|nor|cannot)\s+(?:\w+ly |yet |by itself |of itself |alone |necessarily |in itself )*"
    r"(?:mean|imply|prove|entail|follow|guarantee|license|warrant|amount|permit|allow)\b.*$",
    re.IGNORECASE,
)
"""What a result is said not to mean is said neither way."""
_IMPLIES = lexicon("verdicts.implies")
"""What an account does that foretells something."""
_AS_FOUND = re.compile(r"\b(?:as|contrary|correctly|rightly|wrongly|falsely)\b", re.IGNORECASE)
_FURTHER = re.compile(
    r"\b(?:would|could(?! not be)|might|controls?|mice|animals?|recordings?|replicat\w+|generali\w+"
    r"|extends?|twins?|why|mechanism|brain|cortex)\b", re.IGNORECASE)  # fmt: skip
_COMPATIBLE = re.compile(r"(?:consistent|compatible)", re.IGNORECASE)
_EITHER = re.compile(r"\b(?:none|no|either|both|as well as|or|any|and)\b", re.IGNORECASE)
_OF_WHAT = re.compile(
    r"\s*(?:\w+\s+){0,3}?(?:what|how|why|which|where|them|apart|(?:between )?(?:the )?(?:two )?(?:accounts|rivals|explanations|mechanisms?)"
    r"|whether (?:\S+ ){1,5}?(?:is|was|are|were) (?:due|caused|a matter|an artefact|owed|because|robust)"
    r"|whether (?:mice|animals|it generali|the same))\b",
    re.IGNORECASE,
)
"""What cannot be told, where it is not whether a hypothesis holds."""
_SUBORDINATE = re.compile(r"\b(?:why|how|because|which|although|while|whereas|since|when)\b", re.I)
"""Where a denial ends: "no account explains why it failed"."""
_FINITE = re.compile(r"\b(?:is|was|were|are|has|been|lost|loses?|won|wins?|fits?|fails?|failed|turned|describ\w+|came|did|does|proved|had|explain\w*|account\w* for)\b", re.I)
_OTHERS_OPEN = re.compile(r"\b(?:others?|explanations?|confounds?|alternatives?|mechanisms?|accounts?)\b", re.I)
_GERUND = re.compile(r"\b(?:for|of|by|from|in|into)\s+$", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:in|for|with|to) (?:(?:an?|any|another|other|real|living|recorded|second|further) )+(?:\w+ )?"
    r"(?:animals?|mouse|mice|twins?|cortex|recordings?|brains?|species)\b", re.IGNORECASE)  # fmt: skip
_FITS = lexicon("verdicts.fits")
"""What an account does to a finding that it had room for."""
_KNOWS = re.compile(r"\b(?:know|tell|told|say|said)\b", re.IGNORECASE)
_IF = re.compile(r"\s*(?:\w+\s+)?(?:if|whether)\b", re.IGNORECASE)
_WHAT = re.compile(r"\W*(?:what|why|how|where)\b", re.IGNORECASE)
_SETTLED = lexicon("verdicts.settled")
_COMPARED = lexicon("verdicts.compared")


@dataclass(frozen=True)
class Said:
    """What a clause says of findings: the verdicts that would make it true."""

    word: str
    allows: frozenset[str]


def faults(
    clause: str,
    ids: tuple[str, ...],
    default: tuple[str, ...],
    facts: Facts,
    *,
    cited: bool = False,
    sentence: str = "",
) -> Iterator[str]:
    """Reasons against the verdicts of a clause.

    Parameters
    ----------
    ids : tuple of str
        Findings that the clause names, or that its sentence named before it.
    default : tuple of str
        Findings that it is about if it names none.
    cited : bool
        Its sentence cites a work, whose verdicts it may tell.
    """
    plain = _NOT_MEANT.sub("", _EVASION.sub(" ", clause))
    yield from _levels(clause, ids or default, facts)
    yield from overreach.faults(clause, cited=cited and not ids)
    if not ids and (quantified := list(_quantified(plain, facts))):
        yield from (reason for reason in quantified if reason)
        return
    about = ids or (default if _THIS.search(plain) or not _OTHERS.search(plain) else ())
    found = [facts.findings[name] for name in about if name in facts.findings]
    if found and controls.LACKING.search(plain) and not any(
        finding.controls_verdict in ("no controls", "not run") for finding in found
    ):
        yield "it has a control"
    if _is_supposed(plain, [name for f in found for name in facts.rivals.get(f.id, ())]):
        return
    yield from directions.faults(plain, found)
    yield from _of_accounts(plain, found, facts)
    told = list(controls.faults(plain, found, facts))
    if told:
        yield from (reason for reason in told if reason)
        return
    yield from _margins(plain, found)
    yield from _compared(plain, ids, facts)
    paired = _respectively(plain, ids, facts)
    if paired is not None:
        yield from paired
        return
    for said in _said(plain, bool(ids), bool(found), cited, sentence):
        yield from _judged(said, found, facts, named=bool(ids), clause=plain)


def unheard(sentence: str, ids: tuple[str, ...]) -> str | None:
    """Reason against a sentence that says of a finding what no rule has words for.

    Such words may say a verdict; that they say the right one cannot be known.
    """
    rest = _NAMES.sub("", sentence)
    if not ids or re.search(r"\d", rest) or HYPOTHETICAL.search(rest) or not _VERB.search(rest):
        return None
    verdict = (_OPEN, _AGAINST, _STRONG, _SOFT, _NULL, _FAIL, _COMPARED, _CERTAIN)
    known = (*verdict, *controls.WORDS, *directions.WORDS, _FITS, _STATISTIC, _NEUTRAL)
    if any(words.search(rest) or words.search(sentence) for words in known):
        return None
    return f"what it says of {', '.join(ids)} cannot be held against the finding"


def speaks(sentence: str) -> bool:
    """Whether a sentence says a verdict, of whatever."""
    words = (_OPEN, _AGAINST, _STRONG)
    return any(word.search(sentence) for word in words) and not _is_supposed(sentence)


def _is_supposed(clause: str, rivals: Iterable[str] = ()) -> bool:
    """Whether a clause says what was predicted, asked or wished, not what was found."""
    if re.match(r"\W*(?:and |but |so )?(?:whether|how|why)\b", clause, re.IGNORECASE):
        # "Whether H3 holds could not be decided" says what was found.
        return not _OPEN.search(clause) or _FURTHER.search(clause) is not None
    if any(re.match(rf"\W*(?:(?:and|while|whereas|the|an?)\s+)*{re.escape(name)}\b", clause, re.I)
           for name in rivals) and not _FINITE.search(clause):  # fmt: skip
        # "The linear account expects the opposite sign, the untuned one no effect."
        return True
    for match in _IMPLIES.finditer(clause):
        noun = subject(clause, match.start())
        named = any(name in clause[: match.start()].casefold() for name in rivals)
        if (named or (noun and noun.kind == "account")) and not _AS_FOUND.search(clause):
            return True
    if re.search(r"\bnothing (?:that |which )?(?:would|could|might) ", clause, re.IGNORECASE):
        return False
    wished = HYPOTHETICAL.search(clause) and not _DECIDED.search(clause)
    if wished and not (_OPEN.search(clause) and re.search(r"[A-Z]\w*\d", clause)):
        return True
    kept = _FAILS_TO.sub("", clause)
    if _FORECAST.search(kept) and not re.search(r"\bas\b|\bcontrary\b|\bthan\b", clause):
        return not re.search(
            r"\b(?:was|were|has been|been) (?:support|confirm|refut|contradict)", clause
        )
    return False


# levels


def _levels(clause: str, ids: tuple[str, ...], facts: Facts) -> Iterator[str]:
    if HYPOTHETICAL.search(clause):
        return
    for match in _LEVEL.finditer(clause):
        if match[2] and not re.search(
            r"\b(?:evidence|confirmed|stands?|at|reach\w*|claim|L)\b", clause
        ):
            continue
        level = f"L{match[1] or match[2]}"
        if _UNDER.search(clause[: match.start()]):
            ranks = [f.level for f in facts.findings.values() if not ids or f.id in ids]
            if all(rank < level for rank in ranks):
                continue
        own = {facts.findings[name].level for name in ids if name in facts.findings}
        own = own or {finding.level for finding in facts.findings.values()}
        denied = NEGATED.search(clause[: match.start()]) or re.search(
            r"\bmeans\b|\bis (?:seen|confirmed on)|\blevels?:", clause)  # fmt: skip
        if level not in own and not denied:
            of = f" of {', '.join(ids)}" if ids else ""
            yield f"{level} is not the level{of}: {', '.join(sorted(own)) or 'none was reached'}"


# quantities of claims


def _quantified(clause: str, facts: Facts) -> Iterator[str]:
    """Faults of "all", "none" and "most" of the hypotheses; "" where one holds."""
    if HYPOTHETICAL.search(clause) or not facts.findings or _ELSEWHERE.search(clause):
        return
    name = _named_verdict(clause)
    if name is None:
        return
    of = len(facts.findings)
    n = of - facts.counts[OPEN] if name == "decided" else facts.counts[name]
    none, every, most = _NONE.search(clause), _ALL.search(clause), _MOST.search(clause)
    if none:
        yield "" if n == 0 else f"“{none[0]}”: {n} of {of} were {name}"
    elif every:
        inner = NEGATED.search(clause)
        fits = n < of if inner and inner.start() < every.start() else n == 0 if inner else n == of
        yield "" if fits else f"“{every[0]}”: {n} of {of} were {name}"
    elif most:
        yield "" if 2 * n > of else f"“{most[0]}”: {n} of {of} were {name}"


def _named_verdict(clause: str) -> str | None:
    """The one verdict that a clause names, negation apart."""
    if _OPEN.search(clause):
        return OPEN
    if _SETTLED.search(clause):
        return "decided"
    if controls.ROBUST.search(clause):
        return "robust"
    if _AGAINST.search(clause) or re.search(r"\bfail(?:s|ed)?\b", clause, re.IGNORECASE):
        return CONTRADICTED
    soft = re.compile(r"\b(?:held|hold|correct|true|right|succeeded|came true|passed)\b", re.I)
    if _STRONG.search(clause) or soft.search(clause):
        return SUPPORTED
    return None


# margins and comparisons


def _margins(clause: str, found: list[Finding]) -> Iterator[str]:
    for finding in found[:1]:
        value, margin = finding.estimate, finding.margin
        above, below = _ABOVE.search(clause), _BELOW.search(clause)
        negated = NEGATED.search(clause)
        if above and not negated and not value > margin:
            either = re.search(r"\boutside|\bbeyond|\babsolute|\bmagnitude|\breversal|\bnegative|\bsize"
                               r"|\bopposite|\bother direction", clause, re.I)  # fmt: skip
            outside = either and abs(value) > margin
            if not (
                outside or (finding.direction in ("less", "different") and abs(value) > margin)
            ):
                yield f"the estimate of {finding.id} does not lie there"
        if below and not negated and value > margin:
            yield f"the estimate of {finding.id} does not lie there"


def _compared(clause: str, ids: tuple[str, ...], facts: Facts) -> Iterator[str]:
    """Hold what is said of two findings' sizes, one larger than the other, against them."""
    match = _COMPARED.search(clause)
    if match is None or len(ids) != 2 or " than " not in clause[match.start() :]:
        return
    places = [clause.find(name) for name in ids]
    if min(places) < 0 or not min(places) < match.start() < max(places):
        return
    first, second = sorted(ids, key=clause.find)
    sizes = [abs(facts.findings[name].estimate) for name in (first, second)]
    larger = sizes[0] > sizes[1]
    if larger != bool(match["more"]):
        yield f"the estimate of {first} is not {match[0]} than that of {second}"


def _respectively(clause: str, ids: tuple[str, ...], facts: Facts) -> list[str] | None:
    if "respectively" not in clause.casefold() or len(ids) < 2:
        return None
    places = sorted(
        (m.start(), name)
        for name, pattern in ((SUPPORTED, _STRONG), (CONTRADICTED, _AGAINST), (OPEN, _OPEN))
        for m in pattern.finditer(clause)
    )
    if len(places) != len(ids):
        return None
    return [
        f"the verdict on {name} is “{facts.findings[name].verdict}”"
        for name, (_, verdict) in zip(ids, places, strict=True)
        if name in facts.findings and facts.findings[name].verdict != verdict
    ]


# verdict words


def _said(clause: str, named: bool, resolved: bool, cited: bool, sentence: str) -> Iterator[Said]:
    if named and _ELLIPSIS.search(clause) and _NAMES.search(clause):
        # "H1 was supported, H2 was not."
        upheld = _STRONG.search(sentence) or _SOFT.search(sentence)
        told = frozenset({SUPPORTED}) if upheld else frozenset({CONTRADICTED})
        yield Said("not", frozenset({SUPPORTED, CONTRADICTED, OPEN}) - told)
        return
    match = _of_findings(_OPEN, clause)
    if match:
        yield Said(match[0], _flipped(clause, match, frozenset({OPEN}), only=r"\bnot inconclusive"))
        return
    against = _of_findings(_AGAINST, clause, transitive=_ANY)
    if against and (named or resolved or not cited):
        yield Said(against[0], _flipped(clause, against, frozenset({CONTRADICTED})))
        return
    strong = _of_findings(_STRONG, clause, transitive=_ANY)
    soft = _of_findings(_SOFT, clause, transitive=_WITH) if named or resolved else None
    match = strong or soft
    if strong and soft and soft[0].casefold().startswith("as "):
        # "That H2 came out as predicted lends weight to …".
        yield Said(soft[0], _flipped(clause, soft, frozenset({SUPPORTED})))
    fail = _of_findings(_FAIL, clause)
    if fail and (named or (resolved and not cited)):
        negated = NEGATED.search(clause[: fail.start()])
        never = frozenset({SUPPORTED}) if negated else frozenset({CONTRADICTED, OPEN})
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
        yield Said(match[0], _flipped(clause, match, frozenset({SUPPORTED})))


def _of_responses(clause: str) -> re.Match[str] | None:
    """The first word of "no difference" that is said of an effect or of responses."""
    for match in _NULL.finditer(clause):
        if re.search(r"\b(?:not|never|hardly|nor)\s+(?:a|an|the|evidence \w+|that of|as)?\s*$",
                     clause[: match.start()], re.I):  # fmt: skip
            continue
        noun = judged(clause, *match.span(), transitive=False)
        head = clause[noun.start : noun.stop] if noun else ""
        if re.match(r"(?:no|without|zero|nil|any)\b|.*not (?:matter|affect|depend)", match[0], re.I) or not (
            _NOT_RESPONSES.search(head)
        ):
            return match
    return None


def _of_accounts(clause: str, found: list[Finding], facts: Facts) -> Iterator[str]:
    """Faults of what is said of the rivals of findings: upheld by them, or refuted."""
    for words, upheld in ((_STRONG, True), (_SOFT, True), (_AGAINST, False), (_FITS, True)):
        for match in words.finditer(clause):
            takes = bool(_WITH.search(match[0])) if words is _SOFT else words is not _FITS
            noun = judged(clause, *match.span(), transitive=takes)
            if noun is not None and noun.kind == "account":
                yield from accounts.faults(clause, upheld, match, noun.start, found, facts)


def _of_findings(
    words: re.Pattern[str], clause: str, transitive: re.Pattern[str] | None = None
) -> re.Match[str] | None:
    """The first of some verdict words that is said of a finding, or of nothing that has a name."""
    for match in words.finditer(clause):
        rest = clause[match.end() :]
        if _UNTRIED.match(rest) or (_COMPATIBLE.match(match[0]) and _EITHER.search(rest)):
            continue
        if words is _OPEN and _KNOWS.search(match[0]) and (
            (_IF.match(rest) and _FURTHER.search(rest)) or _WHAT.match(clause)
        ):
            continue
        if words is _OPEN and (_OF_WHAT.match(rest) or _OTHERS_OPEN.search(match[0])):
            continue
        if re.match(r"\w+ing\b", match[0]) and _GERUND.search(clause[: match.start()]):
            continue
        takes = transitive is not None and transitive.search(match[0]) is not None
        noun = judged(clause, *match.span(), transitive=takes)
        if _EXPLAINS.search(match[0]) and (object_ := following(clause, match.end())):
            # What explains a finding is no finding.
            if object_.kind == "finding":
                continue
        if noun is None or noun.kind == "finding":
            return match
        if noun.kind == "thing" and not _OF_THINGS.search(match[0]):
            return match
    return None


def _flipped(
    clause: str, match: re.Match[str], allows: frozenset[str], only: str = ""
) -> frozenset[str]:
    """The verdicts that are left when a word is denied."""
    before = _SUBORDINATE.split(clause[: match.start()])[-1]
    denied = re.search(only, clause, re.I) if only else NEGATED.search(before[-60:])
    hardly = re.search(
        r"\b(?:hardly|barely|scarcely|little|fail(?:s|ed)? to|unable to|refus\w+ to)\b",
        before,
        re.I,
    )
    after = (
        None
        if only
        else re.match(
            r"\w*\s+(?:not|neither|nothing|no (?:one|hypothes|predict))\b", clause[match.end() :]
        )
    )
    if denied or (hardly and not only) or after:
        return frozenset({SUPPORTED, CONTRADICTED, OPEN}) - allows
    return allows


def _judged(
    said: Said, found: Iterable[Finding], facts: Facts, *, named: bool, clause: str
) -> Iterator[str]:
    findings = list(found)
    if not findings:
        verdicts = {finding.verdict for finding in facts.findings.values()}
        if _COUNTED_BEFORE.search(clause[: clause.find(said.word)]):
            # How many there are is held against the counts.
            return
        if verdicts and said.allows.isdisjoint(verdicts | {"null"}):
            yield f"“{said.word}”: no hypothesis was {' or '.join(sorted(said.allows))}"
        return
    for finding in findings:
        if "null" in said.allows:
            if not _is_null(finding):
                yield f"“{said.word}”: that is not what was found of {finding.id}"
            continue
        if "denied" in said.allows:
            # "H2 suggests that the surround does not suppress."
            said = Said(
                said.word,
                frozenset({SUPPORTED if finding.direction == "equivalent" else CONTRADICTED}),
            )
        if finding.verdict in said.allows:
            continue
        if named and _of_others(clause, finding, said, facts):
            continue
        yield f"“{said.word}”: the verdict on {finding.id} is “{finding.verdict}”"


def _is_null(finding: Finding) -> bool:
    if finding.verdict == OPEN:
        return False
    if finding.direction == "equivalent":
        return finding.verdict == SUPPORTED
    if finding.verdict == SUPPORTED:
        return False
    return finding.direction == "different" or "negligible" in finding.reason


def _of_others(clause: str, finding: Finding, said: Said, facts: Facts) -> bool:
    """Whether the verdict is on an account, as in "H1 rules out an untuned pool"."""
    if finding.verdict == OPEN or said.word.casefold().startswith("as "):
        return False
    place, word = clause.find(finding.id), clause.find(said.word)
    if not 0 <= place < word:
        return False
    between = clause[place + len(finding.id) : word]
    after = clause[word + len(said.word) :]
    if re.search(r"\b(?:was|were|is|been|be|are|got|has|had)\b", between):
        return False
    rivals = facts.rivals.get(finding.id, ())
    other = _OTHERS.search(after) or any(name in after.casefold() for name in rivals)
    return bool(other)
