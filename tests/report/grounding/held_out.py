"""Phrasings as models write them, kept apart until they were scored.

At first contact 92.5 % of the faults were caught and 7.9 % of the true sentences removed: two
templates of each kind, which the rules were then mended for.

Each is about a finding of the verdict named, or about the whole study ("any").
See `tests.report.grounding.corpus` for what the places become.
"""

# ruff: noqa: E501

TRUE = [
    (
        "supported",
        "Our results support {id}, with a mean modulation index of {est2} (95% CI {lo} to {hi}).",
    ),
    (
        "supported",
        "{id} received support: the estimate of {est} exceeds the pre-registered margin of {margin}.",
    ),
    ("supported", "In agreement with the prediction, {id} showed an effect of {est2}."),
    (
        "supported",
        "The e-process for {id} reached its threshold after {stopped} draws, so the claim is supported.",
    ),
    ("supported", "These data provide evidence for {id} at level L1."),
    ("robust", "The effect in {id} survived the control and is therefore robust."),
    ("uncontrolled", "{id} was supported but had no control arm."),
    (
        "contradicted",
        "{id} was contradicted by the data, with an estimate of {est2} (95% CI {lo} to {hi}).",
    ),
    ("contradicted", "Contrary to our expectation, {id} was not supported."),
    (
        "contradicted",
        "The prediction of {id} was not confirmed; the effect was in the opposite direction.",
    ),
    ("contradicted", "The results do not support {id}."),
    ("inconclusive", "The test of {id} remained inconclusive after {budget} draws."),
    ("inconclusive", "We could not reach a verdict on {id}."),
    ("inconclusive", "{id} was inconclusive, and more draws would be needed."),
    ("any", "In total, {k_registered} hypotheses were registered and tested on the {twin} twin."),
    ("any", "The {twin} twin has {total} neurons, of which {n_neurons} met the criteria for {id}."),
    ("any", "All hypotheses were preregistered, and verdicts were based on e-values."),
    (
        "any",
        "These findings apply to the digital twin and should not be taken as evidence about real neurons.",
    ),
    ("any", "Future experiments in mouse V1 should test whether the effect generalizes."),
    (
        "any",
        "Previous work has shown that neurons in mouse V1 are tuned to orientation [[ctx:niell2008]].",
    ),
    ("any", "Normalization models predict stronger suppression by iso-oriented surrounds."),
    ("any", "One possible explanation is that the normalization pool is tuned."),
    ("any", "It remains unclear which mechanism underlies the effect."),
    ("any", "The estimate for {id} was based on {n_draws} fresh draws."),
    ("any", "Stimuli were matched in local contrast to rule out a low-level confound."),
    ("any", "A limitation of this study is that only one twin was tested."),
]

FAULTS = [
    (
        "number",
        "supported",
        "Our results support {id}, with a mean modulation index of {bad_est2}.",
    ),
    ("number", "any", "{id} had an estimate of {bad_est}."),
    ("number", "any", "In total, {w_bad_registered_l} hypotheses were registered and tested."),
    ("number", "any", "The {twin} twin has {bad_total} neurons."),
    ("number", "any", "The estimate for {id} was based on {bad_n_draws} fresh draws."),
    ("number", "any", "{id} was evaluated in {bad_n_neurons} neurons."),
    ("number", "any", "Responses were about {times} times larger in {id}."),
    ("number", "any", "The effect of {id} was highly significant (p < 0.01)."),
    ("number", "any", "The 95% CI of {id} was {bad_lo} to {bad_hi}."),
    ("unit", "any", "The estimate of {id} was {abs_est} Hz."),
    ("unit", "any", "{id} was evaluated in {n_draws} neurons."),
    ("unit", "any", "The margin of {id} was {margin} degrees."),
    ("citation", "any", "Similar results have been reported previously (Johnson et al., 2019)."),
    ("citation", "any", "This finding is consistent with earlier work [[ctx:johnson2019]]."),
    ("citation", "any", "Reynolds and Heeger (2009b) proposed such a model."),
    ("verdict", "contradicted", "Our results support {id}."),
    ("verdict", "contradicted", "In agreement with the prediction, {id} was confirmed."),
    ("verdict", "contradicted", "These data provide evidence for {id}."),
    ("verdict", "contradicted", "We could not reach a verdict on {id}."),
    ("verdict", "supported", "The results do not support {id}."),
    ("verdict", "supported", "{id} was contradicted by the data."),
    ("verdict", "supported", "We could not reach a verdict on {id}."),
    ("verdict", "supported", "There was no significant effect for {id}."),
    ("verdict", "inconclusive", "Our results support {id}."),
    ("verdict", "inconclusive", "{id} was contradicted by the data."),
    ("verdict", "inconclusive", "The data show that {id} is true."),
    ("verdict", "robust", "The effect in {id} did not survive the control."),
    ("verdict", "robust", "The effect in {id} can be explained away by local contrast."),
    ("verdict", "mixed", "All of our hypotheses were confirmed."),
    ("subject", "any", "Our findings show that neurons in mouse V1 normalize their responses."),
    (
        "subject",
        "any",
        "These results demonstrate that the visual cortex performs divisive normalization.",
    ),
    ("subject", "any", "The mice responded more strongly to the orthogonal surround."),
    ("subject", "any", "The results were obtained from the ViV1T twin."),
    ("method", "any", "We recorded neuronal activity using two-photon calcium imaging."),
    ("method", "any", "Differences were assessed with a paired t-test."),
    ("method", "any", "Neurons were optogenetically silenced during stimulation."),
    ("method", "any", "We trained a neural network to predict the responses."),
    ("method", "any", "Human participants rated the stimuli."),
    ("method", "any", "Five mice were used in this experiment."),
    ("method", "any", "The result was replicated in a second twin."),
]
