"""How often `v1vlm settle` is wrong on recordings with trial noise whose truth is known.

    python benchmarks/settle_simulation.py [--sessions 60]

Hypotheses of the stock, of every measure, and some of their controls are shown to the energy
twin once. A session resamples some of these draws, adds trial noise of a known law and size to
every neuron, and is read and tested as a recording is: each neuron in units of its own noisy
mean. Writes benchmarks/results/settle_simulation.md; exits with 1 if an error rate exceeds its
level by more than chance allows.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from v1vlm.analysis.measures import measure, score_draw
from v1vlm.analysis.neurons import Physiology, angular_distance_deg
from v1vlm.analysis.pooled import pooled_index, pooled_test, sample_of
from v1vlm.analysis.recorded import COUNTERPARTS, Counterpart, draw_features
from v1vlm.claims import NeuronRule
from v1vlm.errors import ProposalError
from v1vlm.physiology import characterise, load_physiology
from v1vlm.records import rng_of, seed_of
from v1vlm.responses import within
from v1vlm.rig import Rig, placements
from v1vlm.scientist.heuristic.templates import Template, load_templates
from v1vlm.stimuli import Contrast, Draw
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import load

Float = NDArray[np.float64]

WANTED = {
    "cross-surround": None,
    "collinear-path": None,
    "texture-spread": None,
    "crossing-angle": None,
    "corner-angle": None,
    "near-an-intersection": None,
    "surround-at-low-contrast": None,
    "plaid-summation": None,
    "delayed-surround": None,
    "natural-sparseness": None,
    # The effect minus that of a control in the same draws.
    "moving-surround": "far-surround",
    "crossing-angle, control": "apart",
    "surround-at-low-contrast, control": "far-surround",
}
"""Templates of the stock, and the control that is subtracted, if one is."""

MARGIN, NOTHING, PREDICTED = "margin at the truth", "no effect", "as predicted"
LEVELS = {MARGIN: 0.05, NOTHING: 0.05 / 10, PREDICTED: 0.05 / 10}
"""At the margin a level at which errors can be counted, else that of the first of ten."""
DRAWS, MANY, TRIALS, NEURONS_MAX = 60, 240, 10, 40
SNR = (0.1, 0.5)
LAWS = ("Poisson-like", "additive", "Poisson-like and shared gain")
SHARED_CV = 0.3
RESULTS = Path(__file__).parent / "results" / "settle_simulation.md"


@dataclass(frozen=True)
class Responded:
    """Noise-free responses of the neurons that count, draw by draw.

    Attributes
    ----------
    draws : list of array (arm, window, condition, neuron)
    distance_deg : list of array (neuron,)
    neurons : list of array (neuron,)
        Which ones they are.
    n_neurons : int
        Of the animal.
    registered : float
        Mean of the registered measure.
    """

    name: str
    measure: str
    how: Counterpart
    draws: list[Float]
    distance_deg: list[Float]
    neurons: list[NDArray[np.intp]]
    n_neurons: int
    registered: float

    @property
    def controlled(self) -> bool:
        """Whether a control was shown in the same draws."""
        return len(self.draws[0]) == 2


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=60)
    parser.add_argument("--draws", type=int, default=120)
    parser.add_argument("--neurons", type=int, default=400)
    options = parser.parse_args()
    began = time.process_time()
    rig = Rig(load(neurons=options.neurons), MemoryStore())
    physiology = load_physiology(characterise(rig), rig.store.get)
    rows = []
    for name, control in WANTED.items():
        responded = shown(rig, physiology, name, control, options.draws)
        print(f"{time.process_time() - began:.0f} s: {name}", flush=True)
        rows += examine(responded, options.sessions)
    lines, wrong = page(rows, options)
    RESULTS.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines), f"\n{time.process_time() - began:.0f} s of CPU")
    return int(wrong)


def shown(rig: Rig, physiology: Physiology, name: str, control: str | None, n: int) -> Responded:
    """Show draws of a template, and of a control, to the twin."""
    template = {t.id: t for t in load_templates()}[name.partition(",")[0]]
    how = COUNTERPARTS[template.measure]
    contrasts = [template.contrast.contrast()]
    contrasts += [arm.contrast for arm in template.arms() if arm.id == control]
    centres = placements(physiology, template.rule, rig.twin.card.screen)
    found = Responded(name, template.measure, how, [], [], [], len(physiology), 0.0)
    registered = []
    for number in range(n):
        seed = seed_of("settle simulation", template.id, number)
        draws = [contrast.draw(seed, centres) for contrast in contrasts]
        neurons = chosen(template.rule, physiology, draws[0])
        if len(neurons) > NEURONS_MAX:
            neurons = np.sort(rng_of(seed, "some").choice(neurons, NEURONS_MAX, replace=False))
        distance = distances(physiology, draws[0], neurons)
        if len(neurons) < template.rule.minimum or not how.reachable(distance):
            continue
        answers = [responses(rig, c, d, neurons) for c, d in zip(contrasts, draws, strict=True)]
        if any(answer is None for answer in answers):
            continue
        windows = how.windows(template.window_s)
        time_s = answers[0].time_s
        found.draws.append(
            np.stack(
                [[a.values[:, :, within(time_s, w)].mean(axis=2) for w in windows] for a in answers]
            )
        )
        found.distance_deg.append(distance)
        found.neurons.append(neurons)
        registered.append(scored(template, physiology, answers, neurons, distance))
    return Responded(**{**vars(found), "registered": float(np.nanmean(registered))})


@dataclass(frozen=True)
class Answer:
    """Responses (condition, neuron, time) of a draw."""

    values: Float
    time_s: Float


def responses(rig: Rig, contrast: Contrast, draw: Draw, neurons) -> Answer | None:
    """Responses (condition, neuron, time) of a draw; None where it cannot be matched."""
    screen = rig.twin.card.screen
    try:
        frames, _ = contrast.render(draw, screen)
    except ProposalError:
        return None
    if frames.shape[1] == 1:
        lasts = screen.frames(contrast.duration_s)
        frames = np.broadcast_to(frames, (len(frames), lasts, *frames.shape[2:]))
    answered = rig.twin.respond(frames, neurons=neurons)
    return Answer(np.asarray(answered.values, np.float64), answered["time"].values)


def scored(template: Template, physiology: Physiology, answers, neurons, distance) -> float:
    """The registered measure of a draw, of the effect or of the effect minus the control's."""
    how = measure(template.measure)
    scores = []
    for answer in answers:
        inside = answer.values[:, :, within(answer.time_s, template.window_s)]
        inside = inside / physiology["reference"][neurons][None, :, None]
        placed = (distance,) if how.placed else ()
        scores.append(score_draw(how, how.summarise(inside, *placed)))
    return scores[0] - (scores[1] if len(scores) > 1 else 0.0)


def chosen(rule: NeuronRule, physiology: Physiology, draw: Draw) -> NDArray[np.intp]:
    if rule.prefers_within_deg is not None and draw.orientation_deg is None:
        return np.zeros(0, np.intp)
    place = (draw.azimuth_deg, draw.elevation_deg)
    return rule.select(physiology, *place, draw.orientation_deg)


def distances(physiology: Physiology, draw: Draw, neurons) -> Float:
    places = draw.features_deg or ((draw.azimuth_deg, draw.elevation_deg),)
    azimuth, elevation = (physiology[f"rf_{n}_deg"][neurons] for n in ("azimuth", "elevation"))
    return np.min([angular_distance_deg(azimuth, elevation, p) for p in places], axis=0)


def examine(responded: Responded, sessions: int) -> list[dict]:
    """Error rates where the margin lies at the truth, and where nothing is true; and power."""
    usual = population(responded, swapped=False)
    nothing = usual + population(responded, swapped=True)
    truth = truth_of(responded, usual)
    rows = []
    margin = measure(responded.measure).default_margin
    for law in LAWS:
        for snr in SNR:
            common = {"name": responded.name, "quantity": responded.how.quantity, "law": law}
            common |= {"truth": truth, "registered": responded.registered, "snr": snr}
            predicted = population(responded, swapped=truth < 0)
            for case, draws, at, n, times in (
                (MARGIN, predicted, abs(truth), DRAWS, sessions),
                (NOTHING, nothing, margin, DRAWS, sessions // 2),
                (PREDICTED, predicted, margin, DRAWS, sessions // 4),
                (PREDICTED, predicted, margin, MANY, sessions // 4),
            ):
                value = 0.0 if case == NOTHING else abs(truth)
                if at < 1e-3:
                    continue
                verdicts = run(responded, draws, at, law, snr, times, case, n)
                row = {**common, "case": case, "value": value, "margin": at, "draws": n}
                rows.append({**row, **verdicts})
    return rows


def population(responded: Responded, *, swapped: bool) -> list[tuple[int, Float]]:
    """Draws to resample, with their numbers; with conditions in the order that turns the sign."""
    order = np.arange(responded.draws[0].shape[2])
    if swapped:
        # An interaction turns with both of its pairs, a series with its order.
        order = np.array([1, 0, 3, 2]) if responded.measure == "interaction" else order[::-1]
    return [(i, responses[:, :, order]) for i, responses in enumerate(responded.draws)]


def truth_of(responded: Responded, draws: list[tuple[int, Float]]) -> float:
    """Of noise-free responses, in units of each neuron's mean over the draws that show it."""
    scale = scale_of(responded, draws, [r[:, :, :, None] for _, r in draws])
    features = [features_of(responded, i, np.stack([r, r], axis=3), scale) for i, r in draws]
    return float(
        pooled_index(np.mean(features, axis=0), responded.how, controlled=responded.controlled)
    )


def scale_of(responded: Responded, draws, trials: list[Float]) -> Float:
    """Mean response of every neuron of the animal; NaN where it is weak, as in `settle`."""
    total, count = np.zeros(responded.n_neurons), np.zeros(responded.n_neurons)
    for (i, _), of in zip(draws, trials, strict=True):
        # arm, window, condition, trial, neuron
        np.add.at(total, responded.neurons[i], of[:, 0].mean(axis=(0, 1, 2)))
        np.add.at(count, responded.neurons[i], 1)
    level = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    positive = level[np.isfinite(level) & (level > 0)]
    return np.where(level > 0.05 * np.median(positive), level, np.nan)


def features_of(responded: Responded, i: int, trials: Float, scale: Float) -> list[float]:
    """Features of a draw from responses (arm, window, condition, trial, neuron)."""
    level = scale[responded.neurons[i]]
    usable = np.isfinite(level)
    scaled = trials[..., usable] / level[usable]
    found: list[float] = []
    for arm in scaled:
        windows = [list(window) for window in arm]
        of = draw_features(responded.how, windows, responded.distance_deg[i][usable])
        found += list(of or [np.nan] * responded.how.n_features)
    return found


def run(
    responded: Responded,
    draws,
    margin: float,
    law: str,
    snr: float,
    sessions: int,
    case: str,
    n: int,
) -> dict:
    # A neuron's variance over the stimuli shown to it, of which noise has 1/SNR.
    spread = np.zeros(responded.n_neurons)
    for neuron in range(responded.n_neurons):
        seen = [r[:, 0][..., responded.neurons[i] == neuron].ravel() for i, r in draws]
        seen = np.concatenate(seen)
        spread[neuron] = seen.var() / snr if seen.size else 0.0
    shares = {"supported": 0, "contradicted": 0}
    estimates = []
    for session in range(sessions):
        rng = rng_of("settle simulation", responded.name, case, law, snr, session, n)
        these = [draws[k] for k in rng.integers(len(draws), size=n)]
        level = {i: responded.draws[i] for i, _ in these}
        trials = [
            noise(r, spread[responded.neurons[i]], mean_of(level[i]), law, rng) for i, r in these
        ]
        scale = scale_of(responded, these, trials)
        features = np.array(
            [features_of(responded, i, t, scale) for (i, _), t in zip(these, trials, strict=True)]
        )
        features = features[np.isfinite(features).all(axis=1)]
        sample = sample_of(features, responded.how, controlled=responded.controlled)
        tested = pooled_test(sample, "greater", margin, LEVELS[case], LEVELS[case])
        if tested["verdict"] in shares:
            shares[tested["verdict"]] += 1
        mean = features.mean(axis=0)
        estimates.append(pooled_index(mean, responded.how, controlled=responded.controlled))
    return {**shares, "sessions": sessions, "estimate": float(np.nanmean(estimates))}


def mean_of(responses: Float) -> Float:
    return responses[:, 0].mean(axis=(0, 1))


def noise(mean: Float, variance: Float, level: Float, law: str, rng: np.random.Generator) -> Float:
    """Noisy responses (arm, window, condition, trial, neuron) of (arm, window, condition, neuron).

    `variance` (neuron,) is that of a trial at the neuron's mean response, `level`.
    """
    shape = (*mean.shape[:3], TRIALS, mean.shape[3])
    whole = np.broadcast_to(mean[:, :, :, None], shape)
    if law == "additive":
        return whole + rng.normal(size=shape) * np.sqrt(variance)
    # Variance in proportion to the mean.
    unit = np.maximum(variance, 1e-12) / np.maximum(level, 1e-9)
    noisy = rng.gamma(np.maximum(whole, 1e-9) / unit) * unit
    if "shared" in law:
        noisy *= rng.gamma(SHARED_CV**-2, SHARED_CV**2, shape[:-1])[..., None]
    return noisy


def page(rows: list[dict], options: argparse.Namespace) -> tuple[list[str], bool]:
    lines = [
        "# Settling recordings with trial noise",
        "",
        f"`python benchmarks/settle_simulation.py --sessions {options.sessions}`: {DRAWS} or "
        f"{MANY} draws of {TRIALS} trials, {options.neurons} neurons of the energy twin, at most "
        f"{NEURONS_MAX} of them per draw; level {LEVELS[MARGIN]:g} at the margin, so that errors "
        f"can be counted, else {LEVELS[NOTHING]:g} (the first of ten). Wrong: supported although "
        "the quantity is not above the margin, or contradicted although it is not below. SNR: "
        "single-trial, variance over stimuli by variance over trials. Shared gain: all neurons of "
        f"a trial are multiplied by one number, CV {SHARED_CV:g}. Noise of early and late windows "
        "is drawn apart.",
        "",
        "| case | draws | law | SNR | sessions | supported | contradicted | wrong | allowed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    wrong_anywhere = False
    for case, draws in ((MARGIN, DRAWS), (NOTHING, DRAWS), (PREDICTED, DRAWS), (PREDICTED, MANY)):
        for law in LAWS:
            for snr in SNR:
                cell = (case, draws, law, snr)
                of = [r for r in rows if (r["case"], r["draws"], r["law"], r["snr"]) == cell]
                line, wrong = summed(of, case)
                wrong_anywhere |= wrong
                lines.append(f"| {case} | {draws} | {law} | {snr:g} | {line}")
    lines += [
        "",
        "By hypothesis, over all laws and SNR. *Registered* is the mean of the measure in the "
        f"twin; *pooled* what stands for it in a recording; the estimates are of {MANY} draws at "
        "SNR .1, one of each law, turned to the side of the pooled one.",
        "",
        "| hypothesis | quantity | registered | pooled | estimates | wrong at the margin | allowed "
        f"| supported as predicted: {DRAWS} draws (SNR .1, .5) | {MANY} draws |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(r["name"] for r in rows):
        of = [r for r in rows if r["name"] == name]
        as_predicted = [r for r in of if r["case"] == PREDICTED]
        at = [r for r in of if r["case"] == MARGIN]
        sessions, false = sum(r["sessions"] for r in at), sum(wrong_of(r) for r in at)
        wrong_anywhere |= bool(binom.sf(false - 1, max(sessions, 1), 2 * LEVELS[MARGIN]) < 1e-3)
        found = " | ".join(
            ", ".join(f"{power(as_predicted, draws, snr):.2f}" for snr in SNR)
            for draws in (DRAWS, MANY)
        )
        shown = [r for r in as_predicted if (r["snr"], r["draws"]) == (SNR[0], MANY)]
        estimates = ", ".join(f"{r['estimate']:+.3f}" for r in shown)
        lines.append(
            f"| {name} | {of[0]['quantity']} | {of[0]['registered']:+.3f} | "
            f"{of[0]['truth']:+.3f} | {estimates} | {false / max(sessions, 1):.4f} | "
            f"{2 * LEVELS[MARGIN]:g} | {found} |"
        )
    return lines, wrong_anywhere


def power(rows: list[dict], draws: int, snr: float) -> float:
    of = [r for r in rows if (r["draws"], r["snr"]) == (draws, snr)]
    return sum(r["supported"] for r in of) / sum(r["sessions"] for r in of)


def wrong_of(row: dict) -> int:
    return (row["value"] <= row["margin"]) * row["supported"] + (
        row["value"] >= row["margin"]
    ) * row["contradicted"]


def summed(of: list[dict], case: str) -> tuple[str, bool]:
    sessions = sum(r["sessions"] for r in of)
    supported, contradicted = (sum(r[v] for r in of) for v in ("supported", "contradicted"))
    false = sum(wrong_of(r) for r in of)
    # At the margin exactly both nulls are true.
    level = LEVELS[case] * (2 if case == MARGIN else 1)
    line = (
        f"{sessions} | {supported / sessions:.3f} | {contradicted / sessions:.3f} | "
        f"{false / sessions:.4f} | {level:g} |"
    )
    return line, bool(binom.sf(false - 1, sessions, level) < 1e-3)


if __name__ == "__main__":
    sys.exit(main())
