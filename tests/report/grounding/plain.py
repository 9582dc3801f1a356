"""Short plain sentences: simple verbs, standard phrases, some bullets.

Written without knowledge of the rules. At first contact 95.2 % of faults were caught and 16.5 % of
true sentences removed. Every second sentence was read while the rules were changed; of the others
96.4 % were then caught and 21.4 % removed, before they were read too.
"""

# ruff: noqa: E501

TRUE = [
    # supported
    (
        "supported",
        "{id} is supported: the estimated effect is {est2}, with a 95 % interval from {lo} to {hi}.",
    ),
    (
        "supported",
        "For {id}, the e-value reached the threshold at draw {stopped}, so the test was stopped there.",
    ),
    (
        "supported",
        "The neurons of the twin responded less to the disc when the surround had the same orientation, as {id} predicted.",
    ),
    (
        "supported",
        "We see a positive effect for {id} (index {est}, {n_neurons} neurons, {n_draws} draws).",
    ),
    ("supported", "In the twin, the prediction of {id} was correct."),
    (
        "supported",
        "The estimate of {id} ([[{id}.estimate]]) is larger than the margin of {margin}.",
    ),
    (
        "supported",
        "{id} holds at level L1, which means that it was confirmed on fresh draws for the named held-out neurons, and not more than that.",
    ),
    (
        "supported",
        "The untuned account does not fit the result of {id}, because this account predicts no difference.",
    ),
    (
        "supported",
        "While the linear account says that the sign should be opposite, the sign we found for {id} is the predicted one.",
    ),
    (
        "supported",
        "{id} needed {stopped} draws to reach the threshold, and {budget} draws were allowed.",
    ),
    (
        "supported",
        "Such a result is consistent with a surround suppression that depends on orientation.",
    ),
    (
        "supported",
        "A possible explanation of {id} is divisive normalisation [[lab:heeger1992]], but this mechanism was not tested here.",
    ),
    (
        "supported",
        "After the test, {n_draws} new draws were used to estimate {id}, and they gave {est2}.",
    ),
    ("supported", "We do not know yet if the suppression seen in {id} also exists in real mice."),
    ("supported", "- {id}: threshold of 60 reached, verdict supported, level L1."),
    (
        "supported",
        "So the direction of the effect in {id} is the same as the direction that was registered before.",
    ),
    (
        "supported",
        "Orientation-dependent surround suppression was already described in macaque V1 [[lab:cavanaugh2002]], and {id} shows a similar pattern in the twin.",
    ),
    ("supported", "Although {id} passed its test in the twin {twin}, no replication was run."),
    (
        "supported",
        "In {n_neurons} held-out neurons of the model, a surround of the same orientation gave a lower mean response to the disc (index {est1}).",
    ),
    ("supported", "Please note that the support for {id} comes from simulated responses only."),
    # robust
    ("robust", "{id} survived its control for equal local contrast, so we call it robust."),
    ("robust", "When the local contrast is made equal, the effect of {id} is still there."),
    ("robust", "Local contrast alone cannot explain {id} in this twin."),
    ("robust", "Among the registered hypotheses, {id} is the only robust one."),
    ("robust", "One control was done for {id}, and the finding did not go away."),
    (
        "robust",
        "Robust means here that {id} survived one control; it does not mean that the finding is true in animals.",
    ),
    # uncontrolled
    ("uncontrolled", "{id} is supported, but no control was run for it."),
    ("uncontrolled", "Because a control is missing, we do not call {id} robust."),
    (
        "uncontrolled",
        "It cannot be excluded that some other factor explains {id}, since we did not control for it.",
    ),
    ("uncontrolled", "A control should be added to {id} before a strong conclusion is made."),
    (
        "uncontrolled",
        "Without any control, {id} depends only on its main test and on the estimate of {est2}.",
    ),
    (
        "uncontrolled",
        "The support for {id} is less secure than for the other supported hypothesis, which survived a control.",
    ),
    # contradicted
    (
        "contradicted",
        "{id} is contradicted: the estimate is {est2} and the sign is opposite to the prediction.",
    ),
    (
        "contradicted",
        "In {id}, the simulated neurons responded more to the disc in a surround of its own orientation, and not less.",
    ),
    (
        "contradicted",
        "We predicted a positive index for {id}, but a negative one was found (95 % interval {lo} to {hi}).",
    ),
    (
        "contradicted",
        "The evidence against the prediction of {id} reached its threshold at draw {stopped}.",
    ),
    (
        "contradicted",
        "This is not only a missing effect: {id} shows an effect in the other direction.",
    ),
    (
        "contradicted",
        "The sign of {id} agrees with the linear account, but this does not prove that the linear account is right.",
    ),
    (
        "contradicted",
        "No controls were run for {id}, so the reason for the negative effect is not known.",
    ),
    ("contradicted", "The index of {id} lies {abs_est} below zero."),
    ("contradicted", "Our hypothesis {id} failed in the twin."),
    (
        "contradicted",
        "A contradicted hypothesis is also a result, and {id} stands at level L1 like the supported ones.",
    ),
    (
        "contradicted",
        "Contrary to what we expected, the mean response over {n_neurons} neurons was higher with the surround of the same orientation (index {est}).",
    ),
    (
        "contradicted",
        "Neither the registered prediction nor the untuned account fits the result of {id}.",
    ),
    (
        "contradicted",
        "Maybe the negative effect of {id} depends on the size of the disc, but we did not test this.",
    ),
    (
        "contradicted",
        "It would be useful to repeat {id} in a second twin, because the reversed sign may be a property of this model only.",
    ),
    # inconclusive
    (
        "inconclusive",
        "{id} is inconclusive, because neither process reached its threshold within {budget} draws.",
    ),
    ("inconclusive", "For {id} we cannot say yes and we cannot say no."),
    ("inconclusive", "The estimate of {id} is small ({est2}), and the test gave no decision."),
    ("inconclusive", "{id} stays at level L0."),
    ("inconclusive", "All {budget} allowed draws were used up, and still {id} was not decided."),
    (
        "inconclusive",
        "An inconclusive test is not evidence for the absence of an effect, therefore {id} remains open.",
    ),
    ("inconclusive", "A new test with a larger budget may help to decide {id}."),
    (
        "inconclusive",
        "The budget of {id} ({budget} draws) was smaller than the 200 draws of the other hypotheses, and this may be one reason for the open result.",
    ),
    (
        "inconclusive",
        "The factor of {id} was contrast, with four conditions, and the measure was a rank.",
    ),
    (
        "inconclusive",
        "On the {n_draws} draws of the estimation we got {est} for {id}, but the verdict does not change: it is inconclusive.",
    ),
    ("inconclusive", "We should not interpret the sign of {id}."),
    (
        "inconclusive",
        "The twin gives no clear answer here. {id} is neither supported nor contradicted.",
    ),
    # any
    ("any", "{id} was frozen and timestamped before its stimuli existed."),
    ("any", "The test of {id} used {n_neurons} neurons from the held-out half."),
    ("any", "We used the twin {twin}, which has {total} simulated neurons."),
    ("any", "As response window we took 0 to {window_s} s, that is {window_ms} ms."),
    ("any", 'The predicted direction of {id} was "greater", and the margin was {margin}.'),
    ("any", "At most {budget} draws could be used to test {id}."),
    ("any", "E-values were chosen because such a test may stop at any draw."),
    (
        "any",
        "The size of the effect in {id} was estimated on {n_draws} further draws, which were not used in the test.",
    ),
    ("any", "- Selection: quality of at least 0.1, receptive field within 10° of the stimulus."),
    (
        "any",
        "Only neurons with a preferred orientation within 22.5° of the orientation shown were included.",
    ),
    ("any", "Responses are given in spikes per frame, and the frame rate is 30 Hz."),
    ("any", "No draw of {id} had invalid stimuli."),
    (
        "any",
        "What we report about {id} is true for a simulated mouse, and it may be different in a real one.",
    ),
    ("any", "No animal was used in this study, and no recording was made."),
    (
        "any",
        "As a next step, the stimuli of {id} should be shown to real mice while the activity of V1 is recorded.",
    ),
    ("any", "The total false discovery rate was kept at {alpha_percent} %."),
    (
        "any",
        "Neurons in mouse V1 are selective for orientation [[ctx:niell2008]], so the orientation of the surround is a natural thing to vary.",
    ),
    (
        "any",
        "Normalisation models explain surround effects by a division with the pooled activity of other neurons [[lab:carandini2012]].",
    ),
    (
        "any",
        "The interval of {id} was computed with a bootstrap over draws and neurons, and it goes from {lo} to {hi}.",
    ),
    ("any", "One limit of the present work is that only a single twin was tested."),
    (
        "any",
        "Two rival accounts of {id} were written down: the untuned one predicts no difference, and the linear one predicts the opposite sign.",
    ),
    (
        "any",
        "If the model is wrong about the surround, then our conclusion about {id} may be wrong too.",
    ),
    ("any", "- {id}: estimate {est}, level below L2, not replicated."),
    (
        "any",
        "In mice, a disinhibitory circuit was proposed for contextual modulation [[lab:keller2020neuron]], but circuits cannot be seen in our data.",
    ),
    (
        "any",
        "The influence of the surround on V1 neurons has been studied for many years (Sillito et al. 1995).",
    ),
    # mixed
    (
        "mixed",
        "{w_registered} hypotheses were registered: {w_supported} are supported, {w_contradicted} is contradicted and {w_inconclusive} is inconclusive.",
    ),
    (
        "mixed",
        "Six hypotheses were proposed at the beginning, and {k_registered} of them were registered.",
    ),
    (
        "mixed",
        "The supported and contradicted hypotheses stand at L1, but the inconclusive one stands at L0.",
    ),
    ("mixed", "No finding was explained away by a control."),
    (
        "mixed",
        "The picture is mixed, as [[count.supported]] predictions were correct in the twin and the other two are not supported.",
    ),
    ("mixed", "One of the supported hypotheses is robust, and the other one has no control yet."),
    (
        "mixed",
        "The contradicted finding and the supported findings have opposite signs, although the statement of the hypotheses is the same.",
    ),
]

FAULTS = [
    # number
    (
        "number",
        "any",
        "The estimated effect of {id} is {bad_est2}, and this is the main number of the report.",
    ),
    ("number", "any", "The 95 % interval of {id} goes from {bad_lo} to {bad_hi}."),
    ("number", "any", "The result of {id} is significant with p < 0.001."),
    ("number", "supported", "In {id} the response to the disc was reduced by {bad_percent} %."),
    (
        "number",
        "supported",
        "With a surround of the same orientation, the response was {times} times smaller.",
    ),
    ("number", "any", "We tested {id} in {bad_n_neurons} neurons."),
    ("number", "any", "For the estimation of {id}, {bad_n_draws} further draws were used."),
    ("number", "supported", "{id} reached the threshold already at draw {bad_stopped}."),
    (
        "number",
        "supported",
        "The e-value of {id} was {bad_e} at the end, so the evidence is very strong.",
    ),
    ("number", "any", "A margin of {bad_margin} was registered for {id}."),
    (
        "number",
        "any",
        "About {bad_percent} % of all tested neurons followed the prediction of {id}.",
    ),
    (
        "number",
        "mixed",
        "{w_bad_registered} hypotheses were registered before the stimuli were made.",
    ),
    (
        "number",
        "mixed",
        "In summary, {k_bad_supported} of the registered hypotheses are supported.",
    ),
    ("number", "any", "The twin {twin} consists of {bad_total} simulated neurons."),
    ("number", "any", "The effect size of {id} is Cohen's d = 0.84."),
    (
        "number",
        "any",
        "There was a correlation of r = 0.42 between the index of {id} and the orientation selectivity of the neurons.",
    ),
    (
        "number",
        "contradicted",
        "{id} gave a negative index of {bad_est1}, so it goes against the prediction.",
    ),
    (
        "number",
        "inconclusive",
        "The test of {id} ended after {bad_stopped} draws without a decision.",
    ),
    ("number", "any", "We controlled the false discovery rate at a level of {bad_alpha}."),
    (
        "number",
        "robust",
        "When local contrast was equal, {bad_percent} % of the effect of {id} remained.",
    ),
    ("number", "any", "- {id}: t = 5.3, df = 99."),
    ("number", "any", "The mean response in {id} changed from 0.81 to 0.52 spikes per frame."),
    ("number", "inconclusive", "The Bayes factor for {id} is 1.2, which means almost no evidence."),
    (
        "number",
        "contradicted",
        "Since the interval of {id} starts at {bad_lo}, zero is far away from it.",
    ),
    (
        "number",
        "mixed",
        "In both supported findings the effect was {times} times stronger for neurons near the centre of the disc than for the other neurons.",
    ),
    # unit
    ("unit", "supported", "The firing rate dropped by {est2} spikes per second in {id}."),
    ("unit", "any", "{id} was tested in {n_neurons} mice."),
    ("unit", "any", "The estimate of {id} is the mean over {n_draws} recording sessions."),
    ("unit", "any", "Each stimulus was analysed in a window of {window_ms} s."),
    ("unit", "any", "For {id} we used a margin of {margin} Hz."),
    ("unit", "supported", "It took {stopped} minutes until {id} reached the threshold."),
    ("unit", "contradicted", "In {id} the response increased by {abs_est} millivolts."),
    ("unit", "inconclusive", "The budget of {id} was {budget} neurons, and all of them were used."),
    ("unit", "any", "The stimuli were shown on a screen of 64×36 cm."),
    ("unit", "any", "In total the model contains {total} synapses."),
    # citation
    (
        "citation",
        "supported",
        "The finding {id} agrees with Smith & Johansson (2015), who reported the same suppression.",
    ),
    ("citation", "any", "A similar design was used before [[lab:petersson2018]]."),
    (
        "citation",
        "any",
        "Orientation selectivity in mouse V1 was described by Niell & Stryker (2013).",
    ),
    (
        "citation",
        "supported",
        "As Cavanaugh et al. (1987) have shown, the suppression is strongest for the same orientation.",
    ),
    ("citation", "any", "The normalisation model was introduced by Sillito (1992)."),
    (
        "citation",
        "contradicted",
        "The opposite sign of {id} was expected from earlier work [[ctx:morita2021]].",
    ),
    ("citation", "any", "Motion energy models go back to Anderson & Bergmann (1985)."),
    ("citation", "inconclusive", "Also Zhong et al. (2020) could not decide the question of {id}."),
    (
        "citation",
        "mixed",
        "Our mixed results remind of Walters and Kim (2019), where digital twins gave different answers.",
    ),
    # verdict
    ("verdict", "supported", "{id} is contradicted by the test."),
    ("verdict", "supported", "With {id} we have proven that the surround is tuned to orientation."),
    ("verdict", "supported", "The evidence for {id} stands at level L3."),
    (
        "verdict",
        "supported",
        "No decision was possible for {id}, because the threshold was not reached.",
    ),
    (
        "verdict",
        "supported",
        "The neurons responded more to the disc in a surround of its own orientation, so {id} failed.",
    ),
    ("verdict", "supported", "There is no doubt any more that {id} is true."),
    ("verdict", "supported", "{id} was replicated and therefore it has the level L2."),
    (
        "verdict",
        "supported",
        "The linear account explains {id} best, since the sign is opposite to the prediction.",
    ),
    (
        "verdict",
        "supported",
        "In {id} the surround made no difference, as the untuned account says.",
    ),
    (
        "verdict",
        "supported",
        "The estimate of {id} is below the margin of {margin}, so the effect can be ignored.",
    ),
    ("verdict", "robust", "{id} was explained away by the control of local contrast."),
    (
        "verdict",
        "robust",
        "The effect disappeared when local contrast was equal, so {id} is not robust.",
    ),
    ("verdict", "robust", "No other explanation of {id} is left after the control."),
    ("verdict", "robust", "Since {id} is robust, it has reached the highest level L5."),
    ("verdict", "robust", "The supported finding {id} still waits for a first control."),
    ("verdict", "uncontrolled", "{id} is robust, because it survived its control."),
    ("verdict", "uncontrolled", "Our controls excluded all other explanations of {id}."),
    ("verdict", "uncontrolled", "The control with equal local contrast has confirmed {id}."),
    ("verdict", "uncontrolled", "Among all findings, {id} is the only one that passed a control."),
    ("verdict", "contradicted", "{id} is supported by the twin."),
    (
        "verdict",
        "contradicted",
        "As predicted in {id}, the neurons responded less in a surround of the same orientation.",
    ),
    ("verdict", "contradicted", "We found no effect in {id}, neither positive nor negative."),
    ("verdict", "contradicted", "The verdict of {id} is inconclusive, and more draws are needed."),
    (
        "verdict",
        "contradicted",
        "The negative sign of {id} proves that the linear account is correct.",
    ),
    ("verdict", "contradicted", "The effect of {id} is positive and larger than the margin."),
    (
        "verdict",
        "contradicted",
        "The reversed effect of {id} is robust: all controls were survived.",
    ),
    ("verdict", "inconclusive", "{id} is supported, even if the effect is small."),
    (
        "verdict",
        "inconclusive",
        "The result of {id} shows that contrast has no influence on the effect of the surround.",
    ),
    ("verdict", "inconclusive", "{id} was clearly rejected after {budget} draws."),
    (
        "verdict",
        "inconclusive",
        "The evidence for {id} crossed the threshold before the budget was used.",
    ),
    ("verdict", "inconclusive", "- {id}: level L1, confirmed on fresh draws."),
    ("verdict", "any", "The recordings agree with {id}, therefore it is at level L5."),
    ("verdict", "mixed", "All registered hypotheses are supported by the twin."),
    ("verdict", "mixed", "None of our predictions was contradicted."),
    ("verdict", "mixed", "Three of the four hypotheses held, and this is a good success."),
    ("verdict", "mixed", "Both supported findings are robust, since they survived their controls."),
    # subject
    (
        "subject",
        "supported",
        "{id} shows that mice see the disc less well when the surround has the same orientation.",
    ),
    (
        "subject",
        "supported",
        "Real neurons in mouse V1 are suppressed by the surround, as our result of {id} demonstrates.",
    ),
    ("subject", "supported", "In the human visual cortex we find the same suppression."),
    (
        "subject",
        "supported",
        "The finding {id} also holds in a second twin of another architecture.",
    ),
    (
        "subject",
        "supported",
        "Thus the brain uses the surround to reduce redundant signals, and {id} is the evidence for it.",
    ),
    ("subject", "supported", "The suppression of {id} was observed in all mice of our group."),
    (
        "subject",
        "robust",
        "Because the control was survived, {id} is now established for the living animal.",
    ),
    ("subject", "uncontrolled", "{id} tells us how the visual system of mammals works."),
    (
        "subject",
        "contradicted",
        "{id} shows that the neurons of living mice prefer a surround with the same orientation.",
    ),
    (
        "subject",
        "contradicted",
        "Our monkeys had a facilitation and not a suppression, which contradicts {id}.",
    ),
    ("subject", "inconclusive", "The mouse cortex gave no clear answer to {id}."),
    ("subject", "any", "For {id}, the responses of {n_neurons} biological cells were analysed."),
    (
        "subject",
        "mixed",
        "Taken together, we measured how the awake mouse perceives objects in front of a background.",
    ),
    # method
    ("method", "any", "The responses for {id} were recorded with two-photon calcium imaging."),
    (
        "method",
        "supported",
        "We silenced the inhibitory neurons with optogenetics, and the effect of {id} became weaker.",
    ),
    (
        "method",
        "any",
        "A two-way ANOVA with the factors orientation and surround was used to analyse {id}.",
    ),
    (
        "method",
        "any",
        "Eye position was tracked during the presentation, and trials with eye movements were removed.",
    ),
    (
        "method",
        "any",
        "For {id} we trained a convolutional network on the responses until the loss did not decrease any more.",
    ),
    ("method", "any", "The hypothesis {id} was written after we had looked at the responses."),
    ("method", "any", "The p-values were corrected with the Bonferroni method."),
    (
        "method",
        "any",
        "The mice were running on a wheel, and only periods of running were used for {id}.",
    ),
    ("method", "supported", "After injection of a GABA blocker the suppression of {id} was gone."),
    ("method", "any", "Five human observers judged the contrast of the disc in the same stimuli."),
    ("method", "any", "To be sure about {id}, we repeated the whole test with a second twin."),
    ("method", "any", "Attention was controlled by a detection task at the fixation point."),
    (
        "method",
        "contradicted",
        "We removed the feedback connections from the model, and then the sign of {id} became positive.",
    ),
    (
        "method",
        "inconclusive",
        "As {id} was not decided, we added 100 more draws to the budget and tested again.",
    ),
    (
        "method",
        "uncontrolled",
        "{id} was controlled for luminance and for the size of the surround in two separate runs.",
    ),
    ("method", "any", "We fitted a linear mixed-effects model with the animal as random factor."),
    ("method", "any", "Draws with invalid stimuli were found in {id} and replaced by new ones."),
]
