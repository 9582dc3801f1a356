"""Sentences as in abstracts, results, figure captions and discussions.

Written without knowledge of the rules. At first contact 88.2 % of faults were caught and 17.0 % of
true sentences removed. Every second sentence was read while the rules were changed; of the others
92.5 % were then caught and 11.1 % removed, before they were read too.
"""

# ruff: noqa: E501

TRUE = [
    # --- supported -------------------------------------------------------------------------
    (
        "supported",
        "The evidence for {id} crossed its threshold at draw {stopped}, and the hypothesis is supported in the twin.",
    ),
    (
        "supported",
        "On {n_draws} fresh draws the effect predicted by {id} was estimated at {est2} (95 % interval {lo} to {hi}).",
    ),
    (
        "supported",
        "In the digital twin, neurons responded less to a disc when its surround shared the disc's orientation, just as {id} had predicted.",
    ),
    (
        "supported",
        "With an estimate of {est}, {id} cleared the margin of {margin} that had been set in advance.",
    ),
    (
        "supported",
        "Dot, estimate of {id} ({est2}); bar, 95 % interval from {lo} to {hi}; {n_neurons} neurons of the twin.",
    ),
    (
        "supported",
        "Suppression by a surround of the disc's own orientation, the claim of {id}, held on stimuli generated only after registration.",
    ),
    (
        "supported",
        "{id} stands at evidence level L1: it was confirmed on fresh draws for the named held-out neurons.",
    ),
    (
        "supported",
        "Although {id} was supported in the simulated mouse, it still awaits a test in recordings.",
    ),
    (
        "supported",
        "Sampling for {id} ended after {stopped} of at most {budget} draws, once its e-value had reached 60.",
    ),
    (
        "supported",
        "Neither rival, the untuned or the linear account, predicts an effect with the sign that we observed for {id}.",
    ),
    (
        "supported",
        "We found weaker responses to discs in iso-oriented surrounds among the {n_neurons} simulated neurons examined ({id}, index {est2}).",
    ),
    ("supported", "The sign of the effect in {id} agreed with the registered direction."),
    (
        "supported",
        "That {id} was supported in {twin} is consistent with orientation-tuned divisive normalisation [[lab:carandini2012]].",
    ),
    (
        "supported",
        "Because no replication was run, the support for {id} does not extend beyond the one twin examined here.",
    ),
    (
        "supported",
        "We put the effect of {id} at [[{id}.estimate]], measured in [[{id}.n_neurons]] neurons.",
    ),
    (
        "supported",
        "Held-out neurons of the twin showed the expected influence of the surround, amounting to about {est1} on the paired index ({id}).",
    ),
    (
        "supported",
        "The result on {id} recalls the surround suppression that Cavanaugh et al. (2002) described in macaque V1, but our evidence concerns a simulation.",
    ),
    (
        "supported",
        "Had the linear account been right, the estimate for {id} should have been negative; it was {est2}.",
    ),
    (
        "supported",
        "Evidence in favour of {id} accumulated over draws until it met the registered threshold of 60, whereupon the test was stopped.",
    ),
    (
        "supported",
        "If the twin is faithful, the support for {id} suggests that iso-oriented surrounds should weaken responses in mouse V1 as well, a prediction that recordings could test.",
    ),
    # --- robust ----------------------------------------------------------------------------
    (
        "robust",
        "The effect of {id} persisted when local contrast was equalised, which was the only control run.",
    ),
    ("robust", "Having survived its control, {id} is classed as robust."),
    (
        "robust",
        "A difference in local contrast does not account for {id}, which withstood the equal-contrast control.",
    ),
    ("robust", "Among the registered hypotheses, only {id} earned the label robust."),
    (
        "robust",
        "Calling {id} robust means that it survived a single control, equal local contrast; other confounds were not examined.",
    ),
    (
        "robust",
        "Equalising local contrast left the support for {id} intact, although the finding remains at level L1.",
    ),
    # --- uncontrolled ----------------------------------------------------------------------
    ("uncontrolled", "No control was run for {id}, so that its support cannot be called robust."),
    (
        "uncontrolled",
        "{id} was supported with an estimate of {est2}, yet alternative explanations were not put to the test with a control.",
    ),
    (
        "uncontrolled",
        "An account of {id} in terms of some uncontrolled property of the stimuli remains possible.",
    ),
    ("uncontrolled", "Whether {id} would survive a control is not known."),
    ("uncontrolled", "Before {id} can be regarded as robust, at least one control should be run."),
    (
        "uncontrolled",
        "The support for {id} rests on its main test alone ({stopped} draws, no controls).",
    ),
    # --- contradicted ----------------------------------------------------------------------
    (
        "contradicted",
        "{id} was contradicted: its estimate of {est2} is opposite in sign to the prediction.",
    ),
    (
        "contradicted",
        "Contrary to {id}, the twin's neurons did not respond less to a disc in a surround of its own orientation.",
    ),
    (
        "contradicted",
        "The process that weighed the evidence against {id} reached its threshold at draw {stopped}.",
    ),
    (
        "contradicted",
        "For {id} we obtained an estimate of {est}, with a 95 % interval running from {lo} to {hi}.",
    ),
    (
        "contradicted",
        "Of the two rival accounts, it is the linear one that predicts the sign found for {id}.",
    ),
    (
        "contradicted",
        "We had registered {id} with the direction greater, but a negative effect of magnitude {abs_est} emerged.",
    ),
    (
        "contradicted",
        "The contradiction of {id} is established at level L1 only, that is, for the named held-out neurons of a single twin.",
    ),
    (
        "contradicted",
        "Since {id} was followed by no controls, the cause of the reversed effect remains open.",
    ),
    (
        "contradicted",
        "In absolute terms, the reversal seen in {id} exceeded the margin of {margin}.",
    ),
    (
        "contradicted",
        "The negative estimate for {id} is at odds with the suppression expected from earlier physiology [[lab:cavanaugh2002]].",
    ),
    (
        "contradicted",
        "Recordings in mice should determine whether the failure of {id} reflects the visual cortex or a shortcoming of the twin.",
    ),
    (
        "contradicted",
        "Whereas {w_supported} other hypotheses found support, {id} did not; the fresh draws contradicted it.",
    ),
    (
        "contradicted",
        "After {stopped} draws the test of {id} was decided against the hypothesis, and {n_draws} further draws yielded an estimate of {est2}.",
    ),
    (
        "contradicted",
        "An untuned surround implies no difference, which sits poorly with the estimate of {est2} obtained in {id}.",
    ),
    # --- inconclusive ----------------------------------------------------------------------
    ("inconclusive", "{id} remained inconclusive after its budget of {budget} draws."),
    (
        "inconclusive",
        "Neither evidence process attained the value of 60 within the {budget} draws allowed for {id}.",
    ),
    (
        "inconclusive",
        "The inconclusive outcome of {id} should not be read as evidence that the effect is absent.",
    ),
    (
        "inconclusive",
        "The fresh draws neither supported nor contradicted {id}, which therefore stays at level L0.",
    ),
    (
        "inconclusive",
        "Although the estimate for {id} was positive ({est2}), the sequential test returned no verdict in either direction.",
    ),
    ("inconclusive", "A larger budget of draws may be needed to settle {id}."),
    (
        "inconclusive",
        "In {id}, the factor was contrast, varied over four conditions, and the measure was a rank.",
    ),
    (
        "inconclusive",
        "Estimate for {id}: {est} [{lo}, {hi}], given for completeness, as the test ended without a verdict.",
    ),
    (
        "inconclusive",
        "Fewer draws were allowed for {id} ({budget}) than for the other hypotheses (200).",
    ),
    (
        "inconclusive",
        "Whether the surround matters under the conditions of {id} is still an open question, even for the twin.",
    ),
    (
        "inconclusive",
        "{id} was the one registered hypothesis left undecided when its draws had been spent.",
    ),
    (
        "inconclusive",
        "We refrain from any conclusion about {id}, since its evidence fell short of the threshold on both sides.",
    ),
    # --- any -------------------------------------------------------------------------------
    ("any", "{id} was registered, frozen and timestamped before any of its test stimuli existed."),
    ("any", "The direction predicted in {id} was greater, with a margin of {margin}."),
    (
        "any",
        "We restricted the test of {id} to {n_neurons} held-out neurons whose receptive fields lay within 10° of the stimulus.",
    ),
    ("any", "Responses, expressed in spikes per frame, were measured in a window of {window_s} s."),
    (
        "any",
        "Over the whole set of hypotheses, the false discovery rate was to be held at {alpha_percent} %.",
    ),
    (
        "any",
        "Neurons whose preferred orientation differed by more than 22.5° from the one shown did not enter the test of {id}.",
    ),
    ("any", "Being based on e-values, the test of {id} was free to stop at any draw."),
    ("any", "Intervals for {id} are 95 % intervals from a bootstrap over draws and neurons."),
    (
        "any",
        "All evidence on {id} comes from a twin of about {total_round} simulated neurons; no animal was recorded.",
    ),
    ("any", "No draw of {id} had to be discarded because of invalid stimuli."),
    (
        "any",
        "To avoid estimating from the same data that ended the test, we measured the effect of {id} on {n_draws} further fresh draws.",
    ),
    (
        "any",
        "The twin {twin} comprised {total} simulated neurons, of which {n_neurons} entered the test of {id}.",
    ),
    (
        "any",
        "Stimuli were discs in surrounds, displayed on a screen of 64 × 36 pixels at 30 frames per second.",
    ),
    ("any", "Neurons in mouse V1 can be highly selective for orientation [[ctx:niell2008]]."),
    (
        "any",
        "In models of divisive normalisation [[lab:heeger1992]], a neuron's response is divided by the pooled activity of other neurons.",
    ),
    (
        "any",
        "An untuned surround would predict no difference in {id}, and a linear one an effect of the opposite sign.",
    ),
    ("any", "Testing {id} in a second, independent twin would be a natural next step."),
    (
        "any",
        "Contextual modulation in mouse V1 has been traced to a disinhibitory circuit [[lab:keller2020neuron]], but the present simulations were not designed to isolate circuits.",
    ),
    (
        "any",
        "Predictions made with a digital model of mouse V1 have been verified in vivo before [[lab:walker2019]]; such verification was not attempted for {id}.",
    ),
    (
        "any",
        "An e-value of 60 was required for a verdict on {id}, corresponding to an alpha of .0167 out of a total false discovery rate of {alpha}.",
    ),
    ("any", "The estimate for {id}, [[{id}.estimate]], rests on [[{id}.n_draws]] fresh draws."),
    (
        "any",
        "Only neurons with a quality of at least .1 and a gOSI of at least .1 were eligible for {id}.",
    ),
    # --- mixed -----------------------------------------------------------------------------
    (
        "mixed",
        "{w_registered} hypotheses were registered, of which {w_supported} were supported, {w_contradicted} was contradicted and {w_inconclusive} remained inconclusive.",
    ),
    ("mixed", "Six hypotheses had been proposed; two were refused."),
    (
        "mixed",
        "Of the {k_supported} supported hypotheses, one proved robust and the other had no control.",
    ),
    ("mixed", "No finding was explained away by a control."),
    ("mixed", "As we ran no replication, none of the findings goes beyond level L1."),
    (
        "mixed",
        "Support was obtained for [[count.supported]] of the {k_registered} registered hypotheses.",
    ),
    (
        "mixed",
        "The picture is mixed: the estimates were positive for the supported hypotheses and negative for the contradicted one.",
    ),
    (
        "mixed",
        "Here we asked, in a digital twin of mouse V1, whether neurons respond less to a disc in a surround of its own orientation.",
    ),
    (
        "mixed",
        "Every conclusion of this report concerns {twin}, a single software twin, and recordings in living mice are still to be made.",
    ),
    (
        "mixed",
        "Outcome of the {k_registered} registered hypotheses: supported, {k_supported}; contradicted, {k_contradicted}; inconclusive, {k_inconclusive}.",
    ),
]

FAULTS = [
    # --- number ----------------------------------------------------------------------------
    (
        "number",
        "any",
        "Across {n_draws} fresh draws, the effect of {id} was estimated at {bad_est}.",
    ),
    ("number", "any", "{id} was tested in {bad_n_neurons} neurons of the held-out half."),
    ("number", "any", "The 95 % interval for {id} extended from {bad_lo} to {bad_hi}."),
    ("number", "any", "A further {bad_n_draws} draws served to estimate the effect of {id}."),
    (
        "number",
        "supported",
        "Evidence in favour of {id} crossed the threshold at draw {bad_stopped}.",
    ),
    ("number", "any", "The twin in which {id} was tested comprised {bad_total} simulated neurons."),
    ("number", "supported", "The test of {id} closed with an e-value of {bad_e}."),
    (
        "number",
        "supported",
        "Surrounds of the disc's own orientation reduced the responses of the twin's neurons by {bad_percent} % ({id}).",
    ),
    (
        "number",
        "supported",
        "Responses to the disc were {times} times weaker in an iso-oriented surround than in the comparison stimulus ({id}).",
    ),
    ("number", "supported", "The suppression reported for {id} was highly significant (p < .001)."),
    (
        "number",
        "mixed",
        "{w_bad_registered} hypotheses were registered before the stimuli were made.",
    ),
    ("number", "mixed", "In total, {k_bad_supported} registered hypotheses were supported."),
    ("number", "any", "For {id} we had set a margin of {bad_margin} in advance."),
    ("number", "any", "The total false discovery rate was limited to {bad_alpha}."),
    (
        "number",
        "supported",
        "Of the neurons examined in {id}, {bad_percent} % were individually suppressed by the surround.",
    ),
    (
        "number",
        "contradicted",
        "At {bad_est2}, the estimate for {id} ran against the registered direction.",
    ),
    (
        "number",
        "inconclusive",
        "{id} was still undecided when its test ended at draw {bad_stopped}.",
    ),
    ("number", "any", "The standardised effect size for {id} was d = 0.84."),
    ("number", "any", "Stimuli were displayed on a screen of 128 × 72 pixels at 60 Hz."),
    ("number", "mixed", "Of nine hypotheses proposed, five were refused."),
    ("number", "robust", "Three separate controls were survived by {id}."),
    ("number", "inconclusive", "A Bayes factor of 0.41 was obtained for {id}."),
    (
        "number",
        "supported",
        "Dot, estimate of {id} ({bad_est1}); bar, 95 % interval; fresh draws only.",
    ),
    (
        "number",
        "contradicted",
        "Surround orientation explained {bad_percent} % of the response variance in {id}.",
    ),
    ("number", "mixed", "We froze {w_bad_registered_l} hypotheses and tested each with e-values."),
    # --- unit ------------------------------------------------------------------------------
    (
        "unit",
        "supported",
        "An iso-oriented surround lowered the firing rate by {est2} spikes per second ({id}).",
    ),
    ("unit", "any", "We integrated responses over {window_ms} s from stimulus onset."),
    ("unit", "any", "The effect of {id} was estimated from {n_neurons} draws."),
    (
        "unit",
        "any",
        "Receptive fields of the neurons used in {id} were centred within 10 pixels of the stimulus.",
    ),
    (
        "unit",
        "contradicted",
        "With {id}, responses changed by {est2} Hz relative to the comparison stimulus.",
    ),
    (
        "unit",
        "supported",
        "The threshold for {id} was crossed after {stopped} seconds of stimulation.",
    ),
    ("unit", "any", "A margin of {margin} ms was registered for {id}."),
    ("unit", "any", "Discs were shown on a screen measuring 64 × 36 cm."),
    (
        "unit",
        "inconclusive",
        "No verdict on {id} was reached within the permitted {budget} neurons.",
    ),
    ("unit", "any", "In all, {total} stimuli were presented to the twin during the test of {id}."),
    # --- citation --------------------------------------------------------------------------
    (
        "citation",
        "any",
        "Orientation-tuned surrounds were first reported by Brandvold and Iyer (2016).",
    ),
    (
        "citation",
        "any",
        "Surround effects are known to depend on stimulus contrast [[lab:tessmann2017]].",
    ),
    (
        "citation",
        "any",
        "Highly selective receptive fields in mouse visual cortex were described by Niell and Stryker (1998).",
    ),
    (
        "citation",
        "any",
        "The normalisation model goes back to Hartwig (1992), who proposed it for cells in striate cortex.",
    ),
    (
        "citation",
        "supported",
        "Our result on {id} agrees with the suppression found in macaque V1 by Cavanaugh et al. (2014).",
    ),
    (
        "citation",
        "contradicted",
        "A reversal like that of {id} has been seen before in mouse cortex [[ctx:okafor2011]].",
    ),
    (
        "citation",
        "any",
        "Walker and Sillito (2007) introduced the matched disc stimuli from which ours derive.",
    ),
    (
        "citation",
        "any",
        "As Keller et al. (2003) showed, feedback shapes the response to the surround.",
    ),
    (
        "citation",
        "inconclusive",
        "Effects as small as that of {id} typically require several hundred draws (Lindqvist et al., 2021).",
    ),
    # --- verdict: supported ----------------------------------------------------------------
    ("verdict", "supported", "{id} was contradicted on fresh draws."),
    (
        "verdict",
        "supported",
        "The evidence left {id} undecided, as neither process reached its threshold.",
    ),
    ("verdict", "supported", "Taken together, these results prove {id} beyond doubt."),
    ("verdict", "supported", "With the present data, {id} attains evidence level L3."),
    (
        "verdict",
        "supported",
        "Neurons of the twin responded more strongly to a disc when the surround had its orientation ({id}).",
    ),
    ("verdict", "supported", "A negative estimate, against the prediction, was obtained for {id}."),
    (
        "verdict",
        "supported",
        "The outcome of {id} demonstrates that orientation-tuned inhibition causes surround suppression.",
    ),
    ("verdict", "supported", "The untuned account turned out to describe the data of {id} best."),
    (
        "verdict",
        "supported",
        "Surround suppression as stated in {id} occurs in every neuron and for every stimulus.",
    ),
    # --- verdict: robust -------------------------------------------------------------------
    (
        "verdict",
        "robust",
        "Once local contrast was equalised, the effect of {id} was explained away.",
    ),
    ("verdict", "robust", "{id} failed its control and cannot be considered robust."),
    ("verdict", "robust", "Every conceivable confound of {id} has now been excluded."),
    # --- verdict: uncontrolled -------------------------------------------------------------
    ("verdict", "uncontrolled", "{id} is robust, for it survived the control applied to it."),
    ("verdict", "uncontrolled", "A control for local contrast left the effect of {id} unchanged."),
    ("verdict", "uncontrolled", "The apparent effect of {id} was explained away by its control."),
    ("verdict", "uncontrolled", "No alternative explanation for {id} remains."),
    # --- verdict: contradicted -------------------------------------------------------------
    ("verdict", "contradicted", "Fresh draws supported {id} at the registered threshold."),
    (
        "verdict",
        "contradicted",
        "As predicted by {id}, discs in surrounds of their own orientation evoked weaker responses in the twin.",
    ),
    ("verdict", "contradicted", "The test of {id} spent its budget and ended inconclusively."),
    ("verdict", "contradicted", "For {id} the estimate was positive and above the margin."),
    (
        "verdict",
        "contradicted",
        "Because the contradiction of {id} withstood its controls, we regard it as robust.",
    ),
    (
        "verdict",
        "contradicted",
        "The effect in {id}, while smaller than hoped, went in the predicted direction.",
    ),
    ("verdict", "contradicted", "{id} narrowly missed the threshold for support."),
    # --- verdict: inconclusive -------------------------------------------------------------
    ("verdict", "inconclusive", "We conclude that {id} is supported in the digital twin."),
    (
        "verdict",
        "inconclusive",
        "The outcome of {id} shows that the surround has no effect on the response to the disc.",
    ),
    ("verdict", "inconclusive", "{id} was refuted by the fresh draws."),
    ("verdict", "inconclusive", "The positive trend confirms {id}, albeit with a small effect."),
    ("verdict", "inconclusive", "At the end of testing, {id} had risen to evidence level L1."),
    (
        "verdict",
        "inconclusive",
        "The evidence for {id} passed the threshold well before its budget was spent.",
    ),
    # --- verdict: any and mixed ------------------------------------------------------------
    ("verdict", "any", "{id} now stands at level L5, the highest of the scale."),
    ("verdict", "mixed", "All of the registered hypotheses were supported."),
    ("verdict", "mixed", "A clear majority of our predictions held on fresh draws."),
    ("verdict", "mixed", "None of the hypotheses was contradicted."),
    ("verdict", "mixed", "Both supported hypotheses proved robust against their controls."),
    ("verdict", "mixed", "Only one registered hypothesis found support, and the rest failed."),
    ("verdict", "mixed", "Our findings have been replicated and stand at level L2 or higher."),
    # --- subject ---------------------------------------------------------------------------
    (
        "subject",
        "supported",
        "In awake mice, neurons respond less to a disc in a surround of its own orientation, as shown by {id}.",
    ),
    (
        "subject",
        "supported",
        "The support for {id} establishes that human visual cortex is suppressed by iso-oriented surrounds.",
    ),
    (
        "subject",
        "supported",
        "We conclude from {id} that the mouse brain discounts uniform texture.",
    ),
    (
        "subject",
        "any",
        "Neurons in layer 2/3 of living mice provided the responses on which {id} was tested.",
    ),
    (
        "subject",
        "contradicted",
        "Real V1 neurons are facilitated by iso-oriented surrounds, as the negative effect in {id} reveals.",
    ),
    ("subject", "inconclusive", "{id} was inconclusive in the animals we examined."),
    (
        "subject",
        "supported",
        "The suppression reported for {id} holds equally in the visual cortex of primates.",
    ),
    (
        "subject",
        "supported",
        "A second, independent twin exhibited the same surround suppression ({id}).",
    ),
    (
        "subject",
        "robust",
        "The robust effect of {id} is thus a general property of the mammalian cortex.",
    ),
    (
        "subject",
        "uncontrolled",
        "{id} demonstrates that mice see a disc less clearly when its surround has the same orientation.",
    ),
    ("subject", "mixed", "These findings reveal how the living cortex integrates context."),
    (
        "subject",
        "contradicted",
        "Inhibitory interneurons of the mouse release their targets when orientations match, which is why {id} was contradicted.",
    ),
    (
        "subject",
        "mixed",
        "Observers in our study judged discs to be fainter in matching surrounds.",
    ),
    # --- method ----------------------------------------------------------------------------
    ("method", "any", "Two-photon calcium imaging was used to record the responses for {id}."),
    ("method", "any", "Conditions in {id} were compared with a repeated-measures ANOVA."),
    ("method", "any", "A paired t-test on the mean responses corroborated the outcome of {id}."),
    (
        "method",
        "any",
        "We silenced somatostatin-positive interneurons optogenetically while the stimuli of {id} were shown.",
    ),
    ("method", "supported", "The effect of {id} disappeared after application of gabazine."),
    (
        "method",
        "any",
        "Eye position was tracked throughout, and frames with saccades were removed from {id}.",
    ),
    ("method", "any", "Prior to testing {id}, we trained a deep network on natural movies."),
    ("method", "any", "We repeated the test of {id} in a second mouse."),
    (
        "method",
        "any",
        "Outlying neurons were removed from {id} after visual inspection of their responses.",
    ),
    (
        "method",
        "any",
        "The wording of {id} was settled after the first responses to its stimuli had been inspected.",
    ),
    (
        "method",
        "supported",
        "Suppression strength correlated with orientation selectivity across neurons ({id}).",
    ),
    (
        "method",
        "mixed",
        "P-values were adjusted for multiple comparisons by the Bonferroni method.",
    ),
    (
        "method",
        "any",
        "While the discs of {id} were on screen, animals performed an attention task.",
    ),
    (
        "method",
        "contradicted",
        "To trace the reversed effect, we ran a control for {id} in which luminance was equalised.",
    ),
    (
        "method",
        "inconclusive",
        "When {id} stayed undecided, we extended its budget and continued sampling.",
    ),
    ("method", "any", "Running speed was entered as a covariate in the analysis of {id}."),
    (
        "method",
        "mixed",
        "All procedures on animals, including the implantation of cranial windows, were approved by the local ethics committee.",
    ),
]
