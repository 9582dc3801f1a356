"""Abstracts, results and legends, in the manner of registered reports."""

# ruff: noqa: E501

TRUE = [
    # supported (20)
    (
        "supported",
        "In the twin {twin}, the response to a disc fell when the surround shared its orientation ({id}: index {est2}, 95 % CI {lo} to {hi}, {n_draws} draws).",
    ),
    (
        "supported",
        "{id} was supported: the evidence process for the registered prediction reached its threshold of 60, and the test ended at draw {stopped} of at most {budget}.",
    ),
    (
        "supported",
        "We estimated the effect of {id} at {est} on {n_draws} further draws, none of which had contributed to the test.",
    ),
    (
        "supported",
        "As registered in {id}, simulated neurons respond less to a disc in a surround of its own orientation (estimate {est2}; margin {margin}) — a finding that holds for the twin and has yet to be sought in recordings.",
    ),
    (
        "supported",
        "The prediction of {id} was borne out in {n_neurons} held-out neurons of the twin; it stands at evidence level L1.",
    ),
    (
        "supported",
        "With a point estimate of {est}, {id} lies above the margin of {margin} that had been fixed before any of its stimuli existed.",
    ),
    (
        "supported",
        "Neither rival anticipated this outcome: the untuned account had predicted no difference and the linear account the opposite sign, whereas the index obtained for {id} in the twin was {est2}.",
    ),
    (
        "supported",
        "Testing of {id} ended after {stopped} draws because the e-value had by then reached 60.",
    ),
    (
        "supported",
        "Figure 2. Effect size for {id} on fresh draws; the estimate is [[{id}.estimate]] and the bar spans the 95 % interval ({lo}, {hi}).",
    ),
    (
        "supported",
        "Confirmed on fresh draws for the named held-out neurons, {id} constitutes evidence at L1 and no higher.",
    ),
    (
        "supported",
        "Surround suppression that depended on orientation was present in the model population ({est2} for {id}; n = {n_neurons} simulated neurons).",
    ),
    (
        "supported",
        "The sign of the effect agreed with the direction registered for {id} (greater), and its magnitude was {abs_est}.",
    ),
    (
        "supported",
        "Whether the suppression seen under {id} also occurs in the living mouse remains open, since only a software twin was shown the stimuli.",
    ),
    (
        "supported",
        "That {id} was supported in {twin} does not tell us whether an independent twin would agree; no replication was run.",
    ),
    (
        "supported",
        "The {budget} draws allowed for {id} were enough: its test closed in favour of the prediction at draw {stopped}.",
    ),
    (
        "supported",
        "Among the {n_neurons} model neurons that met the criteria of {id}, discs embedded in a surround of like orientation drove weaker responses on average.",
    ),
    (
        "supported",
        "The outcome of {id} is compatible with a normalisation account in which the surround divides the response to the centre [[lab:carandini2012]], but it does not by itself establish that mechanism.",
    ),
    (
        "supported",
        "For {id} we find an interval from {lo} to {hi} around {est2}, obtained by bootstrapping over both draws and neurons.",
    ),
    (
        "supported",
        "{id} yielded a positive index in the twin, {est1} to one decimal, over a window of {window_ms} ms.",
    ),
    (
        "supported",
        "A linear account would have led us to expect the reverse sign; it was the sign registered for {id} that appeared on the fresh draws.",
    ),
    # robust (6)
    (
        "robust",
        "{id} survived its only control, in which local contrast was equated, and is therefore termed robust.",
    ),
    ("robust", "Equalising local contrast did not explain away the effect reported for {id}."),
    (
        "robust",
        "A single control was run for {id} — equal local contrast — and the finding withstood it (primary estimate {est2}).",
    ),
    (
        "robust",
        "Differences in local contrast are unlikely to account for the suppression observed in the twin under {id}, given that the finding held once they had been removed.",
    ),
    (
        "robust",
        "Robust, in the sense used here, means that {id} passed the control for local contrast; it does not mean that the effect was replicated in a second twin.",
    ),
    (
        "robust",
        "Of the supported hypotheses, {id} alone was submitted to a control, which it survived; its level nevertheless remains L1.",
    ),
    # uncontrolled (6)
    (
        "uncontrolled",
        "Because {id} had no control, we refrain from describing it as robust despite its estimate of {est2}.",
    ),
    (
        "uncontrolled",
        "No control accompanied {id}, so alternative explanations of its index ({est}) could not be excluded on that basis.",
    ),
    (
        "uncontrolled",
        "{id} is supported but uncontrolled; the two properties should not be confused.",
    ),
    (
        "uncontrolled",
        "It would be prudent to add a control to {id} before its stimuli are taken to recordings.",
    ),
    (
        "uncontrolled",
        "Unlike the supported finding that passed a control, {id} rests on its primary test alone, which ended at draw {stopped}.",
    ),
    (
        "uncontrolled",
        "Robustness was not assessed for {id}, as the term is reserved for findings that have survived at least one control.",
    ),
    # contradicted (14)
    (
        "contradicted",
        "Contrary to prediction, discs in a surround of their own orientation evoked larger responses in the twin ({id}: {est2}, 95 % CI {lo} to {hi}).",
    ),
    (
        "contradicted",
        "{id} was contradicted, the evidence for the opposite direction having reached its threshold by draw {stopped}.",
    ),
    (
        "contradicted",
        "The direction registered for {id} was greater, yet the estimate proved negative ({est}; {n_draws} fresh draws).",
    ),
    (
        "contradicted",
        "We had predicted a positive index for {id} and obtained one of {est2}; the prediction thus failed in the twin.",
    ),
    (
        "contradicted",
        "The negative sign in {id} is the one expected by the linear rival, although agreement in sign does not identify the mechanism.",
    ),
    (
        "contradicted",
        "{id} fell on the wrong side of zero — its effect amounted to {abs_est} in the direction opposite to the one registered.",
    ),
    (
        "contradicted",
        "No controls were run for {id}, and why its sign is reversed is at present unknown.",
    ),
    (
        "contradicted",
        "The contradiction of {id} holds for {n_neurons} held-out neurons of {twin} at level L1; nothing is claimed about animals.",
    ),
    (
        "contradicted",
        "Figure 3. Estimate for {id} ([[{id}.estimate]]) and its 95 % interval, with the margin of {margin} for comparison; the registered prediction lay above zero.",
    ),
    (
        "contradicted",
        "Relative to its matched partner, a disc surrounded by its own orientation drove the model neurons harder in {id} (index {est1}).",
    ),
    (
        "contradicted",
        "Had the untuned account been right, the index of {id} would have been expected near zero; we obtained {est2} instead.",
    ),
    (
        "contradicted",
        "The reversal seen in {id} contrasts with the orientation-tuned suppression described in macaque V1 [[lab:cavanaugh2002]] and may reflect a limitation of the twin.",
    ),
    (
        "contradicted",
        "The draws spent on {id} (n = {stopped}) sufficed to decide against its prediction while the total false discovery rate was held at {alpha}.",
    ),
    (
        "contradicted",
        "We report {id} as it was registered even though it was contradicted, and its prediction has not been revised after the fact.",
    ),
    # inconclusive (12)
    (
        "inconclusive",
        "{id} remained inconclusive: neither evidence process reached its threshold within the {budget} draws allowed.",
    ),
    (
        "inconclusive",
        "The test of {id} exhausted its budget of {budget} draws without a verdict in either direction.",
    ),
    (
        "inconclusive",
        "Although its point estimate was positive ({est}), {id} cannot be counted as supported.",
    ),
    (
        "inconclusive",
        "With regard to {id}, we can claim neither an effect nor its absence in the twin.",
    ),
    (
        "inconclusive",
        "Level L0 is assigned to {id}, since no threshold had been crossed when the test closed at draw {stopped}.",
    ),
    (
        "inconclusive",
        "The estimate for {id} ({est2}, 95 % CI {lo} to {hi}) should be read with caution; the test that preceded it was undecided.",
    ),
    ("inconclusive", "A larger budget might have settled {id}; {budget} draws did not."),
    (
        "inconclusive",
        "In {id} the factor was contrast, varied over four conditions, and the measure was a rank; the e-values stayed below 60 throughout.",
    ),
    (
        "inconclusive",
        "The lack of a verdict on {id} must not be mistaken for evidence in favour of the untuned account.",
    ),
    (
        "inconclusive",
        "It is still unclear whether the neurons of {twin} behave as {id} predicted ({n_neurons} neurons tested).",
    ),
    (
        "inconclusive",
        "Undecided outcomes such as that of {id} are reported here alongside the supported and contradicted ones.",
    ),
    (
        "inconclusive",
        "Until fresh draws are taken under a new registration, {id} is best regarded as an open question about the twin.",
    ),
    # any (24)
    ("any", "{id} was registered — frozen and timestamped — before its stimuli were generated."),
    (
        "any",
        "Discs in surrounds were shown to the twin {twin} on a screen of 64 × 36 pixels at a frame rate of 30 Hz.",
    ),
    (
        "any",
        "Neurons entered the test of {id} if their quality was at least .1, their receptive field lay within 10° of the stimulus and their preferred orientation was within 22.5° of the one shown.",
    ),
    ("any", "Responses were measured from 0 to {window_s} s and are given in spikes per frame."),
    ("any", "At most {budget} draws were permitted for {id}, whose test ended at draw {stopped}."),
    (
        "any",
        "The total false discovery rate was limited to {alpha_percent} %, for which an evidence process had to reach 60 before a verdict could be given on {id}.",
    ),
    (
        "any",
        "Following the test, the effect of {id} was estimated on {n_draws} fresh draws ({est2}, 95 % CI {lo} to {hi}).",
    ),
    (
        "any",
        "Because evidence processes may be stopped at any draw, ending the test of {id} at draw {stopped} does not inflate the rate of false discoveries.",
    ),
    ("any", "The {n_neurons} neurons tested in {id} all came from the held-out half."),
    (
        "any",
        "{id} has not been examined in a living mouse; recordings in V1 with the same stimuli would be the natural next step.",
    ),
    (
        "any",
        "Two rivals to {id} were considered, an untuned account (no difference) and a linear account (opposite sign).",
    ),
    ("any", "No draw had to be discarded from {id} on account of invalid stimuli."),
    (
        "any",
        "Many neurons in mouse visual cortex have highly selective receptive fields (Niell & Stryker, 2008) [[ctx:niell2008]].",
    ),
    (
        "any",
        "In models of divisive normalisation, a neuron's driven response is divided by the pooled activity of its neighbours [[lab:heeger1992]].",
    ),
    ("any", "The margin of {id}, {margin}, formed part of its registration."),
    (
        "any",
        "The twin comprises {total} simulated neurons, of which {n_neurons} were tested in {id}.",
    ),
    (
        "any",
        "Whatever its verdict, {id} concerns one software twin, and generalisation to other twins or to animals is not yet warranted.",
    ),
    (
        "any",
        "Intervals were obtained by resampling draws and neurons; for {id}, they describe the {n_draws} draws of the estimate rather than those of the test.",
    ),
    (
        "any",
        "Orientation selectivity was a further requirement (gOSI ≥ .1), so that {id} is silent about unselective neurons.",
    ),
    (
        "any",
        "Stimuli belonging to a pair were matched, lest local contrast or luminance pass for an effect of the surround.",
    ),
    (
        "any",
        "How far {id} carries over to other mice is a question for level L2, which was not attempted.",
    ),
    (
        "any",
        "Feedback from higher visual areas has been proposed as a source of contextual effects in mouse V1 (Keller et al., 2020) [[lab:keller2020nature]]; the present study did not manipulate feedback.",
    ),
    (
        "any",
        "The direction predicted by {id} was greater, which corresponds to weaker responses when disc and surround have the same orientation.",
    ),
    (
        "any",
        "Our window of {window_ms} ms may conceal differences between early and late responses, and these were not analysed separately.",
    ),
    # mixed (8)
    (
        "mixed",
        "{w_registered} hypotheses were registered; {w_supported} were supported, {w_contradicted} was contradicted and {w_inconclusive} was left inconclusive.",
    ),
    ("mixed", "Two of the six hypotheses proposed were refused, and one was withdrawn."),
    (
        "mixed",
        "The tally of [[count.supported]] supported hypotheses comprises one that survived a control and one that had none.",
    ),
    ("mixed", "No finding rose above L1, for neither replications nor recordings were undertaken."),
    (
        "mixed",
        "Estimates differed in sign across hypotheses — positive where the prediction was supported, negative where it was contradicted.",
    ),
    (
        "mixed",
        "Every result presented here was obtained in silico, which is why we advocate recordings in mouse V1 as a next step.",
    ),
    (
        "mixed",
        "None of the findings was explained away, though it should be noted that just one control (equal local contrast) was run.",
    ),
    (
        "mixed",
        "Although the {k_registered} registered hypotheses shared one statement, their verdicts differed ({k_supported} supported, {k_contradicted} contradicted, {k_inconclusive} inconclusive).",
    ),
]

FAULTS = [
    # number (25)
    ("number", "any", "Fresh draws put the effect of {id} at {bad_est}."),
    (
        "number",
        "supported",
        "The index for {id} was {est2} (95 % CI {bad_lo} to {bad_hi}), in agreement with the prediction.",
    ),
    (
        "number",
        "any",
        "The difference tested in {id} was evaluated against chance and came out at p < .001.",
    ),
    (
        "number",
        "supported",
        "Suppression was seen in {bad_percent} % of the neurons tested in {id}.",
    ),
    ("number", "any", "A total of {bad_n_neurons} neurons entered the test of {id}."),
    ("number", "any", "We base the estimate of {id} on {bad_n_draws} fresh draws."),
    (
        "number",
        "supported",
        "In {id}, the threshold was crossed at draw {bad_stopped}, whereupon sampling ceased.",
    ),
    (
        "number",
        "supported",
        "Responses of the twin to discs in like-oriented surrounds were {times} times weaker than those to their matched partners ({id}).",
    ),
    ("number", "any", "When testing stopped, the e-value of {id} stood at {bad_e}."),
    ("number", "any", "All stimuli were shown to a twin of {bad_total} simulated neurons."),
    (
        "number",
        "mixed",
        "{w_bad_registered} hypotheses were registered before their stimuli were made.",
    ),
    (
        "number",
        "mixed",
        "In total, {k_bad_supported} of the registered hypotheses were supported by the e-values.",
    ),
    ("number", "any", "The registration of {id} specifies a margin of {bad_margin}."),
    (
        "number",
        "any",
        "False discoveries were controlled at a total rate of {bad_alpha} across hypotheses.",
    ),
    (
        "number",
        "contradicted",
        "{id} ran against its prediction; the index amounted to {bad_est2} on the {n_draws} draws of the estimate.",
    ),
    (
        "number",
        "supported",
        "By conventional standards the effect of {id} is large (Cohen's d = 0.84).",
    ),
    (
        "number",
        "contradicted",
        "A two-sided t-test corroborated the reversal in {id} (t(99) = −4.37).",
    ),
    (
        "number",
        "any",
        "Across neurons, the measure of {id} correlated with receptive-field size (r = .42).",
    ),
    (
        "number",
        "supported",
        "Suppression in {id} set in 85 ms after stimulus onset and peaked at 210 ms.",
    ),
    (
        "number",
        "robust",
        "With local contrast equated, {id} retained {bad_percent} % of its original magnitude.",
    ),
    (
        "number",
        "inconclusive",
        "Statistical power to detect the registered effect of {id} was {bad_percent} %.",
    ),
    (
        "number",
        "any",
        "The surround accounted for {bad_percent} % of the variance in the responses analysed under {id}.",
    ),
    (
        "number",
        "inconclusive",
        "No decision had been reached when the test of {id} was closed at draw {bad_stopped}.",
    ),
    (
        "number",
        "contradicted",
        "Figure 4. The negative estimate of {id}, {est2}, with its 95 % interval (from {bad_lo} to {bad_hi}).",
    ),
    (
        "number",
        "mixed",
        "Averaged over the {k_registered} registered hypotheses, the index was 0.27 (SD 0.09).",
    ),
    # unit (10)
    ("unit", "any", "Spikes were counted over a response window of {window_ms} s."),
    ("unit", "any", "The effect of {id} was estimated at {est2} spikes per second."),
    ("unit", "any", "The estimate of {id} is based on a sample of {n_draws} mice."),
    ("unit", "any", "Stimuli appeared on a monitor measuring 64 × 36 cm."),
    ("unit", "any", "Each frame of the stimuli lasted 30 ms."),
    (
        "unit",
        "supported",
        "It took {stopped} minutes of stimulation for {id} to reach its threshold.",
    ),
    (
        "unit",
        "any",
        "For {id}, differences smaller than the margin of {margin} Hz were regarded as negligible.",
    ),
    ("unit", "any", "We required receptive fields to lie within 10 mm of the stimulus."),
    (
        "unit",
        "contradicted",
        "Membrane potentials shifted by {abs_est} mV in the direction opposite to that predicted by {id}.",
    ),
    (
        "unit",
        "supported",
        "A surround of like orientation lowered the responses of the twin by {abs_est} % ({id}).",
    ),
    # citation (9)
    (
        "citation",
        "any",
        "Orientation-tuned surrounds in rodents were first reported by Hartwell and Osei (2011).",
    ),
    (
        "citation",
        "any",
        "Mouse visual cortex contains highly selective receptive fields, as Niell and Stryker (2003) showed.",
    ),
    (
        "citation",
        "any",
        "Stimuli such as those of {id} have a long tradition in the field [[ctx:marlowe2016]].",
    ),
    (
        "citation",
        "any",
        "Surround effects are thought to arise from feedforward, lateral and feedback connections [[lab:angelucci2017]].",
    ),
    (
        "citation",
        "any",
        "Divisive normalisation was proposed for cat striate cortex by Heeger (1999).",
    ),
    (
        "citation",
        "any",
        "Highly selective receptive fields have been described in mouse visual cortex (Niell & Carandini, 2008).",
    ),
    (
        "citation",
        "supported",
        "The suppression found in the twin under {id} mirrors an earlier computational result (Brandvold et al., 2018).",
    ),
    (
        "citation",
        "any",
        "Somatostatin-expressing interneurons contribute to surround suppression (Adesnik et al., 2012).",
    ),
    # verdict (36)
    ("verdict", "supported", "{id} was contradicted on the fresh draws."),
    (
        "verdict",
        "supported",
        "Neurons of the twin responded more strongly, not less, to a disc in a surround of its own orientation ({id}).",
    ),
    (
        "verdict",
        "supported",
        "The outcome of {id} was inconclusive; the {budget} draws ran out before either threshold had been met.",
    ),
    (
        "verdict",
        "supported",
        "Taken together, the draws of {id} prove beyond doubt that surround suppression is tuned for orientation.",
    ),
    ("verdict", "supported", "Having been validated in recordings, {id} stands at L5."),
    (
        "verdict",
        "supported",
        "It was the linear account that correctly predicted the sign of {id}.",
    ),
    (
        "verdict",
        "supported",
        "The index of {id} failed to exceed the registered margin of {margin}.",
    ),
    (
        "verdict",
        "supported",
        "Our data favour the untuned rival of {id} — the orientation of the surround made no difference in the twin.",
    ),
    (
        "verdict",
        "supported",
        "{id} qualifies for level L2, since the effect generalised to other mice.",
    ),
    (
        "verdict",
        "supported",
        "The index of {id} ({est2}) leaves divisive normalisation as the only possible explanation.",
    ),
    ("verdict", "robust", "Equating local contrast abolished the effect of {id}."),
    (
        "verdict",
        "robust",
        "{id} must be considered explained away, as it did not outlast its control.",
    ),
    (
        "verdict",
        "robust",
        "Three independent controls were passed by {id}, which makes it the best-secured finding of the study.",
    ),
    (
        "verdict",
        "robust",
        "Given that {id} survived the control, every confound can be considered excluded.",
    ),
    ("verdict", "uncontrolled", "{id} proved robust to the equalisation of local contrast."),
    (
        "verdict",
        "uncontrolled",
        "We classify {id} as robust on the strength of its estimate ({est2}).",
    ),
    (
        "verdict",
        "uncontrolled",
        "Explained away by its control, {id} no longer counts among the supported findings.",
    ),
    (
        "verdict",
        "contradicted",
        "The e-values supported {id} (estimate {est2}, stopped at draw {stopped}).",
    ),
    ("verdict", "contradicted", "As predicted, the index obtained for {id} was positive."),
    (
        "verdict",
        "contradicted",
        "In line with the registration of {id}, discs in surrounds of their own orientation evoked weaker responses in the twin.",
    ),
    (
        "verdict",
        "contradicted",
        "No decision could be made about {id}, both evidence processes having stayed under their thresholds.",
    ),
    (
        "verdict",
        "contradicted",
        "The reversed sign of {id} survived its controls and is hence robust.",
    ),
    (
        "verdict",
        "contradicted",
        "The negative index of {id} proves that neurons sum centre and surround linearly.",
    ),
    (
        "verdict",
        "contradicted",
        "The untuned account suffices to explain {id}, for which we found no difference between the stimuli.",
    ),
    ("verdict", "contradicted", "With no threshold crossed, {id} remains at L0."),
    (
        "verdict",
        "inconclusive",
        "{id} demonstrates that the surround has no effect whatsoever in the twin.",
    ),
    ("verdict", "inconclusive", "Albeit narrowly, {id} was supported (estimate {est2})."),
    (
        "verdict",
        "inconclusive",
        "The prediction of {id} was refuted, the opposite direction having reached its threshold.",
    ),
    ("verdict", "inconclusive", "{id} attained evidence level L1 within its {budget} draws."),
    (
        "verdict",
        "inconclusive",
        "By failing to reach threshold, {id} confirms the untuned account and eliminates its competitors.",
    ),
    ("verdict", "any", "{id} has been confirmed in an independent twin and now stands at L3."),
    (
        "verdict",
        "any",
        "The outcome of {id} settles once and for all how surrounds act on visual responses.",
    ),
    ("verdict", "mixed", "All of the registered hypotheses were supported."),
    (
        "verdict",
        "mixed",
        "Most of the predictions were contradicted; the remainder were inconclusive.",
    ),
    ("verdict", "mixed", "Both supported findings survived a control and may be called robust."),
    (
        "verdict",
        "mixed",
        "Without exception, the effects pointed in the predicted direction and reached their thresholds.",
    ),
    # subject (13)
    (
        "subject",
        "supported",
        "In mouse V1, a surround of the same orientation suppresses the response to a disc ({id}: {est2}).",
    ),
    (
        "subject",
        "any",
        "Mice saw the discs of {id} less well when the surround had the same orientation.",
    ),
    (
        "subject",
        "any",
        "What {id} reveals is how the human visual system segregates figure from ground.",
    ),
    (
        "subject",
        "supported",
        "The brain discounts redundant context: it responds less to a disc in a surround of its own orientation ({id}).",
    ),
    (
        "subject",
        "supported",
        "Cortical neurons of awake animals were suppressed by like-oriented surrounds (n = {n_neurons}; {id}).",
    ),
    (
        "subject",
        "supported",
        "A second twin, fitted to other data, showed the suppression of {id} as well.",
    ),
    (
        "subject",
        "supported",
        "Layer 2/3 pyramidal cells exhibit the orientation-tuned suppression registered as {id} (95 % CI {lo} to {hi}).",
    ),
    ("subject", "any", "{id} was tested in {n_neurons} neurons of macaque V1."),
    (
        "subject",
        "contradicted",
        "The mouse visual cortex facilitates discs in surrounds of their own orientation, contrary to {id} (index {est2}).",
    ),
    (
        "subject",
        "contradicted",
        "In vivo, the effect is the reverse of what {id} predicted ({est}, {n_draws} draws).",
    ),
    (
        "subject",
        "inconclusive",
        "Living mice show no consistent influence of contrast on surround effects, as {id} makes plain.",
    ),
    (
        "subject",
        "uncontrolled",
        "Primates and rodents alike exhibit the suppression reported under {id}.",
    ),
    (
        "subject",
        "mixed",
        "Our findings hold for digital twins of visual cortex in general, irrespective of their architecture.",
    ),
    # method (17)
    (
        "method",
        "any",
        "Two-photon calcium imaging was used to record the {n_neurons} neurons of {id}.",
    ),
    (
        "method",
        "supported",
        "Optogenetic silencing of somatostatin interneurons reduced the suppression of {id}.",
    ),
    (
        "method",
        "any",
        "Gaze was monitored with an infrared eye tracker, and draws containing saccades were removed from {id}.",
    ),
    ("method", "supported", "We replicated {id} in a second mouse before turning to the estimate."),
    (
        "method",
        "contradicted",
        "Local application of gabazine left the reversed effect of {id} unchanged.",
    ),
    (
        "method",
        "any",
        "Prior to testing {id}, we trained a convolutional network end to end on natural movies.",
    ),
    (
        "method",
        "inconclusive",
        "A repeated-measures ANOVA with contrast as the within-subject factor was carried out for {id}.",
    ),
    (
        "method",
        "any",
        "Animals ran head-fixed on a treadmill while the stimuli of {id} were presented.",
    ),
    ("method", "any", "Twelve draws of {id} were excluded because their stimuli proved invalid."),
    ("method", "any", "{id} was formulated after we had inspected the responses to its stimuli."),
    (
        "method",
        "any",
        "For {id} we selected neurons from the half on which the hypothesis had been explored.",
    ),
    (
        "method",
        "contradicted",
        "Three controls were conducted for {id}, among them one for luminance and one for disc size.",
    ),
    ("method", "any", "The draws used to test {id} were reused to estimate its effect."),
    (
        "method",
        "any",
        "A cue directed attention towards or away from the disc on alternating trials of {id}.",
    ),
    (
        "method",
        "supported",
        "A hierarchical Bayesian model was fitted to the draws of {id} by Markov chain Monte Carlo.",
    ),
    (
        "method",
        "mixed",
        "Hypotheses were compared by means of Bonferroni-corrected Wilcoxon tests.",
    ),
    (
        "method",
        "mixed",
        "Our predictions were subsequently verified with silicon-probe recordings and with psychophysics.",
    ),
]
