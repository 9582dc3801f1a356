"""Interpretations of each finding, with subordinate clauses and comparisons."""

# ruff: noqa: E501

TRUE = [
    # supported
    (
        "supported",
        "The estimate of {est2} obtained for {id} lies above the margin of {margin}, which indicates that the model neurons responded less to the disc when the surround shared its orientation.",
    ),
    (
        "supported",
        "Because the evidence for {id} reached the threshold of 60 at draw {stopped}, testing ended there, although as many as {budget} draws had been allowed.",
    ),
    (
        "supported",
        "{id} is supported at level L1, meaning that the effect was confirmed on fresh draws for the named held-out neurons but has not been shown to extend to other mice.",
    ),
    (
        "supported",
        "While the untuned account predicts no difference, the index for {id} was estimated at {est} (95 % interval {lo} to {hi}), a value in the direction that had been registered beforehand.",
    ),
    (
        "supported",
        "The positive sign of the {id} estimate ({est2}) speaks against the linear account, which would have led us to expect an index of the opposite sign in these simulated neurons.",
    ),
    (
        "supported",
        "Although {id} was supported, the mechanism remains open, since responses of a digital twin cannot by themselves distinguish divisive normalisation from other forms of surround suppression.",
    ),
    (
        "supported",
        "In {n_neurons} held-out neurons of the twin, responses to the disc were weaker in a surround of the same orientation, an outcome that agrees with the prediction registered for {id}.",
    ),
    (
        "supported",
        "The suppression observed in {id} may be related to the surround effects described by [[lab:cavanaugh2002]], although those were recorded in macaques and ours were obtained from a simulated mouse.",
    ),
    (
        "supported",
        "It is encouraging that {id} held on stimuli generated only after registration, but this success concerns one simulated mouse and should not be taken as a general law of visual cortex.",
    ),
    (
        "supported",
        "An estimate of [[{id}.estimate]] was found for {id} across {n_draws} additional draws, so the effect did not vanish once the sequential test had been completed.",
    ),
    (
        "supported",
        "If the twin is a faithful description of mouse V1, the result of {id} would lead us to expect weaker responses in matching surrounds in recorded neurons, an expectation yet to be examined.",
    ),
    (
        "supported",
        "Divisive normalisation [[lab:carandini2012]] offers one plausible reading of {id}, because a pool tuned to the orientation of the disc would be driven more strongly by a matching surround.",
    ),
    (
        "supported",
        "The support for {id} should be interpreted for well-aligned neurons only, given that the receptive field had to lie within 10° of the stimulus and the preferred orientation within 22.5° of the one shown.",
    ),
    (
        "supported",
        "Neither rival account anticipated the outcome of {id}: the untuned one expected no difference and the linear one a reversal, whereas the measured index was positive, at about {est1}.",
    ),
    (
        "supported",
        "Whereas the contradicted hypothesis yielded a negative index, {id} produced a positive one ({est2}), so the influence of the surround may depend on the particular comparison.",
    ),
    (
        "supported",
        "The twin's responses supported {id}, by which we mean that the evidence process in favour of the prediction reached 60 before the process against it did.",
    ),
    (
        "supported",
        "The 95 % interval for {id}, running from {lo} to {hi} around a positive estimate, was obtained by resampling draws as well as neurons and thus expresses both sources of uncertainty.",
    ),
    (
        "supported",
        "A reader should note that {id} attained L1 and no higher level, as neither a second mouse nor an independent twin was used for a replication.",
    ),
    (
        "supported",
        "What {id} shows is a reduction of simulated responses within a window of 0–1 s; how this reduction develops inside that window was not analysed.",
    ),
    (
        "supported",
        "The effect behind {id} was not merely detectable but also larger than the registered margin of {margin}, as can be seen from the estimated index of {est2}.",
    ),
    # robust
    (
        "robust",
        "{id} withstood its control for equal local contrast, which makes it less likely that a mere difference in contrast accounts for the observed suppression.",
    ),
    (
        "robust",
        "Of the two supported findings, {id} is the better secured, because it alone was subjected to a control and survived it.",
    ),
    (
        "robust",
        "Although {id} is classed as robust after surviving one control, that label does not raise its evidence level, which remains L1 as long as no replication has been run.",
    ),
    (
        "robust",
        "Equal local contrast was imposed as a control for {id}; since the effect persisted, local contrast alone does not appear to be a sufficient explanation.",
    ),
    (
        "robust",
        "Both {id} and H4 were supported, yet only the former was confronted with an alternative explanation in a control, so somewhat greater confidence in its interpretation seems warranted.",
    ),
    (
        "robust",
        "The robustness of {id} rests on a single control, and confounds that were not examined, for example in spatial frequency content, could still contribute to its estimate of {est2}.",
    ),
    # uncontrolled
    (
        "uncontrolled",
        "Since no control was run for {id}, its support should be read as a confirmed difference whose cause has not yet been separated from alternative explanations.",
    ),
    (
        "uncontrolled",
        "{id} reached the same level (L1) as H1, but unlike that hypothesis it was not challenged by a control and therefore cannot be called robust.",
    ),
    (
        "uncontrolled",
        "The absence of a control limits what can be said about {id}, even though the predicted direction was confirmed and the estimate amounted to {est2}.",
    ),
    (
        "uncontrolled",
        "A control with equal local contrast, of the kind applied to H1, would be a sensible next step for {id} before its suppression is attributed to orientation itself.",
    ),
    (
        "uncontrolled",
        "While {id} is supported, its interpretation is more tentative than that of the robust finding, because possible confounds were not examined in a control.",
    ),
    (
        "uncontrolled",
        "Future work could ask whether {id} survives a suitable control; at present we know only that the index estimated over {n_neurons} neurons of the twin had the predicted sign.",
    ),
    # contradicted
    (
        "contradicted",
        "Contrary to the prediction, the estimate for {id} was {est}, suggesting that the tested neurons responded more, rather than less, to the disc in a surround of its own orientation.",
    ),
    (
        "contradicted",
        "{id} was contradicted, as the process against the prediction crossed its threshold at draw {stopped} while the one in favour had not done so.",
    ),
    (
        "contradicted",
        "The negative index in {id}, with a 95 % interval from {lo} to {hi}, carries the sign that the linear account predicts, although this agreement does not establish linear summation.",
    ),
    (
        "contradicted",
        "Because {id} had no controls, the reversal of the expected effect may stem from a property of the stimuli that the present design did not isolate.",
    ),
    (
        "contradicted",
        "Whereas H1 and H4 showed weaker responses in a matching surround, {id} showed the reverse, and this cautions against a single rule for all stimulus configurations.",
    ),
    (
        "contradicted",
        "The failure of {id} is informative in its own right, since an index of {est2} is not simply a lack of effect but a difference opposite to the one registered.",
    ),
    (
        "contradicted",
        "Had the untuned account been correct for {id}, one would have expected a value near zero, but the estimate of {est2} fell clearly on the negative side.",
    ),
    (
        "contradicted",
        "In absolute terms the effect in {id}, {abs_est}, exceeds the margin of {margin}, although its direction is the opposite of what had been predicted.",
    ),
    (
        "contradicted",
        "Stronger responses in a matching surround, as seen in the twin for {id}, are not what an orientation-tuned normalisation pool alone would suggest, so additional mechanisms may have to be considered.",
    ),
    (
        "contradicted",
        "We do not know why {id} went against the prediction, and any mechanistic account, including one based on disinhibition [[lab:keller2020neuron]], must remain speculative at this point.",
    ),
    (
        "contradicted",
        "The contradiction of {id} stands at level L1, which is to say that it was confirmed on fresh draws for the named held-out neurons of this twin and nowhere else.",
    ),
    (
        "contradicted",
        "Over {n_draws} further draws the index for {id} was again below zero, at {est1}, thereby agreeing with the direction in which the sequential test had been decided.",
    ),
    (
        "contradicted",
        "It would be premature to conclude from {id} that matching surrounds enhance responses in the mouse, as the reversed effect was obtained in a simulation without any recordings.",
    ),
    (
        "contradicted",
        "When the result of {id} is set beside that of H3, the distinction is plain: the former was decided against the prediction, while the latter was not decided at all.",
    ),
    # inconclusive
    (
        "inconclusive",
        "{id} remained inconclusive because neither evidence process reached the threshold of 60 within the {budget} draws that had been allotted to it.",
    ),
    (
        "inconclusive",
        "The estimate for {id} ({est2}) had the predicted sign, yet without a decision of the sequential test it should be regarded as merely descriptive.",
    ),
    (
        "inconclusive",
        "An undecided test is not evidence of absence, and we therefore refrain from interpreting {id} as support for the untuned account.",
    ),
    (
        "inconclusive",
        "While contrast was varied across four conditions in {id} and a rank served as its measure, the evidence did not allow a decision in either direction.",
    ),
    (
        "inconclusive",
        "The smaller budget of {id}, {budget} draws instead of 200, may have contributed to its lack of a decision, although a weak effect could have had the same consequence.",
    ),
    (
        "inconclusive",
        "{id} is assigned level L0, in contrast to the other three registered hypotheses, each of which was decided on fresh draws and stands at L1.",
    ),
    (
        "inconclusive",
        "With an undecided test, an estimate of {est} and an interval from {lo} to {hi}, {id} offers no firm basis for a statement about how the surround acts across contrasts.",
    ),
    (
        "inconclusive",
        "Repeating {id} with a larger number of draws would be worthwhile, since the present budget left both the prediction and its opposite undecided.",
    ),
    (
        "inconclusive",
        "Compared with the contradicted hypothesis, whose estimate was clearly negative, {id} gave a small positive value of {est2}, but this value was not accompanied by sufficient sequential evidence.",
    ),
    (
        "inconclusive",
        "No conclusion is drawn from {id}, even though a value of [[{id}.estimate]] was estimated over {n_draws} fresh draws, because a verdict requires that an evidence process reach its threshold.",
    ),
    (
        "inconclusive",
        "If contrast modulates the influence of the surround, as one might suspect from normalisation models [[lab:heeger1992]], {id} was unable to demonstrate it in the {n_neurons} neurons examined.",
    ),
    (
        "inconclusive",
        "That {id} was stopped at draw {stopped} reflects the exhaustion of its budget rather than a success or failure of the hypothesis.",
    ),
    # any
    (
        "any",
        "{id} was frozen and timestamped before its stimuli were generated, which means that the prediction could not have been adjusted to the responses.",
    ),
    (
        "any",
        "The neurons that entered {id} came from the held-out half of the population, and each of them had to show a quality of at least .1.",
    ),
    (
        "any",
        "Only neurons with a gOSI of at least .1 were considered for {id}, so the result should not be extended to cells that lack orientation selectivity.",
    ),
    (
        "any",
        "Because e-values permit inspection after every draw, the test of {id} could be monitored continuously without inflating the error rate.",
    ),
    (
        "any",
        "The estimate for {id} was based on {n_draws} new draws that had played no part in the sequential test, and its interval was obtained by bootstrapping draws and neurons.",
    ),
    (
        "any",
        "{id} predicted that neurons would respond less to a disc when the surround had the disc's own orientation, whereas the untuned rival expected no difference.",
    ),
    (
        "any",
        "Responses in {id} were evaluated over {window_s} s and expressed in spikes per frame, the frame rate being 30 Hz on a screen of 64×36 pixels.",
    ),
    (
        "any",
        "Since none of the draws in {id} contained invalid stimuli, no exclusion on this ground could have influenced the outcome.",
    ),
    (
        "any",
        "Whatever its verdict, {id} speaks about the {twin} twin of one mouse, and its relevance to living cortex has to be established through recordings.",
    ),
    (
        "any",
        "The twin comprises {total} simulated neurons, of which {n_neurons} satisfied the criteria of receptive field, preferred orientation and quality and were tested in {id}.",
    ),
    (
        "any",
        "As no replication was undertaken for {id}, statements about other mice or about an independent twin would go beyond the available evidence.",
    ),
    (
        "any",
        "For {id} a margin of {margin} was fixed at registration so that differences too small to be of interest would not count as support.",
    ),
    (
        "any",
        "The linear account served as a rival for {id} because it predicts an index of the opposite sign, by which the two explanations can be told apart in principle.",
    ),
    (
        "any",
        "Recordings in mice, in which the stimuli of {id} are shown to neurons with known receptive fields, would allow a direct examination of what the twin suggests.",
    ),
    (
        "any",
        "Although mouse visual cortex contains highly selective receptive fields [[ctx:niell2008]], the neurons examined in {id} are simulated, and their selectivity is a property of the model.",
    ),
    (
        "any",
        "With a threshold of 60, which corresponds to an alpha of .0167, {id} had to gather considerable evidence before it could be decided in either direction.",
    ),
    (
        "any",
        "The analysis window of {window_ms} ms in {id} takes early and late responses together, so the time course of surround influences cannot be resolved here.",
    ),
    (
        "any",
        "The interval from {lo} to {hi} reported for {id} describes variation across draws and neurons of a single twin; it does not cover variation between animals.",
    ),
    (
        "any",
        "By restricting {id} to neurons whose receptive fields lay within 10° of the stimulus, we aimed to ensure that the disc, and not only its surround, drove the response.",
    ),
    (
        "any",
        "{id} was allowed at most {budget} draws, a limit set in advance that bounds how weak an effect the test could be expected to detect.",
    ),
    # mixed (counted with any)
    (
        "mixed",
        "{w_registered} hypotheses were registered, of which {w_supported} were supported, {w_contradicted} was contradicted and {w_inconclusive} remained inconclusive, so that the overall picture is heterogeneous rather than uniform.",
    ),
    (
        "mixed",
        "Six hypotheses were proposed, but two were refused and another was withdrawn, which left four to be tested on fresh stimuli.",
    ),
    (
        "mixed",
        "Taken together, the findings suggest that the surround can influence the twin's responses in either direction, although the conditions governing the sign remain to be identified.",
    ),
    (
        "mixed",
        "One of the two supported findings survived a control, while the other was not controlled, and no finding was explained away.",
    ),
    (
        "mixed",
        "None of the results exceeds level L1, because neither other mice nor an independent twin nor neural recordings were included in the study.",
    ),
    (
        "mixed",
        "The total false discovery rate was set to {alpha}, i.e. {alpha_percent} %, which had to be shared among the registered hypotheses in spite of optional stopping.",
    ),
    (
        "mixed",
        "Feedback has been proposed to generate a second receptive field in neurons of visual cortex [[lab:keller2020nature]], but whether the present twin reproduces such a mechanism was not tested.",
    ),
    (
        "mixed",
        "Energy models [[lab:adelson1985]] pool the squared outputs of paired filters, whereas normalisation adds a division by surrounding activity, and it is the latter that is usually invoked for surround suppression.",
    ),
    (
        "mixed",
        "Since all four hypotheses shared the same statement, their differing verdicts may reflect differences in stimuli, neurons or budgets, none of which can be singled out at present.",
    ),
    (
        "mixed",
        "The number of supported hypotheses, [[count.supported]], should not be read as a measure of how general the effect is, because few hypotheses were tested and only one twin was used.",
    ),
    (
        "mixed",
        "Studies of focal orientation discontinuities [[lab:sillito1995]] and of figure–ground signals [[lab:lamme1995]] motivate the question asked here, although neither was carried out in a digital twin.",
    ),
    (
        "mixed",
        "Before any claim is made about mice, the supported findings and the contradicted one alike should be repeated with recorded neurons and with a twin of another animal.",
    ),
]

FAULTS = [
    # number
    (
        "number",
        "any",
        "The estimate for {id} amounted to {bad_est}, a value which, although moderate, points to a systematic influence of the surround on the model neurons.",
    ),
    (
        "number",
        "any",
        "While {n_draws} draws entered the estimate for {id}, the resulting 95 % interval extended from {bad_lo} to {bad_hi} and was therefore rather narrow.",
    ),
    (
        "number",
        "supported",
        "{id} was supported with an index of {bad_est2}, which exceeds the registered margin and thus appears relevant, at least for the neurons tested.",
    ),
    (
        "number",
        "contradicted",
        "The index of {id} was {bad_est2} and hence at odds with the prediction, although the reason for this reversal is not clear.",
    ),
    (
        "number",
        "inconclusive",
        "Although {id} was not decided, its estimate of {bad_est} hints at a tendency that a larger number of draws might have confirmed.",
    ),
    (
        "number",
        "any",
        "A margin of {bad_margin} had been registered for {id}, so that smaller differences, even if reliable, would not have been counted as support.",
    ),
    (
        "number",
        "any",
        "In total {bad_n_neurons} neurons met the criteria for {id}, a sample that seems large enough to limit the influence of single cells.",
    ),
    (
        "number",
        "any",
        "The estimate for {id} rests on {bad_n_draws} fresh draws, and its uncertainty was assessed by bootstrapping over both draws and neurons.",
    ),
    (
        "number",
        "supported",
        "The evidence for {id} crossed its threshold at draw {bad_stopped}, after which no further draws were needed although {budget} had been permitted.",
    ),
    (
        "number",
        "any",
        "The final e-value of {bad_e} for {id} leaves little room for doubt about how the sequential test should be read.",
    ),
    (
        "number",
        "mixed",
        "The twin contained {bad_total} simulated neurons, of which only those with well-placed receptive fields were admitted to the tests.",
    ),
    (
        "number",
        "any",
        "About {bad_percent} % of the neurons tested in {id} showed the effect individually, which suggests that it is not driven by a small subgroup.",
    ),
    (
        "number",
        "supported",
        "Responses in {id} were {times} times weaker in the surround of the same orientation, a reduction that would be hard to overlook in recordings.",
    ),
    (
        "number",
        "any",
        "Because several hypotheses were tested together, the total false discovery rate was limited to {bad_alpha}, and {id} was evaluated under this constraint.",
    ),
    (
        "number",
        "mixed",
        "{w_bad_registered} hypotheses were registered before their stimuli existed, while the remaining proposals were refused or withdrawn.",
    ),
    (
        "number",
        "mixed",
        "Of the registered hypotheses {k_bad_supported} were supported, which indicates how far the predicted influence of the surround extends under the conditions examined.",
    ),
    (
        "number",
        "supported",
        "The difference underlying {id} was statistically significant (p < .001), which makes chance an unlikely explanation of the reduced responses.",
    ),
    (
        "number",
        "any",
        "Across neurons, the index of {id} correlated with orientation selectivity (r = .42), so that sharply tuned cells tended to show the stronger effect.",
    ),
    (
        "number",
        "supported",
        "With a Cohen's d of 0.8, the effect in {id} may be considered large, although such conventions are not easily transferred to simulations.",
    ),
    (
        "number",
        "contradicted",
        "Enhancement by the matching surround reached {bad_percent} % in {id}, whereas the supported findings were characterised by more modest reductions.",
    ),
    (
        "number",
        "mixed",
        "The suppression in H1 was {times} times as strong as that in H4, a difference that may be due to the selection of neurons.",
    ),
    (
        "number",
        "mixed",
        "Since nine hypotheses were proposed and five of them refused, the selection before registration was stricter than is common in exploratory modelling.",
    ),
    (
        "number",
        "inconclusive",
        "{id} ended after {bad_stopped} draws without a decision, because neither of its two evidence processes had reached the required value.",
    ),
    (
        "number",
        "any",
        "One should keep in mind, when the size of the effect in {id} is judged, that its 95 % interval reached down to {bad_lo}.",
    ),
    (
        "number",
        "any",
        "The twin explained {bad_percent} % of the response variance in the neurons of {id}, and this justifies a certain confidence in its predictions for new stimuli.",
    ),
    # unit
    (
        "unit",
        "any",
        "For {id} the difference between the surrounds amounted to {est2} spikes per second, which is small in comparison with typical responses of cortical neurons.",
    ),
    (
        "unit",
        "any",
        "The estimate of {id} was obtained from {n_draws} neurons, while the bootstrap additionally took the variability across draws into account.",
    ),
    (
        "unit",
        "any",
        "Responses in {id} were averaged over {window_ms} s, a duration that should include both the transient and the sustained part.",
    ),
    (
        "unit",
        "any",
        "A margin of {margin} spikes per frame was registered for {id}, because smaller changes in firing would hardly be detectable in recordings.",
    ),
    (
        "unit",
        "supported",
        "{id} required {stopped} neurons before the threshold was reached, from which it can be seen how quickly evidence accumulates when stimuli are well matched.",
    ),
    (
        "unit",
        "any",
        "Because {id} was tested in {n_neurons} animals rather than in a few, variation between individuals is unlikely to have dominated its outcome.",
    ),
    (
        "unit",
        "contradicted",
        "The index of {id} corresponds to a change of {abs_est} degrees in preferred orientation, although its direction differed from what had been registered.",
    ),
    (
        "unit",
        "any",
        "The twin was shown the stimuli of {id} at a frame rate of 30 ms on a screen of 64×36 degrees, which limits how finely surrounds could be varied.",
    ),
    (
        "unit",
        "any",
        "Receptive fields of the neurons in {id} had to lie within 10 pixels of the stimulus, while preferred orientations could deviate by up to 22.5 %.",
    ),
    (
        "unit",
        "inconclusive",
        "A shift of {est2} Hz was estimated for {id}, but since the test was not decided, it remains unclear whether firing rates truly changed.",
    ),
    # citation
    (
        "citation",
        "any",
        "The outcome of {id} can be compared with Harrington & Voss (2014), who described a dependence on surround orientation in mouse visual cortex.",
    ),
    (
        "citation",
        "supported",
        "Weaker responses in matching surrounds, as in {id}, have been described before [[lab:okonkwo2016]], although the contribution of feedback is still a matter of debate.",
    ),
    (
        "citation",
        "any",
        "Niell & Stryker (2012) reported highly selective receptive fields in mouse visual cortex, which motivated the orientation criterion applied to the neurons of {id}.",
    ),
    (
        "citation",
        "mixed",
        "As Hoover (1992) proposed for striate cortex, a division by the pooled activity of neighbouring cells could in principle explain why a matching surround weakens responses.",
    ),
    (
        "citation",
        "supported",
        "The result of {id} is reminiscent of Cavanaugh et al. (2009), although their measurements in macaques differ from ours in species and method.",
    ),
    (
        "citation",
        "contradicted",
        "Facilitation by the surround, which was seen in {id}, had been anticipated on theoretical grounds [[ctx:smith2021]], but the conditions of that proposal differ from ours.",
    ),
    (
        "citation",
        "mixed",
        "The spatiotemporal energy model of Adelson & Movshon (1985) provides a useful reference, since it contains no interaction between a disc and its surround.",
    ),
    (
        "citation",
        "mixed",
        "While Keller et al. (2016) showed that feedback generates a second receptive field in visual cortex, the present twin was not examined for such a mechanism.",
    ),
    (
        "citation",
        "inconclusive",
        "That contrast may alter the effect of the surround was suggested by Nobody (2003), yet {id} did not bring a decision on this question.",
    ),
    # verdict
    (
        "verdict",
        "supported",
        "{id} was contradicted, because the model neurons responded more strongly when the surround had the same orientation as the disc.",
    ),
    (
        "verdict",
        "contradicted",
        "{id} was supported, and it therefore seems that the suppression by a matching surround extends to this configuration as well.",
    ),
    (
        "verdict",
        "inconclusive",
        "{id} was supported, albeit with a small estimate of {est2}, and agrees with the account of orientation-tuned suppression.",
    ),
    (
        "verdict",
        "inconclusive",
        "As the prediction of {id} was refuted on fresh draws, a dependence on contrast can be excluded for the surround effect.",
    ),
    (
        "verdict",
        "supported",
        "The test of {id} remained inconclusive, since the evidence did not reach its threshold within the draws that had been allowed.",
    ),
    (
        "verdict",
        "contradicted",
        "{id} could not be decided within its budget, so that the negative estimate of {est2} should not be taken as a departure from the prediction.",
    ),
    (
        "verdict",
        "supported",
        "{id} stands at level L3, because the effect was confirmed not only on fresh draws but also in an independent twin.",
    ),
    (
        "verdict",
        "any",
        "{id} has reached evidence level L2, which means that it may be generalised to mice other than the one that was modelled.",
    ),
    (
        "verdict",
        "inconclusive",
        "Although the effect was small, {id} is placed at L1, since it was confirmed on fresh draws for the held-out neurons.",
    ),
    (
        "verdict",
        "uncontrolled",
        "{id} proved robust, as the effect survived its control and can therefore hardly be due to differences in local contrast.",
    ),
    (
        "verdict",
        "robust",
        "{id} was explained away by the control for equal local contrast, which indicates that the apparent suppression had a trivial origin.",
    ),
    (
        "verdict",
        "robust",
        "While {id} was supported at first, it did not survive its control, and the effect must consequently be attributed to local contrast.",
    ),
    (
        "verdict",
        "contradicted",
        "The reversed effect in {id} survived a control for local contrast, which makes this contradiction particularly robust.",
    ),
    (
        "verdict",
        "any",
        "The data prove beyond doubt that {id} is correct, and alternative accounts of how the surround acts no longer need to be considered.",
    ),
    (
        "verdict",
        "supported",
        "Divisive normalisation is proven by {id} to be the mechanism of surround suppression, because no other account could produce such a result.",
    ),
    (
        "verdict",
        "mixed",
        "All four hypotheses were supported, so the suppressive influence of a matching surround appears to be independent of the stimulus configuration.",
    ),
    (
        "verdict",
        "mixed",
        "None of the registered hypotheses was supported, although some of the estimates were at least compatible with the predicted direction.",
    ),
    (
        "verdict",
        "mixed",
        "Most hypotheses were contradicted, so that the notion of orientation-tuned suppression should be abandoned for this twin.",
    ),
    (
        "verdict",
        "mixed",
        "Because both supported findings survived their controls, an explanation in terms of local contrast can be dismissed for each of them.",
    ),
    (
        "verdict",
        "mixed",
        "H1 and H2 point in the same direction, which strengthens the view that a matching surround consistently weakens the response to the disc.",
    ),
    (
        "verdict",
        "mixed",
        "Whereas H2 was supported and robust, H1 turned out to be contradicted, a contrast that underlines how strongly the effect depends on the stimulus.",
    ),
    (
        "verdict",
        "mixed",
        "H3 was contradicted and H4 inconclusive, a pattern that speaks for a dependence on contrast rather than on orientation.",
    ),
    (
        "verdict",
        "contradicted",
        "In {id} the neurons responded less to the disc in a surround of its own orientation, just as had been predicted at registration.",
    ),
    (
        "verdict",
        "supported",
        "A surround of the disc's own orientation enhanced the response in {id}, which is the opposite of what accounts of surround suppression would suggest.",
    ),
    (
        "verdict",
        "supported",
        "The outcome of {id} favours the linear account, since that account predicts the sign that was actually observed in the model neurons.",
    ),
    (
        "verdict",
        "contradicted",
        "Since the estimate of {id} was close to zero, the untuned account, which assumes no difference, offers the best description of the data.",
    ),
    (
        "verdict",
        "inconclusive",
        "The failure of {id} to reach its threshold demonstrates that the surround has no effect, because a true difference would have been detected.",
    ),
    (
        "verdict",
        "any",
        "{id} holds for every neuron of the twin without exception, which makes further tests on other subpopulations unnecessary.",
    ),
    (
        "verdict",
        "any",
        "Having reached level L5, {id} can be regarded as established in recorded neurons as well as in the simulation.",
    ),
    (
        "verdict",
        "mixed",
        "Two hypotheses were explained away by their controls, while the remaining ones retained their verdicts and may be regarded as secure.",
    ),
    (
        "verdict",
        "mixed",
        "Only one hypothesis was supported and two were contradicted, so that, on balance, the evidence weighs against the predicted suppression.",
    ),
    (
        "verdict",
        "inconclusive",
        "The process against the prediction of {id} crossed its threshold, while the one in favour stayed low throughout the test.",
    ),
    (
        "verdict",
        "uncontrolled",
        "Although a control was run for {id}, the effect disappeared under it, and the interpretation of the original result is restricted accordingly.",
    ),
    (
        "verdict",
        "any",
        "It is now certain that {id} applies to all stimuli, since the surround effect was invariant to size, contrast and position.",
    ),
    (
        "verdict",
        "contradicted",
        "Like H4, {id} confirmed the prediction on fresh draws, although the two differ with respect to the strength of the suppression.",
    ),
    (
        "verdict",
        "mixed",
        "The evidence reached L4 for the supported findings, whereas the contradicted one remained at L1 because it had no controls.",
    ),
    # subject
    (
        "subject",
        "any",
        "{id} demonstrates that neurons in the visual cortex of living mice are sensitive to the orientation of the surround, even when the disc itself is unchanged.",
    ),
    (
        "subject",
        "supported",
        "In living mice, responses to the disc were reduced by a surround of the same orientation, as {id} shows with an estimate of {est2}.",
    ),
    (
        "subject",
        "contradicted",
        "Mice show facilitation rather than suppression under the conditions of {id}, which suggests that their cortex sums the disc and its surround.",
    ),
    (
        "subject",
        "any",
        "The effect described by {id} also accounts for how human observers perceive a disc, which appears weaker to them when the surround matches.",
    ),
    (
        "subject",
        "mixed",
        "Our results reveal that the brain uses the surround to suppress redundant information, although it does so only for some stimulus configurations.",
    ),
    (
        "subject",
        "any",
        "Since {id} was observed in both twins, it is unlikely to depend on the architecture of either model or on the particular data behind them.",
    ),
    (
        "subject",
        "supported",
        "The primary visual cortex of the four recorded animals exhibited the suppression predicted by {id}, while the size of the effect varied between them.",
    ),
    (
        "subject",
        "any",
        "{id} characterises macaque V1 as well, because the circuits underlying surround effects have been shown here to be shared across species.",
    ),
    (
        "subject",
        "inconclusive",
        "In the mouse brain, contrast has no influence on the surround effect, as the undecided outcome of {id} makes clear.",
    ),
    (
        "subject",
        "mixed",
        "Pyramidal cells in layer 2/3 of the mice were suppressed, whereas inhibitory interneurons showed the opposite effect in the same sessions.",
    ),
    (
        "subject",
        "any",
        "The animals' cortical neurons behaved in {id} as the twin did, so that the simulation and the biological tissue can be considered equivalent.",
    ),
    (
        "subject",
        "supported",
        "Real neurons, not merely simulated ones, responded less to the disc in {id}, which lends the finding immediate biological significance.",
    ),
    (
        "subject",
        "mixed",
        "Visual perception in mice depends on the orientation of the surround; this is the main conclusion to be drawn from the four hypotheses.",
    ),
    # method
    (
        "method",
        "any",
        "Two-photon calcium imaging was used to verify {id}, because predictions of a twin need to be compared with recorded activity.",
    ),
    (
        "method",
        "any",
        "A paired t-test was applied to the responses in {id}, and the result was corrected for multiple comparisons by the Bonferroni method.",
    ),
    (
        "method",
        "supported",
        "Silencing somatostatin interneurons optogenetically abolished the effect of {id}, which points to a role of these cells in surround suppression.",
    ),
    (
        "method",
        "any",
        "As the pupil position of the mice was tracked throughout {id}, eye movements can be ruled out as a cause of the observed difference.",
    ),
    (
        "method",
        "any",
        "{id} was replicated in a second mouse, where the estimate had the same sign although its interval was somewhat wider.",
    ),
    (
        "method",
        "mixed",
        "The twin was retrained after each hypothesis, so that the neurons used for one test could not influence those used for the next.",
    ),
    (
        "method",
        "any",
        "Invalid stimuli were encountered in several draws of {id}, and these draws were removed before the evidence was accumulated.",
    ),
    (
        "method",
        "any",
        "The hypothesis {id} was formulated after the responses had been inspected, which is why its result should be regarded as exploratory.",
    ),
    (
        "method",
        "contradicted",
        "A control with shuffled surrounds was run for {id}, and since the negative index persisted, the reversal cannot be due to luminance.",
    ),
    (
        "method",
        "any",
        "All neurons of the twin were included in {id}, regardless of their receptive field position or preferred orientation, in order to avoid selection effects.",
    ),
    (
        "method",
        "mixed",
        "An analysis of variance with the factors contrast and orientation revealed an interaction, while the main effects were comparatively weak.",
    ),
    (
        "method",
        "any",
        "Local application of a GABA antagonist in {id} reduced the surround effect, suggesting that inhibition is at least partly responsible.",
    ),
    (
        "method",
        "inconclusive",
        "After the first {budget} draws had brought no decision, the budget of {id} was extended, but the additional stimuli changed little.",
    ),
    (
        "method",
        "any",
        "Because attention was manipulated by a cue in {id}, the contribution of top-down signals could be separated from that of local circuits.",
    ),
    (
        "method",
        "mixed",
        "A second, independently trained twin was tested with the same stimuli, and its responses agreed with those of the first in all but one case.",
    ),
    (
        "method",
        "any",
        "Before {id} was tested, the mice had learned to report the disc by licking, and this permitted a comparison of neural and behavioural sensitivity.",
    ),
    (
        "method",
        "any",
        "Neurons for {id} were selected from the half on which the hypothesis had been developed, while the held-out half was reserved for later work.",
    ),
]
