"""What variants of the energy twin answer to the stock of hypotheses: stand-ins for rivals.

    python benchmarks/rival_pairs.py [--draws 40] [--neurons 400]

Writes src/v1vlm/exports/stand_ins.json and benchmarks/results/rival_pairs.md.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from v1vlm.analysis.evidence import elond_alpha
from v1vlm.claims import Prediction
from v1vlm.exports.pairs import STAND_INS, rank_stock
from v1vlm.exports.power import PLANNED, Assumptions, moments_of, planned_power
from v1vlm.physiology import characterise, load_physiology
from v1vlm.records import canonical_json, seed_of
from v1vlm.rig import DrawPlan, Rig, dense_features
from v1vlm.scientist.heuristic.templates import Template, load_templates
from v1vlm.store import MemoryStore
from v1vlm.twins.energy import load

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src" / "v1vlm" / "exports" / "stand_ins.json"
ASSUMED = Assumptions()
SESSION = {"draws": 60, "trials": 10}
HYPOTHESES = 10


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--neurons", type=int, default=400)
    options = parser.parse_args()
    measured: dict[str, dict] = {template.id: {"scores": {}} for template in load_templates()}
    for letter, variant in STAND_INS.items():
        began = time.time()
        ask(letter, variant, options.neurons, options.draws, measured)
        print(f"{letter} {variant}: {time.time() - began:.0f} s", flush=True)
    power = {**SESSION, **ASSUMED.to_json(), "hypotheses": HYPOTHESES}
    about = {"draws": options.draws, "neurons": options.neurons, "power": power}
    whole = {"about": about, "templates": measured}
    DATA.write_text(json.dumps(json.loads(canonical_json(whole)), indent=1) + "\n", "utf-8")
    (ROOT / "benchmarks" / "results" / "rival_pairs.md").write_text(page(about), "utf-8")


def ask(letter: str, variant: str, neurons: int, draws: int, measured: dict) -> None:
    """Show every template to a variant."""
    store = MemoryStore()
    rig = Rig(load(variant.partition(":")[2], neurons=neurons), store)
    physiology = load_physiology(characterise(rig), store.get)
    for template in load_templates():
        plan = plan_of(template, draws, rig, physiology.digest)
        answer = rig.show(plan, physiology)
        scores = np.array([s for s in answer["scores"] if s is not None])
        if len(scores) < draws / 2:
            continue
        measured[template.id]["scores"][letter] = {
            "mean": round(float(scores.mean()), 4),
            "sd": round(float(scores.std(ddof=1)), 4),
            "n": len(scores),
        }
        if letter == "I":
            measured[template.id]["power"] = power_of(template, answer, store)


def plan_of(template: Template, draws: int, rig: Rig, physiology: str) -> DrawPlan:
    return DrawPlan(
        contrast=template.contrast.contrast(),
        rule=template.rule,
        measure=template.measure,
        window_s=template.window_s,
        seeds=tuple(seed_of("rival pairs", template.id, i) for i in range(draws)),
        twin=rig.twin.card.digest,
        physiology=physiology,
    )


def power_of(template: Template, answer: dict, store: MemoryStore) -> float | None:
    """Share of simulated recordings with a verdict, were the animal as the iso-surround twin."""
    blobs = {name: store.put(answer[name]) for name in ("features", "index", "offsets")}
    features, _ = dense_features([{"blobs": blobs}], store, template.rule.minimum)
    if template.measure not in PLANNED:
        return None
    moments = moments_of(features, template.measure, template.rule.minimum)
    if moments is None:
        return None
    prediction = Prediction(
        measure=template.measure, direction=template.direction, margin=template.margin
    )
    alpha = elond_alpha(0.05, HYPOTHESES, 0)
    planned = planned_power(moments, prediction, alpha, assumed=ASSUMED, **SESSION)
    return round(planned["supported"] + planned["contradicted"], 2)


def page(about: dict) -> str:
    lines = [
        "# Pairs for the rig",
        "",
        f"`python benchmarks/rival_pairs.py`: {about['draws']} draws of every template to "
        f"{about['neurons']} neurons of the variants of the energy twin that stand in for "
        "accounts of V1.",
        "",
        *(f"* {letter}: `{variant}`" for letter, variant in STAND_INS.items()),
        "",
        *table(rank_stock()),
        "",
    ]
    return "\n".join(lines)


def table(rows: list[dict]) -> list[str]:
    header = "| | hypothesis | accounts predict | disagreement | spread | power |"
    lines = [header, "|---|---|---|---|---|---|"]
    for row in rows:
        spread = "–" if row["spread"] is None else f"{row['spread']:.2f}"
        power = "–" if row["power"] is None else f"{row['power']:.2f}"
        lines.append(
            f"| {row['rank']} | {row['title']} (`{row['id']}`) | {row['rivals']} | "
            f"{row['disagreement']:.2f} | {spread} | {power} |"
        )
    return lines


if __name__ == "__main__":
    main()
