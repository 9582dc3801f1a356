"""A discussion: rival accounts, limits, literature, plans."""

# ruff: noqa: E501

TRUE = [
    # supported (20)
    (
        "supported",
        "For {id}, the held-out neurons of the twin responded less when the surround shared the orientation of the disc, with an index of {est2}, and this is what the hypothesis had said they would do.",
    ),
    (
        "supported",
        "The most economical reading of {id} is that something in the twin pools over orientation-matched regions beyond the receptive field, although the data do not say what.",
    ),
    (
        "supported",
        "Neither rival fares well here: an untuned surround predicts no difference and the linear account predicts the reverse sign, whereas the estimate for {id} came out at {est}.",
    ),
    (
        "supported",
        "A normalisation pool weighted towards the neuron's own preferred orientation ([[lab:heeger1992]]; [[lab:carandini2012]]) would produce a positive index of the sort found for {id}.",
    ),
    (
        "supported",
        "The evidence for {id} crossed the threshold of 60 at draw {stopped}, and the effect was then measured anew on {n_draws} draws that had played no part in the decision.",
    ),
    (
        "supported",
        "We would not carry {id} beyond level L1: it has been confirmed on fresh draws for the named held-out neurons, and for nothing else.",
    ),
    (
        "supported",
        "Qualitatively, {id} agrees with the orientation-tuned surround suppression described in macaque V1 by Cavanaugh et al. (2002), but agreement in sign is a weak form of agreement.",
    ),
    (
        "supported",
        "Whether the suppression seen in {id} would reappear in a second, independently built twin is an open question.",
    ),
    (
        "supported",
        "The point estimate of {id}, {est2} (95 % interval {lo} to {hi}), exceeds the margin of {margin} that had been fixed in advance.",
    ),
    (
        "supported",
        "It is tempting to see feedback at work in {id}, in the manner of Keller et al. (2020), yet a test on responses alone cannot separate feedback from lateral or feedforward suppression.",
    ),
    (
        "supported",
        "Support for {id} does not tell us which layer or cell class of a real cortex, if any, would carry the effect.",
    ),
    (
        "supported",
        "Had the surround acted without regard to orientation, as the untuned account holds, one would have expected {id} to hover around zero rather than around {est1}.",
    ),
    (
        "supported",
        "The next step for {id} is plain: the same matched pairs should be shown to mice while V1 is recorded.",
    ),
    (
        "supported",
        "Taken at face value, {id} says that context suppresses like with like in this model, and it says no more than that.",
    ),
    (
        "supported",
        "An e-value that reached 60 entitled us to stop sampling for {id}; it is no measure of how large the effect is.",
    ),
    (
        "supported",
        "Since the reduction reported under {id} concerns responses over the whole window from 0 to {window_s} s, its time course within that second remains unexamined.",
    ),
    (
        "supported",
        "That the sign of {id} would be positive had been predicted and frozen before any of its stimuli were made; its size had not.",
    ),
    (
        "supported",
        "Anyone wishing to challenge {id} in vivo should look for an index of zero or below in neurons whose preferred orientation matches the disc.",
    ),
    (
        "supported",
        "{id} is supported, and the linear model, which foresaw a negative index, is hard to reconcile with an estimate of [[{id}.estimate]].",
    ),
    (
        "supported",
        "Our view is that {id} deserves a recording but does not yet deserve a mechanism.",
    ),
    # robust (6)
    (
        "robust",
        "Equating local contrast left the effect in {id} standing, which makes a plain difference in contrast an unlikely explanation.",
    ),
    (
        "robust",
        "{id} is the only finding we call robust, and that label rests on a single control.",
    ),
    (
        "robust",
        "Of the alternatives one might raise against {id}, unequal local contrast was tested and can be set aside; others were not tested.",
    ),
    (
        "robust",
        "Survival of its control (equal local contrast) narrows the list of explanations for {id} without reducing it to one.",
    ),
    (
        "robust",
        "A sceptic might suspect that {id} reflects local contrast rather than orientation, but the finding held when local contrast was made equal.",
    ),
    (
        "robust",
        "Robustness, as we use the word for {id}, means that the effect outlived the one control run within the twin; it is not a statement about other twins or about animals.",
    ),
    # uncontrolled (6)
    (
        "uncontrolled",
        "No control was run for {id}, and it should be read as supported but not as robust.",
    ),
    (
        "uncontrolled",
        "Because {id} was never pitted against a control, a confound that we did not think of could still account for it.",
    ),
    (
        "uncontrolled",
        "An obvious addition to the programme would be a control with equal local contrast for {id}, which so far has none.",
    ),
    (
        "uncontrolled",
        "Unlike the other supported hypothesis, {id} was not challenged by a control, and we hold it more loosely for that reason.",
    ),
    (
        "uncontrolled",
        "The estimate of {est2} for {id} may be quoted, provided that the absence of any control is quoted with it.",
    ),
    ("uncontrolled", "How much of {id} would remain after a control is not known."),
    # contradicted (14)
    (
        "contradicted",
        "{id} failed in an informative way, as its estimate was {est}, on the other side of zero from the prediction.",
    ),
    (
        "contradicted",
        "Contrary to {id}, the held-out neurons responded more, not less, to a disc in a surround of its own orientation.",
    ),
    (
        "contradicted",
        "The sign found for {id} is the one that the linear account expects, though sharing a sign with a model does not establish that model.",
    ),
    (
        "contradicted",
        "We had predicted a positive index for {id} and must report a negative one ({est2}; 95 % interval {lo} to {hi}).",
    ),
    (
        "contradicted",
        "An untuned surround would have left the index of {id} near zero, so the untuned rival is no better placed than our own hypothesis to explain an estimate of {est2}.",
    ),
    (
        "contradicted",
        "It would be wrong to call {id} a null result: the evidence against the prediction passed its threshold at draw {stopped}.",
    ),
    (
        "contradicted",
        "Reports of suppression by surrounds of matching orientation, e.g. [[lab:cavanaugh2002]], sit uneasily with {id}, and we cannot say from the present data why the twin departs from them.",
    ),
    (
        "contradicted",
        "What {id} cannot tell us is whether facilitation is a property of visual cortex or a peculiarity of this twin.",
    ),
    (
        "contradicted",
        "As no control accompanied {id}, some artefact of the stimuli remains conceivable as the source of the reversal.",
    ),
    (
        "contradicted",
        "In magnitude the effect is {abs_est}, but it points the wrong way, and {id} therefore counts as contradicted at level L1.",
    ),
    (
        "contradicted",
        "The reversal in {id} might arise if part of the surround fell within the summation field of the simulated neurons; we have not tested this.",
    ),
    (
        "contradicted",
        "Normalisation with an orientation-tuned pool (Carandini & Heeger 2012) predicts suppression here, and in {id} the twin did the opposite.",
    ),
    (
        "contradicted",
        "Before anything is built on {id}, its negative index should be sought in a second twin and, eventually, in recordings from mice.",
    ),
    (
        "contradicted",
        "With the prediction of {id} registered before its stimuli existed, we are not free to present the negative estimate as something we had expected.",
    ),
    # inconclusive (12)
    (
        "inconclusive",
        "{id} remains open, for neither evidence process reached its threshold within the {budget} draws allowed.",
    ),
    (
        "inconclusive",
        "The small positive estimate of {est2} for {id} should not be mistaken for support.",
    ),
    (
        "inconclusive",
        "Missing a threshold is not evidence of absence, and we do not read {id} as favouring the untuned account.",
    ),
    (
        "inconclusive",
        "Given {budget} draws where the other hypotheses were allowed 200, {id} may simply have been tested too briefly.",
    ),
    (
        "inconclusive",
        "At level L0, {id} licenses no claim about suppression or facilitation, not even within the twin.",
    ),
    (
        "inconclusive",
        "A longer series of draws, registered afresh, would be the natural sequel to {id}.",
    ),
    (
        "inconclusive",
        "{id} differed from the other hypotheses in design, contrast being varied over four conditions and the outcome expressed as a rank, so we advise against comparing their effect sizes directly.",
    ),
    (
        "inconclusive",
        "We cannot say whether {id} went undecided because the effect is small or because the budget was.",
    ),
    (
        "inconclusive",
        "Contrast is the variable on which normalisation models (Heeger 1992) make some of their sharpest predictions; it is a pity, then, that {id} reached no verdict either way.",
    ),
    (
        "inconclusive",
        "The value of [[{id}.estimate]] obtained for {id} on {n_draws} further draws describes the effect but does not alter the verdict, which is inconclusive.",
    ),
    (
        "inconclusive",
        "Neither our hypothesis nor its rivals can be dismissed on the strength of {id}.",
    ),
    (
        "inconclusive",
        "Perhaps contrast does govern the surround of these simulated neurons; {id} left the matter undecided.",
    ),
    # any and mixed (32)
    (
        "any",
        "Whatever is concluded about {id} applies to the named held-out neurons of one twin, and any extension to living mice would have to be earned by recording.",
    ),
    ("any", "No animal was recorded, so nothing reported under {id} is a measurement of cortex."),
    (
        "any",
        "The interval for {id} ({lo} to {hi}) reflects variation over draws and neurons and is silent on variation between animals.",
    ),
    (
        "any",
        "Choosing neurons by preferred orientation, as was done for {id}, presupposes the kind of selectivity that Niell & Stryker (2008) described in mouse visual cortex.",
    ),
    (
        "any",
        "Selection matters when {id} is interpreted: only held-out neurons with a quality of at least .1, a receptive field within 10° of the stimulus and a preferred orientation within 22.5° of the one shown were used.",
    ),
    (
        "any",
        "{id} was frozen and timestamped before its stimuli were made, which protects it against hindsight though not against a poor choice of stimulus.",
    ),
    ("any", "E-values permit a test to end at any draw, and that of {id} ended at draw {stopped}."),
    (
        "any",
        "Level L5, which calls for recordings, was not attained by {id} or by any other hypothesis in this study.",
    ),
    ("any", "Whether the size of the disc makes a difference to {id} was not examined."),
    (
        "any",
        "Deep predictive models have been used to find stimuli for real neurons (Walker et al. 2019), and the stimuli of {id} could be taken to the laboratory in the same spirit.",
    ),
    (
        "any",
        "Testing {id} in a second twin of different architecture would probably be the cheapest way forward.",
    ),
    (
        "any",
        "The sample for {id}, {n_neurons} neurons, is a part of the {total} simulated in the twin, chosen by quality, position and preferred orientation.",
    ),
    (
        "any",
        "The classical energy model ([[lab:adelson1985]]) was proposed for the perception of motion and offers little guidance on surrounds of the sort used in {id}.",
    ),
    (
        "any",
        "By taking a single window of {window_ms} ms we gave up, for {id}, the distinction between early and late responses that proved informative in studies of figure and ground ([[lab:lamme1995]]).",
    ),
    (
        "any",
        "No statement about perception follows from {id}, as behaviour was not part of the study.",
    ),
    ("any", "Replication of {id} was not attempted."),
    (
        "any",
        "Sillito et al. (1995), working in the cat, asked a question close to ours, but species, preparation and measure all differ from those of {id}.",
    ),
    (
        "any",
        "A disinhibitory circuit of the kind proposed in [[lab:keller2020neuron]] lies beyond the reach of {id}, since no cell class was perturbed.",
    ),
    (
        "any",
        "In the experiment we plan, the stimuli of {id} would be shown to mice and the neurons picked by the criteria used here.",
    ),
    (
        "any",
        "The number reported for {id}, {est2}, summarises a population and need not describe any single neuron in it.",
    ),
    ("any", "Some readers may prefer a margin other than the {margin} adopted for {id}."),
    (
        "any",
        "The effect in {id} was estimated on {n_draws} fresh draws, none of which had been used in its test.",
    ),
    (
        "any",
        "Two rivals were set against {id}, one (untuned) expecting no difference and the other (linear) the opposite sign; further accounts are conceivable.",
    ),
    ("any", "Effects of attention were not studied, and {id} has nothing to say on them."),
    (
        "mixed",
        "{w_registered} hypotheses were registered, of which {w_supported} found support, {w_contradicted} was contradicted and {w_inconclusive} stayed inconclusive.",
    ),
    (
        "mixed",
        "Not everything we proposed was tested, two of the six hypotheses having been refused.",
    ),
    (
        "mixed",
        "Each test was held to a threshold of 60, corresponding to an alpha of .0167 within a total false discovery rate of {alpha}.",
    ),
    (
        "mixed",
        "That the programme returned {k_supported} supported, {k_contradicted} contradicted and {k_inconclusive} inconclusive hypotheses suggests to us that it was able to say no.",
    ),
    (
        "mixed",
        "One finding is robust and none was explained away, a balance that owes something to how few controls were run.",
    ),
    (
        "mixed",
        "Suppression in two tests and its reverse in a third are not easily put under one mechanism, and we make no attempt to do so here.",
    ),
    (
        "mixed",
        "Supported and contradicted findings stand alike at L1, for the level records how widely a finding has been tested and not whether we were right.",
    ),
    (
        "mixed",
        "Only [[count.supported]] of the registered hypotheses were supported, and a reader should weigh them together with those that were not.",
    ),
]

FAULTS = [
    # number (25)
    (
        "number",
        "any",
        "{id} came out at {bad_est}, and the interpretation that follows is built on that value.",
    ),
    (
        "number",
        "supported",
        "An index of {bad_est2} for {id} is what leads us to prefer a tuned pool over either rival.",
    ),
    (
        "number",
        "any",
        "The 95 % interval of {id}, {bad_lo} to {bad_hi}, should help in planning the number of recordings.",
    ),
    (
        "number",
        "any",
        "Only {bad_n_neurons} neurons entered the test of {id}, which limits what may be generalised from it.",
    ),
    (
        "number",
        "any",
        "The margin of {bad_margin} that we had set for {id} may strike some readers as arbitrary.",
    ),
    (
        "number",
        "supported",
        "For {id} the threshold was crossed at draw {bad_stopped}, after which sampling ceased.",
    ),
    (
        "number",
        "supported",
        "With an e-value of {bad_e}, {id} would satisfy even a stubborn critic.",
    ),
    (
        "number",
        "mixed",
        "The twin comprises {bad_total} simulated neurons, and we do not know how far its scale shapes its surrounds.",
    ),
    (
        "number",
        "any",
        "About {bad_percent} % of the neurons behind {id} showed the effect individually, the remainder being indifferent to the surround.",
    ),
    (
        "number",
        "any",
        "The effect in {id} was significant (p = .003) and hardly needs further statistical defence.",
    ),
    (
        "number",
        "mixed",
        "{w_bad_registered} hypotheses were registered in all, and the verdicts ought to be judged against that number.",
    ),
    (
        "number",
        "mixed",
        "That {k_bad_supported} hypotheses were supported speaks for the tuned account more than for its rivals.",
    ),
    (
        "number",
        "supported",
        "Neurons fired {times} times as much without the matching surround, a ratio that makes {id} a good target for experiment.",
    ),
    (
        "number",
        "any",
        "Estimating {id} on {bad_n_draws} draws was, in hindsight, a compromise between precision and computing time.",
    ),
    (
        "number",
        "any",
        "A correlation of r = .62 between suppression and orientation selectivity accords with the way normalisation models would explain {id}.",
    ),
    (
        "number",
        "mixed",
        "We worked at a total false discovery rate of {bad_alpha}, so an occasional wrong verdict must be reckoned with.",
    ),
    (
        "number",
        "contradicted",
        "The reversal in {id} amounted to {bad_est2}, where a positive value had been foreseen.",
    ),
    (
        "number",
        "contradicted",
        "Facilitation was found in {bad_percent} % of the held-out neurons of {id}, more than any of the rivals would allow.",
    ),
    (
        "number",
        "inconclusive",
        "When its budget ran out, the evidence process of {id} stood at {bad_e}, and we leave it there.",
    ),
    (
        "number",
        "inconclusive",
        "{id} yielded an estimate of {bad_est1}, though we attach no verdict to it.",
    ),
    (
        "number",
        "any",
        "Surround orientation explained 41 % of the variance in the responses gathered for {id}, leaving ample room for other influences.",
    ),
    ("number", "any", "Cohen's d for {id} was 1.4, large by the conventions of the field."),
    (
        "number",
        "mixed",
        "Among the {w_bad_registered_l} hypotheses registered, it is the contradicted one from which we learn most about the twin.",
    ),
    (
        "number",
        "contradicted",
        "The upper end of the interval for {id} lay at {bad_hi}, and our talk of a reversal hangs on that bound.",
    ),
    (
        "number",
        "mixed",
        "Five of six proposals were refused before registration, a fact to keep in mind when the rate of success is judged.",
    ),
    # unit (10)
    (
        "unit",
        "any",
        "Responses in {id} were collected over a window of {window_s} ms, long enough, we think, for feedback to arrive.",
    ),
    (
        "unit",
        "any",
        "The estimate for {id}, {est2} spikes per second, is modest beside the firing rates usually met in V1.",
    ),
    (
        "unit",
        "any",
        "With {n_neurons} draws behind its estimate, {id} has been measured about as precisely as our resources allowed.",
    ),
    (
        "unit",
        "any",
        "The population estimate of {id} was taken over {n_draws} neurons, each of them simulated.",
    ),
    (
        "unit",
        "supported",
        "Support for {id} arrived after {stopped} seconds of stimulation, which bodes well for the length of a recording session.",
    ),
    (
        "unit",
        "any",
        "We required {id} to clear a margin of {margin} spikes per frame, a difference that few recordings could resolve.",
    ),
    (
        "unit",
        "mixed",
        "Simulating {total} cortical columns, the twin covers a good deal of territory, and yet long-range effects may be missing from it.",
    ),
    (
        "unit",
        "contradicted",
        "In {id} the matching surround shifted preferred orientations by {abs_est} degrees, little in comparison with the 22.5° used for selection.",
    ),
    (
        "unit",
        "inconclusive",
        "Presentation in {id} was cut off after {budget} frames, which may be too brief for a contrast-dependent surround to develop.",
    ),
    (
        "unit",
        "mixed",
        "Our false discovery rate of {alpha} % is stricter than is customary, and this may have cost us a verdict.",
    ),
    # citation (9)
    (
        "citation",
        "supported",
        "Tuned suppression was reported by Vandermeulen & Okafor (2017), with whom {id} agrees in sign.",
    ),
    (
        "citation",
        "any",
        "As Niell & Stryker (2014) showed, receptive fields in mouse visual cortex are highly selective, and the choice of neurons for {id} relies on it.",
    ),
    (
        "citation",
        "contradicted",
        "The facilitation in {id} recalls the one described in [[lab:brandt2016]].",
    ),
    (
        "citation",
        "mixed",
        "Normalisation was put forward as a canonical computation by Carandini & Movshon (2012), whose argument we follow.",
    ),
    (
        "citation",
        "any",
        "For the theory behind the untuned rival of {id} the reader may turn to [[ctx:harlow2011]].",
    ),
    (
        "citation",
        "inconclusive",
        "Heeger (2003) gave the account of contrast normalisation on which {id} was meant to bear.",
    ),
    (
        "citation",
        "robust",
        "Equal local contrast, the control recommended by Lindqvist et al. (2021), did not remove the effect in {id}.",
    ),
    (
        "citation",
        "any",
        "{id} returns to a question about orientation contrast that Sillito et al. (2007) were among the first to raise.",
    ),
    (
        "citation",
        "mixed",
        "The idea of designing stimuli on a predictive model goes back to Cavanaugh et al. (2019), and our plans for recording owe much to it.",
    ),
    # verdict (36)
    (
        "verdict",
        "supported",
        "{id} is contradicted by the fresh draws, and the linear account gains accordingly.",
    ),
    (
        "verdict",
        "supported",
        "Neurons of the twin responded more strongly when disc and surround shared their orientation, as the result of {id} shows.",
    ),
    (
        "verdict",
        "supported",
        "Level L3 is justified for {id}, given how clearly the threshold was passed.",
    ),
    (
        "verdict",
        "supported",
        "Taken together, these draws prove beyond doubt that surround suppression is tuned to orientation, which was the claim of {id}.",
    ),
    (
        "verdict",
        "supported",
        "After {id}, the linear account is refuted once and for all, and no version of it can be rescued.",
    ),
    (
        "verdict",
        "supported",
        "The estimate for {id} fell below zero, in keeping with the linear rival.",
    ),
    (
        "verdict",
        "supported",
        "We regard {id} as inconclusive, its evidence having stayed short of the threshold.",
    ),
    ("verdict", "supported", "{id} may by now be considered a replicated finding."),
    (
        "verdict",
        "supported",
        "Nothing but orientation-tuned normalisation can explain {id}, and the mechanism is thereby settled.",
    ),
    (
        "verdict",
        "supported",
        "What {id} favours is the untuned rival, for the surround of matching orientation made no difference to the response.",
    ),
    (
        "verdict",
        "robust",
        "The effect in {id} vanished once local contrast was equated, so that contrast explains it away.",
    ),
    (
        "verdict",
        "robust",
        "{id} failed its control, and the claim of robustness has to be dropped.",
    ),
    (
        "verdict",
        "robust",
        "Having survived equal local contrast, {id} is free of every possible confound.",
    ),
    ("verdict", "robust", "Without a control of any kind, {id} cannot be called robust."),
    ("verdict", "uncontrolled", "{id} is robust, having withstood the control for local contrast."),
    (
        "verdict",
        "uncontrolled",
        "Of all our findings, {id} is the one to have come through the severest controls.",
    ),
    (
        "verdict",
        "uncontrolled",
        "Confounds can be ruled out for {id}, which leaves orientation as the sole cause of the suppression.",
    ),
    (
        "verdict",
        "contradicted",
        "{id} was borne out: a surround of matching orientation reduced the response of the held-out neurons.",
    ),
    (
        "verdict",
        "contradicted",
        "The data on {id} remained undecided, and a larger budget may yet rescue the prediction.",
    ),
    (
        "verdict",
        "contradicted",
        "In {id} the index was positive, as registered, whereupon both rivals may be laid aside.",
    ),
    (
        "verdict",
        "contradicted",
        "{id} demonstrates that the linear model is the correct description of how surrounds are processed.",
    ),
    (
        "verdict",
        "contradicted",
        "Since its control held, the reversal in {id} deserves to be called robust.",
    ),
    (
        "verdict",
        "contradicted",
        "The outcome of {id}, being indistinguishable from zero, is best captured by the untuned account.",
    ),
    (
        "verdict",
        "contradicted",
        "Standing at L4, {id} is the firmest negative evidence we can offer.",
    ),
    (
        "verdict",
        "contradicted",
        "{id} lends further support to the view that matching surrounds suppress.",
    ),
    ("verdict", "inconclusive", "{id} establishes that contrast does not modulate the surround."),
    ("verdict", "inconclusive", "Though only just, {id} was supported and can be entered at L1."),
    (
        "verdict",
        "inconclusive",
        "{id} was contradicted, and the opposite of our prediction should from now on be assumed.",
    ),
    (
        "verdict",
        "inconclusive",
        "The untuned rival wins in {id}, because a threshold that is not reached shows that there is no effect.",
    ),
    (
        "verdict",
        "inconclusive",
        "The part that normalisation theory assigns to contrast is confirmed by {id}.",
    ),
    ("verdict", "any", "Recordings have carried {id} to level L5, the highest there is."),
    (
        "verdict",
        "any",
        "No conceivable experiment could now overturn what we concluded about {id}.",
    ),
    (
        "verdict",
        "any",
        "The evidence on {id} extends to other mice, which is all that level L2 requires.",
    ),
    (
        "verdict",
        "mixed",
        "All of our registered hypotheses were supported, a remarkable record for predictions made in advance.",
    ),
    (
        "verdict",
        "mixed",
        "Not one registered hypothesis was contradicted, and this consistency is itself an argument for the tuned account.",
    ),
    (
        "verdict",
        "mixed",
        "Two findings proved robust, while a third was explained away by its control.",
    ),
    # subject (13)
    (
        "subject",
        "supported",
        "Mice, then, see a disc less vividly in a surround of its own orientation, as {id} makes clear.",
    ),
    (
        "subject",
        "supported",
        "The visual cortex of the mouse suppresses like with like, and {id} is the evidence for it.",
    ),
    (
        "subject",
        "any",
        "{id} describes how neurons of the living brain behaved when we put a disc in a surround.",
    ),
    (
        "subject",
        "contradicted",
        "Facilitation by a matching surround is thus a property of real cortical neurons ({id}: {est2}).",
    ),
    (
        "subject",
        "any",
        "Human vision obeys the rule tested in {id}, so our conclusions reach beyond the rodent.",
    ),
    (
        "subject",
        "supported",
        "The suppression in {id} was observed in monkeys as well as in the twin.",
    ),
    (
        "subject",
        "any",
        "Several twins agreed on {id}, and the result therefore does not hang on one architecture.",
    ),
    (
        "subject",
        "inconclusive",
        "{id} remained undecided in the animals we tested, perhaps because so few were available.",
    ),
    (
        "subject",
        "robust",
        "With local contrast equated, cells in awake mice went on showing the suppression reported as {id}.",
    ),
    (
        "subject",
        "any",
        "Across our cohort of mice, {id} varied little from one animal to the next.",
    ),
    (
        "subject",
        "contradicted",
        "It was because our mice responded more to matching surrounds that {id} had to be given up.",
    ),
    (
        "subject",
        "mixed",
        "Thanks to the {w_supported} supported hypotheses we now know how the brain treats visual context.",
    ),
    (
        "subject",
        "uncontrolled",
        "Pyramidal cells in layer 2/3 of the mouse carry the effect in {id}, even if no control was run.",
    ),
    # method (17)
    ("method", "any", "Two-photon imaging confirmed {id} in a small sample of cells."),
    (
        "method",
        "supported",
        "When somatostatin cells were silenced optogenetically, the suppression of {id} disappeared, which points to an inhibitory origin.",
    ),
    (
        "method",
        "any",
        "We repeated {id} in a second twin of different architecture and obtained the same answer.",
    ),
    (
        "method",
        "any",
        "A paired t-test on the responses of {id} led to the conclusion already reached with e-values.",
    ),
    (
        "method",
        "any",
        "{id} was formulated only after its stimuli had been shown and the responses inspected, and this weakens it.",
    ),
    (
        "method",
        "contradicted",
        "To understand the reversal in {id}, we retrained the twin without lateral connections and tested it again.",
    ),
    (
        "method",
        "inconclusive",
        "Once the budget was spent we went on testing {id} for another 300 draws in the hope of a decision.",
    ),
    ("method", "any", "Eye movements were tracked throughout and cannot account for {id}."),
    (
        "method",
        "uncontrolled",
        "A control with blank surrounds was run for {id}, and it changed nothing in our reading.",
    ),
    (
        "method",
        "robust",
        "Besides equal local contrast, {id} was controlled for spatial frequency, for disc size and for phase.",
    ),
    (
        "method",
        "any",
        "The neurons of {id} were drawn at random from the entire twin, whatever orientation they preferred.",
    ),
    (
        "method",
        "any",
        "An analysis of variance on the data of {id} revealed an interaction that none of the rivals foresees.",
    ),
    (
        "method",
        "any",
        "Performance in a detection task run alongside {id} was poorer in matching surrounds, so the effect has behavioural consequences.",
    ),
    (
        "method",
        "supported",
        "By blocking inhibition pharmacologically we weakened the effect in {id}, as a divisive account would have it.",
    ),
    (
        "method",
        "mixed",
        "Draws with invalid stimuli, a handful in each test, were replaced before analysis.",
    ),
    (
        "method",
        "mixed",
        "Pooling the hypotheses in a hierarchical Bayesian model allowed us to borrow strength across tests.",
    ),
    (
        "method",
        "any",
        "Attention was manipulated by cueing, and {id} turned out the same in both conditions.",
    ),
]
