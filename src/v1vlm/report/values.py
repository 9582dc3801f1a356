"""The study as plain JSON values, for a document to quote."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from v1vlm import plugins
from v1vlm.analysis.measures import measure, measure_names
from v1vlm.claims import Finding, Hypothesis, Registration
from v1vlm.figures import FigureFile
from v1vlm.journal import State, Trial, levels_of
from v1vlm.physiology import facts
from v1vlm.report.designs import changes, described
from v1vlm.report.document import CONSTANTS
from v1vlm.report.formats import number, window
from v1vlm.report.neurons import NeuronTable
from v1vlm.report.origins import records_of
from v1vlm.report.rates import recorded_rates
from v1vlm.rig.plan import OFFSET_S, SECONDARY_S
from v1vlm.stimuli import WORDINGS_MIN, painted_in

QUOTABLE: dict[str, str] = {
    "id": "text",
    "title": "text",
    "statement": "text",
    "parent": "text",
    "measure": "text",
    "direction": "text",
    "margin": "number",
    "clip_bound": "number",
    "factor": "text",
    "neuron_rule": "text",
    "n_neurons": "count",
    "twin": "text",
    "mouse": "text",
    "behaviour": "text",
    "window_s": "window",
    "estimate": "estimate",
    "interval": "interval",
    "cs": "interval",
    "e_value": "e-value",
    "e_refute": "e-value",
    "threshold_support": "e-value",
    "threshold_refute": "e-value",
    "stopped_at": "count",
    "draws_max": "count",
    "n_draws": "count",
    "unclipped": "estimate",
    "clipped_share": "share",
    "invalid_share": "share",
    "population_index": "estimate",
    "interval_by_source": "interval",
    "n_sources": "count",
    "n_wordings": "count",
    "wording_scope": "text",
    "scope": "text",
    "verdict": "text",
    "reason": "text",
    "controls_verdict": "text",
    "explained_by": "text",
    "level": "text",
    "registration": "text",
}
"""Fields of a finding that prose may quote, with their format."""


_WINDOWS = {
    **{name: f"{name} ({window(bounds)})" for name, bounds in SECONDARY_S.items()},
    "offset": f"offset ({window(OFFSET_S)} after it)",
}


def study_values(
    state: State,
    figures: Mapping[str, FigureFile],
    disputed: Sequence[Mapping[str, Any]],
    neurons: NeuronTable | None = None,
    sent_back: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Everything that a report of the state may refer to.

    No time, path, host or hash of the journal is among it: equal studies are equal reports.
    """
    physiology = state.physiology or {}
    return {
        **_painting(state),
        "study": state.study,
        "spec": state.spec.to_json(),
        "twin": dict(state.twin),
        "versions": dict(state.versions),
        "versions_listed": [
            f"{name} {version}" for name, version in sorted(state.versions.items())
        ],
        "models_listed": list(state.models),
        "replicates": _subjects(state),
        "physiology": {name: physiology.get(name) for name in ("digest", "n_stimuli", "summary")},
        "card": _card(state),
        "counts": counts_of(state),
        "command": _command(state),
        "trials": [_trial(trial, neurons) for trial in state.trials],
        "records": records_of(state),
        "attempts": [
            {
                "step": attempt.step,
                "outcome": attempt.outcome,
                "reason": attempt.reason,
                "id": attempt.hypothesis.id if attempt.hypothesis else None,
                "title": attempt.hypothesis.title if attempt.hypothesis else None,
            }
            for attempt in state.attempts
        ],
        "prose": dict(state.prose or {}),
        "figures": {name: dict(figure.facts) for name, figure in figures.items()},
        "removed": [dict(one) for one in disputed if not one["printed"]],
        "unchecked": [dict(one) for one in disputed if one["printed"]],
        "sent_back": [dict(one) for one in sent_back],
        "n_sent_back": len(sent_back),
        "constants": dict(CONSTANTS),
        "common": _in_common(state),
        "error_rates": recorded_rates(),
        "stopped": state.stopped,
        "siblings": [_sibling(sibling) for sibling in state.siblings or ()],
        "n_siblings": len(state.siblings or ()),
        "settled": _settled(state),
        "together": [dict(one) for entry in state.settled for one in entry["together"]],
    }


def _card(state: State) -> dict[str, Any]:
    """The physiology card as a report refers to it; empty where the study has none.

    Returns
    -------
    dict
        As `v1vlm.physiology.citation`, with ``n_facts``, ``short`` (of the digest) and, of each
        fact, ``claims``: the registered hypotheses that it bears on.
    """
    if state.card is None:
        return {}
    card = dict(state.card)
    claims = [trial.registration.hypothesis for trial in state.trials]
    known = [{**fact, "claims": _borne_on(fact, claims)} for fact in card["facts"]]
    missed = [fact["text"] for fact in known if fact["verdict"] == "miss" and not fact["claims"]]
    return {
        **card,
        "entries": [str(name).replace("_", " ") for name in card["entries"]],
        "facts": known,
        "n_facts": len(known),
        "n_protocols": len(card["entries"]),
        "short": str(card["digest"])[:16],
        "other_misses": missed,
    }


def _borne_on(fact: Mapping[str, Any], claims: list[Hypothesis]) -> list[str]:
    # The words are those of this version's facts: nothing in a journal is run as an expression.
    own = next((one for one in facts() if one.id == fact["id"] and one.words), None)
    if own is None:
        return []
    return [claim.id for claim in claims if own.bears_on(f"{claim.title} {claim.statement}")]


def _subjects(state: State) -> list[dict[str, Any]]:
    """The twins that claims are replicated in."""
    counted = levels_of(state.twin, state.replicates)
    return [
        {
            "name": card["name"],
            "mouse": card["mice"][0],
            "lineage": card.get("lineage") or "not stated",
            "n_neurons": card["n_neurons"],
            "n_with_field": state.physiologies.get(card["digest"], {})
            .get("summary", {})
            .get("n_with_field"),
            "counts_for": level or "no level",
        }
        for card, level in zip(state.replicates, counted, strict=True)
    ]


def _in_common(state: State) -> dict[str, list[str]]:
    """What the registrations of a study share or differ in, each value once."""
    arms = [trial.registration.main for trial in state.trials]
    predictions = [trial.registration.hypothesis.prediction for trial in state.trials]
    found = {
        "behaviours": [arm.behaviour for arm in arms],
        "centring": [_placed(arm.contrast.placement) for arm in arms],
        "windows": [window(prediction.window_s) for prediction in predictions],
        "measures": [_measure(prediction.measure)["label"] for prediction in predictions],
        "budgets": [str(trial.registration.draws_max) for trial in state.trials],
        "margins": [number(prediction.margin) for prediction in predictions],
    }
    return {name: list(dict.fromkeys(values)) for name, values in found.items()}


def _placed(how: str) -> str:
    words = {
        "screen": "at the centre of the screen",
        "population": "centred on a receptive field of the tested half, drawn anew",
    }
    return words.get(how, how)


def _settled(state: State) -> list[dict[str, Any]]:
    """Recordings and what they settle, as plain values; no time is among them."""
    return [
        {
            "sha256": entry["recording"]["sha256"],
            "responses": "simulated" if entry["recording"]["simulated"] else "recorded",
            "n_neurons": entry["recording"]["n_neurons"],
            "n_trials": entry["recording"]["n_trials"],
            "settlements": [dict(said) for said in entry["settlements"]],
        }
        for settled in state.settled
        for entry in settled["recordings"]
    ]


def _sibling(sibling: Mapping[str, Any]) -> dict[str, Any]:
    if sibling.get("damaged"):
        return {"study": sibling["study"], "said": "its journal does not hold together"}
    said = "; ".join(sibling["verdicts"]) or "nothing decided"
    return {**sibling, "said": said if sibling["closed"] else f"{said} (not closed)"}


def counts_of(state: State) -> dict[str, int]:
    """Counts of the state, and how many of the supported claims their controls judged how."""
    judged = [f.controls_verdict for f in state.findings if f.verdict == "supported"]
    return {
        **state.counts,
        "robust": judged.count("robust"),
        "explained_away": judged.count("explained away"),
    }


def _trial(trial: Trial, neurons: NeuronTable | None) -> dict[str, Any]:
    registration = trial.registration
    main = registration.main
    name = registration.hypothesis.id
    finding = trial.finding
    names = {
        source
        for stage in ("test", "estimate")
        for source in trial.of(main.id, stage).sources
        if source is not None
    }
    return {
        "digest": trial.digest,
        "registration": registration.to_json(),
        "finding": finding.to_json() if finding is not None else None,
        "loses": _accounts(trial),
        "measure": _measure(registration.hypothesis.prediction.measure),
        "thresholds": _thresholds(registration),
        "rivals": [
            {"name": name, "predicts": predicts}
            for name, predicts in registration.hypothesis.rivals.items()
        ],
        "arms": [
            {
                "rule": arm.rule.describe(),
                **described(arm.contrast),
                "changes": changes(arm, main),
            }
            for arm in registration.arms
        ],
        "placed": _placed(main.contrast.placement if finding is None else finding.centring),
        "controls": [arm.id for arm in registration.controls],
        "replicated": [
            f"{arm.mouse} ({arm.level or 'no level'})" for arm in registration.replications
        ],
        "specifications": _agreement(finding),
        "windows": [_WINDOWS[window.window] for window in (finding.windows if finding else ())],
        "steps": dict(neurons.steps.get(name, {})) if neurons is not None else {},
        "permi": neurons.permi.get(name) if neurons is not None else None,
        "sources": sorted(names),
        "painted": _painted(trial),
        "given_up": None if trial.given_up is None else trial.given_up.reason,
    }


def _painted(trial: Trial) -> dict[str, Any] | None:
    """What the report quotes of the painted images of a trial; None where nothing is painted."""
    contrast = trial.registration.main.contrast
    families = painted_in(contrast.families)
    if not families:
        return None
    finding = trial.finding
    seen = finding.manipulation if finding is not None else None
    return {
        "wordings": [list(row) for row in zip(*(f.wordings for f in families), strict=True)],
        "levels": [f.description or f.wordings[0] for f in families],
        "n_wordings": contrast.wordings,
        "pass_rate": None if seen is None else seen.pass_rate,
        "few": WORDINGS_MIN,
    }


def _agreement(finding: Finding | None) -> dict[str, int]:
    """How many specifications lie on the side of the margins that the estimate lies on."""
    if finding is None:
        return {"n": 0, "agree": 0}

    def side(value: float) -> int:
        return (value > finding.margin) - (value < -finding.margin)

    given = [(one.registered, one.early, one.late) for one in finding.specifications]
    values = [value for row in given for value in row if value is not None]
    here = side(finding.estimate)
    return {"n": len(values), "agree": sum(side(value) == here for value in values)}


def _accounts(trial: Trial) -> list[str]:
    """Accounts that lose by the scientist's record, as the hypothesis names them.

    Those that the words of the interpretation name already are not named again.
    """
    said = trial.interpretation or {}
    text = str(said.get("text", "")).casefold()
    rivals = {name.partition(" (")[0]: name for name in trial.registration.hypothesis.rivals}
    names = [rivals.get(name, name) for name in said.get("loses", ())]
    words = {name: name.partition(" (")[2].removesuffix(")") for name in names}
    return [name for name in names if not words[name] or words[name].casefold() not in text]


def _thresholds(registration: Registration) -> dict[str, float]:
    return {
        "support": 1 / registration.alpha_support,
        "refute": 1 / registration.alpha_refute,
        "explain": 1 / registration.alpha_explain,
    }


def _measure(name: str) -> dict[str, str]:
    # The plug-in that a folder names is not imported to report on that folder.
    if name not in measure_names() or name in plugins.names("measures"):
        return {
            "label": name,
            "named": name,
            "definition": "as its plug-in defines it",
            "reference": "the plug-in",
        }
    known = measure(name)
    label = known.label or name
    return {
        "label": label,
        "named": f"{label} ({name})" if label != name else name,
        "definition": known.definition,
        "reference": known.reference,
    }


def _painting(state: State) -> dict[str, Any]:
    """What painted, where a generator said so, and why painting was given up, where it was."""
    said: dict[str, Any] = {}
    told = {name: value for name, value in state.generator_card.items() if name != "edits"}
    if told:
        said["generator_card"] = [f"{name} {value}" for name, value in told.items()]
    if state.unpainted is not None:
        said["unpainted"] = state.unpainted
    return said


def _command(state: State) -> list[str]:
    spec = state.spec
    words = ["v1vlm", "run", "--context-file", file_name(spec.context)]
    words += ["--twin", spec.twin, "--scientist", spec.scientist]
    if spec.generator is not None:
        words += ["--generator", spec.generator]
    if spec.initial_prompt:
        words += ["--initial-prompt", spec.initial_prompt]
    for twin in spec.replicate:
        words += ["--replicate", twin]
    if spec.mice_at_least is not None:
        words += ["--mice-at-least", str(spec.mice_at_least)]
    if spec.twins_at_least is not None:
        words += ["--twins-at-least", str(spec.twins_at_least)]
    words += ["--shared-draws"] * spec.shared_draws
    words += ["--num-steps", str(spec.num_steps), "--seed", str(spec.seed), "--save-dir", "DIR"]
    return [shlex.join(words), "v1vlm verify DIR"]


def file_name(path: str) -> str:
    """The last part of a path of any system: where a file lies is nobody's business."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]
