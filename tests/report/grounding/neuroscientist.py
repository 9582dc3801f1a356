"""An experienced systems neuroscientist: precise, economical, the field's vocabulary, both voices.

Written without knowledge of the rules. At first contact 84.8 % of faults were caught and 18.5 % of
true sentences removed; the rules were then changed with all of them in view.
"""

# ruff: noqa: E501

TRUE = [
    # supported (20)
    (
        "supported",
        "{id} was supported: on fresh draws, the paired permutation index came to {est2} (95 % interval {lo} to {hi}) across {n_neurons} held-out neurons of the twin.",
    ),
    (
        "supported",
        "In the simulated population, discs embedded in an iso-oriented surround evoked weaker responses than their matched counterparts, with an index of {est} ({id}).",
    ),
    (
        "supported",
        "The evidence process for {id} crossed its threshold of 60 at draw {stopped}, and the test ended there.",
    ),
    (
        "supported",
        "Iso-oriented surround suppression of the sign we had predicted was thus present in {twin} ({id}, {est2}).",
    ),
    (
        "supported",
        "With an estimated index of {est1}, which exceeds the registered margin of {margin}, {id} stands at evidence level L1.",
    ),
    (
        "supported",
        "The outcome of {id} ran against both rivals: the untuned account anticipates no difference and the linear account the opposite sign.",
    ),
    (
        "supported",
        "The {n_neurons} neurons that entered the test of {id}, in which suppression was found, came from the held-out half of the twin's population and had preferred orientations within 22.5° of the one displayed.",
    ),
    (
        "supported",
        "We regard {id} as confirmed on fresh draws for the named held-out neurons, and as nothing more than that.",
    ),
    (
        "supported",
        "Whether the suppression found under {id} would recur in an independent twin, let alone in recordings from mouse V1, remains untested.",
    ),
    (
        "supported",
        "A positive index of {est2} signifies that, on balance, the model neurons fired less when the surround shared the orientation of the disc ({id}).",
    ),
    (
        "supported",
        "The sign of the effect in {id} agrees with the iso-oriented suppression described in macaque V1 [[lab:cavanaugh2002]], although our neurons were simulated.",
    ),
    (
        "supported",
        "Once the test had closed, the magnitude of the effect was estimated on {n_draws} further draws, which yielded {est} with a bootstrap interval of [{lo}, {hi}] for {id}.",
    ),
    (
        "supported",
        "A normalisation pool tuned to orientation [[lab:heeger1992]] could produce suppression of the kind seen in {id}, but the present test does not single out that mechanism.",
    ),
    (
        "supported",
        "The decision in favour of {id} fell at draw {stopped} of the {budget} permitted.",
    ),
    (
        "supported",
        "{id} held in {twin}: the response to the disc was lower within a like-oriented surround, as predicted before any of the stimuli had been made.",
    ),
    (
        "supported",
        "Supported though it is, {id} has not been replicated in other mice, and it cannot therefore claim level L2.",
    ),
    (
        "supported",
        "A simulated population of {total} neurons can thus exhibit orientation-tuned surround suppression ({id}); the natural next step is to look for it in recorded mouse V1.",
    ),
    (
        "supported",
        "How strong was the modulation? For {id}, the point estimate was {est2} and the interval ran from {lo} to {hi}.",
    ),
    (
        "supported",
        "Had the surround acted as an untuned gain control, an index near zero would have been expected for {id}; instead we obtained [[{id}.estimate]].",
    ),
    (
        "supported",
        "Within matched pairs, exchanging the surround was sufficient to shift the responses of the model neurons in the predicted direction ({id}).",
    ),
    # robust (6)
    (
        "robust",
        "{id} survived its one control, in which local contrast was equalised, and is therefore classed as robust.",
    ),
    (
        "robust",
        "When local contrast was equated, the suppression persisted, so that {id} was not explained away by this confound.",
    ),
    (
        "robust",
        "A difference in local contrast does not account for {id}, whose estimate in the main comparison was {est2}.",
    ),
    (
        "robust",
        "Of the four registered hypotheses, {id} alone passed a control and earned the label robust.",
    ),
    (
        "robust",
        "Robustness here has a narrow meaning: a single control, equal local contrast, was run for {id}, and other confounds were left unexamined.",
    ),
    (
        "robust",
        "For {twin}, we favour a reading of {id} in terms of orientation rather than local contrast, given that equalising the latter left the verdict intact.",
    ),
    # uncontrolled (6)
    (
        "uncontrolled",
        "No control was run for {id}, so its support should be read without any claim to robustness.",
    ),
    (
        "uncontrolled",
        "Although {id} was supported ({est2}), we cannot exclude that an uncontrolled stimulus property contributed to the difference.",
    ),
    (
        "uncontrolled",
        "Unlike the other supported hypothesis, {id} was never confronted with an equal-contrast control.",
    ),
    (
        "uncontrolled",
        "A control for local contrast is still owed to {id}; until one has been run, explanations by a confound stay open.",
    ),
    (
        "uncontrolled",
        "The index of {est} reported for {id} ({n_neurons} neurons) rests on the main comparison alone.",
    ),
    (
        "uncontrolled",
        "The favourable verdict on {id} carries the caveat that alternative explanations were not probed with dedicated control stimuli.",
    ),
    # contradicted (14)
    (
        "contradicted",
        "{id} was contradicted, with an index of {est2} (95 % interval {lo} to {hi}), opposite in sign to the prediction.",
    ),
    (
        "contradicted",
        "Contrary to what we had registered, the model neurons did not respond less to a disc in a surround of its own orientation under the conditions of {id}; the estimate was {est}.",
    ),
    (
        "contradicted",
        "The process gathering evidence against {id} reached its threshold at draw {stopped}.",
    ),
    (
        "contradicted",
        "Rather than suppression, {id} revealed relative facilitation by the iso-oriented surround in the twin, of magnitude {abs_est} on the permutation index.",
    ),
    (
        "contradicted",
        "The linear rival had anticipated a negative index, and it is with this account that the outcome of {id} agrees in sign.",
    ),
    (
        "contradicted",
        "A contradicted prediction is informative too: {id} shows that in {twin} the effect of the surround can run opposite to the suppression we expected.",
    ),
    (
        "contradicted",
        "That {id} failed should not be taken to mean that mice lack iso-oriented suppression, since only simulated neurons were tested.",
    ),
    (
        "contradicted",
        "No control accompanied {id}, and the cause of the reversal is consequently unresolved.",
    ),
    (
        "contradicted",
        "We had expected an index above {margin}; for {id}, {n_draws} fresh draws gave {est1} instead.",
    ),
    (
        "contradicted",
        "The contradiction of {id} stands at level L1 for {n_neurons} held-out neurons and has not been carried further.",
    ),
    (
        "contradicted",
        "At odds with the iso-oriented suppression reported in primate cortex [[lab:cavanaugh2002]], the twin yielded a negative index in {id}, for reasons we can only conjecture.",
    ),
    (
        "contradicted",
        "It would be premature to discard tuned normalisation on the strength of {id}, a single contradicted prediction in a single twin.",
    ),
    (
        "contradicted",
        "An untuned surround does not predict the negative shift of {abs_est} obtained for {id}.",
    ),
    (
        "contradicted",
        "In {id}, the responses of the simulated cells were on balance ordered the wrong way round: higher in the iso-oriented surround, lower in the one it was compared with.",
    ),
    # inconclusive (12)
    (
        "inconclusive",
        "{id} remained inconclusive, neither evidence process having reached its threshold within {budget} draws.",
    ),
    (
        "inconclusive",
        "The data decide neither for nor against {id}; its estimate was {est2} (95 % interval {lo} to {hi}).",
    ),
    (
        "inconclusive",
        "For {id} the factor was contrast, presented in four conditions, and the effect was measured as a rank.",
    ),
    (
        "inconclusive",
        "Absence of a verdict on {id} is not evidence that contrast leaves the surround effect unaltered.",
    ),
    (
        "inconclusive",
        "Since the budget of {id}, {budget} draws, was smaller than that of the other hypotheses, a longer experiment might yet settle the matter.",
    ),
    ("inconclusive", "In the absence of a decision, {id} stays at level L0."),
    (
        "inconclusive",
        "With {est} as its estimate and no threshold crossed, {id} should be cited neither as support for tuned suppression nor as a refutation of it.",
    ),
    (
        "inconclusive",
        "Sampling ceased at draw {stopped} because the registered budget had run out, not because {id} had been decided.",
    ),
    ("inconclusive", "Would more draws have tipped {id} one way or the other? We cannot say."),
    ("inconclusive", "The untuned account, as far as {id} is concerned, could not be ruled out."),
    (
        "inconclusive",
        "In a newly registered follow-up, the question behind {id} ought to be put again with a larger budget of draws.",
    ),
    (
        "inconclusive",
        "Among {n_neurons} eligible neurons of the twin, a dependence of the surround effect on contrast could not be established ({id}).",
    ),
    # any (20) and mixed (12)
    ("any", "{id} was frozen and timestamped before any of its stimuli existed."),
    (
        "any",
        "The test of {id} comprised {n_neurons} neurons of the held-out half, each with a quality of at least .1 and a receptive field within 10° of the stimulus.",
    ),
    (
        "any",
        "The estimate for {id} was {est} (95 % interval {lo} to {hi}; bootstrap over draws and neurons).",
    ),
    ("any", "Testing of {id} ended at draw {stopped}, out of at most {budget}."),
    ("any", "No draw had to be discarded for {id}, all stimuli being valid."),
    (
        "any",
        "Responses entering {id} were expressed in spikes per frame and taken from a window of {window_ms} ms.",
    ),
    (
        "any",
        "As with every claim in this paper, the result on {id} concerns the simulated neurons of {twin} and does not extend to recorded cortex.",
    ),
    ("any", "Against {id} we set two rival accounts, one untuned, the other linear."),
    (
        "any",
        "Because e-values permit optional stopping, the test of {id} was free to end at any draw.",
    ),
    ("any", "The margin for {id} was fixed at {margin} in advance."),
    (
        "any",
        "Selection by orientation preference restricts {id} to cells tuned near the orientation shown (gOSI ≥ .1).",
    ),
    (
        "any",
        "For estimation, {n_draws} draws were generated afresh, separate from those on which {id} had been tested.",
    ),
    (
        "any",
        "Replication of the result on {id} awaits an independent twin, further mice and, ultimately, recordings.",
    ),
    (
        "any",
        "A threshold of 60, corresponding to an alpha of .0167, applied to the evidence processes of {id}.",
    ),
    ("any", "[[{id}.n_neurons]] neurons met the inclusion criteria of {id}."),
    (
        "any",
        "Neurons of mouse visual cortex can be highly selective [[ctx:niell2008]], which makes the tuning criterion adopted in {id} a reasonable one.",
    ),
    (
        "any",
        "Untuned pooling, by itself, predicts no difference between the conditions compared in {id}.",
    ),
    (
        "any",
        "Should the effect probed by {id} be sought in vivo, we would recommend the same discs, the same surrounds and the same selection of cells.",
    ),
    ("any", "The twin behind {id} comprises {total} neurons, of which {n_neurons} were tested."),
    (
        "any",
        "The registered direction of {id} was 'greater', which is to say weaker responses to a disc in a surround of its own orientation.",
    ),
    (
        "mixed",
        "{w_registered} hypotheses were registered, of which {w_supported} were supported, {w_contradicted} was contradicted and {w_inconclusive} was inconclusive.",
    ),
    (
        "mixed",
        "Six hypotheses were proposed, and {k_registered} of them went on to be registered and tested.",
    ),
    ("mixed", "The false discovery rate across the study was set to {alpha_percent} %."),
    ("mixed", "No finding reached level L2 or higher, as no replication was attempted."),
    (
        "mixed",
        "Surround effects in the twin differed in sign from one hypothesis to the next: [[count.supported]] went as predicted, whereas {k_contradicted} went the other way.",
    ),
    (
        "mixed",
        "Motion-energy mechanisms [[lab:adelson1985]] sum squared outputs of filters in quadrature, which renders their responses insensitive to phase.",
    ),
    (
        "mixed",
        "Divisive normalisation has been put forward as a canonical computation [[lab:carandini2012]], and surround suppression is among the phenomena it has been used to describe.",
    ),
    (
        "mixed",
        "In mice, contextual modulation has been attributed to a disinhibitory circuit [[lab:keller2020neuron]], an account that our simulations cannot address.",
    ),
    (
        "mixed",
        "Figure–ground signals have been reported in the primary visual cortex of awake monkeys [[lab:lamme1995]], a phenomenon related to the one examined here but not identical with it.",
    ),
    (
        "mixed",
        "The principal limitation is plain, namely that animal and neurons alike were simulated.",
    ),
    (
        "mixed",
        "We presented discs in surrounds at a frame rate of 30 Hz on a screen of 64×36 pixels.",
    ),
    (
        "mixed",
        "One supported hypothesis survived a control for local contrast, the other went without controls, and none was explained away.",
    ),
]

FAULTS = [
    # number (25)
    ("number", "any", "The paired index for {id} was {bad_est} in the held-out population."),
    (
        "number",
        "supported",
        "{id} was supported with an effect of {bad_est2} (95 % interval {bad_lo} to {bad_hi}).",
    ),
    ("number", "any", "Under {id}, the two surrounds differed significantly (p < .001)."),
    (
        "number",
        "supported",
        "Roughly {bad_percent} % of the neurons tested under {id} were individually suppressed by the iso-oriented surround.",
    ),
    (
        "number",
        "supported",
        "Responses fell by a factor of {times} when the surround adopted the orientation of the disc ({id}).",
    ),
    (
        "number",
        "any",
        "In total, {bad_n_neurons} neurons fulfilled the inclusion criteria of {id}.",
    ),
    ("number", "any", "We concluded the test of {id} after {bad_stopped} draws."),
    ("number", "supported", "At stopping, the e-value in favour of {id} stood at {bad_e}."),
    ("number", "any", "For {id}, estimation rested on {bad_n_draws} fresh draws."),
    ("number", "mixed", "{w_bad_registered} hypotheses were registered in all."),
    ("number", "mixed", "Support was obtained for {k_bad_supported} of the registered hypotheses."),
    ("number", "any", "A margin of {bad_margin} had been laid down for {id} at registration."),
    ("number", "any", "{twin}, on which {id} was tested, contains {bad_total} simulated neurons."),
    (
        "number",
        "mixed",
        "Over the whole family of tests, the false discovery rate was controlled at {bad_alpha}.",
    ),
    (
        "number",
        "contradicted",
        "{id} was contradicted, its index of {bad_est} being the reverse of what we had predicted.",
    ),
    (
        "number",
        "inconclusive",
        "The contrast series of {id} left us with an undecided estimate of {bad_est2}.",
    ),
    ("number", "any", "The bootstrap interval for {id} extended from {bad_lo} to {bad_hi}."),
    (
        "number",
        "any",
        "Across neurons, the modulation index measured for {id} correlated with gOSI (r = .41).",
    ),
    ("number", "supported", "Cohen's d for {id} amounted to 1.2, a large effect by convention."),
    (
        "number",
        "supported",
        "Surround orientation explained {bad_percent} % of the response variance in {id}.",
    ),
    ("number", "any", "The sample of {id} afforded a statistical power of {bad_percent} %."),
    (
        "number",
        "mixed",
        "Seventeen draws were excluded because their stimuli turned out to be invalid.",
    ),
    (
        "number",
        "supported",
        "As the orientation difference between disc and surround grew, the suppression of {id} declined with a half-width of 31°.",
    ),
    (
        "number",
        "robust",
        "With local contrast equalised, the index of {id} dropped by {bad_percent} %, yet stayed positive.",
    ),
    (
        "number",
        "mixed",
        "To the disc alone, the median response of the population was 7.3 spikes per second.",
    ),
    # unit (10)
    ("unit", "any", "The permutation index of {id} was {est2} spikes per frame."),
    ("unit", "supported", "Iso-oriented surrounds lowered firing by {est2} Hz ({id})."),
    ("unit", "any", "Responses in {id} were averaged over {window_ms} s from stimulus onset."),
    ("unit", "any", "{id} was put to the test in {n_neurons} mice."),
    ("unit", "any", "After {stopped} minutes of stimulation, the test of {id} was stopped."),
    ("unit", "supported", "The suppression evident in {id} amounted to {est2} %."),
    ("unit", "any", "To estimate the effect of {id}, {n_draws} recording sessions were pooled."),
    (
        "unit",
        "any",
        "A neuron was admitted to {id} if its receptive field lay within 10 mm of the stimulus.",
    ),
    (
        "unit",
        "any",
        "Only differences beyond the margin of {margin} spikes per second were to count for {id}.",
    ),
    (
        "unit",
        "contradicted",
        "Facilitation by the like-oriented surround reached {abs_est} mV in {id}.",
    ),
    # citation (9)
    ("citation", "any", "The design of {id} follows that of Brandt and Okafor (2017)."),
    (
        "citation",
        "mixed",
        "Highly selective receptive fields in mouse visual cortex were first charted by Niell & Stryker (2011).",
    ),
    (
        "citation",
        "mixed",
        "Normalisation has been called a canonical neural computation [[lab:sillito2014]].",
    ),
    (
        "citation",
        "supported",
        "The suppression of {id} accords with the tuning described in [[ctx:vanessen1994]].",
    ),
    ("citation", "mixed", "Adelson and Movshon (1985) introduced the spatiotemporal energy model."),
    (
        "citation",
        "contradicted",
        "The reversal seen in {id} had been foreshadowed by Petrov & Lindqvist (2013), who found facilitation in layer 4.",
    ),
    (
        "citation",
        "mixed",
        "Feedback was identified as the source of a second receptive field by Kessler et al. (2020).",
    ),
    (
        "citation",
        "inconclusive",
        "A contrast dependence such as that sought in {id} is known from cat area 17 [[lab:dragoi2009]].",
    ),
    (
        "citation",
        "mixed",
        "Inception loops, which date from Walker et al. (2012), would allow optimal surrounds to be synthesised.",
    ),
    # verdict (36)
    ("verdict", "supported", "{id} was contradicted on fresh draws."),
    (
        "verdict",
        "supported",
        "Neither process reached its threshold for {id}, which must accordingly be called inconclusive.",
    ),
    ("verdict", "contradicted", "{id} was supported in {n_neurons} held-out neurons."),
    (
        "verdict",
        "contradicted",
        "As predicted, a disc in a surround of its own orientation evoked weaker responses in {id}.",
    ),
    ("verdict", "inconclusive", "We were able to confirm {id} on fresh draws."),
    (
        "verdict",
        "inconclusive",
        "We conclude from {id} that contrast has no influence on the surround effect.",
    ),
    ("verdict", "uncontrolled", "{id} proved robust to the equal-contrast control."),
    (
        "verdict",
        "uncontrolled",
        "Having withstood every confound we could devise, {id} may be considered robust.",
    ),
    ("verdict", "robust", "{id} was explained away once local contrast had been equalised."),
    ("verdict", "robust", "Support for {id} in the main test notwithstanding, its control failed."),
    ("verdict", "supported", "{id} attained level L3, that of an independent twin."),
    ("verdict", "any", "With level L5 reached, {id} ranks among the established facts about V1."),
    (
        "verdict",
        "supported",
        "These results prove that surround suppression is tuned to orientation ({id}).",
    ),
    ("verdict", "mixed", "All of our hypotheses were supported."),
    ("verdict", "mixed", "None of the registered predictions was contradicted."),
    ("verdict", "mixed", "Most of the hypotheses we registered turned out to be wrong."),
    ("verdict", "mixed", "Both supported hypotheses survived their controls."),
    ("verdict", "mixed", "Every registered test came to a decision within its budget."),
    ("verdict", "mixed", "Three of the predictions held up, and only one was left undecided."),
    (
        "verdict",
        "supported",
        "The outcome of {id} favours the linear rival over tuned suppression.",
    ),
    (
        "verdict",
        "supported",
        "Facilitation, not suppression, was what iso-oriented surrounds brought about in {id}.",
    ),
    (
        "verdict",
        "supported",
        "The orientation of the surround made no difference to the neurons examined under {id}.",
    ),
    (
        "verdict",
        "contradicted",
        "The reversal in {id} has been replicated in other mice and thus stands at L2.",
    ),
    ("verdict", "contradicted", "{id} was left undecided when its budget of draws was exhausted."),
    (
        "verdict",
        "contradicted",
        "An accompanying control showed the negative index of {id} to be an artefact of local contrast.",
    ),
    ("verdict", "inconclusive", "{id} had to be rejected, for the index lay firmly below zero."),
    (
        "verdict",
        "inconclusive",
        "Although modest in size, the effect of {id} carried the evidence process across its threshold.",
    ),
    (
        "verdict",
        "inconclusive",
        "The evidence places {id} at L1, on a par with the other findings.",
    ),
    (
        "verdict",
        "supported",
        "Once and for all, {id} disposes of the untuned account of the surround.",
    ),
    (
        "verdict",
        "any",
        "There can be no doubt that the result of {id} generalises to every population of V1 neurons.",
    ),
    ("verdict", "mixed", "Two of the supported effects were subsequently explained away."),
    ("verdict", "mixed", "L4 is the level at which the supported hypotheses now stand."),
    (
        "verdict",
        "contradicted",
        "The untuned account is vindicated by {id}, in which disc responses were indifferent to the surround.",
    ),
    (
        "verdict",
        "any",
        "Orientation-tuned divisive inhibition is the only mechanism that could have produced the result of {id}.",
    ),
    (
        "verdict",
        "mixed",
        "Iso-oriented suppression was found without exception in every test we ran.",
    ),
    (
        "verdict",
        "robust",
        "{id} survived four separate controls, among them those for size and phase.",
    ),
    # subject (13)
    (
        "subject",
        "supported",
        "We show that neurons of mouse V1 are suppressed by iso-oriented surrounds ({id}, {est2}).",
    ),
    (
        "subject",
        "supported",
        "The human visual cortex thus employs the suppression demonstrated in {id}.",
    ),
    (
        "subject",
        "supported",
        "A recurrent-network twin displayed the same suppression as {twin} ({id}).",
    ),
    (
        "subject",
        "contradicted",
        "The living brain, as {id} reveals, facilitates responses to discs in like-oriented surrounds.",
    ),
    ("subject", "any", "The animals from which the data of {id} stem were awake and head-fixed."),
    ("subject", "any", "{id} was examined in macaque V1."),
    (
        "subject",
        "mixed",
        "Our findings establish how the cortex of mice segments figure from ground.",
    ),
    (
        "subject",
        "supported",
        "Parvalbumin-positive interneurons mediate the suppression observed in {id}.",
    ),
    (
        "subject",
        "supported",
        "Perceptually, observers judged the disc of {id} to be lower in contrast when the surround was iso-oriented.",
    ),
    ("subject", "inconclusive", "In ferrets, too, the test of {id} ended without a decision."),
    (
        "subject",
        "robust",
        "The suppression behind {id} is a property of cortical tissue that persists in the anaesthetised animal.",
    ),
    (
        "subject",
        "mixed",
        "In cats and rodents alike, we observed surrounds to be tuned for orientation.",
    ),
    (
        "subject",
        "contradicted",
        "Layer 2/3 pyramidal cells of the mouse violated {id} by increasing their discharge in iso-oriented surrounds.",
    ),
    # method (17)
    ("method", "any", "Responses for {id} were obtained with two-photon calcium imaging."),
    (
        "method",
        "supported",
        "Optogenetic silencing of somatostatin cells abolished the suppression seen in {id}.",
    ),
    ("method", "any", "A paired t-test was applied to the responses of {id}."),
    ("method", "any", "Mice ran on a treadmill while the stimuli of {id} were displayed."),
    (
        "method",
        "any",
        "Eye position was tracked throughout {id}, and trials with saccades were dropped.",
    ),
    ("method", "mixed", "Before any testing, we trained a deep network on the recorded responses."),
    (
        "method",
        "supported",
        "Following estimation, {id} was tested anew in a second cohort of animals.",
    ),
    ("method", "mixed", "The hypotheses were formulated after the responses had been inspected."),
    (
        "method",
        "any",
        "For {id} we ran a repeated-measures ANOVA with the factors surround and neuron.",
    ),
    (
        "method",
        "supported",
        "Bicuculline was applied locally to determine whether inhibition underlies {id}.",
    ),
    ("method", "uncontrolled", "In a control for {id}, the phase of the surround was randomised."),
    (
        "method",
        "contradicted",
        "To pin down the reversal of {id}, we varied the diameter of the disc in six steps.",
    ),
    (
        "method",
        "inconclusive",
        "The budget of {id} was extended once the first {budget} draws had proved insufficient.",
    ),
    (
        "method",
        "mixed",
        "Neuropixels probes were inserted to validate the predictions of the twin.",
    ),
    ("method", "any", "Attention was directed to the disc of {id} by means of a cueing task."),
    ("method", "any", "Neurons were chosen for {id} irrespective of their orientation preference."),
    ("method", "any", "The draws used to test {id} were reused for its estimation."),
]
