"""Whom a sentence speaks of: what was tested is a twin, never an animal or its cortex."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED, OURSELVES

_SUBJECT = re.compile(
    r"\b(?:"
    r"(?:mouse |murine |macaque |primate |cat |human |rodent |early |mammalian )?(?:V1|V2|V4|MT|LM|AL|PM"
    r"|area 17|striate cortex|(?:primary |early |mammalian )?visual cort(?:ex|ices)|(?:visual )?neocortex"
    r"|cort(?:ex|ices)|cortical (?:\w+ )?(?:neurons?|cells?|circuits?|columns?|populations?|responses?|activity)"
    r"|visual systems?|visual pathway|LGN|thalam\w+|retinas?|retinal|superior colliculus|hippocamp\w+)"
    r"|brains?|neural tissue|nervous systems?"
    r"|mice|mouse|murine|rodents?|rats?|macaques?|monkeys?|primates?|marmosets?|ferrets?|cats?|kittens?"
    r"|tree shrews?|zebrafish|fl(?:y|ies)|drosophila|humans?|people|persons?|observers?|participants?"
    r"|volunteers?|patients?|infants?|mammals?|animals?|species|organisms?|living (?:neurons?|cells?)"
    r"|real (?:neurons?|cells?)|biological (?:neurons?|cells?|networks?)"
    r"|pyramidal (?:neurons?|cells?)|interneurons?|(?:PV|SOM|SST|VIP)\+?(?:[- ]\w+)? (?:neurons?|cells?)"
    r"|parvalbumin|somatostatin|excitatory (?:neurons?|cells?)|inhibitory (?:neurons?|cells?)"
    r"|layers? (?:\d\w?(?:/\d\w?)?|two|four|five|six)|L2/3|dendrit\w+|synap\w+|axons?"
    r"|perception|perceiv\w+|perceptual\w*|conscious\w*|awareness"
    r")\b",
    re.IGNORECASE,
)  # fmt: skip
_HARMLESS = re.compile(
    r"\b(?:(?:digital )?twins?|models?|simulations?|surrogates?|emulat\w+|accounts?|theor(?:y|ies)"
    r"|approximations?|predictions?|copy|copies|stand-in)\s+(?:\w+\s+){0,2}?(?:of|for)\s+(?:(?:the|a|an|one|this|its)\s+)?"
    r"(?:[\w'’-]+\s+){0,4}(?:V1|visual cortex|cortex|mouse|mice|animals?|brains?)(?:\s+of\s+(?:the\s+)?(?:mouse|mice|\w+))?"
    r"|\b(?:simulated|model|virtual|in[- ]silico|artificial|digital)\s+(?:\w+\s+){0,2}?(?:mouse|mice|V1|animals?|cort\w+|neurons?|cells?)"
    r"|\bV1[- ](?:like|twins?|models?)\b|\b(?:mouse|V1|cortical|brain)[- ](?:\w+\s+)?twins?\b"
    r"|\bbrain-?inspired|\bcortex-like|\bneural network|\banimal: still\b"
    r"|\b(?:trained|fitted|fit) (?:\w+ )?(?:on|to) (?:\w+ ){0,3}(?:recordings?|responses?|data|neurons?)[^,;.]*",
    re.IGNORECASE,
)  # fmt: skip
_TWINS = re.compile(
    r"\b(?:ViV1T|Sensorium\w*|ViT|vision transformers?|transformers?|ResNets?\w*|VGG\w*|AlexNet|CORnet\w*"
    r"|convolutional (?:neural )?networks?|CNNs?|DNNs?|deep (?:neural )?networks?|recurrent networks?|RNNs?"
    r"|foundation models?|GPT\w*|LSTMs?|Gemma\w*|energy(?= twin| model))\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b([A-Z]\w*[A-Z0-9]\w*|[a-z][\w.-]*\d[\w.-]*)\s+(?:digital\s+)?twin\b")
_HEDGED = re.compile(r"\b(?:may|might|perhaps|possibly)\b", re.IGNORECASE)
_CLAIMING = re.compile(
    r"\b(?:about|claims?|statements?|says?|said|conclu\w+|infer\w*|licen\w+|generali[sz]\w*|extend\w*"
    r"|impl\w+|involv\w+|measured|record\w*|stud\w+|part|itself|tested|shown|used|seen|needed|experiments?|data"
    r"|is|are|was|were|speak\w*|tell\w*|warrant\w*|necessarily|known|carr\w+ over|transfer\w*)\b",
    re.IGNORECASE,
)
"""Words that a denial is about, where it says that no animal is spoken of."""



def faults(
    clause: str, sentence: str, facts: Facts, *, cited: bool, loose: bool, own: bool
) -> Iterator[str]:
    """Reasons against whom a clause speaks of.

    Parameters
    ----------
    cited, loose : bool
        As in `v1vlm.report.grounding.methods.faults`.
    own : bool
        The sentence says what this study found: a citation beside it does not make it about
        others' work.
    """
    yield from _other_twin(clause, facts)
    bare = _HARMLESS.sub(" ", clause)
    for match in _SUBJECT.finditer(bare):
        if match[0].casefold() in _names(facts):
            continue
        if HYPOTHETICAL.search(sentence) or _HEDGED.search(clause) or _denied(bare, match.start()):
            continue
        ours = own or bool(OURSELVES.search(clause))
        if (cited or loose) and not ours:
            continue
        yield f"it speaks of “{match[0]}”; the {facts.twin} twin was tested"
        return


def _other_twin(clause: str, facts: Facts) -> Iterator[str]:
    own = facts.twin.casefold()
    card = facts.said
    for match in _TWINS.finditer(clause):
        name = match[0].casefold()
        if name in own or own in name or name.rstrip("s") in card or NEGATED.search(clause):
            continue
        if HYPOTHETICAL.search(clause):
            continue
        yield f"it speaks of “{match[0]}”; the {facts.twin} twin was tested"
        return
    for match in _NAMED.finditer(clause):
        if match[1].casefold() not in (own, "v1") and not HYPOTHETICAL.search(clause):
            yield f"it speaks of the twin “{match[1]}”; the {facts.twin} twin was tested"
            return


def _names(facts: Facts) -> frozenset[str]:
    return frozenset(mouse.casefold() for mouse in facts.mice)


def _denied(clause: str, place: int) -> bool:
    before = clause[:place]
    return bool(NEGATED.search(before) and _CLAIMING.search(clause)) or bool(
        re.match(r"[^,;]{0,30}?\b(?:was|were|is|are) not (?:tested|recorded|involved|used|shown)\b",
                 clause[place:])
    )  # fmt: skip
