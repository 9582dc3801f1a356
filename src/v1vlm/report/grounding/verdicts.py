"""Verdict words held against the finding's verdict, its reason, its controls and its level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from v1vlm.claims import Finding
from v1vlm.report.grounding import accounts, controls, core, directions, overreach, quantities
from v1vlm.report.grounding.assertions import (
    AGAINST,
    CONTRADICTED,
    FAIL,
    FITS,
    NULL,
    OPEN,
    SOFT,
    STRONG,
    SUPPORTED,
    UNDECIDED,
    Said,
    is_supposed,
    of_accounts,
)
from v1vlm.report.grounding.assertions import (
    said as said_of,
)
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.grammar import nouns, subject
from v1vlm.report.grounding.lexicon import lexicon
from v1vlm.report.grounding.reasons import Doubt, Held
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED

_UNLIKE = lexicon("about.unlike")
"""A finding that is set apart: "H4, unlike H1, …"."""
_EVASION = lexicon("verdicts.evasion")
_COUNTED_BEFORE = lexicon("verdicts.counted_before")
_THIS = lexicon("verdicts.this")
_OTHERS = lexicon("verdicts.others")
_FOLLOWS = lexicon("verdicts.follows")
"""What a decided finding may do to a claim or an account."""
_BACKS = lexicon("verdicts.backs")
_BY = re.compile(
    r"\b(?:confirmed|supported|refuted|contradicted|corroborated|ruled out|excluded"
    r"|established|disproved|rejected|shown)"
    r" by (?P<id>[A-Z]\w*\d\w*)\b"
)
_PRESUPPOSED = (
    (lexicon("verdicts.presupposed_against"), {CONTRADICTED}),
    (lexicon("verdicts.presupposed_for"), {SUPPORTED}),
    (lexicon("verdicts.presupposed_effect"), {SUPPORTED, CONTRADICTED}),
)
_AS_REGISTERED = re.compile(
    r"\b(?:direction|sign|statement) (?:predicted|registered|stated)\b[^.;]*,\s*which\s*$"
)
"""What stands before a clause that explains the prediction."""
_OUTCOME = re.compile(
    r"\W*(?:the|this) (?:\w+ )?(?:failure|outcomes?|results?|tests?|data|evidence) (?:of|for"
    r"|on|from|in) ",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\s+(?:nothing|no|neither|none|nobody)\b", re.IGNORECASE)
_REVERSED = re.compile(
    r"\b(?:opposite|reverse|contrary|facilit\w+|enhanc\w+|neither|no|rival\w*)\b"
)
_ADVERBS = re.compile(r"(?:\s+(?:\w+ly|thus|also|now|therefore|hence|then|further))*\s+")
_BEFORE = re.compile(r"\b(?:before|fail\w*|by|until)\b", re.IGNORECASE)
_THAT = re.compile(
    r"\W*that ((?P<id>[A-Z]\w*\d\w*) (?:was|is|has been|came out|turned out|went|failed"
    r"|held) ?(?:not )?\w*)",
    re.IGNORECASE,
)
_WHY = re.compile(r"\bwhy\b(.*)$", re.IGNORECASE)
_BUT = re.compile(
    r"\b(?:apart from|except|save for|but for|other than|all but"
    r"|but one)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\b[A-Za-z][\w.-]*\d\w*")
_STATISTIC = lexicon("verdicts.statistic")
_VERB = lexicon("verdicts.verb")
_NEUTRAL = lexicon("verdicts.neutral")
"""What can be said of a hypothesis without saying what was found."""
_NOT_MEANT = lexicon("verdicts.not_meant")
"""What a result is said not to mean is said neither way."""
_COMPARED = lexicon("verdicts.compared")


def faults(
    clause: str,
    ids: tuple[str, ...],
    default: tuple[str, ...],
    facts: Facts,
    *,
    cited: bool = False,
    sentence: str = "",
) -> Iterator[str]:
    """Reasons against the verdicts of a clause, and what of it is `Held`.

    Parameters
    ----------
    ids : tuple of str
        Findings that the clause names, or that its sentence named before it.
    default : tuple of str
        Findings that it is about if it names none.
    cited : bool
        Its sentence cites a work, whose verdicts it may tell.
    """
    plain = _UNLIKE.sub(" ", _NOT_MEANT.sub("", _EVASION.sub(" ", clause)))
    yield from quantities.levels(clause, ids or default, facts, sentence)
    yield from overreach.faults(clause, cited=cited and not ids)
    if (
        not ids
        and not _BUT.search(sentence)
        and (quantified := list(quantities.quantified(plain, facts)))
    ):
        yield from quantified
        return
    about = ids or (default if _THIS.search(plain) or not _OTHERS.search(plain) else ())
    found = [facts.findings[name] for name in about if name in facts.findings]
    if (
        found
        and controls.LACKING.search(plain)
        and not any(finding.controls_verdict in ("no controls", "not run") for finding in found)
    ):
        yield "it has a control"
    if sentence.rstrip().endswith("?"):
        return
    yield from _presupposed(plain, facts)
    yield from accounts.foretold(plain, found, facts)
    yield from quantities.foretold(plain, found)
    that = _THAT.match(plain)
    if that and len(ids) > 1:
        # "That H2 was contradicted does not weaken H1": a verdict on the one, none on the other.
        yield from faults(that[1], (that["id"],), (), facts, cited=cited, sentence=sentence)
        return
    why = _WHY.search(plain)
    if why and HYPOTHETICAL.search(plain[: why.start()]):
        # Whoever asks why something is so takes it to be so.
        yield from faults(why[1], ids, default, facts, cited=cited, sentence=sentence)
        return
    if is_supposed(plain, [name for f in found for name in facts.rivals.get(f.id, ())]):
        return
    yield from _consequences(plain, found, facts)
    if not _AS_REGISTERED.search(sentence[: max(0, sentence.find(clause))]):
        alone = len(_named(sentence, facts)) < 2
        for reason in directions.faults(plain, found):
            yield reason if alone or isinstance(reason, Held) else Doubt(reason)
    for word, upheld, place in of_accounts(plain):
        yield from accounts.faults(plain, upheld, word, place, found, facts)
    for word, place in _won(plain, found, facts):
        yield from accounts.faults(plain, True, word, place, found, facts)
    yield from controls.named(plain, found, sentence)
    told = list(controls.faults(plain, found, facts))
    # Of two findings in a sentence, the words of the one would excuse what is said of the other.
    only = found[0] if len(found) == 1 and _named(sentence, facts) <= {found[0].id} else None
    if told and only and core.says_controls(sentence, only):
        told = [Held("it says what the controls say")]
    if only and core.says_verdict(sentence, only):
        yield Held("it says the verdict")
    if told:
        yield from told
        return
    yield from _relations(plain, sentence, ids, found, facts)
    if only:
        yield from quantities.alone(sentence, only, facts)
        yield from quantities.spent(sentence, only)
    paired = quantities.respectively(plain, ids, facts)
    if paired is not None:
        yield from paired
        return
    for said in said_of(plain, bool(ids), bool(found), cited, sentence):
        softer = not core.is_core(said.word) and not FAIL.search(said.word)
        if only and softer and "null" not in said.allows and core.says_verdict(sentence, only):
            continue
        of = re.search(rf"{re.escape(said.word)} (?:for|of|in) ([A-Z]\w*\d\w*)\b", plain)
        meant = [finding for finding in found if of and finding.id == of[1]]
        yield from _judged(said, meant or found, facts, named=bool(ids), clause=plain)


def _relations(
    clause: str, sentence: str, ids: tuple[str, ...], found: list[Finding], facts: Facts
) -> Iterator[str]:
    """How findings are said to stand to their margins, to zero and to each other."""
    yield from quantities.margins(clause, found)
    yield from quantities.zeros(clause, found)
    yield from quantities.same(clause, ids, facts)
    yield from quantities.unlike(sentence, found, facts)
    yield from quantities.lineage(clause, found, facts)
    yield from quantities.compared(clause, ids, facts)
    if ids:
        yield from _settled(clause, found)


def _presupposed(clause: str, facts: Facts) -> Iterator[str]:
    """What "the reversal of H1" takes for granted, whatever is said of it."""
    for words, verdicts in _PRESUPPOSED:
        for match in words.finditer(clause):
            finding = facts.findings.get(match["id"])
            lead = clause[: match.start()]
            if finding is None or finding.verdict in verdicts or NEGATED.search(lead):
                continue
            if re.search(r"\b(?:if|whether|would|unless)\b", lead, re.IGNORECASE):
                continue
            yield f"“{match[0]}”: the verdict on {finding.id} is “{finding.verdict}”"
            return


def _consequences(clause: str, found: list[Finding], facts: Facts) -> Iterator[str]:
    """Reasons against what a finding is said to do to a claim: "H3 rules out …", "shown by H3"."""
    follows, backs, by = (words.search(clause) for words in (_FOLLOWS, _BACKS, _BY))
    for finding in found:
        if finding.verdict == OPEN:
            if follows and _does(finding, follows, clause) and not (
                _NOTHING.match(clause[follows.end() :])
            ):  # fmt: skip
                yield f"“{follows[0]}”: nothing follows from {finding.id}, which is undecided"
            if by and by["id"] == finding.id and not NEGATED.search(clause):
                yield f"“{by[0]}”: nothing follows from {finding.id}, which is undecided"
        elif finding.verdict == CONTRADICTED and backs and _does(finding, backs, clause):
            rest = clause[backs.end() :].casefold()
            rivals = facts.rivals.get(finding.id, ())
            if not (_REVERSED.search(rest) or any(name in rest for name in rivals)):
                yield f"“{backs[0]}”: the verdict on {finding.id} is “{finding.verdict}”"


def _does(finding: Finding, word: re.Match[str], clause: str) -> bool:
    """Whether a finding is named right before a word."""
    place = clause.find(finding.id)
    between = clause[place + len(finding.id) : word.start()]
    if _OUTCOME.fullmatch(clause[:place]) and len(between) < 45 and "," not in between:
        return True
    return 0 <= place < word.start() and _ADVERBS.fullmatch(between) is not None


def _settled(clause: str, found: list[Finding]) -> Iterator[str]:
    """Reasons against decisions on findings that were not decided."""
    match = quantities.SETTLED.search(clause)
    if (
        match is None
        or NEGATED.search(clause)
        or _BUT.search(clause)
        or _BEFORE.search(clause[: match.start()])
    ):
        return
    for finding in found:
        if finding.verdict == OPEN and not re.match(r"\s+by\b", clause[match.end() :]):
            yield f"“{match[0]}”: the verdict on {finding.id} is “{finding.verdict}”"


def _named(sentence: str, facts: Facts) -> set[str]:
    return {name for name in _NAMES.findall(sentence) if name in facts.findings}


_WON = re.compile(
    r"\b(?:(?:is|was|emerge[sd]?(?: as)?|proves?|proved(?: to be)?|turn(?:s|ed) out(?: to be)?)\s+"
    r"(?:the\s+)?(?:clear\s+)?(?:right|correct|true|winner|vindicated)|wins?|won|prevail\w*|vindicat\w+"
    r"|upheld|in (?:agreement|accord|line) with|accord(?:s|ed)? with|agree[sd]? with)\b",
    re.IGNORECASE,
)


def _won(clause: str, found: list[Finding], facts: Facts) -> Iterator[tuple[re.Match[str], int]]:
    """Words by which a rival account is right, and where it is named."""
    match = _WON.search(clause)
    rivals = {name for one in found for name in facts.rivals.get(one.id, ())}
    places = [clause.casefold().find(name) for name in rivals]
    places = [place for place in places if place >= 0]
    if match and len(places) == 1:
        yield match, places[0]


_HAS = re.compile(r"\b(?:has|have|had|contain\w*|compris\w*|includ\w*|involv\w*|use[sd]?)\b", re.I)
"""Verbs of what a finding is made of."""


_NOTHING_THERE = re.compile(r"(?:no|null|nil|zero|without|absent|nothing)\b", re.IGNORECASE)
_FAILED = re.compile(r"\bfail(?:s|ed)\b(?! to)", re.IGNORECASE)
"""What is not said of a hypothesis that was left undecided."""
_OPEN_MOOD = re.compile(
    r"\b(?:whether|if(?! only| any)|would|should|may|might|unless|until)\b|\?", re.I
)


def unheard(sentence: str, ids: tuple[str, ...]) -> str | None:
    """Reason against a sentence that says of a finding what no rule has words for.

    Such words may say a verdict; that they say the right one cannot be known.
    """
    rest = _NAMES.sub("", sentence)
    if not ids or re.search(r"\d", rest) or HYPOTHETICAL.search(rest) or not _VERB.search(rest):
        return None
    if NEGATED.search(rest) or _HAS.search(rest):
        return None
    head = subject(sentence, len(sentence))
    if all(one.governed for one in nouns(sentence) if sentence[one.start : one.stop] in ids) and (
        head is None or head.governed or head.kind not in ("finding", "account")
    ):
        # "Replication of H1 was not attempted": said of something else.
        return None
    verdict = (UNDECIDED, AGAINST, STRONG, SOFT, NULL, FAIL, _COMPARED, overreach.CERTAIN)
    known = (*verdict, *controls.WORDS, *directions.WORDS, FITS, _STATISTIC, _NEUTRAL)
    if any(words.search(rest) or words.search(sentence) for words in known):
        return None
    return Doubt(f"what it says of {', '.join(ids)} cannot be held against the finding")


def another(sentence: str, finding: Finding) -> str | None:
    """Reason against a sentence whose verdict words are all of verdicts that were not reached."""
    if _OPEN_MOOD.search(sentence) or not core.says_another(sentence, finding):
        return None
    return Doubt(f"it seems to say another verdict on {finding.id} than “{finding.verdict}”")


def speaks(sentence: str) -> bool:
    """Whether a sentence says a verdict, of whatever."""
    words = (UNDECIDED, AGAINST, STRONG)
    return any(word.search(sentence) for word in words) and not is_supposed(sentence)


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
                told = f"“{said.word}”: that is not what was found of {finding.id}"
                yield told if _NOTHING_THERE.match(said.word) else Doubt(told)
            continue
        allows = said.allows
        if "denied" in allows:
            # "H2 suggests that the surround does not suppress."
            denied = SUPPORTED if finding.direction == "equivalent" else CONTRADICTED
            allows = frozenset({denied})
        if finding.verdict in allows:
            told = f"“{said.word}”: the verdict on {finding.id} is “{finding.verdict}”"
            failed = _FAILED.search(clause) is not None and finding.verdict == OPEN
            if named and (failed or said.word.casefold() != "failed"):
                yield Doubt(told) if failed else Held(told)
            continue
        if named and _of_others(clause, finding, Said(said.word, allows), facts):
            continue
        reason = f"“{said.word}”: the verdict on {finding.id} is “{finding.verdict}”"
        plainly = core.is_core(said.word) or said.word.casefold() in ("failed", "fails")
        alone = len(findings) == 1 and (finding.id in clause or not named)
        yield reason if plainly and alone else Doubt(reason)


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
    named = any(name in after.casefold() for name in rivals)
    # Support of an account is held against what it predicts; that of "the view that …" is not.
    other = named or (SUPPORTED not in said.allows and _OTHERS.search(after))
    return bool(other)
