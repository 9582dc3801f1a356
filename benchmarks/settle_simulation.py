"""How often `v1vlm settle` is wrong on recordings with trial noise whose truth is known.

    python benchmarks/settle_simulation.py [--sessions 200]

Hypotheses of the stock are shown to the energy twin once, 400 draws each. A session resamples
some of these draws, adds trial noise of a known law and size to every neuron, and is settled.
Writes benchmarks/results/settle_simulation.md; exits with 1 if an error rate exceeds its level by
more than chance allows.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from v1vlm.analysis.measures import measure
from v1vlm.journal.settling import pooled_test
from v1vlm.physiology import characterise, load_physiology
from v1vlm.records import rng_of, seed_of
from v1vlm.rig import DrawPlan, Rig, dense_features
from v1vlm.scientist.heuristic.templates import load_templates
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import load

Float = NDArray[np.float64]

WANTED = (
    *("cross-surround", "collinear-path", "crossing-or-apart", "natural-or-scrambled"),
    *("texture-spread", "moving-surround", "t-or-l-junction", "closed-contour"),
)
LEVEL = 0.05 / 10
"""Of the first of ten registrations."""
DRAWS, TRIALS = 60, 10
SNR = (0.1, 0.2, 0.5)
LAWS = ("Poisson-like", "additive", "Poisson-like and shared gain")
SHARED_CV = 0.3
RESULTS = Path(__file__).parent / "results" / "settle_simulation.md"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--neurons", type=int, default=400)
    options = parser.parse_args()
    began = time.time()
    pairs = shown(options.draws, options.neurons)
    print(f"shown: {time.time() - began:.0f} s", flush=True)
    rows = [row for pair in pairs for row in examine(*pair, options.sessions)]
    lines, wrong = page(rows, options)
    RESULTS.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))
    return int(wrong)


def shown(draws: int, neurons: int) -> list[tuple[str, Float, float]]:
    """Name, responses (draw, 2, neuron) with NaN, and mean registered measure of each contrast."""
    store = MemoryStore()
    rig = Rig(load(neurons=neurons), store)
    physiology = load_physiology(characterise(rig), store.get)
    found = []
    for template in load_templates():
        if template.id not in WANTED:
            continue
        plan = DrawPlan(
            contrast=template.contrast.contrast(),
            rule=template.rule,
            measure="permi",
            window_s=template.window_s,
            seeds=tuple(seed_of("settle simulation", template.id, i) for i in range(draws)),
            twin=rig.twin.card.digest,
            physiology=physiology.digest,
        )
        answer = rig.show(plan, physiology)
        blobs = {name: store.put(answer[name]) for name in ("features", "index", "offsets")}
        features, _ = dense_features([{"blobs": blobs}], store, template.rule.minimum)
        members = list(measure("permi").members or ())
        pair = features[:, members]
        pair = pair[np.isfinite(pair[:, 0]).any(axis=1)]
        scores = [score for score in answer["scores"] if score is not None]
        found.append((template.id, scaled(pair), float(np.mean(scores))))
    return found


def scaled(pair: Float) -> Float:
    """Responses in units of each neuron's mean; neurons that answer to nothing are left out."""
    level = np.nanmean(pair, axis=(0, 1))
    kept = level > 0.05 * np.nanmedian(level)
    pair = pair[:, :, kept] / level[kept]
    return pair[np.isfinite(pair[:, 0]).any(axis=1)]


def examine(name: str, pair: Float, permi: float, sessions: int) -> list[dict]:
    """Error rates where the margin lies at the truth, above, below, and where nothing is true."""
    difference, total = (np.nanmean(pair[:, 0] + s * pair[:, 1], axis=1).mean() for s in (-1, 1))
    truth = float(difference / total)
    swapped = np.concatenate([pair, pair[:, ::-1]])
    rows = []
    for law in LAWS:
        for snr in SNR:
            common = {"name": name, "truth": truth, "permi": permi, "law": law, "snr": snr}
            for case, responses, margin in (
                ("margin at the truth", pair if truth > 0 else pair[:, ::-1], abs(truth)),
                ("no effect", swapped, 0.05),
                ("as predicted", pair if truth > 0 else pair[:, ::-1], 0.05),
            ):
                value = 0.0 if case == "no effect" else abs(truth)
                if margin < 1e-3:
                    continue
                verdicts = run(responses, margin, law, snr, sessions, (name, case))
                rows.append({**common, "case": case, "value": value, "margin": margin, **verdicts})
    return rows


def run(pair: Float, margin: float, law: str, snr: float, sessions: int, key: tuple) -> dict:
    counted = np.isfinite(pair[:, 0])
    spread = np.nanvar(pair, axis=(0, 1))
    shares = {"supported": 0, "contradicted": 0}
    estimates = []
    for session in range(sessions):
        rng = rng_of("settle simulation", *key, law, snr, session)
        index = rng.integers(len(pair), size=DRAWS)
        noisy = noise(pair[index], spread / snr, law, rng)
        a, b = (np.nanmean(np.where(counted[index], noisy[:, k], np.nan), axis=1) for k in (0, 1))
        tested = pooled_test(a - b, a + b, "greater", margin, LEVEL, LEVEL)
        if tested["verdict"] in shares:
            shares[tested["verdict"]] += 1
        estimates.append(float((a - b).sum() / (a + b).sum()))
    return {**shares, "sessions": sessions, "estimate": float(np.mean(estimates))}


def noise(mean: Float, variance: Float, law: str, rng: np.random.Generator) -> Float:
    """Means over trials of noisy responses (draw, 2, neuron)."""
    mean = np.nan_to_num(mean)
    if law == "additive":
        return mean + rng.normal(size=mean.shape) * np.sqrt(variance / TRIALS)
    # Variance in proportion to the mean, `variance` at a neuron's own mean of one.
    shape = np.maximum(mean, 1e-9) * TRIALS / np.maximum(variance, 1e-9)
    noisy = rng.gamma(shape) * np.maximum(variance, 1e-9) / TRIALS
    if "shared" in law:
        gain = rng.gamma(TRIALS / SHARED_CV**2, SHARED_CV**2 / TRIALS, mean.shape[:2])
        noisy = noisy * gain[:, :, None]
    return noisy


def page(rows: list[dict], options: argparse.Namespace) -> tuple[list[str], bool]:
    lines = [
        "# Settling recordings with trial noise",
        "",
        f"`python benchmarks/settle_simulation.py --sessions {options.sessions}`: {DRAWS} draws "
        f"of {TRIALS} trials, level {LEVEL:g} (the first of ten), {options.neurons} neurons of the "
        "energy twin. Wrong: supported although the pooled index is not above the margin, or "
        "contradicted although it is not below. SNR: single-trial, variance over stimuli by "
        "variance over trials. Shared gain: all neurons of a trial are multiplied by one number, "
        f"CV {SHARED_CV:g}.",
        "",
        "| case | law | SNR | sessions | supported | contradicted | wrong | allowed |",
        "|---|---|---|---|---|---|---|---|",
    ]
    wrong_anywhere = False
    for case in ("margin at the truth", "no effect", "as predicted"):
        for law in LAWS:
            for snr in SNR:
                of = [r for r in rows if (r["case"], r["law"], r["snr"]) == (case, law, snr)]
                sessions = sum(r["sessions"] for r in of)
                supported, contradicted = (
                    sum(r[v] for r in of) for v in ("supported", "contradicted")
                )
                false = sum(
                    (r["value"] <= r["margin"]) * r["supported"]
                    + (r["value"] >= r["margin"]) * r["contradicted"]
                    for r in of
                )
                # At the margin exactly both nulls are true.
                level = 2 * LEVEL if case == "margin at the truth" else LEVEL
                wrong_anywhere |= bool(binom.sf(false - 1, sessions, level) < 1e-3)
                lines.append(
                    f"| {case} | {law} | {snr:g} | {sessions} | {supported / sessions:.3f} | "
                    f"{contradicted / sessions:.3f} | {false / sessions:.4f} | {level:g} |"
                )
    lines += ["", "| hypothesis | pooled index | mean index (permi) | estimate at SNR .1 |"]
    lines += ["|---|---|---|---|"]
    for name in dict.fromkeys(r["name"] for r in rows):
        of = [
            r for r in rows if r["name"] == name and r["case"] == "as predicted" and r["snr"] == 0.1
        ]
        sign = 1 if of[0]["truth"] > 0 else -1
        estimates = ", ".join(f"{sign * r['estimate']:+.3f}" for r in of)
        lines.append(f"| {name} | {of[0]['truth']:+.3f} | {of[0]['permi']:+.3f} | {estimates} |")
    return lines, wrong_anywhere


if __name__ == "__main__":
    sys.exit(main())
