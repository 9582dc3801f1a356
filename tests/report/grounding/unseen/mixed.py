"""Mixed: a fluent summary, a seasoned author and a terse report by turns."""

# ruff: noqa: E501

TRUE = [
    # supported (20)
    (
        "supported",
        "In the twin {twin}, a surround of the disc's own orientation lowered the responses of the held-out neurons, with an index of {est2} (95 % interval {lo} to {hi}).",
    ),
    (
        "supported",
        "{id}: supported. Estimate {est}, 95 % CI [{lo}, {hi}], {n_draws} fresh draws, {n_neurons} model neurons.",
    ),
    (
        "supported",
        "Taken together, these results indicate that the simulated neurons of {twin} respond less to a disc whose surround shares its orientation, just as {id} had anticipated.",
    ),
    (
        "supported",
        "The evidence for {id} had passed its threshold of 60 by draw {stopped}, and there the test was ended.",
    ),
    (
        "supported",
        "{id} stopped at draw {stopped}/{budget}; threshold reached in the predicted direction.",
    ),
    (
        "supported",
        "Notably, the sign of the effect in {id} is at odds with the linear account, which predicted the opposite direction, and its size of {est2} exceeds the preset margin of {margin}.",
    ),
    (
        "supported",
        "We are content to claim for {id} no more than level L1, that is, confirmation on fresh draws for the named held-out neurons of one twin.",
    ),
    ("supported", "Level of {id}: L1. Not replicated."),
    (
        "supported",
        "Whether the suppression that we found under {id} has a counterpart in living mice remains to be seen, for no recording was made.",
    ),
    (
        "supported",
        "The effect size obtained for {id} ({est}) is best understood as a property of the model rather than of the animal, and it motivates a recording experiment in mouse V1 with the very same stimuli.",
    ),
    (
        "supported",
        "That a like-oriented surround tends to suppress is familiar from the older literature [[lab:cavanaugh2002]], and {id}, though it concerns a simulation, stands in that tradition.",
    ),
    ("supported", "Point estimate ({id}) [[{id}.estimate]]; margin [[{id}.margin]]; exceeded."),
    (
        "supported",
        "Importantly, the hypothesis was frozen before any of its stimuli had been generated, so the support for {id} cannot be ascribed to a prediction chosen after the fact.",
    ),
    (
        "supported",
        "Had the surround been untuned in the twin, we should have expected an index near zero for {id}; instead we obtained {est2}.",
    ),
    ("supported", "Direction as predicted ({id}). Size approx. {est1}, interval {lo} to {hi}."),
    (
        "supported",
        "One plausible interpretation is that divisive normalisation [[lab:carandini2012]] underlies the suppression seen in the twin under {id}, although the present test does not isolate a mechanism.",
    ),
    (
        "supported",
        "With {n_neurons} model neurons and {n_draws} further draws we put the effect of {id} at {est2}, a figure that belongs to {twin} alone.",
    ),
    (
        "supported",
        "Neither rival fits {id}: untuned says zero, linear says negative, observed {est2}.",
    ),
    (
        "supported",
        "While {id} gained support within its budget of {budget} draws, it has yet to be examined in a second twin, and extending it to the cortex would be premature.",
    ),
    (
        "supported",
        "It took {stopped} draws to reach a decision in favour of {id}, whereupon the size of the effect was measured afresh on stimuli that had played no part in the test.",
    ),
    # robust (6)
    (
        "robust",
        "The effect in {id} survived its one control, in which local contrast was equated, and for that reason we call it robust.",
    ),
    ("robust", "{id}: 1 control (equal local contrast), survived. Supported, robust."),
    (
        "robust",
        "Crucially, local contrast does not explain {id}, since the effect persisted when it was held equal; other alternative explanations, however, were not put to a control.",
    ),
    (
        "robust",
        "Of the two supported hypotheses only {id} was challenged by a control, and it withstood the challenge.",
    ),
    (
        "robust",
        "One may still ask whether a single control suffices; all we can say of {id} is that equal local contrast left the effect standing.",
    ),
    ("robust", "Robust, but at L1 only ({id}, {est2}); recordings outstanding."),
    # uncontrolled (6)
    ("uncontrolled", "No control was run for {id}, so that its robustness is unknown."),
    ("uncontrolled", "{id}: supported (L1), {est}. Controls: none."),
    (
        "uncontrolled",
        "Although {id} reached its threshold, it has not been subjected to any control, and alternative explanations of the effect therefore remain open.",
    ),
    (
        "uncontrolled",
        "We would not lean heavily on {id}, which was confirmed on fresh draws yet never faced a control of the kind that the other supported hypothesis survived.",
    ),
    (
        "uncontrolled",
        "A natural next step would be to devise a control for {id}, whose estimate of {est2} currently stands as a supported but unchallenged result.",
    ),
    (
        "uncontrolled",
        "Robustness of {id} not assessed. Effect in predicted direction, {lo} to {hi}.",
    ),
    # contradicted (14)
    (
        "contradicted",
        "Contrary to our prediction, the neurons of the twin responded more to the disc when its surround had the same orientation ({id}, {est2}).",
    ),
    ("contradicted", "{id} contradicted. Est. {est} [{lo}, {hi}]. Sign reversed."),
    (
        "contradicted",
        "Interestingly, {id} was not merely unsupported but contradicted: the estimate was clearly negative at {est2}, whereas a positive value had been predicted.",
    ),
    (
        "contradicted",
        "The linear account had foretold the sign that we observed in {id}, though this alone does not establish that account.",
    ),
    (
        "contradicted",
        "Test of {id} ended at draw {stopped} of max. {budget}, against the prediction.",
    ),
    (
        "contradicted",
        "The outcome of {id} is informative in its own right, because it speaks against the predicted direction in the named neurons of {twin}.",
    ),
    (
        "contradicted",
        "We had expected suppression in {id}; what the twin gave us was enhancement, with an index of magnitude {abs_est}.",
    ),
    ("contradicted", "Controls on {id}: none. Nothing claimed about its robustness."),
    (
        "contradicted",
        "It is worth emphasising that the evidence against {id} is itself confined to level L1, and that it was obtained in a simulated rather than a living visual cortex.",
    ),
    (
        "contradicted",
        "A result in the wrong direction is never welcome, but since {id} had been timestamped beforehand it could be neither dropped nor recast.",
    ),
    (
        "contradicted",
        "{n_draws} fresh draws, {n_neurons} held-out neurons: [[{id}.estimate]], i.e. below zero and opposite to what was registered for {id}.",
    ),
    (
        "contradicted",
        "Unlike the two supported hypotheses, {id} yielded an index of the opposite sign, a discrepancy that recordings in mouse V1 could help to resolve.",
    ),
    (
        "contradicted",
        "Why the surround should have enhanced the response in {id} we cannot say, as no control bears on the question.",
    ),
    ("contradicted", "Untuned rival expects about zero in {id}. Observed {est2}."),
    # inconclusive (12)
    (
        "inconclusive",
        "{id} was left undecided: after {budget} draws neither evidence process had reached its threshold.",
    ),
    ("inconclusive", "{id}: inconclusive, L0. All {budget} draws used."),
    (
        "inconclusive",
        "It is important to stress that the inconclusive outcome of {id} is not evidence of absence; the budget was simply exhausted before either process had gathered enough evidence.",
    ),
    (
        "inconclusive",
        "Although the estimate for {id} carried the predicted sign ({est2}), we draw no conclusion from it.",
    ),
    ("inconclusive", "Estimate {est} ({lo} to {hi}), for description only; {id} undecided."),
    (
        "inconclusive",
        "Given that {id} was allowed only {budget} draws, fewer than the other three hypotheses, a longer test may well be warranted.",
    ),
    (
        "inconclusive",
        "With contrast as its factor, in four conditions, and a rank as its measure, {id} put to the twin a question that {budget} draws could not settle.",
    ),
    ("inconclusive", "{id}: neither supported nor contradicted."),
    (
        "inconclusive",
        "Future work could register a new version of {id} with a larger budget, thereby making a decision in either direction more likely.",
    ),
    (
        "inconclusive",
        "Nothing in the outcome of {id} allows us to prefer the registered account to its untuned rival, or the reverse.",
    ),
    (
        "inconclusive",
        "A small positive value, [[{id}.estimate]], was obtained from {n_draws} further draws, but the evidence for {id} had stayed short of 60.",
    ),
    ("inconclusive", "We hesitate to read even a tendency into {id}, whose test ran out of draws."),
    # any (21)
    (
        "any",
        "The prediction of {id} was registered, with a timestamp, before a single one of its stimuli existed.",
    ),
    ("any", "Margin, {id}: {margin}."),
    (
        "any",
        "By relying on e-values, the test of {id} could be monitored after each draw and stopped at any point without inflating the error rate.",
    ),
    (
        "any",
        "Inclusion ({id}): quality ≥ .1, RF within 10° of stimulus, preferred orientation within 22.5° of the one shown, gOSI ≥ .1; n = {n_neurons}.",
    ),
    ("any", "All the neurons in which {id} was tested came from the held-out half of the twin."),
    ("any", "Analysis window 0–{window_ms} ms, frame rate 30 Hz."),
    (
        "any",
        "A key limitation is that {id} was tested in a single digital twin, {twin}, of roughly {total_round} simulated neurons, and that no biological recording has been brought to bear on it.",
    ),
    (
        "any",
        "The interval for {id}, {lo} to {hi}, was obtained by bootstrapping over draws and neurons alike.",
    ),
    ("any", "Twin {twin}: {total} simulated neurons, {n_neurons} of them used for {id}."),
    (
        "any",
        "Because the effect in {id} was estimated on {n_draws} draws that had not been used for the test, the estimate is not biased by the decision to stop.",
    ),
    ("any", "Invalid stimuli in {id}: none."),
    (
        "any",
        "Many neurons of mouse V1 are sharply tuned for orientation [[ctx:niell2008]], and we admitted to the test of {id} only simulated neurons with some orientation tuning of their own.",
    ),
    ("any", "{id}, last draw of the test: {stopped} (max. {budget})."),
    (
        "any",
        "The two rival accounts make distinct predictions for {id}, with the untuned account anticipating no difference and the linear account a difference of the opposite sign.",
    ),
    (
        "any",
        "We took responses in spikes per frame over a window of {window_s} s, the stimuli being drawn on a screen of 64 × 36 pixels.",
    ),
    (
        "any",
        "It would be a simple matter to show the stimuli of {id} to mice, and we hope that someone will.",
    ),
    (
        "any",
        "In the normalisation model a neuron's drive is divided by the pooled activity of many others (Heeger 1992), so that a surround may suppress a cell which it cannot excite.",
    ),
    (
        "any",
        "Both feedback from higher visual areas [[lab:keller2020nature]] and a disinhibitory circuit [[lab:keller2020neuron]] have been implicated in contextual modulation; the design of {id} cannot tell them apart.",
    ),
    (
        "any",
        "Background on oriented surrounds: [[lab:sillito1995]]; on figure and ground: [[lab:lamme1995]].",
    ),
    (
        "any",
        "Using a model to find stimuli for later recording has a precedent in inception loops [[lab:walker2019]], but in the present study the second half of that loop, the recording, was not attempted.",
    ),
    ("any", "Not done for {id}: other mice, independent twin, recordings."),
    # mixed (11)
    (
        "mixed",
        "{w_registered} hypotheses were registered, of which {w_supported} were supported, {w_contradicted} was contradicted and {w_inconclusive} remained inconclusive.",
    ),
    (
        "mixed",
        "Proposed 6, refused 2, withdrawn 1, registered {k_registered}: supported {k_supported}, contradicted {k_contradicted}, inconclusive {k_inconclusive}.",
    ),
    (
        "mixed",
        "Overall, [[count.supported]] hypotheses gained support, yet only one of them has been shown to survive a control.",
    ),
    (
        "mixed",
        "Over the whole family of tests the false discovery rate was to be held at {alpha}, that is, {alpha_percent} %.",
    ),
    ("mixed", "Highest level reached by any hypothesis: L1."),
    (
        "mixed",
        "No finding was explained away by a control, but then only one was ever exposed to one.",
    ),
    (
        "mixed",
        "The outcomes are mixed, which raises the possibility that the influence of the surround in the twin depends on details of the stimuli that have yet to be identified.",
    ),
    (
        "mixed",
        "It would be wrong to read our supported hypotheses as a statement about mice, since the animal itself was simulated.",
    ),
    (
        "mixed",
        "Before any of these findings can be carried over to the mouse, they should be replicated in an independent twin and then tested against recordings.",
    ),
    ("mixed", "No p-values. Evidence by e-values only, threshold 60."),
    (
        "mixed",
        "Two of our predictions were not upheld, one because the effect ran the other way and one for want of evidence.",
    ),
]

FAULTS = [
    # number (25)
    ("number", "any", "For {id} we obtained an index of {bad_est} in the held-out neurons."),
    ("number", "any", "{id}: est. {bad_est2}, {n_draws} draws."),
    (
        "number",
        "any",
        "The estimated effect for {id} was {est2}, with a 95 % interval spanning {bad_lo} to {bad_hi}.",
    ),
    ("number", "any", "N = {bad_n_neurons} neurons ({id})."),
    (
        "number",
        "any",
        "A further {bad_n_draws} draws served to estimate the size of the effect in {id}.",
    ),
    ("number", "any", "{id} ended at draw {bad_stopped}."),
    (
        "number",
        "any",
        "Remarkably, the evidence process for {id} culminated in an e-value of {bad_e}, underscoring the sensitivity of the design.",
    ),
    (
        "number",
        "any",
        "The twin {twin}, with its {bad_total} simulated neurons, served throughout.",
    ),
    (
        "number",
        "mixed",
        "{w_bad_registered} hypotheses were registered before their stimuli had been made.",
    ),
    ("number", "mixed", "Supported: {k_bad_supported}."),
    ("number", "supported", "The suppression predicted by {id} was highly significant (p < .001)."),
    ("number", "any", "{id}: t(99) = 4.31, p = .0002."),
    (
        "number",
        "supported",
        "Consistent with {id}, responses were reduced by {bad_percent} % when the surround shared the orientation of the disc.",
    ),
    (
        "number",
        "supported",
        "Discs in a surround of another orientation drew responses {times} times as strong as those in a surround of their own ({id}).",
    ),
    (
        "number",
        "any",
        "Fully {bad_percent} % of the neurons tested in {id} showed the effect when taken singly.",
    ),
    ("number", "any", "Margin preset at {bad_margin} for {id}."),
    (
        "number",
        "mixed",
        "Across all hypotheses, the total false discovery rate was rigorously controlled at {bad_alpha}.",
    ),
    (
        "number",
        "contradicted",
        "With an index of {bad_est2}, {id} went squarely against what we had registered.",
    ),
    ("number", "inconclusive", "{id}: peak e-value {bad_e} after {budget} draws, undecided."),
    ("number", "any", "Expressed as Cohen's d, the effect in {id} came to 0.84."),
    (
        "number",
        "robust",
        "Under equal local contrast the effect of {id} retained {bad_percent} % of its original size.",
    ),
    (
        "number",
        "any",
        "Intriguingly, the surround effect in {id} grew {times} times stronger between the early and the late part of the response.",
    ),
    ("number", "any", "Median latency of surround effect ({id}): 84 ms."),
    ("number", "mixed", "Withdrawn before registration: 5."),
    (
        "number",
        "any",
        "Across the neurons of {id} the index rose with orientation selectivity (r = .47).",
    ),
    # unit (10)
    (
        "unit",
        "supported",
        "The surround of like orientation cost the neurons {abs_est} spikes per second ({id}).",
    ),
    ("unit", "any", "Window: 0–{window_s} ms."),
    ("unit", "any", "The estimate for {id} is based on {n_neurons} draws."),
    (
        "unit",
        "any",
        "To ensure a representative sample, the effect in {id} was estimated across {n_draws} simulated mice.",
    ),
    ("unit", "any", "We measured an effect of {est2} Hz for {id}."),
    ("unit", "any", "{id}: margin {margin} deg."),
    (
        "unit",
        "supported",
        "After {stopped} minutes of stimulation the evidence for {id} was sufficient, and we stopped.",
    ),
    ("unit", "any", "Frame rate 30 kHz."),
    (
        "unit",
        "any",
        "Only neurons whose receptive field lay within 10 mm of the stimulus were admitted to the test of {id}.",
    ),
    (
        "unit",
        "any",
        "Specifically, the bootstrap interval for {id} extended from {lo} to {hi} millivolts.",
    ),
    # citation (9)
    (
        "citation",
        "any",
        "Orientation tuning, first described in the cat by Hubel and Wiesel (1962), guided our choice of neurons for {id}.",
    ),
    (
        "citation",
        "any",
        "Lateral suppression in mouse V1 has been traced to somatostatin-expressing interneurons (Adesnik et al. 2012), a result that {id} was designed to complement.",
    ),
    ("citation", "any", "RF selectivity in the mouse: Niell & Stryker 2015."),
    (
        "citation",
        "any",
        "The idea that cells of the striate cortex normalise one another's responses we owe to Ferster (1992).",
    ),
    ("citation", "any", "Surround mechanisms, cf. [[lab:angelucci2017]]."),
    (
        "citation",
        "any",
        "These considerations align with a growing body of work on predictive coding [[ctx:rao1999]], within which surround suppression is interpreted as an error signal.",
    ),
    (
        "citation",
        "any",
        "Figure–ground signals in primary visual cortex have been known for some time (Lamme 2003).",
    ),
    ("citation", "any", "See Cavanaugh et al. 1988 for surround tuning."),
    (
        "citation",
        "any",
        "A comparable digital twin was probed with discs and surrounds by Okonkwo and Lindqvist (2021), whose approach informed {id}.",
    ),
    # verdict (36)
    ("verdict", "supported", "{id}: contradicted, L1."),
    (
        "verdict",
        "supported",
        "Unfortunately, the test of {id} remained inconclusive, and no verdict could be reached within the allotted draws.",
    ),
    ("verdict", "supported", "Our data prove beyond any doubt that {id} is true."),
    (
        "verdict",
        "supported",
        "With its convincing effect size of {est2}, {id} attains evidence level L3.",
    ),
    (
        "verdict",
        "supported",
        "Under {id} the twin's neurons fired more, not less, when disc and surround shared an orientation.",
    ),
    (
        "verdict",
        "supported",
        "Sign in {id} as predicted by the linear account; linear account upheld.",
    ),
    (
        "verdict",
        "supported",
        "The outcome of {id} settles the long debate over the origin of surround suppression.",
    ),
    (
        "verdict",
        "supported",
        "By yielding an estimate of {est2}, {id} demonstrates that divisive normalisation is the mechanism through which the surround acts.",
    ),
    ("verdict", "supported", "{id} did not reach threshold in {budget} draws."),
    ("verdict", "robust", "As it turned out, {id} could be explained away by local contrast."),
    ("verdict", "robust", "{id}: control failed. Not robust."),
    (
        "verdict",
        "robust",
        "Having survived its control, {id} can now be considered robust against every conceivable confound.",
    ),
    (
        "verdict",
        "robust",
        "The effect vanished once local contrast had been made equal, and with it went our confidence in {id}.",
    ),
    (
        "verdict",
        "uncontrolled",
        "Beyond being supported, {id} has been firmly established as a robust phenomenon of the twin.",
    ),
    ("verdict", "uncontrolled", "{id}: supported; robust."),
    (
        "verdict",
        "uncontrolled",
        "That {id} came through its control unscathed strengthens us in the view that the effect is sound.",
    ),
    ("verdict", "contradicted", "By draw {stopped} our prediction in {id} had been borne out."),
    ("verdict", "contradicted", "{id} supported, est. {est}."),
    (
        "verdict",
        "contradicted",
        "The results of {id} provide compelling evidence that a like-oriented surround suppresses the responses of the simulated neurons.",
    ),
    (
        "verdict",
        "contradicted",
        "We had to leave {id} undecided, its evidence having crossed the threshold in neither direction.",
    ),
    (
        "verdict",
        "contradicted",
        "The reversal observed in {id} is proof that the linear account is correct.",
    ),
    (
        "verdict",
        "contradicted",
        "Moreover, the contradiction of {id} is robust, as it withstood a dedicated control.",
    ),
    ("verdict", "contradicted", "{id}: contradicted, level L2."),
    (
        "verdict",
        "contradicted",
        "At {est2} the index of {id} lay in the direction that we had predicted.",
    ),
    (
        "verdict",
        "contradicted",
        "The orientation of the surround made no difference in {id}, just as the untuned account would have it.",
    ),
    (
        "verdict",
        "inconclusive",
        "The lack of a decision in {id} demonstrates that the surround has no effect whatsoever on the neurons of the twin.",
    ),
    ("verdict", "inconclusive", "{id}: supported at L1."),
    (
        "verdict",
        "inconclusive",
        "Though formally undecided, {id} may safely be regarded as confirmed.",
    ),
    ("verdict", "inconclusive", "After {budget} draws {id} stood contradicted."),
    (
        "verdict",
        "inconclusive",
        "The evidence process crossed its threshold at draw {stopped}, thereby establishing {id} in the predicted direction.",
    ),
    (
        "verdict",
        "inconclusive",
        "From the test of {id} the untuned account emerges as the clear winner.",
    ),
    ("verdict", "any", "{id} has reached L4."),
    (
        "verdict",
        "any",
        "What we have in {id} is nothing short of a law of vision, to which no exception is known.",
    ),
    (
        "verdict",
        "mixed",
        "Strikingly, all of the registered hypotheses were supported, highlighting the predictive power of the framework.",
    ),
    ("verdict", "mixed", "None of our hypotheses was contradicted."),
    ("verdict", "mixed", "Most registered hypotheses confirmed; both supported ones robust."),
    # subject (13)
    (
        "subject",
        "supported",
        "In mice, then, a surround of the same orientation weakens the cortical response to a disc ({id}).",
    ),
    (
        "subject",
        "supported",
        "The support for {id} reveals how the brain discounts redundant visual information across space.",
    ),
    ("subject", "supported", "{id}: effect present in mouse V1 ({est2})."),
    (
        "subject",
        "supported",
        "Human visual cortex evidently obeys the same rule as we have established in {id}.",
    ),
    (
        "subject",
        "contradicted",
        "In the living animal, as {id} shows, a like-oriented surround enhances the response.",
    ),
    ("subject", "any", "The {n_neurons} cells of {id} belonged to awake mice viewing a screen."),
    (
        "subject",
        "supported",
        "Importantly, a second and independent twin exhibited the effect of {id} as well.",
    ),
    (
        "subject",
        "uncontrolled",
        "Pyramidal cells of layer 2/3 are held in check by surrounds of their own orientation, and {id} shows it plainly.",
    ),
    (
        "subject",
        "robust",
        "Because the effect survived equal local contrast, {id} establishes that real cortical neurons integrate orientation beyond their receptive fields.",
    ),
    ("subject", "contradicted", "{id} went the wrong way in all mice."),
    (
        "subject",
        "inconclusive",
        "The animals gave no clear answer to {id}, their neurons varying too much from one contrast to the next.",
    ),
    (
        "subject",
        "mixed",
        "Our work shows that the primary visual cortex of mammals suppresses uniform textures.",
    ),
    ("subject", "supported", "{id} holds across species."),
    # method (17)
    (
        "method",
        "any",
        "Two-photon calcium imaging was employed to record the responses analysed under {id}.",
    ),
    (
        "method",
        "any",
        "We silenced somatostatin cells with light while the stimuli of {id} were on the screen.",
    ),
    ("method", "any", "Eye position tracked throughout ({id})."),
    (
        "method",
        "any",
        "The responses in {id} were submitted to a repeated-measures analysis of variance with surround as a within-neuron factor.",
    ),
    (
        "method",
        "any",
        "To ensure generalisability, we replicated {id} in two additional digital twins fitted to other animals.",
    ),
    (
        "method",
        "any",
        "Before {id} was tested, the network was trained anew from ten random seeds, and the responses were averaged over the ten.",
    ),
    ("method", "any", "Mice head-fixed, isoflurane 1 %."),
    (
        "method",
        "any",
        "Having inspected the first responses, we settled on the hypothesis that became {id}.",
    ),
    ("method", "any", "Prediction of {id} revised midway, after draw 20."),
    (
        "method",
        "uncontrolled",
        "As an additional safeguard, {id} was subjected to a control in which mean luminance was equated.",
    ),
    ("method", "any", "Neurons for {id} taken from the training half."),
    (
        "method",
        "any",
        "Feedback from area LM was abolished with muscimol while {id} was under test.",
    ),
    (
        "method",
        "any",
        "Mice learned to lick whenever the disc of {id} stood out from its surround, and their hit rates were analysed alongside the neural responses.",
    ),
    (
        "method",
        "any",
        "A number of draws in {id} proved to have invalid stimuli; we discarded these and replaced them with others.",
    ),
    ("method", "any", "{id}: Wilcoxon signed-rank test, Bonferroni-corrected."),
    (
        "method",
        "contradicted",
        "Puzzled by the sign of {id}, we repeated the test with larger discs and found the same reversal.",
    ),
    (
        "method",
        "any",
        "Furthermore, attention was manipulated by means of a spatial cue in order to determine whether it modulates the effect described by {id}.",
    ),
]
