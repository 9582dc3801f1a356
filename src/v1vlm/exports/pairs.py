"""Which hypotheses to take to the rig: those that rival accounts disagree on, with planned power.

Every template of the heuristic scientist says what each of its rival accounts of V1 predicts:
an effect in the positive direction, in the negative one, or none. Their *disagreement* is the mean
over pairs of accounts of 1 where they predict opposite signs, ½ where one predicts an effect and
the other none, 0 where they agree. Where accounts have a stand-in among the variants of the energy
twin (`STAND_INS`), what the variants answer was measured (benchmarks/rival_pairs.py): the *spread*
is the largest difference between their mean scores, and orders those of equal disagreement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from v1vlm.analysis.evidence import elond_alpha
from v1vlm.analysis.recorded import COUNTERPARTS
from v1vlm.exports.power import Assumptions, moments_of_trial, planned_power
from v1vlm.journal import Trial, settles
from v1vlm.scientist.heuristic.templates import FORECASTS_SAY, load_templates
from v1vlm.study import StudyReader

STAND_INS = {
    "E": "energy:no-surround,no-untuned-pool,no-normalisation",
    "U": "energy:no-surround",
    "I": "energy:surround=2",
    "C": "energy:curvature=0.2,junction=0.2,texture=0.2",
}
"""Variants of the energy twin that stand in for rival accounts, by their letters."""

_SIGNS = {"greater": 1, "less": -1, "none": 0}


def disagreement(forecasts: Sequence[str]) -> float:
    """Mean distance between what accounts predict (``greater``, ``less``, ``none``), 0 to 1."""
    signs = [_SIGNS[forecast] for forecast in forecasts]
    pairs = [abs(one - other) / 2 for one, other in combinations(signs, 2)]
    return sum(pairs) / len(pairs) if pairs else 0.0


@cache
def stand_ins() -> Mapping[str, Any]:
    """What the variants answered: per template ``scores`` by letter, and ``power``."""
    text = files("v1vlm.exports").joinpath("stand_ins.json").read_text("utf-8")
    measured: dict[str, Any] = json.loads(text)
    return measured


def rank_stock() -> list[dict[str, Any]]:
    """All templates of the heuristic scientist, those worth most at a rig first."""
    rows = []
    for template in load_templates():
        measured = stand_ins()["templates"].get(template.id, {})
        rows.append(
            {
                "id": template.id,
                "title": template.title,
                **_said({letter: rival.predicts for letter, rival in template.rivals.items()}),
                **_measured(template.id),
                "settles": template.measure in COUNTERPARTS,
                "power": measured.get("power"),
            }
        )
    return _ranked(rows)


def rank_study(
    study: StudyReader, draws: int = 60, trials: int = 10, assumed: Assumptions | None = None
) -> list[dict[str, Any]]:
    """The registered hypotheses of a study, those worth most at a rig first.

    Power is planned from the study's own estimation draws: ``power`` is the share of simulated
    recordings that confirm the verdict of the twin, or reach any if it reached none.
    """
    assumed = assumed or Assumptions()
    alpha = elond_alpha(study.state.spec.alpha, max(len(study.state.trials), 1), 0)
    rows = []
    for trial in study.state.trials:
        hypothesis = trial.registration.hypothesis
        moments = moments_of_trial(study, trial)
        power = None
        if moments is not None:
            planned = planned_power(moments, hypothesis.prediction, alpha, draws, trials, assumed)
            power = _confirming(planned, trial)
        rows.append(
            {
                "id": hypothesis.id,
                "title": hypothesis.title,
                **_said(forecasts_of(trial)),
                **_measured(hypothesis.origin),
                "settles": settles(trial.registration),
                "power": power,
            }
        )
    return _ranked(rows)


def forecasts_of(trial: Trial) -> dict[str, str]:
    """What rival accounts predict of a hypothesis; those that say it in words of their own are
    left out.
    """
    found = {}
    for account, words in trial.registration.hypothesis.rivals.items():
        for forecast, phrase in FORECASTS_SAY.items():
            if words.startswith(phrase):
                found[account[:1]] = str(forecast)
    return found


def _confirming(planned: Mapping[str, Any], trial: Trial) -> float:
    verdict = trial.finding.verdict if trial.finding is not None else "inconclusive"
    if verdict == "inconclusive":
        return float(planned["supported"] + planned["contradicted"])
    return float(planned[verdict])


def _said(forecasts: Mapping[str, str]) -> dict[str, Any]:
    said = ", ".join(f"{letter} {forecast}" for letter, forecast in forecasts.items())
    return {"rivals": said, "disagreement": disagreement(tuple(forecasts.values()))}


def _measured(template: str) -> dict[str, Any]:
    scores = stand_ins()["templates"].get(template, {}).get("scores", {})
    means = [score["mean"] for score in scores.values()]
    return {"spread": max(means) - min(means) if len(means) > 1 else None}


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Settleable ones first, then by disagreement, then by the spread of the stand-ins."""
    rows.sort(key=lambda r: (not r["settles"], -r["disagreement"], -(r["spread"] or 0.0)))
    return [{"rank": i + 1, **row} for i, row in enumerate(rows)]
