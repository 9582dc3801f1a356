"""Words, light stems, keywords, and how often a phrase occurs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

_WORD = re.compile(r"[^\W_]{1,40}")
_SPECIAL = str.maketrans(
    {"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_STOP_WORDS = (
    "a about above across after again against all almost alone along already also although always "
    "among an and another any are around as at away be because been before being below between "
    "beyond both but by can cannot could did do does done down during each either enough even ever "
    "every few first for from further had has have having he her here his how however if in indeed "
    "instead into is it its itself just least less like made make many may might more most much "
    "must near need neither never no nor not nothing now of off often on once one only or other "
    "others our out over own per perhaps quite rather same see seen several she should show since "
    "so some still such than that the their them themselves then there therefore these they this "
    "those three through thus to together too toward towards two under until up upon us use used "
    "using very via was way we well were what when where whether which while who whom whose why "
    "will with within without would yet you your et al eg ie cf fig figure table ref refs"
)
_STOP = frozenset(_STOP_WORDS.split())
_VISION = (
    "surround suppression|receptive field|visual cortex|contextual modulation|contour integration|"
    "collinear facilitation|cross orientation|association field|divisive normalization|"
    "end stopping|"
    "natural scene|natural image|sparse coding|simple cell|complex cell|spatial frequency|"
    "orientation tuning|digital twin|figure ground|border ownership|contrast polarity|"
    "mirror symmetry|phase scrambled|predictive coding|horizontal connection|line density"
)
TERMS_MAX = 40


def fold(text: str) -> str:
    """Lower-case ASCII letters and digits of a text: ``Bolaños`` → ``bolanos``."""
    folded = unicodedata.normalize("NFKD", text[:60].lower().translate(_SPECIAL))
    return "".join(c for c in folded if c.isascii() and c.isalnum())


def stem(word: str) -> str:
    """Light stem of a word: plural, -ing, -ed, a final e, and British -is- removed.

    After Harman (1991), a weak stemmer: it joins ``crossings`` and ``crossed`` but leaves
    ``suppression`` and ``suppressive`` apart.
    """
    word = fold(word)
    for british in ("isation", "ising", "ise"):
        word = word.replace(british, "iz" + british[2:])
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("sses"):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if len(word) - len(ending) >= 4 and word.endswith(ending):
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def words_of(text: str) -> list[str]:
    """Words of a text in order, hyphens dividing them."""
    return _WORD.findall(text)


def stems_of(text: str) -> tuple[str, ...]:
    """Stems of a text in order; words without an ASCII form are left out."""
    return tuple(s for s in map(stem, words_of(text)) if s)


def phrases_of(keywords: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Distinct stemmed phrases of some keywords, sorted, empty ones left out."""
    return tuple(sorted({phrase for k in keywords if (phrase := stems_of(k))}))


def mentions(phrase: Sequence[str], stems: Sequence[str]) -> float:
    """How often a phrase occurs in a sentence; one half if its words do, but scattered."""
    first, size, wanted = phrase[0], len(phrase), tuple(phrase)
    runs = sum(s == first and tuple(stems[i : i + size]) == wanted for i, s in enumerate(stems))
    if runs or size == 1:
        return float(runs)
    return 0.5 if set(phrase) <= set(stems) else 0.0


def frequent_terms(sentences: Iterable[str], names: Collection[str]) -> tuple[tuple[str, int], ...]:
    """Keywords and two-word terms, most frequent first, at most `TERMS_MAX`.

    A word counts from its second occurrence on, in a text with fewer than ten such words
    from its first; a pair from its second, or from its first if it is a known term of
    vision science. Stop words, numbers and capitalised surnames (folded in `names`) are
    left out.
    """
    known = {stems_of(pair) for pair in _VISION.split("|")}
    counts: Counter[tuple[str, ...]] = Counter()
    forms: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        run: list[tuple[str, str]] = []
        for word in words_of(sentence):
            run = [*run[-1:], (stem(word), word.lower())] if _is_content(word, names) else []
            for part in (run[-1:], run[-2:]) if len(run) == 2 else (run,):
                if part:
                    counts[tuple(s for s, _ in part)] += 1
                    forms[tuple(s for s, _ in part)][" ".join(w for _, w in part)] += 1
    singles = sum(n > 1 for key, n in counts.items() if len(key) == 1)
    kept = [
        (min(forms[key], key=lambda form: (-forms[key][form], form)), n)
        for key, n in counts.items()
        if n > 1 or key in known or (len(key) == 1 and singles < 10)
    ]
    return tuple(sorted(kept, key=lambda term: (-term[1], term[0]))[:TERMS_MAX])


def _is_content(word: str, names: Collection[str]) -> bool:
    folded = fold(word)
    letters = any(c.isalpha() for c in folded)
    named = word[0].isupper() and folded in names
    return letters and len(folded) > 1 and folded not in _STOP and not named
