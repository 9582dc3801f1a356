"""Fluent summaries, results and conclusions of middling length."""

# ruff: noqa: E501

TRUE = [
    # supported (20)
    (
        "supported",
        "{id} was supported, with an estimated effect of {est2} (95 % interval {lo} to {hi}) on draws that had not been used for the test.",
    ),
    (
        "supported",
        "Notably, the evidence process in favour of {id} crossed its threshold at draw {stopped}, within the {budget} draws that had been allowed.",
    ),
    (
        "supported",
        "Across the {n_neurons} neurons tested for {id}, responses to the disc were, on average, weaker when the surround shared its orientation.",
    ),
    (
        "supported",
        "The estimate for {id}, {est}, has the predicted sign and exceeds the margin of {margin}, which is what an orientation-tuned surround would lead one to expect in this twin.",
    ),
    (
        "supported",
        "Because {id} was registered before any of its stimuli had been generated, its support is unlikely to reflect a hypothesis fitted after the fact.",
    ),
    (
        "supported",
        "These results indicate that, within the {twin} twin, a surround of the disc's own orientation reduces the response, at least for the neurons and stimuli examined under {id}.",
    ),
    (
        "supported",
        "An untuned surround would predict no difference between the two conditions, an expectation that is difficult to reconcile with the effect of {est2} obtained for {id}.",
    ),
    (
        "supported",
        "While the linear rival predicts an effect of the opposite sign, the effect measured for {id} was positive ({est2}).",
    ),
    (
        "supported",
        "{id} currently stands at evidence level L1, meaning that it has been confirmed on fresh draws for the named held-out neurons of the twin.",
    ),
    (
        "supported",
        "Although the evidence for {id} is favourable, it comes from a single digital twin, and no replication in other mice has been attempted.",
    ),
    (
        "supported",
        "Estimated on {n_draws} additional draws, the index for {id} was [[{id}.estimate]].",
    ),
    (
        "supported",
        "The direction of the effect in {id} is compatible with the divisive normalisation framework of Carandini and Heeger (2012), although no such model was fitted here.",
    ),
    (
        "supported",
        "It would be worthwhile to record from V1 of awake mice with the same discs and surrounds, in order to establish whether the suppression seen in the twin for {id} has a biological counterpart.",
    ),
    (
        "supported",
        "Reassuringly, the value of {est2} estimated after the test of {id} agrees in sign with the prediction that had been frozen beforehand.",
    ),
    (
        "supported",
        "Whether the suppression reported under {id} generalises beyond the held-out neurons of this twin remains an open question.",
    ),
    (
        "supported",
        "Surrounds of the same orientation were accompanied by lower simulated responses, and {id} was therefore counted among the {k_supported} supported hypotheses.",
    ),
    (
        "supported",
        "The interval around the effect of {id}, obtained by resampling both draws and neurons, ranged from {lo} to {hi}, with a point estimate of {est}.",
    ),
    (
        "supported",
        "A parsimonious reading of {id} is that the twin exhibits some form of orientation-tuned surround suppression, though the mechanism behind it was not investigated.",
    ),
    (
        "supported",
        "Similar in spirit to the tuned surrounds described in macaque V1 [[lab:cavanaugh2002]], the twin responded less in {id} when the disc and its surround had the same orientation.",
    ),
    (
        "supported",
        "With an effect of roughly {est1} on the permutation index, {id} provides model-based evidence in favour of its prediction, but it does not by itself speak to the living cortex.",
    ),
    # robust (6)
    (
        "robust",
        "{id} survived its control for equal local contrast and is accordingly classified as robust.",
    ),
    (
        "robust",
        "When local contrast was equated, the effect described in {id} persisted, which argues against local contrast as a sufficient explanation.",
    ),
    (
        "robust",
        "Of all the hypotheses tested, only {id} can at present be called robust, given that it is the only supported one for which a control was run.",
    ),
    (
        "robust",
        "The robustness of {id} should nevertheless be read narrowly, since a single control was performed and other potential confounds were not examined.",
    ),
    (
        "robust",
        "One conceivable confound, a difference in local contrast, was addressed explicitly for {id}, and it did not explain the effect away.",
    ),
    (
        "robust",
        "Taken together, the confirmation on fresh draws (estimate {est2}) and the survived contrast control make {id} the best-secured finding of the present study, even though it remains at L1.",
    ),
    # uncontrolled (6)
    (
        "uncontrolled",
        "No control was run for {id}, and alternative explanations of its effect therefore cannot be ruled out.",
    ),
    (
        "uncontrolled",
        "{id} is supported but should not yet be described as robust, as its effect ({est2}) has not been challenged by any control.",
    ),
    (
        "uncontrolled",
        "In contrast to the other supported hypothesis, {id} lacks a control, and the two should not be given equal weight.",
    ),
    (
        "uncontrolled",
        "An obvious next step for {id} would be to register a control, such as equal local contrast, and to repeat the measurement on new draws.",
    ),
    (
        "uncontrolled",
        "Although the index of {id} amounted to {est2} in the predicted direction, the absence of a control leaves open the possibility of a confound.",
    ),
    (
        "uncontrolled",
        "Until a control has been carried out, we prefer to treat {id} as a supported, yet provisional, observation about the twin.",
    ),
    # contradicted (14)
    (
        "contradicted",
        "{id} was contradicted: the estimate of {est2} (95 % interval {lo} to {hi}) is opposite in sign to the registered prediction.",
    ),
    (
        "contradicted",
        "Contrary to our expectation, neurons of the twin responded more, rather than less, to the disc in a surround of its own orientation when {id} was tested.",
    ),
    (
        "contradicted",
        "Perhaps the most surprising outcome is that of {id}, in which the predicted suppression did not materialise and an effect of the opposite sign was found instead.",
    ),
    (
        "contradicted",
        "The negative estimate of {id} ({est}) agrees in sign with what the linear rival predicts, although this agreement alone does not establish that account.",
    ),
    (
        "contradicted",
        "The evidence process against {id} reached its threshold at draw {stopped}, so that the prediction was rejected within the allotted budget.",
    ),
    (
        "contradicted",
        "With a magnitude of {abs_est} and a sign opposite to the one predicted, the effect in {id} does not appear to be merely a weak version of the expected one.",
    ),
    (
        "contradicted",
        "No controls were performed for {id}, and it is therefore unclear what drives the reversal.",
    ),
    (
        "contradicted",
        "The untuned account does not fare much better in the case of {id}, given that it predicts no difference whereas the estimate was {est2}.",
    ),
    (
        "contradicted",
        "Like the supported hypotheses, {id} stands at L1, which means that its contradiction has been confirmed only on fresh draws for held-out neurons of the same twin.",
    ),
    (
        "contradicted",
        "We consider the failure of {id} informative, because the prediction had been frozen before the stimuli existed and was thus genuinely at risk.",
    ),
    (
        "contradicted",
        "If the reversal seen in {id} were also present in recordings from mouse V1, models with a uniformly suppressive surround might need to be revised; such recordings remain to be made.",
    ),
    (
        "contradicted",
        "One possible explanation for the outcome of {id} is facilitation by iso-oriented surrounds under certain stimulus conditions, but the present data do not allow us to test this idea.",
    ),
    (
        "contradicted",
        "Since its index was [[{id}.estimate]] instead of a value above {margin}, {id} cannot be retained in its registered form.",
    ),
    (
        "contradicted",
        "The contradiction of {id} should not be taken as evidence that surround suppression is absent from the cortex, as it concerns {n_neurons} simulated neurons only.",
    ),
    # inconclusive (12)
    (
        "inconclusive",
        "{id} remained inconclusive, as neither evidence process reached its threshold within the budget of {budget} draws.",
    ),
    (
        "inconclusive",
        "The estimate for {id} was small ({est2}), and the test offered sufficient grounds neither to accept nor to reject the prediction.",
    ),
    (
        "inconclusive",
        "An undecided outcome such as that of {id} should not be mistaken for evidence of absence.",
    ),
    (
        "inconclusive",
        "It is conceivable that more draws would have settled {id}, whose budget of {budget} was smaller than that of the other hypotheses.",
    ),
    (
        "inconclusive",
        "For {id}, contrast was varied across four conditions and a rank was used as the measure, a choice that may have limited the sensitivity of the test.",
    ),
    (
        "inconclusive",
        "At evidence level L0, {id} neither strengthens nor weakens the case for an orientation-tuned surround in the twin.",
    ),
    (
        "inconclusive",
        "In the case of {id}, the entire budget of {budget} draws was used up without a decision.",
    ),
    (
        "inconclusive",
        "We refrain from interpreting the sign of the effect in {id} ({est}), because the sequential test did not arrive at a verdict.",
    ),
    (
        "inconclusive",
        "Both the registered prediction and its untuned rival remain viable for {id}, pending a larger test.",
    ),
    (
        "inconclusive",
        "A follow-up of {id} would ideally be registered anew with a greater number of draws, so that the role of contrast could be assessed with more sensitivity.",
    ),
    (
        "inconclusive",
        "The point estimate of {id}, [[{id}.estimate]], lies close to the margin of {margin}, which may help to explain why the available draws did not permit a clear decision.",
    ),
    (
        "inconclusive",
        "Whereas the other registered hypotheses led to a decision, {id} did not, and we report it as such.",
    ),
    # any (24) and mixed (8)
    (
        "any",
        "{id} was registered, i.e. frozen and timestamped, before the stimuli for its test had been created.",
    ),
    ("any", "The test of {id} was based on {n_neurons} of the {total} neurons in the twin."),
    (
        "any",
        "Responses were evaluated over a window of 0–{window_s} s and are expressed in spikes per frame, at a frame rate of 30 Hz.",
    ),
    (
        "any",
        "Only held-out neurons with a quality of at least .1 and a receptive field within 10° of the stimulus contributed to the test of {id}.",
    ),
    (
        "any",
        "It is important to emphasise that {id} concerns a digital twin of mouse V1, and that no animal was recorded in order to test it.",
    ),
    (
        "any",
        "A threshold of 60 was adopted for the e-values, in keeping with a total false discovery rate of {alpha_percent} %.",
    ),
    (
        "any",
        "Because e-values permit stopping at any draw, ending the test of {id} at draw {stopped} did not compromise its error control.",
    ),
    (
        "any",
        "The size of the effect in {id} was estimated on {n_draws} further draws, none of which had entered the test itself.",
    ),
    (
        "any",
        "Three accounts made distinguishable predictions for {id}: weaker responses in an iso-oriented surround, no difference under an untuned surround, and an effect of the opposite sign under a linear model.",
    ),
    (
        "any",
        "Whether the outcome of {id} carries over to other mice, to independent twins or to neural recordings has not been examined.",
    ),
    (
        "any",
        "To be included, neurons had to prefer an orientation within 22.5° of the one shown and to have a gOSI of at least .1, which should be borne in mind when extrapolating to less selective cells.",
    ),
    (
        "any",
        "With roughly {total_round} simulated neurons, the {twin} twin allows new stimuli to be presented without additional animals, but it remains a model and should be treated as one.",
    ),
    (
        "any",
        "Neurons in mouse V1 are known to be highly selective for orientation [[ctx:niell2008]], and we therefore restricted the analysis to cells with a matching preference.",
    ),
    (
        "any",
        "Normalisation models [[lab:heeger1992]] offer one framework in which a surround can reduce the response to a central stimulus.",
    ),
    (
        "any",
        "Divisive normalisation has been proposed as a canonical neural computation (Carandini & Heeger, 2012), which makes surround effects in a model of V1 a natural object of study.",
    ),
    (
        "any",
        "Earlier work in mouse visual cortex has linked contextual responses to feedback (Keller et al., 2020), a mechanism on which the present simulations are silent.",
    ),
    (
        "any",
        "A margin of {margin} was specified for {id} in advance, so that negligible effects would not be counted in its favour.",
    ),
    (
        "any",
        "The intervals were obtained by bootstrapping over draws as well as neurons and thus reflect both sources of variability.",
    ),
    ("any", "None of the draws of {id} had to be discarded on account of invalid stimuli."),
    (
        "any",
        "One limitation of {id} is that the neurons tested belong to a single twin, so that variability between animals is not captured.",
    ),
    (
        "any",
        "Looking ahead, the stimuli used for {id} could be shown to awake mice while activity in V1 is recorded with two-photon imaging.",
    ),
    ("any", "The estimate of {id} was {est}, with a 95 % interval from {lo} to {hi}."),
    (
        "any",
        "We cannot exclude the possibility that features specific to the construction of the twin, rather than properties of V1, shaped the outcome of {id}.",
    ),
    (
        "any",
        "At a resolution of 64 × 36 pixels, fine spatial structure of the surround is inevitably lost, which may limit comparisons with physiological studies.",
    ),
    (
        "mixed",
        "{w_registered} hypotheses were registered, of which {w_supported} were supported, {w_contradicted} was contradicted and {w_inconclusive} remained inconclusive.",
    ),
    ("mixed", "Six hypotheses had originally been proposed, two of which were refused."),
    (
        "mixed",
        "Overall, the findings paint a mixed picture, with [[count.supported]] of {k_registered} registered predictions borne out in the twin.",
    ),
    (
        "mixed",
        "Only one of the supported hypotheses was subjected to a control, and none of the findings has advanced beyond evidence level L1.",
    ),
    (
        "mixed",
        "In summary, the surround of the disc influenced responses in the twin in ways that our predictions captured only in part.",
    ),
    (
        "mixed",
        "The same statement was supported in two tests and contradicted in another, suggesting that the effect of an iso-oriented surround may depend on the particular conditions under which it is probed.",
    ),
    (
        "mixed",
        "No hypothesis was explained away by a control, although it should be noted that controls were scarce.",
    ),
    (
        "mixed",
        "Replication in further mice and in an independently built twin would be required before any of the conclusions could be raised to a higher level of evidence.",
    ),
]

FAULTS = [
    # number (25)
    (
        "number",
        "any",
        "Notably, {id} yielded an estimate of {bad_est}, measured on {n_draws} additional draws.",
    ),
    (
        "number",
        "supported",
        "The suppression underlying {id} amounted to {bad_est2} (95 % interval {lo} to {hi}), in line with the registered direction.",
    ),
    (
        "number",
        "any",
        "The 95 % interval for {id} extended from {bad_lo} to {bad_hi}, reflecting variability across both neurons and draws.",
    ),
    (
        "number",
        "any",
        "In total, {bad_n_neurons} neurons met the inclusion criteria for {id}, providing a solid basis for the analysis.",
    ),
    (
        "number",
        "any",
        "Testing of {id} came to an end at draw {bad_stopped}, in accordance with the sequential design.",
    ),
    (
        "number",
        "supported",
        "The evidence accumulated in favour of {id} corresponded to an e-value of {bad_e} at the end of the test.",
    ),
    (
        "number",
        "any",
        "We estimated the magnitude of the effect in {id} on {bad_n_draws} fresh draws so as to obtain a sufficiently precise interval.",
    ),
    ("number", "any", "In advance of testing, a margin of {bad_margin} had been set for {id}."),
    (
        "number",
        "any",
        "The twin comprises {bad_total} neurons, from which the population tested in {id} was selected.",
    ),
    (
        "number",
        "supported",
        "Approximately {bad_percent} % of the neurons tested for {id} were suppressed by the iso-oriented surround.",
    ),
    (
        "number",
        "supported",
        "As the results for {id} show, responses to the disc were reduced by a factor of {times} in the matched surround.",
    ),
    (
        "number",
        "any",
        "The difference between conditions in {id} was statistically significant (p < .001).",
    ),
    (
        "number",
        "contradicted",
        "For {id}, the reversal was highly reliable, t(99) = −6.41, and thus unlikely to have arisen by chance.",
    ),
    (
        "number",
        "any",
        "The effect reported for {id} corresponds to a Cohen's d of 0.84, which is conventionally regarded as large.",
    ),
    (
        "number",
        "mixed",
        "{w_bad_registered} hypotheses were registered and tested over the course of this study.",
    ),
    (
        "number",
        "mixed",
        "Taken together, {k_bad_supported} of the {k_registered} hypotheses received support on fresh draws.",
    ),
    (
        "number",
        "inconclusive",
        "{id} was left undecided once its budget of {bad_stopped} draws had been exhausted.",
    ),
    (
        "number",
        "contradicted",
        "Opposite in sign to the prediction, the effect of {id} was estimated at {bad_est2}, which suggests that the surround acts differently from what we had assumed.",
    ),
    (
        "number",
        "any",
        "Across all registered hypotheses, including {id}, the false discovery rate was held at {bad_alpha}.",
    ),
    (
        "number",
        "any",
        "Interestingly, the strength of the effect in {id} was correlated with the orientation selectivity of the neurons (r = .62).",
    ),
    (
        "number",
        "uncontrolled",
        "The orientation of the surround accounted for {bad_percent} % of the response variance in {id}, even though no control was available.",
    ),
    (
        "number",
        "robust",
        "After local contrast had been equated, {bad_percent} % of the original effect of {id} was retained.",
    ),
    (
        "number",
        "any",
        "The median neuron in {id} responded {times} times as strongly to the disc alone as to the disc in its surround.",
    ),
    (
        "number",
        "any",
        "In {bad_percent} % of the draws, the effect of {id} pointed in the same direction, which underlines its consistency.",
    ),
    (
        "number",
        "mixed",
        "Of the {k_registered} registered hypotheses, three were contradicted, indicating that our initial intuition was largely mistaken.",
    ),
    # unit (10)
    (
        "unit",
        "any",
        "For the analysis of {id}, responses were averaged over a brief window of {window_s} ms.",
    ),
    (
        "unit",
        "supported",
        "In {id}, iso-oriented surrounds lowered the firing rate by {abs_est} spikes per second on average.",
    ),
    (
        "unit",
        "contradicted",
        "The increase in response associated with {id} amounted to {abs_est} Hz, contrary to the prediction.",
    ),
    (
        "unit",
        "any",
        "The effect size of {id} is based on {n_draws} imaging sessions, each contributing equally to the interval.",
    ),
    (
        "unit",
        "any",
        "A total of [[{id}.n_neurons]] draws was presented to the twin in order to test {id}.",
    ),
    ("unit", "any", "The test of {id} was concluded after {stopped} minutes of simulated viewing."),
    (
        "unit",
        "supported",
        "Relative to the other surround, the matched surround of {id} suppressed responses by {abs_est} standard deviations.",
    ),
    (
        "unit",
        "any",
        "Differences smaller than the margin of {margin} degrees of visual angle were treated as negligible in {id}.",
    ),
    (
        "unit",
        "any",
        "The receptive fields of the neurons included in {id} lay within 10 pixels of the stimulus.",
    ),
    (
        "unit",
        "any",
        "Stimuli for {id} were displayed on a screen measuring 64 × 36 cm, which covered a large part of the visual field.",
    ),
    # citation (9)
    (
        "citation",
        "any",
        "This interpretation of {id} is in line with Hartwell and Osei (2016), who reported comparable surround effects in mouse V1.",
    ),
    (
        "citation",
        "any",
        "Comparable contextual effects have been described in rodent visual cortex [[ctx:lindqvist2014]].",
    ),
    (
        "citation",
        "any",
        "As Niell and Stryker (2015) demonstrated, receptive fields in mouse visual cortex are highly selective.",
    ),
    (
        "citation",
        "any",
        "The normalisation account of cortical responses, first formulated by Bramwell (1992), provides a useful framework for the present findings.",
    ),
    (
        "citation",
        "supported",
        "The support obtained for {id} agrees with the observations of Moreau-Tanaka et al. (2018) in anaesthetised and awake mice.",
    ),
    (
        "citation",
        "contradicted",
        "A reversal of the kind seen in {id} is not without precedent, having been documented previously [[lab:okonkwo2011]].",
    ),
    (
        "citation",
        "any",
        "The tuning of the receptive field surround in macaque V1 was characterised in detail by Cavanaugh et al. (2012).",
    ),
    (
        "citation",
        "any",
        "Predictive models of mouse V1 have been used to synthesise optimal stimuli since the work of Walker et al. (2009).",
    ),
    (
        "citation",
        "mixed",
        "Figure–ground modulation, as described by Lamme and Adelson (1985), may offer a unifying perspective on our results.",
    ),
    # verdict (36)
    (
        "verdict",
        "supported",
        "{id} was contradicted by the data, as the estimate fell on the opposite side of zero.",
    ),
    (
        "verdict",
        "supported",
        "Neither evidence process reached its threshold for {id}, which therefore has to be regarded as inconclusive.",
    ),
    (
        "verdict",
        "supported",
        "The results prove beyond any doubt that surround suppression is orientation-tuned, as {id} had proposed.",
    ),
    (
        "verdict",
        "supported",
        "{id} has now reached evidence level L3 and can be considered independently replicated.",
    ),
    (
        "verdict",
        "supported",
        "Responses were larger when the surround matched the orientation of the disc, which is the effect that we observed in {id}.",
    ),
    (
        "verdict",
        "supported",
        "The untuned account offers the best explanation for {id}, given that no difference between the surrounds emerged.",
    ),
    (
        "verdict",
        "supported",
        "By predicting the sign that was actually observed, the linear rival is favoured by the outcome of {id}.",
    ),
    (
        "verdict",
        "supported",
        "No further testing of {id} is needed, because its generality has been definitively established.",
    ),
    (
        "verdict",
        "supported",
        "Notably, the effect of {id} was negative, and the registered prediction must be given up.",
    ),
    (
        "verdict",
        "robust",
        "The effect in {id} disappeared once local contrast was equated, and the hypothesis was consequently explained away.",
    ),
    (
        "verdict",
        "robust",
        "Having survived its control, {id} can be considered immune to every conceivable confound.",
    ),
    (
        "verdict",
        "robust",
        "{id} is supported but not robust, since the control for local contrast was not passed.",
    ),
    (
        "verdict",
        "uncontrolled",
        "{id} is robust, its effect having survived the control for equal local contrast.",
    ),
    (
        "verdict",
        "uncontrolled",
        "Both the primary test and the subsequent control speak in favour of {id}, which makes a confound improbable.",
    ),
    (
        "verdict",
        "uncontrolled",
        "Alternative explanations for {id} have been excluded, leaving the tuned surround as the only viable interpretation.",
    ),
    (
        "verdict",
        "uncontrolled",
        "On closer inspection, a confound was found to be responsible for {id}, whose effect has to be regarded as explained away.",
    ),
    (
        "verdict",
        "contradicted",
        "{id} was supported, with a reliable effect in the predicted direction.",
    ),
    (
        "verdict",
        "contradicted",
        "Iso-oriented surrounds suppressed the response in {id}, just as we had predicted.",
    ),
    (
        "verdict",
        "contradicted",
        "The evidence regarding {id} was insufficient for a decision in either direction.",
    ),
    (
        "verdict",
        "contradicted",
        "The outcome of {id}, though weaker than expected, is broadly consistent with our hypothesis.",
    ),
    (
        "verdict",
        "contradicted",
        "The reversal in {id} conclusively establishes the linear account as the mechanism of surround processing.",
    ),
    (
        "verdict",
        "contradicted",
        "Given its positive estimate, {id} can be added to the list of confirmed predictions.",
    ),
    (
        "verdict",
        "contradicted",
        "Importantly, the contradiction of {id} proved robust, as it withstood the control for local contrast.",
    ),
    (
        "verdict",
        "contradicted",
        "No difference between the surrounds was apparent in {id}, exactly as the untuned account would have it.",
    ),
    (
        "verdict",
        "inconclusive",
        "{id} was clearly supported, albeit with a smaller effect than the other hypotheses.",
    ),
    (
        "verdict",
        "inconclusive",
        "The small effect in {id} demonstrates that contrast plays no role in surround modulation.",
    ),
    (
        "verdict",
        "inconclusive",
        "With {id} contradicted, a dependence of the surround effect on contrast can safely be dismissed.",
    ),
    (
        "verdict",
        "inconclusive",
        "{id} attained level L1 after its evidence process had crossed the threshold.",
    ),
    (
        "verdict",
        "inconclusive",
        "For {id}, the budget of {budget} draws was sufficient to reject the prediction with confidence.",
    ),
    (
        "verdict",
        "inconclusive",
        "Taken as a whole, the data firmly establish the absence of the effect proposed in {id}.",
    ),
    (
        "verdict",
        "any",
        "{id} now rests at the highest level of evidence, L5, and requires no additional confirmation.",
    ),
    (
        "verdict",
        "any",
        "The conclusion drawn from {id} holds for all visual stimuli and for all cortical neurons, irrespective of their tuning.",
    ),
    (
        "verdict",
        "mixed",
        "All {k_registered} registered hypotheses were supported, lending strong credence to the idea of a tuned surround.",
    ),
    (
        "verdict",
        "mixed",
        "None of our predictions held, and the notion of an orientation-tuned surround must be abandoned.",
    ),
    (
        "verdict",
        "mixed",
        "Both of the supported hypotheses survived their controls and are therefore robust.",
    ),
    (
        "verdict",
        "mixed",
        "With the majority of the hypotheses contradicted, the linear account emerges as the clear winner.",
    ),
    # subject (13)
    (
        "subject",
        "supported",
        "These results indicate that neurons in the visual cortex of living mice respond less to a disc surrounded by its own orientation, as proposed in {id}.",
    ),
    (
        "subject",
        "supported",
        "In summary, {id} reveals how the brain suppresses redundant information in natural scenes.",
    ),
    (
        "subject",
        "supported",
        "The suppression found for {id} is equally present in human V1, which makes it relevant to our understanding of perception.",
    ),
    (
        "subject",
        "contradicted",
        "As {id} establishes, mice show enhanced cortical responses to surrounds of the same orientation.",
    ),
    (
        "subject",
        "any",
        "The {n_neurons} cells studied for {id} were located in the primary visual cortex of awake animals.",
    ),
    (
        "subject",
        "any",
        "What was observed for {id} in the {twin} twin was likewise observed in a second, independent twin.",
    ),
    (
        "subject",
        "robust",
        "Primates share the surround effect that we identified in {id}, pointing to a mechanism conserved across species.",
    ),
    (
        "subject",
        "uncontrolled",
        "{id} shows that mice perceive a disc as less salient when its orientation matches that of the surround.",
    ),
    (
        "subject",
        "inconclusive",
        "In the animals that we studied, contrast did not modulate the surround effect addressed by {id}.",
    ),
    (
        "subject",
        "mixed",
        "Collectively, our findings characterise how real V1 circuits integrate information across visual space.",
    ),
    (
        "subject",
        "any",
        "The outcome of {id} generalised to the remaining mice of the cohort, suggesting limited variability between individuals.",
    ),
    (
        "subject",
        "contradicted",
        "It follows from {id} that cortical inhibition in mice is weaker than has commonly been assumed.",
    ),
    (
        "subject",
        "mixed",
        "Our data imply that patients with impaired figure–ground segregation exhibit reduced surround suppression.",
    ),
    # method (17)
    (
        "method",
        "any",
        "Optogenetic silencing of somatostatin-positive interneurons was used to probe the mechanism underlying {id}.",
    ),
    (
        "method",
        "any",
        "The responses on which {id} is based were recorded by means of two-photon calcium imaging.",
    ),
    (
        "method",
        "any",
        "To test {id}, we trained a convolutional network on the recorded responses and fine-tuned it until the validation loss stabilised.",
    ),
    (
        "method",
        "any",
        "A repeated-measures ANOVA with surround orientation as a factor was conducted for {id}.",
    ),
    (
        "method",
        "any",
        "Eye position was tracked throughout, and draws of {id} that contained saccades were excluded from the analysis.",
    ),
    (
        "method",
        "any",
        "In order to rule out model-specific effects, we repeated the test of {id} in a second twin fitted to another animal.",
    ),
    (
        "method",
        "any",
        "{id} was formulated after inspection of the responses, and the analysis was adapted accordingly.",
    ),
    (
        "method",
        "contradicted",
        "A follow-up control was carried out for {id}, in which local contrast was equated and the stimuli were presented anew.",
    ),
    (
        "method",
        "inconclusive",
        "Because {id} had not been decided at first, its budget was extended and further draws were collected.",
    ),
    (
        "method",
        "uncontrolled",
        "Before accepting {id}, we ran a control in which local contrast was held constant between the conditions.",
    ),
    (
        "method",
        "robust",
        "In addition to the control for local contrast, separate controls for spatial frequency and disc size were run for {id}.",
    ),
    (
        "method",
        "any",
        "We blocked GABAergic transmission pharmacologically and measured how the effect of {id} changed as a consequence.",
    ),
    (
        "method",
        "any",
        "A Bonferroni correction was applied to the Wilcoxon tests that compared the conditions of {id}.",
    ),
    (
        "method",
        "any",
        "Locomotion was monitored on a running wheel, and only stationary periods entered the analysis of {id}.",
    ),
    (
        "method",
        "supported",
        "We verified {id} against electrophysiological recordings obtained with Neuropixels probes.",
    ),
    (
        "method",
        "any",
        "Neurons were included in {id} irrespective of their preferred orientation or the position of their receptive field.",
    ),
    (
        "method",
        "mixed",
        "The stimuli were generated and screened first, and the hypotheses were registered only once the full set was available.",
    ),
]
