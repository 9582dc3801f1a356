"""Results, interpretation and outlook, by turns terse, florid and hedged."""

# ruff: noqa: E501

TRUE = [
    # supported
    (
        "supported",
        "On {n_draws} fresh draws, {id} yielded an estimate of {est2} (95 % interval {lo} to {hi}), in the predicted direction.",
    ),
    (
        "supported",
        "Taken together, the evidence gathered on fresh draws supports {id}: within the twin, held-out neurons responded less to a disc embedded in a surround of its own orientation.",
    ),
    (
        "supported",
        "The test of {id} was decided in favour of the prediction at draw {stopped}, within the {budget} draws that had been allowed.",
    ),
    (
        "supported",
        "Importantly, the support for {id} stops at L1; whether the same suppression would appear in other mice, in an independently built twin or in recordings is a question this study leaves open.",
    ),
    (
        "supported",
        "**{id}** — supported at L1; estimate {est}, 95 % interval [{lo}, {hi}], {n_neurons} neurons.",
    ),
    (
        "supported",
        "Neither rival fares well here: an untuned surround would predict no difference, and a linear one the opposite sign, whereas the estimate for {id} came out at {est2}.",
    ),
    (
        "supported",
        "Strikingly, the point estimate behind {id} ({est}) is not only positive but larger than the margin of {margin} fixed at registration.",
    ),
    (
        "supported",
        "The positive sign obtained for {id} is what one would expect if the neurons of `{twin}` were divided by the activity of a pool sharing their orientation preference, although the present data cannot single out that mechanism [[lab:carandini2012]].",
    ),
    (
        "supported",
        "The pattern in {id} is reminiscent of the surround suppression characterised by Cavanaugh and colleagues (2002), with the obvious caveat that theirs were recordings and ours is a model.",
    ),
    (
        "supported",
        "An obvious next step would be to show the very same pairs of stimuli to mice and ask whether real neurons reproduce the reduction that {id} found in silico.",
    ),
    (
        "supported",
        "Because e-values tolerate optional stopping, ending the test of {id} at draw {stopped} carries no penalty in terms of false positives.",
    ),
    (
        "supported",
        "We therefore regard {id} as a confirmed prediction about the twin's held-out neurons, and as nothing more than that until it has been replicated.",
    ),
    (
        "supported",
        "In the {n_neurons} neurons that entered the test of {id}, a surround of matching orientation was associated, on average, with a weaker response to the disc.",
    ),
    (
        "supported",
        "Bounded by {lo} below and {hi} above, the interval around {id} gives a sense of how precisely the suppression is known after {n_draws} further draws.",
    ),
    (
        "supported",
        "By finding tuned suppression in a simulated population, {id} complements a literature on contextual modulation in V1 [[lab:keller2020neuron]] without, of course, being able to confirm it.",
    ),
    (
        "supported",
        "What {id} teaches us is modest but concrete: a twin such as `{twin}` tends to answer less when a disc and its surround share an orientation.",
    ),
    (
        "supported",
        "Had the twin been indifferent to the orientation of the surround, the estimate for {id} should have hovered around zero; instead, it amounts to roughly {est1}.",
    ),
    (
        "supported",
        "It would be tempting to read {id} as a statement about mouse cortex. We resist this temptation, as every response behind the estimate of {est2} was computed and none was recorded.",
    ),
    (
        "supported",
        "Compared with the contradicted hypothesis, whose estimate was negative, {id} shows an effect of the opposite sign ({est2}).",
    ),
    (
        "supported",
        "The e-process in favour of {id} crossed its threshold of 60, and the subsequent estimate, {est}, agreed with the registered direction.",
    ),
    # robust
    (
        "robust",
        "{id} survived its only control: with local contrast equalised, the effect persisted.",
    ),
    (
        "robust",
        "Of the {w_supported} supported hypotheses, {id} is the one we would call robust, since it alone has withstood a control.",
    ),
    (
        "robust",
        "An imbalance in local contrast is therefore an unlikely explanation of {id}, although a single control can hardly exclude every confound.",
    ),
    (
        "robust",
        "While the robustness of {id} is encouraging, it rests on one control and should be read accordingly; follow-up studies might vary, for instance, the size of the disc.",
    ),
    (
        "robust",
        "Estimate: {est} [{lo}, {hi}]. Control: equal local contrast. Outcome: survived. Status of {id}: robust, L1.",
    ),
    (
        "robust",
        "Crucially, passing the contrast control did not lift {id} beyond L1, because surviving a control is not the same thing as replicating in another animal.",
    ),
    # uncontrolled
    (
        "uncontrolled",
        "{id} was supported, yet no control accompanied it, and alternative explanations have thus not been put to the test.",
    ),
    (
        "uncontrolled",
        "Since {id} came without a control, we refrain from calling it robust despite an estimate of {est2}.",
    ),
    (
        "uncontrolled",
        "A natural priority for future work is to subject {id} to the equal-contrast control that its supported sibling has already passed.",
    ),
    (
        "uncontrolled",
        "Supported, but uncontrolled: this is the fairest summary of {id} that the record permits.",
    ),
    (
        "uncontrolled",
        "It should be emphasised that the support for {id} speaks to the presence of an effect ({est2}, {n_neurons} neurons) and not to its cause, which no control was run to isolate.",
    ),
    (
        "uncontrolled",
        "In contrast to the robust finding, {id} has yet to face a control; both nevertheless sit at L1.",
    ),
    # contradicted
    (
        "contradicted",
        "Contrary to the prediction, {id} produced an estimate of {est2} (95 % interval from {lo} to {hi}).",
    ),
    (
        "contradicted",
        "The twin disagreed with us on {id}: a surround of the disc's own orientation was accompanied by larger, not smaller, responses.",
    ),
    (
        "contradicted",
        "{id} was contradicted at draw {stopped}, a negative outcome that deserves the same prominence as the positive ones.",
    ),
    (
        "contradicted",
        "Notably, the sign obtained for {id} coincides with the one the linear rival had predicted, though this alone does not establish that surrounds act linearly in the twin.",
    ),
    (
        "contradicted",
        "One might speculate that the enhancement seen in {id} arises where disc and surround both drive the same receptive field, but no analysis was carried out here that could tell.",
    ),
    (
        "contradicted",
        "In absolute terms the effect in {id} ({abs_est}) exceeds the margin of {margin}; it simply points the other way.",
    ),
    ("contradicted", "Verdict on {id}: contradicted. Level: L1. Controls: none."),
    (
        "contradicted",
        "The failure of {id} is perhaps the most instructive outcome of the study, precisely because a prediction frozen before its stimuli existed could not be quietly revised afterwards.",
    ),
    (
        "contradicted",
        "Without a control for {id}, we cannot say what drives the reversal observed in its {n_neurons} neurons.",
    ),
    (
        "contradicted",
        "That {id} went against expectation should temper any sweeping claim that surrounds of matching orientation always suppress responses in `{twin}`.",
    ),
    (
        "contradicted",
        "An estimate of {est} for {id} is hard to reconcile with the untuned account as well, for that account allows no difference at all.",
    ),
    (
        "contradicted",
        "Whether living neurons would show the enhancement that contradicted {id} is unknown, and recordings made with the same pairs of stimuli would be the way to find out.",
    ),
    (
        "contradicted",
        "Rather than dismissing {id} as a nuisance, future work could vary the geometry of disc and surround to learn when, if ever, the effect changes sign.",
    ),
    (
        "contradicted",
        "Whereas the supported hypotheses came with positive estimates, {id} landed on the other side of zero ([[{id}.estimate]]).",
    ),
    # inconclusive
    (
        "inconclusive",
        "For {id}, neither e-process reached its threshold within the {budget} draws available, so the hypothesis remains undecided.",
    ),
    (
        "inconclusive",
        "The inconclusive outcome of {id} must not be mistaken for evidence of absence.",
    ),
    ("inconclusive", "{id} stays at L0: nothing was confirmed, and nothing was refuted."),
    (
        "inconclusive",
        "Although the point estimate for {id} was positive ({est2}), the test itself did not come to a decision, and we attach no conclusion to the sign.",
    ),
    (
        "inconclusive",
        "With only {budget} draws to spend, {id} may simply have run out of opportunities to accumulate evidence.",
    ),
    (
        "inconclusive",
        "Because {id} relied on four contrast conditions and a rank as its measure, its estimate of {est} should not be set side by side with those of the other hypotheses.",
    ),
    (
        "inconclusive",
        "A larger budget, registered anew, would arguably be the cleanest way of revisiting {id}.",
    ),
    (
        "inconclusive",
        "Honesty requires us to leave {id} open; the evidence was too weak to side with the prediction and too weak to side against it.",
    ),
    (
        "inconclusive",
        "Estimate {est} (95 % interval {lo} to {hi}) on {n_draws} draws; verdict for {id}: inconclusive.",
    ),
    (
        "inconclusive",
        "We cannot, on the basis of {id}, adjudicate between the hypothesis and its rivals.",
    ),
    (
        "inconclusive",
        "It is conceivable that any effect underlying {id} lies too close to the margin of {margin} for {budget} draws to resolve it, but other explanations are equally possible.",
    ),
    (
        "inconclusive",
        "Unlike the other three hypotheses, all of which reached L1, {id} ended without a verdict either way.",
    ),
    # any
    ("any", "{id} was frozen and timestamped before any of its stimuli had been generated."),
    (
        "any",
        "Out of the {total} neurons simulated in `{twin}`, {n_neurons} from the held-out half were used to test {id}.",
    ),
    (
        "any",
        "Estimation for {id} was kept separate from testing and relied on {n_draws} further draws, none of which had been used before.",
    ),
    (
        "any",
        "Neurons entered the analysis of {id} only if their quality was at least 0.1, their receptive field lay within 10° of the stimulus and their preferred orientation fell within 22.5° of the one shown.",
    ),
    ("any", "Window: {window_ms} ms. Frame rate: 30 Hz. Responses for {id}: spikes per frame."),
    (
        "any",
        "As the bootstrap resampled draws and neurons alike, the interval reported for {id} ({lo} to {hi}) reflects both sources of variability.",
    ),
    (
        "any",
        "Given that the twin stands in for a single mouse, itself simulated, {id} has as yet no bearing on variability between animals.",
    ),
    ("any", "No replication was run for {id}, which consequently did not advance to L2."),
    (
        "any",
        "What {id} can tell us is bounded by the model; anything that `{twin}` fails to capture about visual cortex is invisible to the test.",
    ),
    (
        "any",
        "An e-value of 60 was required to decide {id}, in keeping with a false discovery rate of {alpha_percent} % for the study as a whole.",
    ),
    (
        "any",
        "Divisive normalisation [[lab:heeger1992]] offers one theoretical lens through which {id} may be viewed: pooled activity from the surround would scale down the response to the disc.",
    ),
    (
        "any",
        "Earlier work characterised the selectivity of receptive fields in mouse visual cortex [[ctx:niell2008]]; the present study poses a complementary question to a simulated population.",
    ),
    (
        "any",
        "From the outset, two rival accounts were pitted against {id}: an untuned surround, under which nothing should change, and a linear one, under which the sign should flip.",
    ),
    (
        "any",
        "Setting a margin of {margin} in advance guards against reading too much into a trivially small difference in {id}.",
    ),
    ("any", "None of the draws for {id} contained an invalid stimulus."),
    (
        "any",
        "Matching the stimuli within each pair narrows, but does not close, the space of low-level explanations.",
    ),
    (
        "mixed",
        "{w_registered} hypotheses were registered, of which {w_supported} were supported, {w_contradicted} was contradicted and {w_inconclusive} remained inconclusive.",
    ),
    ("mixed", "Six hypotheses had been proposed, two of which were refused."),
    (
        "mixed",
        "Overall, a nuanced picture emerges: the predicted suppression in {k_supported} tests, its opposite in {k_contradicted}, and one question left unanswered.",
    ),
    (
        "mixed",
        "Although no hypothesis was explained away, it bears repeating that just one of the {w_supported} supported ones has faced a control.",
    ),
    (
        "mixed",
        "Looking ahead, the most valuable continuation would be to confront these predictions with recordings from mouse V1, a step that lies beyond the scope of the present work.",
    ),
    (
        "any",
        "Before anyone invests in recordings, it would be prudent to examine {id} in a second, independently built twin.",
    ),
    (
        "any",
        "E-values lend themselves to a question like {id} because evidence may be inspected after every draw without compromising the error guarantee.",
    ),
    ("any", "The test of {id} was granted at most {budget} draws."),
    (
        "any",
        "We caution against extrapolating {id} to natural scenes, since the stimuli were discs in surrounds on a screen of merely 64 × 36 pixels.",
    ),
    (
        "any",
        "Contextual effects have a long history in the study of primary visual cortex, as the work of Sillito et al. (1995) and Lamme (1995) attests, and {id} was conceived in that tradition.",
    ),
    (
        "any",
        "In an energy model in the sense of Adelson and Bergen (1985), the outputs of quadrature filters are squared and summed — a useful picture to bear in mind when interpreting {id}.",
    ),
    (
        "any",
        "Digital models can generate predictions worth verifying in vivo, as illustrated by inception loops [[lab:walker2019]]; for {id}, that verification is still missing.",
    ),
    (
        "any",
        "Every conclusion drawn here, that on {id} included, concerns simulated neurons and one class of artificial stimuli.",
    ),
    (
        "any",
        "Restricting {id} to neurons tuned near the orientation shown sharpens the question at the cost of generality, as cells with a gOSI below 0.1 were never part of the test.",
    ),
    (
        "mixed",
        "Perhaps the greatest strength of the design is also its simplest: predictions, margins and budgets were fixed first, and the stimuli came later.",
    ),
    (
        "any",
        "Whatever one makes of {id}, it hinges on `{twin}`, a twin of roughly {total_round} neurons, being a faithful stand-in for mouse V1, and this assumption was not examined here.",
    ),
]

FAULTS = [
    # number
    ("number", "any", "Across the final set of draws, the effect in {id} amounted to {bad_est}."),
    ("number", "any", "The 95 % interval for {id} extended from {bad_lo} to {bad_hi}."),
    (
        "number",
        "supported",
        "Statistically, the suppression observed in {id} was highly significant (p < 0.001).",
    ),
    (
        "number",
        "any",
        "Notably, {bad_percent} % of the tested neurons individually showed the effect described by {id}.",
    ),
    (
        "number",
        "supported",
        "Responses to the disc dropped by {bad_percent} % whenever the surround shared its orientation ({id}).",
    ),
    (
        "number",
        "mixed",
        "{w_bad_registered} hypotheses were registered over the course of the study.",
    ),
    (
        "number",
        "supported",
        "Remarkably, the suppression behind {id} was {times} times stronger at high than at low contrast.",
    ),
    (
        "number",
        "any",
        "The analysis of {id} rests on {bad_n_neurons} neurons, which lends the estimate considerable weight.",
    ),
    ("number", "any", "To quantify the effect in {id}, we generated {bad_n_draws} fresh draws."),
    ("number", "any", "The evidence process for {id} came to a halt at draw {bad_stopped}."),
    (
        "number",
        "supported",
        "With a final e-value of {bad_e}, the case for {id} could scarcely be clearer.",
    ),
    ("number", "any", "A margin of {bad_margin} had been registered for {id}."),
    (
        "number",
        "any",
        "By simulating {bad_total} neurons, `{twin}` provides a rich substrate on which to examine {id}.",
    ),
    ("number", "mixed", "All told, {k_bad_supported} of the registered hypotheses found support."),
    (
        "number",
        "contradicted",
        "A paired t-test corroborated the reversal in {id} (t = −4.87, p = 0.0002).",
    ),
    (
        "number",
        "any",
        "Cohen's d for {id} was 0.82, which by convention qualifies as a large effect.",
    ),
    (
        "number",
        "any",
        "The orientation of the surround accounted for {bad_percent} % of the response variance underlying {id}.",
    ),
    ("number", "mixed", "The false discovery rate was held at {bad_alpha} across all tests."),
    (
        "number",
        "supported",
        "Among the neurons tested for {id}, the strength of suppression correlated with orientation selectivity (r = 0.61).",
    ),
    (
        "number",
        "inconclusive",
        "A Bayes factor of 1.3 places {id} squarely in the indeterminate range.",
    ),
    (
        "number",
        "robust",
        "Equalising local contrast left {bad_percent} % of the effect in {id} intact.",
    ),
    (
        "number",
        "contradicted",
        "On average, the index obtained for {id} was {bad_est2}, and the sign was never in doubt.",
    ),
    (
        "number",
        "supported",
        "The median neuron in {id} fired 0.42 spikes per frame fewer when disc and surround were aligned.",
    ),
    (
        "number",
        "mixed",
        "Of twelve hypotheses originally proposed, five were refused and three withdrawn.",
    ),
    (
        "number",
        "inconclusive",
        "Our power analysis indicates that {id} would have needed about 340 draws to be decided.",
    ),
    # unit
    (
        "unit",
        "supported",
        "Matching surrounds reduced firing by {abs_est} spikes per second in {id}.",
    ),
    ("unit", "any", "For {id}, activity was integrated over a window of just {window_s} ms."),
    ("unit", "any", "The estimate for {id} was {est2} Hz."),
    (
        "unit",
        "supported",
        "Expressed in standard deviations of the response, suppression in {id} reached {abs_est}.",
    ),
    ("unit", "any", "{id} was tested in a cohort of {n_neurons} mice."),
    (
        "unit",
        "any",
        "Pooling over {n_draws} recording sessions yielded the estimate reported for {id}.",
    ),
    (
        "unit",
        "any",
        "The margin for {id}, {margin} degrees of visual angle, was chosen conservatively.",
    ),
    (
        "unit",
        "supported",
        "After {stopped} seconds of stimulation, the evidence sufficed to accept {id}.",
    ),
    ("unit", "contradicted", "Instead of falling, responses in {id} rose by {abs_est} %."),
    ("unit", "any", "The discs of {id} appeared on a screen spanning 64 × 36 degrees."),
    # citation
    (
        "citation",
        "supported",
        "Our result for {id} echoes that of Hofmann and Reyes (2016), who reported the same asymmetry.",
    ),
    (
        "citation",
        "any",
        "As reviewed in [[ctx:smith2021]], surrounds have been thought to act in the manner stated by {id}.",
    ),
    (
        "citation",
        "any",
        "Niell and Stryker (2012) described the receptive fields that motivate {id}.",
    ),
    (
        "citation",
        "any",
        "The normalisation model of Heeger (1987) provides the theoretical backdrop to {id}.",
    ),
    (
        "citation",
        "supported",
        "In line with Cavanaugh and Simoncelli (2009), the surround in {id} was tuned for orientation.",
    ),
    (
        "citation",
        "contradicted",
        "The reversal in {id} is at odds with the feedback account proposed by Keller et al. (2016).",
    ),
    (
        "citation",
        "any",
        "Normalisation has been called a canonical neural computation (Carandini & Movshon, 2012), and {id} may be seen in this light.",
    ),
    (
        "citation",
        "inconclusive",
        "Nobody and colleagues (2003) likewise struggled to settle the question raised by {id}.",
    ),
    (
        "citation",
        "any",
        "Further theoretical grounding for {id} can be found in [[lab:vandermolen2022]].",
    ),
    # verdict
    ("verdict", "supported", "{id} was contradicted by the fresh draws."),
    (
        "verdict",
        "supported",
        "Even after the last draw, the outcome of {id} remained inconclusive.",
    ),
    ("verdict", "supported", "These data prove beyond doubt that {id} is correct."),
    (
        "verdict",
        "supported",
        "{id} now stands at L3 and may be considered independent of the particular twin employed.",
    ),
    (
        "verdict",
        "supported",
        "As {id} shows, neurons in the twin responded more vigorously to a disc that shared the orientation of its surround.",
    ),
    (
        "verdict",
        "supported",
        "With an estimate of {est2}, {id} conclusively establishes divisive normalisation as the mechanism of surround suppression in the twin.",
    ),
    (
        "verdict",
        "supported",
        "The strength of the evidence places {id} at L5, the highest level attainable.",
    ),
    (
        "verdict",
        "supported",
        "In the end, it was the untuned account, not the hypothesis, that {id} vindicated.",
    ),
    (
        "verdict",
        "supported",
        "The sign of the effect in {id} matches the linear rival and runs counter to what had been registered.",
    ),
    (
        "verdict",
        "supported",
        "Falling short of its margin, the effect estimated for {id} is negligible for all practical purposes.",
    ),
    ("verdict", "robust", "{id} was explained away as soon as local contrast had been equalised."),
    ("verdict", "robust", "Because {id} did not survive its control, it cannot be called robust."),
    ("verdict", "robust", "The control renders {id} immune to every conceivable confound."),
    ("verdict", "robust", "Its robustness elevates {id} to L2."),
    (
        "verdict",
        "uncontrolled",
        "We classify {id} as robust, given that the effect persisted under equal local contrast.",
    ),
    ("verdict", "uncontrolled", "All plausible confounds have been ruled out for {id}."),
    (
        "verdict",
        "uncontrolled",
        "Once its control was taken into account, {id} had to be considered explained away.",
    ),
    (
        "verdict",
        "contradicted",
        "{id} was supported at L1, adding to the growing case for tuned suppression.",
    ),
    (
        "verdict",
        "contradicted",
        "The prediction behind {id} was borne out: responses declined when the orientations of disc and surround agreed.",
    ),
    (
        "verdict",
        "contradicted",
        "Though weaker than expected, the effect in {id} pointed in the predicted direction.",
    ),
    (
        "verdict",
        "contradicted",
        "Lacking sufficient evidence, {id} could not be decided within its {budget} draws.",
    ),
    (
        "verdict",
        "contradicted",
        "The outcome of {id} refutes the theory of surround suppression once and for all.",
    ),
    (
        "verdict",
        "contradicted",
        "Remarkably robust to controls, {id} counts among the firmest findings of this study.",
    ),
    (
        "verdict",
        "contradicted",
        "In {id}, the surround left responses unchanged, exactly as the untuned account would have it.",
    ),
    (
        "verdict",
        "inconclusive",
        "{id} demonstrates that contrast plays no role in how the surround acts on the twin's neurons.",
    ),
    ("verdict", "inconclusive", "After {stopped} draws, {id} was confirmed at level L1."),
    (
        "verdict",
        "inconclusive",
        "The test clearly refuted {id}, and the hypothesis should be abandoned.",
    ),
    (
        "verdict",
        "inconclusive",
        "A positive estimate of {est2} settles {id} in favour of the prediction.",
    ),
    (
        "verdict",
        "inconclusive",
        "Since neither process crossed its threshold, {id} shows the untuned account to be true.",
    ),
    (
        "verdict",
        "mixed",
        "All {k_registered} registered hypotheses were supported, a testament to the predictive power of the framework.",
    ),
    ("verdict", "mixed", "None of the hypotheses was contradicted."),
    ("verdict", "mixed", "Each supported hypothesis proved robust when challenged with a control."),
    (
        "verdict",
        "mixed",
        "Disappointingly, a majority of the {w_bad_registered_l} registered hypotheses was contradicted.",
    ),
    (
        "verdict",
        "mixed",
        "Without exception, the tests revealed suppression by surrounds of matching orientation.",
    ),
    (
        "verdict",
        "mixed",
        "Our results definitively resolve the long-standing debate over tuned surrounds.",
    ),
    (
        "verdict",
        "any",
        "Reaching L4, {id} has cleared all but the last rung of the evidence ladder.",
    ),
    # subject
    (
        "subject",
        "supported",
        "{id} reveals that mice perceive a disc as fainter when its surround has the same orientation.",
    ),
    (
        "subject",
        "supported",
        "Neurons in the primary visual cortex of living mice are suppressed by surrounds of their preferred orientation, as {id} establishes.",
    ),
    (
        "subject",
        "supported",
        "The same principle evidently governs human vision, as the estimate of {est2} in {id} makes plain.",
    ),
    (
        "subject",
        "supported",
        "{id} offers direct evidence that the brain discounts redundant visual input.",
    ),
    (
        "subject",
        "contradicted",
        "According to {id}, cortical cells in awake animals are facilitated, not suppressed, by an aligned surround.",
    ),
    ("subject", "supported", "Both digital twins agreed on {id}, which speaks for its generality."),
    (
        "subject",
        "any",
        "What we observed for {id} in the macaque mirrors what we observed in the twin.",
    ),
    (
        "subject",
        "supported",
        "Pyramidal cells of layer 2/3 carried the bulk of the suppression seen in {id}.",
    ),
    (
        "subject",
        "robust",
        "That {id} survived its control shows that biological neurons, too, discount local contrast.",
    ),
    ("subject", "inconclusive", "In living mice, {id} likewise failed to reach a clear outcome."),
    (
        "subject",
        "uncontrolled",
        "The suppression reported for {id} extended to higher visual areas such as LM and AL.",
    ),
    (
        "subject",
        "mixed",
        "Collectively, our findings uncover how the mammalian visual cortex integrates an object with its context.",
    ),
    (
        "subject",
        "contradicted",
        "Somatostatin-positive interneurons behaved in {id} just as the negative estimate suggests.",
    ),
    # method
    (
        "method",
        "any",
        "Two-photon calcium imaging was used to verify the responses on which {id} is based.",
    ),
    (
        "method",
        "supported",
        "Optogenetic silencing of inhibitory cells abolished the effect in {id}, which points to a local circuit origin.",
    ),
    (
        "method",
        "any",
        "Trials with eye movements larger than 2° were excluded from {id} on the basis of eye tracking.",
    ),
    (
        "method",
        "any",
        "We trained a convolutional network on natural movies before turning to {id}.",
    ),
    (
        "method",
        "contradicted",
        "A repeated-measures ANOVA followed by post-hoc comparisons confirmed the reversal in {id}.",
    ),
    ("method", "supported", "Encouragingly, {id} was replicated in a second mouse."),
    (
        "method",
        "any",
        "Throughout the experiments on {id}, the animals were kept under light isoflurane anaesthesia.",
    ),
    (
        "method",
        "uncontrolled",
        "To probe its origin, we repeated {id} after applying gabazine to block inhibition.",
    ),
    (
        "method",
        "any",
        "Alongside the discs, {id} was evaluated on a set of natural images to ensure ecological validity.",
    ),
    (
        "method",
        "any",
        "Pupil size and running speed were regressed out prior to the analysis of {id}.",
    ),
    (
        "method",
        "robust",
        "A second control, in which the phase of the surround was randomised, likewise left {id} standing.",
    ),
    (
        "method",
        "any",
        "Draws with invalid stimuli were removed from {id} and replaced by new ones.",
    ),
    (
        "method",
        "contradicted",
        "After the negative outcome had come to light, we reworded {id} and tested it again on new stimuli.",
    ),
    (
        "method",
        "any",
        "The p-values obtained for {id} were Bonferroni-corrected for multiple comparisons.",
    ),
    (
        "method",
        "any",
        "All neurons of the twin were included in {id}, irrespective of their tuning or receptive field.",
    ),
    (
        "method",
        "inconclusive",
        "When the initial {budget} draws proved insufficient, the budget of {id} was extended until the evidence levelled off.",
    ),
    (
        "method",
        "any",
        "Attention was manipulated by cueing the location of the disc in half of the trials for {id}.",
    ),
]
