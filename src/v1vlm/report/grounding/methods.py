"""What was done, held against the journal: what this laboratory cannot do was not done here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from v1vlm.report.grounding.facts import Facts
from v1vlm.report.grounding.words import HYPOTHETICAL, NEGATED, OURSELVES, PASSIVE

_NEVER = re.compile(
    r"\b(?:"
    # on tissue and animals
    r"optogenetic\w*|chemogenetic\w*|DREADDs?|channelrhodopsin|halorhodopsin|archaerhodopsin|photo-?"
    r"(?:stimulat|inhibit|activat)\w*|laser|pharmacolog\w*|muscimol|gabazine|TTX|drugs?|inject(?:ed|ion)s?"
    r"|virus(?:es)?|viral|AAV|transfect\w*|knock-?(?:out|in|down)s?|transgenic|mutants?|Cre\b|lesion\w*"
    r"|ablat\w*|silenc(?:ed|ing|e)|inactivat\w*|knocked out|cool(?:ed|ing)|an(?:ae|e)sthe\w*"
    r"|craniotom\w*|head-?fixed|head fixation|implant\w*|surger\w*|electrodes?|neuropixels?|tetrodes?"
    r"|silicon probes?|patch[- ]?clamp\w*|whole-cell|intracellular\w*|extracellular\w*|electrophysiolog\w*"
    r"|single-unit|multi-?unit|local field potentials?|LFPs?|EEGs?|MEG|ECoG|f?MRI|BOLD|PET\b|fNIRS"
    r"|electro-?encephalogra\w*|magnetic resonance|two-?photon|2-?photon|three-?photon|multiphoton"
    r"|2p imaging|calcium (?:imag|indicator|signal|transient)\w*|GCaMP\w*|voltage imaging|wide-?field imaging"
    r"|intrinsic (?:signal|optical) imag\w*|histolog\w*|immuno\w*|electron microscop\w*|connectom\w*"
    r"|spike[- ]sort\w*|deconvol\w*|suite2p|kilosort|spike detection|fluorescen\w*"
    # on people
    r"|psychophysic\w*|(?:human )?(?:observers?|participants?|volunteers?|raters?)|patients?"
    r"|questionnaires?|informed consent|2AFC|forced[- ]choice|staircase procedure|eye[- ]?track\w*"
    r"|eye movements?|eye position|gaze|fixated|button press\w*|lick\w*|reward\w*|water[- ]restrict\w*"
    r"|behaviou?ral task|reaction times?|trained (?:mice|animals|monkeys|rats|observers)|mechanical turk"
    # statistics
    r"|t[- ]tests?|student'?s t|ANOVAs?|ANCOVA|MANOVA|analysis of variance|wilcoxon\w*|mann[-– ]whitney"
    r"|kruskal[-– ]wallis|friedman|chi[- ]squared?|fisher'?s exact|kolmogorov\w*|shapiro\w*|bonferroni"
    r"|holm|tukey\w*|benjamini\w*|scheff[eé]|post[- ]hoc tests?|multiple[- ]comparisons? correct\w*"
    r"|p[- ]?values?|null[- ]hypothesis significance|significance tests?|permutation tests?|shuffl\w*"
    r"|randomi[sz]ation tests?|jack-?knif\w*|cross-?validat\w*|leave-one-out|held-out accuracy"
    r"|mixed[- ]effects?|mixed models?|GLMs?|GLMMs?|generali[sz]ed linear|(?:linear|logistic|ridge|lasso"
    r"|poisson|multiple|stepwise) regress\w*|regress(?:ed|ion|ions)|correlation analys\w*|pearson\w*|spearman\w*"
    r"|bayesian|bayes factors?|MCMC|posteriors?|credible intervals?|likelihood ratio|AIC|BIC"
    r"|meta-?analys\w*|granger|transfer entropy|mutual information|information[- ]theor\w*"
    r"|principal[- ]components?(?: analys\w*)?|PCA|ICA|t-?SNE|UMAP|cluster(?:ed|ing)|k-?means|dimensionality reduction"
    r"|tensor decomposition|factor analys\w*|NMF|spectral analys\w*|wavelet\w*|coherence|cross-?correlat\w*"
    r"|spike-triggered|reverse correlation|STA\b|noise correlations?|fano factors?|representational similarit\w*"
    r"|RSA|decod(?:ed|er|ers|ing)|classif(?:y|ied|ier|iers|ication)|support[- ]vector|SVMs?|random forests?"
    r"|z-?scor\w*|normali[sz]ed to baseline|baseline[- ]subtract\w*|ΔF/F|dF/F|smoothed|low-?pass filtered"
    r"|outliers? (?:were |was )?(?:removed|excluded|rejected)|blind(?:ed)? experimenters?|double-blind"
    # on models
    r"|fine-?tun\w*|back-?propagat\w*|retrain\w*|train(?:ed)? (?:a|an|the|our|another|linear|two|several)\b"
    r"|(?:was|were|been) (?:re-?)?trained|we (?:\w+ )?trained|gradient descent|stochastic gradient|epochs?"
    r"|most exciting (?:inputs?|images?)|MEIs?|feature visuali[sz]ation|saliency|attribution maps?"
    r"|activation maximi[sz]ation|optimi[sz]ed stimul\w*|closed[- ]loop|simulated annealing|evolutionary algorithm"
    r"|dropout|pruned|pruning|weights? (?:were|was) (?:changed|frozen|set|perturbed)|attention maps?"
    r"|reinforcement learning|large language models? (?:was|were)|hand-?label\w*|annotat(?:ed|ors?)"
    r"|virtual reality|membrane potentials?|pipettes?|gradient (?:ascent|descent)|optimi[sz]ed (?:the |our )?(?:stimul|image)\w*|(?:band|high|notch|low)[- ]?pass(?:ed)?(?: filter\w*)?|(?:was|were) (?:\w+ly )?(?:filtered|optimi[sz]ed|normali[sz]ed|fitted|sorted|injected|perfused|stained|sliced|stimulated|habituated|perturbed|permuted|detrended|binned|smoothed|down-?sampled|up-?sampled|interpolated|rated|judged|scored by|excluded|discarded|anaesth\w+|sacrificed|decapitated|recruited|consented|debriefed|paid)|sedat\w+|urethane|isoflurane|ketamine|agar|saline|amplifiers?|microscop\w*|stereotax\w*|treadmill|dark-?rear\w*|monocular\w*|binocular\w*|auditory|tactile|tones?"
    r")(?![\w])",
    re.IGNORECASE,
)  # fmt: skip

_IF_RECORDED: tuple[tuple[re.Pattern[str], Callable[[Facts], bool], str], ...] = (
    (
        re.compile(
            r"\bFLUX\b(?:\.1)?|\bdiffusion(?: model)?s?\b|\bpaint(?:ed|ing)\b|\btext[- ]to[- ]image"
            r"|\btext prompts?\b|\bgenerative model|\bgenerated (?:by|from|with|images?)|\bGANs?\b"
            r"|\bAI-generated|\bimage generator|\bStable Diffusion|\bDALL",
            re.IGNORECASE,
        ),
        lambda facts: facts.painted,
        "no image was painted",
    ),
    (
        re.compile(
            r"\breplicat(?:ed|ion|ions|es)\b(?! unit)|\b(?:second|another|other|different|additional|third"
            r"|separate|further|several|multiple) (?:mouse|mice|twins?|animals?|recordings?|subjects?"
            r"|models?|networks?|datasets?)\b|\bacross (?:mice|twins|animals|subjects|models|datasets)\b"
            r"|\breproduced (?:in|with|on|by)\b",
            re.IGNORECASE,
        ),
        lambda facts: facts.replicated,
        "no other mouse or twin was shown anything",
    ),
    (
        re.compile(
            r"\b(?:running|ran on|locomot\w*|walking|arousal|pupil\w*|whisk\w*|attentive|awake)\b",
            re.IGNORECASE,
        ),
        lambda facts: facts.behaving,
        "no behaviour but still was shown",
    ),
    (
        re.compile(r"\bphase[- ]?scrambl\w*|\bscrambl\w*", re.IGNORECASE),
        lambda facts: "scrambl" in facts.said,
        "nothing phase-scrambled was registered",
    ),
    (
        re.compile(r"\brecorded (?:from|in|responses|activity|neurons|data)|\b(?:we|they|were|was)"
                   r" record(?:ed|ing)\b|\brecordings (?:were|was|from|of|in)\b|\bin vivo\b"
                   r"|\bvivo (?:experiment|recording)s?|\bimaged\b|\bex vivo\b|\bin vitro\b"
                   r"|\bbrain slices?\b", re.IGNORECASE),
        lambda _: False,
        "nothing was recorded from tissue or animals",
    ),
)  # fmt: skip

_WE = re.compile(r"\b[Ww]e (?:(?:then|also|next|further|\w+ly) )*(\w+(?:ed|ought|aught)|ran|built|made|took)\b")
_DOES = re.compile(
    r"(?:test|show|present|regist|pre-?regist|predict|compar|measur|estimat|ask|us(?:ed|ing)|match|render|conclud|propos"
    r"|pilot|examin|report|not(?:ed|ic)|hypothes|expect|interpret|consider|stud|fix|vari|characteri|confirm|corroborat"
    r"|support|contradict|refut|reject|observ|assum|argu|reason|suggest|sought|want|tri(?:ed)|start|begin|turn|limit|restrict"
    r"|learn|describ|discuss|explor|investigat|search|look|aim|motivat|count|freez|froz|hash|summari|comput|calculat|resampl"
    r"|bootstrapp|clip|decid|fail|manag|need|evaluat|assess|prob|adopt|follow|rel(?:i|y)|focus|center|centr|plac|display"
    r"|thought|brought|bas|defin|call|nam|cit|review|summar|address|pos|speculat|believ|treat|kept|select|demonstrat|establish"
    r"|verif|validat|detect|identif|reveal|found|remov|mov|rotat|enlarg|shift|control|contrast|pair|balanc|equat|scrambl"
    r"|turn|return|continu|stopp|end|clos|generat|creat|sampl|randomi|assign|request|prompt|answer|quot|made|took|ran)",
    re.IGNORECASE,
)
"""What the laboratory, or whoever writes about it, may be said to have done."""

_SHOWN = re.compile(
    r"\b(?:plaids?|random[- ]dots?|looming|checker-?boards?|faces?|letters?|objects?|houses?|sparse noise|"
    r"white noise|pink noise|chirps?|bars?|flash(?:ed|es)|kanizsa|illusory contours?|dead[- ]leaves|"
    r"metamers?|textures?|gabors?|natural movies?|video clips?|films?|cartoons?|spirals?|"
    r"radial gratings?|colou?red?|colou?r|stereograms?|disparit\w+|words?|digits?|MNIST|ImageNet|"
    r"CIFAR\w*|sounds?|odou?rs?)\b",
    re.IGNORECASE,
)
_SHOWING = re.compile(
    r"\b(?:show(?:ed|n)|present(?:ed|ing)|display(?:ed|ing)|used|using|exposed|viewed|watched|saw|"
    r"stimulat(?:ed|ing) with|consist(?:ed|s) of|stimul(?:i|us) (?:was|were|included))\b",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"\b(?:by analogy|as in|like in|reminiscent|known from|classical|in the literature|often|usually|"
    r"traditionally|commonly)\b",
    re.IGNORECASE,
)


def faults(clause: str, sentence: str, facts: Facts, *, cited: bool, loose: bool) -> Iterator[str]:
    """Reasons against what a clause says was done.

    Parameters
    ----------
    cited : bool
        The sentence cites a work, which may have done it.
    loose : bool
        The clause stands where others' work is told, or plans: only what is said of this study
        is held against the journal.
    """
    ours = bool(OURSELVES.search(clause))
    if HYPOTHETICAL.search(clause) or (HYPOTHETICAL.search(sentence) and not _is_past(clause)):
        return
    if cited and not ours:
        return
    if loose and not ours and not PASSIVE.search(clause):
        return
    if (made := _WE.search(clause)) and not _DOES.match(made[1]) and not _denied(clause, made.end()):
        yield f"“{made[0]}”: the journal holds nothing of the kind"
    found = _NEVER.search(clause)
    if found and not _denied(clause, found.start()) and not _LEANING.search(clause):
        if found[0].casefold() not in facts.said:
            yield f"“{found[0]}”: the journal holds nothing of the kind"
    for pattern, holds, reason in _IF_RECORDED:
        match = pattern.search(clause)
        if match and not holds(facts) and not _denied(clause, match.start()):
            yield f"“{match[0]}”: {reason}"
    shown = _SHOWN.search(clause)
    if shown and _SHOWING.search(clause) and not _denied(clause, shown.start()):
        if shown[0].casefold().rstrip("s")[:6] not in facts.said:
            yield f"“{shown[0]}”: nothing of the kind was shown"


def _is_past(clause: str) -> bool:
    return bool(re.search(r"\b(?:we|was|were)\b", clause))


def _denied(clause: str, place: int) -> bool:
    """Whether the words before a place deny what stands there."""
    return bool(NEGATED.search(clause[:place])) or bool(
        re.match(r"[^,;]{0,60}?\b(?:was|were|is|are|did|do|does|has|have|had)(?: not|n['’]t)\b"
                 r"|[^,;]{0,40}?\b(?:played no|had no|is absent|are absent)\b", clause[place:])
    )  # fmt: skip
