"""Verdict words held against the finding's verdict, its reason, its controls and its level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from v1vlm.claims import Finding
from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED

SUPPORTED, CONTRADICTED, OPEN = "supported", "contradicted", "inconclusive"

_EVASION = re.compile(
    r"\b(?:not only|no doubt|without (?:a )?doubt|beyond (?:any |all |a reasonable )?doubt"
    r"|nothing but|not surprisingly|no longer|if not|no less)\b",
    re.IGNORECASE,
)
_CERTAIN = re.compile(
    r"\b(?:prov(?:e|es|ed|en|ing)(?! (?:difficult|hard|useful|too|to be (?:difficult|hard)|informative"
    r"|inconclusive|wrong|right|correct|unfounded|false))|proofs?|beyond (?:any |all |a reasonable )?doubt"
    r"|conclusive(?:ly)?|definitive(?:ly)?|unequivocal(?:ly)?|irrefutabl\w+|indisputabl\w+|undeniabl\w+"
    r"|once and for all|with certainty|certainly true)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\binconclusive\w*|\bundecided\b|\bunresolved\b|\bindeterminate\b|\bambiguous\w*|\bundetermined\b"
    r"|\bunsettled\b|\bequivocal\b|\b(?:left|remain\w*|stay\w*|still|is|was|kept|lies|stands?)\s+(?:\w+\s+)?open\b"
    r"|\bcould not be (?:\w+ )?(?:decid|resolv|settl|determin|answer|establish)\w*"
    r"|\b(?:cannot|can ?not|could not|unable to) (?:be )?(?:say|said|tell|told|decide|settle)\w*"
    r"|\bno (?:decision|verdict|conclusion)\b|\bwithout (?:a |any )?(?:decision|verdict|conclusion)\b"
    r"|\bneither (?:for nor against|supported nor|confirmed nor|process|confirms nor)\b|\bneither (?![A-Z]\w*\d)[^,;]*\bnor\b"
    r"|\b(?:insufficient|too little|not enough|inadequate|lacked (?:the )?) ?evidence|\bevidence (?:was|is|remained) (?:insufficient|too)"
    r"|\bnot (?:settled?|decided?|resolved?|decisive)\b|\bdid not (?:settle|decide|resolve|reach a)\b"
    r"|\bno process\b|\bran out\b|\bundecidable\b|\bawaits\b|\bin the balance\b|\bdraw(?:n)? a blank"
    r"|\bexhausted\b|\bexhausts\b|\btoo (?:weak|little|sparse|small|thin|few|close|noisy|slim|scant|feeble)\b[^,;]{0,40}\bto\b|\beither way\b|\bsuspend\w* judg\w*|\bwithh\w+ judg\w*|\bcould not (?:be )?call\w*|\b(?:do|does|did|could) not (?:yet )?(?:decide|settle|resolve|tell)\b|\bno clear (?:answer|verdict|outcome)\b|\bstalemate\b|\bindecisive\b|\bunanswered\b|\buncertain\b|\bnot (?:yet )?(?:clear|known|conclusive)\b|\bpending\b|\bin doubt\b|\bjury\b|\btoss-?up\b|\bneither threshold\b|\bbelow both thresholds\b|\b(?:spent|used up) (?:its|the|all)\b|\bwithout (?:reaching|crossing|deciding)\b|\bnon-?committal\b|\bhung\b|\bnot conclu\w+|\bno answer\b|\bdeadlock\w*|\bunclear\b|\b(?:inconclusive|uncertain)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\bcontradict\w*|\brefut\w+|\bfalsif\w+|\bdisprov\w+|\bdisconfirm\w*|\breject(?:s|ed|ing|ion)?\b"
    r"|\brul(?:e|es|ed|ing) (?:it |this |that |[A-Z]\w*\d\w* )?out\b|\b(?:hard|difficult|impossible) to (?:reconcile|square)\b|\bcannot be (?:reconciled|squared)|\birreconcilab\w+|\banswer (?:\w+ ){0,3}?(?:was|is) (?:a )?(?:clear |plain )?no\b|\b(?:disappear|vanish|evaporat|collaps|dissolv|crumbl)\w*|\bwent away\b|\b(?:run|runs|ran|running) (?:counter|contrary|against)\b"
    r"|\bcontrary to\b|\bagainst (?:the|our|its|this) (?:prediction|hypothesis|expectation|claim)"
    r"|\binconsistent with\b|\bincompatible with\b|\bat odds with\b|\bat variance with\b|\bin conflict with\b"
    r"|\bconflict(?:s|ed|ing)? with\b|\bdisagree\w* with\b|\bagainst\s*$|\brebut\w*|\brepudiat\w*|\boverrul\w*|\bdismiss\w*|\bden(?:y|ies|ied)\b|\bdispel\w*|\bdiscredit\w*|\bnullif\w*|\bgainsa\w+|\bquash\w*|\bcounter(?:s|ed|evidence)\b|\bdepart\w* from (?:the |its )?(?:prediction|expectation)|\bdeviat\w* from (?:the |its )?prediction|\b(?:in|of) the (?:wrong|other|reverse) (?:direction|way)|\bthe (?:wrong|other|reverse) (?:direction|way|sign)\b|\b(?:opposite|wrong|reverse) sign\b|\bthe reverse\b|\buntrue\b|\berroneous\b|\bmisguided\b|\bmistaken\b|\blost\b|\bshot down\b|\bput to rest\b|\bin the negative\b|\b(?:go|goes|went|gone|come|came|decided|ruled|turned|tipp?ed|fell|down) against\b|\bagainst it\b|\b(?:turned out|prov(?:ed|es|en)|is|was|are|were) (?:to be )?(?:plainly |simply |clearly )?(?:wrong|false|incorrect|unfounded|untenable|mistaken)\b"
    r"|\b(?:fell|falls|fall) (?:apart|short|flat|through)\b|\bopposite (?:to|of|from|direction|sign|way)\b|\bthe opposite\b"
    r"|\b(?:give|given|gave) up\b|\babandon\w*|\bdiscard\w*|\boverturn\w*|\boverthrow\w*|\bdebunk\w*|\brebut\w*"
    r"|\b(?:speak|speaks|spoke|argue|argues|argued|tell|tells|count|counts|weigh|weighs|evidence|mitigat\w+) (?:\w+ )?against\b(?! no\b)"
    r"|\bagainst (?=[A-Z]+\d)|\bundermin\w*|\bviolat\w*|(?<=\d )mispredict\w*|\binvalidat\w*|\bnegat(?:es|ed)\b|\bsank\b|\bsunk\b|\bdead\b|\bdispos(?:es|ed) of\b|\bunseat\w*|\bunfulfilled\b"
    r"|\bdefeat\w*|\bdisqualif\w*|\bexclud(?:es|ed)\b(?! (?:zero|the margin|0))|\breversed?\b|\bnegative (?:verdict|result|outcome)\b"
    r"|\bwrong\b|\brebuff\w*|\bdoes not hold\b|\bdown(?:fall)?\b(?= of)|\bbelied\b|\bbelies\b",
    re.IGNORECASE,
)
_FAIL = re.compile(
    r"\bfail(?:s|ed|ing|ure)?\b(?! to (?:reach a verdict|decide))|\bunsupported\b|\bunconfirmed\b|\bunsubstantiated\b"
    r"|\bnot above the margin\b|\b(?:does|did|do|is|was|are|were|has|have|could)(?: not|n[’\x27]t) (?:\w+ )?(?:describe|apply|captur\w+|fit|match\w*|account|explain|obtain|materiali[sz]\w+|occur|happen|appear|emerg\w+|work|pan out|prevail|win|survive|come true|come through|fare|attain|find (?:any )?support|received?|earn|gain|true|right|correct|upheld|realised|realized|fulfilled|met)\b|\b(?:no|scant|little|hardly any|never any) (?:\w+ )?(?:support|backing|evidence|confirmation|corroboration) (?:for|in|of|was|came)\b|\bwithout (?:support|backing|confirmation)\b|\b(?:nothing|no reason|little) to (?:support|confirm|back)\b|\bunable to (?:confirm|support|corroborate|verify|validate)|\black(?:s|ed|ing)? (?:of )?(?:\w+ )?(?:support|evidence)\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\bsupport(?:s|ed|ing|ive)?\b|\bconfirm(?:s|ed|ing|ation|atory)?\b(?! (?:stimul|draw|half|neuron|seed|data|set|phase|stage))"
    r"|\bcorroborat\w*|\bvalidat\w*|\bverif(?:y|ies|ied|ication)\b|\b(?:bear|bears|bore|bearing) (?:\w+ )?out\b|\bborne out\b"
    r"|\buph(?:old|olds|eld)\b|\bvindicat\w*|\bsubstantiat\w*|\bauthenticat\w*|\battest\w*|\bsustain(?:s|ed|ing)?\b|\bendors\w+|\bratif\w+|\breaffirm\w*|\baffirm\w*|\bbolster\w*|\bbuttress\w*|\b(?:lends?|lent|lending) (?:\w+ )?(?:credence|weight|support)|\bwell[- ]supported\b|\bwell[- ]founded\b",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\b(?:hold|holds|held)\b(?! (?:constant|fixed|out|at|to|the|equal|apart|below|down))|\bdemonstrat\w*|\bestablish(?:es|ed)?\b"
    r"|\b(?:show|shows|showed|showing|shown) (?:that|how|the|an?|it|clear|in|us|this)\b|\bshow(?:s|ed)\b|\breveal\w*"
    r"|\b(?:agree|agrees|agreed|accord|accords|accorded|square|squares|chime|chimes|fit|fits|tally|tallies) with\b"
    r"|\bconsistent with\b|\bcompatible with\b|\bin (?:line|keeping|agreement|accord|harmony) with\b"
    r"|\bas (?:was |had been |it was )?(?:predict|foretold|foreseen|expect|hypothesi[sz]|anticipat|forecast)\w*|\bas [A-Z]\w*\d\w* (?:predict|foretold|foresaw|forecast|anticipat|said|claim|had)\w*"
    r"|\b(?:evidence|support|backing) (?:for|in favou?r of|behind)\b|\bin favou?r\b|\bfavou?r(?:s|ed)?\b|\b(?:was|were|is|are) (?:\w+ )?met\b"
    r"|\bsucce(?:ed|eds|eded|ss|ssful|ssfully)\b|\bpass(?:es|ed)\b|\b(?:is|was|are|were|be|turned out|proved|proven) (?:\w+ )?(?:correct|true|right|accurate|sound)\b"
    r"|\b(?:reach|reaches|reached|cross|crosses|crossed|met|meets|attain(?:s|ed)|clear(?:s|ed)|exceed(?:s|ed)|pass(?:es|ed)) (?:its|the|their|that|both) (?:own )?(?:threshold|criterion|bar)"
    r"|\bsignifican\w+|\b(?:stand|stands|stood)(?: firm| up)?\b(?! (?:at|for|alone|beside|on|next|out))|\baccept(?:s|ed)\b|\bconvinc\w+"
    r"|\brel(?:iable|iably)\b|\bindicat(?:e|es|ed|ing)\b|\bsuggest(?:s|ed|ing|ive)?\b|\bimpl(?:y|ies|ied)\b|\bhints? (?:at|that)\b|\bhinted\b"
    r"|\bpoints? (?:to|toward|towards)\b|\bpositive (?:verdict|result|outcome)\b|\bsurviv\w*|\bwithst\w+|\bback(?:s|ed) (?:up )?(?=[A-Z]\w*\d)"
    r"|\bbehaved as\b|\bcame true\b|\bcarried the day\b|\bfulfil\w*|\bstrengthen\w*|\bevidence is strong\b|\bstrong evidence\b"
    r"|\bwe (?:found|find|observed?|see|saw|conclude|can conclude) that\b(?!.*\b(?:not|no|never)\b)|\bon the side of\b|\bsid(?:es|ed) with\b|\b(?:speak|speaks|spoke|argue|argues|argued|tell|tells|count|counts|came down|come down|decid\w+|ruled) (?:for|in favou?r)\b|\bhit the mark\b|\bprevail\w*|\bmuster\b|\b(?:was|were) reali[sz]ed\b|\bmateriali[sz]ed\b|\bemerged as\b|\bcame through\b|\bcame out (?:on top|positive|right|true|ahead)\b|\bpanned out\b|\bsatisf(?:y|ies|ied)\b|\bcredib\w+|\bin the affirmative\b|\bconfident\w*|\bgot it right\b|\bclear (?:effect|result|evidence|modulation)\b|\bstrong effect\b|\b(?:intact|standing)\b|\bwarrant(?:s|ed)\b|\bjustif(?:y|ies|ied)\b|\bmade good\b|\bchecks? out\b|\bchecked out\b|\banswer (?:\w+ ){0,3}?(?:was|is) (?:a )?(?:clear |plain )?yes\b|\bback(?:s|ed)?(?: up)? (?=[A-Z]\w*\d)|\b(?:explain|captur|describ|account|match|reproduc|mirror)\w*(?: for)? (?:the|what|this|these) (?:\w+ )?(?:respons|data|result|find|pattern|behav|effect)\w*|\b(?:exhibit|display|produc|reproduc|express|behav|respond|act|show|has|have|do|does|did)\w*\b.*\b(?:that|as|what|which) [A-Z]\w*\d\w* (?:predict|anticipat|foretold|foresaw|forecast|expect|said|say|claim|hypothesi[sz])\w*|\bdelivered\b|\bdetect(?:s|ed)\b|\btriumph\w*|\bnails?\b|\bwon\b",
    re.IGNORECASE,
)
_NULL = re.compile(
    r"\b(?:no|without|zero|nil|any) (?:\w+ )?(?:effect|difference|modulation|influence|change|impact|dependence|preference)s?\b"
    r"|\b(?:did|do|does) not (?:differ|change|matter|depend|affect)\b|\bindistinguishable\b|\bidentical\b"
    r"|\bunaffected\b|\b(?:is|was|were|are) (?:\w+ )?(?:absent|equal|negligible|unchanged|the same)\b|\bnull (?:result|effect|finding)\b"
    r"|\bmade no difference\b|\bequally (?:strong|large)\b|\binsensitive\b",
    re.IGNORECASE,
)
_CONTROL = re.compile(
    r"\bcontrol(?:s|led|ling)?\b(?! (?:at|over|false|the false|for multiple))", re.IGNORECASE
)
_ROBUST = re.compile(r"\brobust(?:ly|ness)?\b(?! (?:statistic|to outlier))", re.IGNORECASE)
_GONE = re.compile(
    r"\bexplained away\b|\bexplain(?:s|ed)? (?:it |the effect |this )?away\b|\bartefact\w*|\bartifact\w*|\bconfound(?:ed|s)? (?:by|accounts?)"
    r"|\baccounted for by\b|\bspurious\b|\bmere(?:ly)? (?:a )?(?:by-?product|consequence)",
    re.IGNORECASE,
)
_OUTLASTS = re.compile(
    r"\bsurviv\w*|\bwithst\w+|\bpersist\w*|\boutlast\w*|\bh[eo]ld(?:s)?\b|\bheld up\b|\bpass(?:es|ed)\b|\bstood\b|\bremain\w*"
    r"|\bendur\w*|\bresist\w*|\bundid\b|\bundo\w*|\bovercame\b|\bcleared\b|\bupheld\b|\bconfirm\w*|\bsupport\w*|\brul(?:es|ed) out",
    re.IGNORECASE,
)
_COLLAPSE = re.compile(
    r"\bfell (?:apart|away)|\bcollaps\w*|\bvanish\w*|\bdisappear\w*|\bwent away|\bgone\b|\bfail\w*|\bundid\b|\bundone\b"
    r"|\bdissolv\w*|\bdid not (?:survive|persist|outlast|withstand|hold)|\bexplain\w*|\belimin\w*|\babolish\w*|\bremoved\b",
    re.IGNORECASE,
)
_NO_CONTROL = re.compile(
    r"\b(?:no|without(?: any)?|nothing|lacks?|lacking|lacked|none of|not) (?:\w+ ){0,2}?control\w*|\buncontrolled\b",
    re.IGNORECASE,
)
_CONTROLS_OPEN = re.compile(
    r"\binconclusive|\bundecided|\bnot (?:every|all)\b|\bunresolved|\bnot (?:\w+ )?decided",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:causes?|questions?|mechanisms?|reasons?|origins?|why|how|explanations?|interpretations?|sources?|meaning)\b",
    re.IGNORECASE,
)
_SEEN = re.compile(
    r"\b(?:effects?|differen\w+|differ|respons\w+|conditions?|twin|neurons?)\b", re.I
)
_COUNTED_BEFORE = re.compile(
    r"(?:\b\d+|\b(?:no|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))"
    r"(?:\s+(?:of\s+)?[a-z]+){0,5}\s*$",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\bL\s?([0-9])\b(?!/)|\blevel ([0-9])\b", re.IGNORECASE)
_NOUNS = r"(?:hypothes[ei]s|predictions?|claims?|findings?|registrations?|tests?|of (?:them|these|those)|results?)"
_ALL = re.compile(
    rf"\b(?:all|every|each|both)\b(?: one)?(?: of)?(?: (?:the|our|its|these|those))?(?:\s\w+){{0,2}}?\s{_NOUNS}"
    rf"|\b(?:hypotheses|predictions|claims|they|these|those) (?:were|are|have)?\s?(?:all|both)\b|\bwithout exception\b|\beverything\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    rf"\b(?:none|not (?:a single|one|any)|no|neither|not even one)\b(?: of)?(?: (?:the|our|its|these))?(?:\s\w+){{0,2}}?\s{_NOUNS}",
    re.IGNORECASE,
)
_MOST = re.compile(
    rf"\b(?:most|(?:the|a) majority|more than half)\b(?: of)?(?: (?:the|our|its|these))?(?:\s\w+){{0,2}}?\s{_NOUNS}",
    re.IGNORECASE,
)
_FORECAST = re.compile(
    r"\b(?:predict|predicts|foretell|foretells|expect|expects|forecast|forecasts|propos\w+|hypothesi[sz]e[sd]?"
    r"|assum\w+|say that|says that|posit\w*|holds that|hold that|claims? that|claimed that|predicted (?:that|the|no|an?|larger|smaller|equal|less|more)|"
    r"for and against|allowed to|to be (?:supported|contradicted|confirmed|refuted)|was meant to|asks? whether"
    r"|set out to|aim\w* to|designed to|in order to|to (?:support|confirm|refute|contradict|reject|test|verify|validate))\b",
    re.IGNORECASE,
)
_FAILS_TO = re.compile(
    r"\b(?:fail(?:s|ed|ing)?|unable|refus\w+|did nothing|do nothing|nothing|no reason|little) to \w+", re.I
)
_THIS = re.compile(
    r"\b(?:it|its|this|that|these|they|the (?:claim|prediction|hypothesis|result|results|finding|findings"
    r"|effect|estimate|test|verdict|data|evidence|responses|interval|budget|outcome)|which)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:accounts?|rivals?|models?|alternatives?|explanations?|theor(?:y|ies)|view|views|idea|notion"
    r"|filters?|normali[sz]ation|suppression|pools?)\b",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"\b(?:above|beyond|clear(?:s|ed|ing)?|exceed(?:s|ed|ing)?|larger than|greater than|outside|surpass\w*|past) (?:of )?(?:its|the|this|that|±) ?(?:registered |predicted )?margin",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"\b(?:below|under|short of|within|inside|smaller than|less than|not reach(?:ed)?|beneath) (?:its|the|this|that) (?:registered |predicted )?margin",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\b[A-Za-z][\w.-]*\d\w*")
_ELLIPSIS = re.compile(r"\b(?:was|were|is|are|did|does|has)(?: not|n[’']t)\W*$", re.IGNORECASE)
_STATISTIC = re.compile(
    r"\bmargins?\b|\bthresholds?\b|\binterval|\bestimates?\b|\bverdict|\bsequence|\be-values?\b|\bdraws?\b|\bbudget"
    r"|\bL\d\b|\blevel\b|\bmodulation\b|\bindex\b|\beffect size\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|\w{2,}(?:ed|es|ks|ts|ns|rs|ls|ds|ps|ys|ms)"
    r"|held|ran|stood|fell|rose|came|went|gave|took|lay|left|won|lost|met|kept|made|got|hit|did|broke|sank"
    r"|\w+s)\b",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(
    r"\b(?:test(?:s|ed|ing)?|ask(?:s|ed)?|compar\w+|concern\w*|examin\w+|address\w*|explor\w+|prob(?:e|es|ed)"
    r"|var(?:y|ies|ied)|regist\w+|pre-?regist\w+|pilot\w*|propos\w+|predict\w*|foretell\w*|forecast\w*|expect\w*"
    r"|cho(?:se|sen|ice)|choos\w+|motivat\w+|about|question\w*|rest(?:s|ed) on|drew|draws?|drawn|based|us(?:es|ed|ing)"
    r"|design\w*|follow\w*|shown?|present\w*|stimul\w+|measur\w+|assess\w*|evaluat\w+|investigat\w+"
    r"|interpret\w*|mean(?:s|ing)?|implications?|limit\w*|appl(?:y|ies)|depend\w*|hing\w+|disagree\w*|differ(?:s|ed)? (?:on|in|about)"
    r"|deserv\w+|need\w*|discuss\w*|return\w*|built|enter\w*|describ\w+|stat(?:e|es|ed|ement)|claim\w*|hypothes\w+"
    r"|pos(?:e|es|ed)|introduc\w+|reli(?:es|ed)|look\w*|targets?|target(?:ed|ing)|stud(?:y|ies|ied)|treat\w*|speak\w*|related?"
    r"|see|consider\w*|involv\w+|includ\w+|contrast\w*|manipulat\w+|chang\w+|match\w*|run|shar\w+|belong\w*|cit(?:e|es|ed)"
    r"|comes? from|mention\w*|terms?|stems?|deriv\w+|inspir\w+|arose|origin\w*|remain\w* to|named?|neurons|separat\w+|distinguish\w*|why|how)\b",
    re.IGNORECASE,
)
"""What can be said of a hypothesis without saying what was found."""
_COMPARED = re.compile(
    r"\b(?P<more>larger|greater|stronger|bigger|higher|exceed(?:s|ed))\b|\b(?P<less>smaller|weaker|lower|lesser)\b",
    re.IGNORECASE,
)


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
    plain = _EVASION.sub(" ", clause)
    yield from _levels(clause, ids or default, facts)
    if not ids and (quantified := list(_quantified(plain, facts))):
        yield from (reason for reason in quantified if reason)
        return
    certain = _CERTAIN.search(clause)
    if certain and not NEGATED.search(clause[: certain.start()]) and not (cited and not ids):
        if not HYPOTHETICAL.search(clause) and (ids or default or _mentions_claim(clause)):
            yield f"“{certain[0]}”: no level of evidence is a proof"
    about = ids or (default if _THIS.search(plain) or not _OTHERS.search(plain) else ())
    found = [facts.findings[name] for name in about if name in facts.findings]
    if _is_supposed(plain, sentence):
        return
    controls = list(_controls(plain, found, facts))
    if controls:
        yield from (reason for reason in controls if reason)
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
    known = (_OPEN, _AGAINST, _STRONG, _SOFT, _NULL, _FAIL, _CONTROL, _ROBUST, _GONE, _COMPARED)
    known = (*known, _STATISTIC, _NEUTRAL, _CERTAIN)
    if any(words.search(rest) or words.search(sentence) for words in known):
        return None
    return f"what it says of {', '.join(ids)} cannot be held against the finding"


def speaks(sentence: str) -> bool:
    """Whether a sentence says a verdict, of whatever."""
    words = (_OPEN, _AGAINST, _STRONG)
    return any(word.search(sentence) for word in words) and not _is_supposed(sentence, sentence)


def _is_supposed(clause: str, sentence: str) -> bool:
    """Whether a clause says what was predicted, asked or wished, not what was found."""
    if HYPOTHETICAL.search(clause) and not re.search(
        r"\b(?:was|were|is|are|has been|have been) (?:clearly |thus |therefore |further |indeed )?(?:support|confirm|refut|contradict|corroborat"
        r"|inconclusive|undecided|not)", clause):  # fmt: skip
        if not _OPEN.search(clause) or not re.search(r"[A-Z]\w*\d", clause):
            return True
    kept = _FAILS_TO.sub("", clause)
    if _FORECAST.search(kept) and not re.search(r"\bas\b|\bcontrary\b|\bthan\b", clause):
        return not re.search(
            r"\b(?:was|were|has been|been) (?:support|confirm|refut|contradict)", clause
        )
    return False


def _mentions_claim(clause: str) -> bool:
    return re.search(rf"\b{_NOUNS}\b|\bdata\b|\bwe\b", clause, re.IGNORECASE) is not None


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
    if HYPOTHETICAL.search(clause) or not facts.findings:
        return
    name = _named_verdict(clause)
    if name is None:
        return
    n, of = facts.counts[name], len(facts.findings)
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
    if _ROBUST.search(clause):
        return "robust"
    if _AGAINST.search(clause) or re.search(r"\bfail(?:s|ed)?\b", clause, re.IGNORECASE):
        return CONTRADICTED
    soft = re.compile(r"\b(?:held|hold|correct|true|right|succeeded|came true|passed)\b", re.I)
    if _STRONG.search(clause) or soft.search(clause):
        return SUPPORTED
    return None


# controls


def _controls(clause: str, found: list[Finding], facts: Facts) -> Iterator[str]:
    """Faults of what is said of controls; "" where it holds, nothing if nothing is said."""
    about = _CONTROL.search(clause) or _ROBUST.search(clause) or _GONE.search(clause)
    if not about:
        return
    claims: str | None = None
    if _CONTROL.search(clause) and _CONTROLS_OPEN.search(clause):
        claims = "controls inconclusive"
    elif _NO_CONTROL.search(clause) and not re.search(
        r"\bneither control|\bno control\b.*\b(?:undid|explain|abol)", clause, re.I
    ):
        claims = "no controls"
        if re.search(r"\bnot (?:\w+ ){0,2}?control", clause) and _OUTLASTS.search(clause):
            claims = "explained away"
    elif _GONE.search(clause):
        claims = "not gone" if _denied(clause, _GONE) else "explained away"
    elif re.search(
        r"\b(?:neither|no|none)\b[^,;]*\bcontrols?\b[^,;]*\b(?:undid|undo|explain\w*|abolish\w*|remov\w*|elimin\w*)",
        clause,
        re.I,
    ):
        claims = "robust"
    elif _ROBUST.search(clause):
        claims = "not robust" if _denied(clause, _ROBUST) else "robust"
    elif (gone := _COLLAPSE.search(clause)) and not re.search(r"\bruled? out", clause):
        claims = "robust" if "not " not in gone[0] and _denied(clause, _COLLAPSE) else "explained away"
    elif _OUTLASTS.search(clause):
        claims = "explained away" if NEGATED.search(clause) else "robust"
    if claims is None:
        return
    judged = {finding.controls_verdict for finding in found}
    judged = judged or {finding.controls_verdict for finding in facts.findings.values()}
    fits = {
        "robust": judged <= {"robust"} if found else "robust" in judged,
        "not robust": judged.isdisjoint({"robust"}),
        "not gone": judged.isdisjoint({"explained away"}),
        "explained away": judged <= {"explained away"} if found else "explained away" in judged,
        "controls inconclusive": "controls inconclusive" in judged,
        "no controls": "no controls" in judged or "not run" in judged,
    }[claims]
    if claims == "no controls" and not found:
        fits = True
    of = ", ".join(finding.id for finding in found)
    yield (
        ""
        if fits
        else f"what the controls say{f' of {of}' if of else ''} is “{', '.join(sorted(judged))}”"
    )


def _denied(clause: str, pattern: re.Pattern[str]) -> bool:
    """Whether the words before what a pattern finds deny it."""
    found = pattern.search(clause)
    return found is not None and NEGATED.search(clause[: found.start()]) is not None


# margins and comparisons


def _margins(clause: str, found: list[Finding]) -> Iterator[str]:
    for finding in found[:1]:
        value, margin = finding.estimate, finding.margin
        above, below = _ABOVE.search(clause), _BELOW.search(clause)
        negated = NEGATED.search(clause)
        if above and not negated and not value > margin:
            outside = re.search(r"outside|beyond", above[0], re.I) and abs(value) > margin
            if not (
                outside or (finding.direction in ("less", "different") and abs(value) > margin)
            ):
                yield f"the estimate of {finding.id} does not lie there"
        if below and not negated and value > margin:
            yield f"the estimate of {finding.id} does not lie there"


def _compared(clause: str, ids: tuple[str, ...], facts: Facts) -> Iterator[str]:
    """ "The effect of H1 was larger than that of H2"."""
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


def _said(
    clause: str, named: bool, resolved: bool, cited: bool, sentence: str
) -> Iterator[Said]:
    if named and _ELLIPSIS.search(clause):
        # "H1 was supported, H2 was not."
        upheld = _STRONG.search(sentence) or _SOFT.search(sentence)
        told = frozenset({SUPPORTED}) if upheld else frozenset({CONTRADICTED})
        yield Said("not", frozenset({SUPPORTED, CONTRADICTED, OPEN}) - told)
        return
    match = _OPEN.search(clause)
    if match and not named and _CAUSE.search(clause[: match.start()]):
        return
    if match:
        yield Said(match[0], _flipped(clause, match, frozenset({OPEN}), only=r"\bnot inconclusive"))
        return
    against = _AGAINST.search(clause)
    if against and (named or resolved or not cited):
        yield Said(against[0], _flipped(clause, against, frozenset({CONTRADICTED})))
        return
    strong = _STRONG.search(clause)
    soft = _SOFT.search(clause) if named or resolved else None
    match = strong or soft
    fail = _FAIL.search(clause)
    if fail and (named or (resolved and not cited)):
        negated = NEGATED.search(clause[: fail.start()])
        never = frozenset({SUPPORTED}) if negated else frozenset({CONTRADICTED, OPEN})
        yield Said(fail[0], never)
        return
    null = _NULL.search(clause) if named or (resolved and _SEEN.search(clause)) else None
    if null and not (match and NEGATED.search(clause[: match.start()])):
        yield Said(null[0], frozenset({"null"}))
        return
    if match is not None and (named or resolved or not cited):
        yield Said(match[0], _flipped(clause, match, frozenset({SUPPORTED})))


def _flipped(
    clause: str, match: re.Match[str], allows: frozenset[str], only: str = ""
) -> frozenset[str]:
    """The verdicts that are left when a word is denied."""
    before = clause[: match.start()]
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
    """ "H1 rules out an untuned pool": the verdict is on somebody else's account."""
    if finding.verdict == OPEN:
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
