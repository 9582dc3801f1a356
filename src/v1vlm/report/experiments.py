"""What was tested: one design per hypothesis, as it was registered."""

from __future__ import annotations

from v1vlm.claims import Arm
from v1vlm.journal import Trial
from v1vlm.report.captions import paintings, stimuli
from v1vlm.report.desk import Desk, prediction_line, quoted, trial_ref
from v1vlm.report.document import (
    Block,
    Heading,
    Line,
    Paragraph,
    Table,
    Text,
    line,
    strong,
)
from v1vlm.report.paintings import check_line, wordings_table
from v1vlm.stimuli import Contrast, Matching

Row = tuple[Line, ...]


def experiments_section(desk: Desk, rationales: tuple[Line, ...]) -> tuple[Block, ...]:
    """All designs, in the order of registration.

    Parameters
    ----------
    rationales : tuple of Line
        What of each rationale holds.
    """
    blocks: list[Block] = [Heading(1, line("Experiments"))]
    if not desk.state.trials:
        return (*blocks, Paragraph(line("No hypothesis was registered.")))
    blocks.append(
        Paragraph(
            line(
                "Every hypothesis was piloted on exploration draws and on the exploration half "
                "of the neurons. It was then frozen with its design and control arms, and "
                "registered before any of its confirmation stimuli existed."
            )
        )
    )
    for i, trial in enumerate(desk.state.trials):
        blocks += _experiment(desk, i, trial, rationales[i])
    return tuple(blocks)


def _experiment(desk: Desk, i: int, trial: Trial, rationale: Line) -> tuple[Block, ...]:
    at = ("registration", "hypothesis")
    hypothesis = trial.registration.hypothesis
    blocks: list[Block] = [
        Heading(
            2, line("{id}. {title}", id=trial_ref(i, *at, "id"), title=trial_ref(i, *at, "title"))
        ),
        Paragraph(
            line(
                "{head} {words}",
                head=strong(Text("Statement.")),
                words=trial_ref(i, *at, "statement"),
            )
        ),
    ]
    if rationale:
        head = strong(Text("Rationale."))
        blocks.append(Paragraph(line("{head} {words}", head=head, words=rationale)))
    if hypothesis.citations:
        cited = desk.cite(*hypothesis.citations)
        blocks.append(
            Paragraph(line("{head}{cited}", head=strong(Text("Related work.")), cited=cited))
        )
    told = line(
        "{head} {prediction}; {shown}.",
        head=strong(Text("Prediction:")),
        prediction=prediction_line(i, hypothesis.prediction),
        shown=_in_short(i, trial),
    )
    figures = (*paintings(desk, i, hypothesis.id), *stimuli(desk, i, hypothesis.id))
    return (*blocks, Paragraph(told), *figures)


def _in_short(i: int, trial: Trial) -> Line:
    """The factor, n and controls of a design, in half a sentence."""
    n_controls = len(trial.registration.controls)
    arms = {0: "no control arm", 1: "a control arm ({names})"}
    again = "; replicated in {subjects}" if trial.registration.replications else ""
    return line(
        "factor: {factor}; at most {n} test draws, then {m} for the estimate; "
        + arms.get(n_controls, "control arms: {names}")
        + again,
        subjects=trial_ref(i, "replicated", format="listed"),
        factor=trial_ref(i, "registration", "hypothesis", "contrast", "factor"),
        n=trial_ref(i, "registration", "draws_max", format="count"),
        m=trial_ref(i, "registration", "estimate_draws", format="count"),
        names=trial_ref(i, "controls", format="listed"),
    )


def designs_section(desk: Desk) -> tuple[Block, ...]:
    """Every design in full, as it was registered."""
    if not desk.state.trials:
        return ()
    blocks: list[Block] = [
        Heading(1, line("Designs as registered")),
        Paragraph(
            line(
                "Frozen, with all arms, before any confirmation stimulus existed. What quality is, "
                "the characterisation says."
            )
        ),
    ]
    for i, trial in enumerate(desk.state.trials):
        name = trial_ref(i, "registration", "hypothesis", "id")
        blocks.append(Heading(2, line("Design of {id}", id=name)))
        blocks.append(Table((1.15, 4), tuple(_design(desk, i, trial))))
        blocks += wordings_table(desk, i)
    return tuple(blocks)


def _design(desk: Desk, i: int, trial: Trial) -> list[Row]:
    registration, hypothesis = trial.registration, trial.registration.hypothesis
    at = ("registration", "hypothesis")
    rows: list[Row] = []
    if hypothesis.parent is not None:
        rows.append((line("Follows up"), (trial_ref(i, *at, "parent"),)))
    rows += [
        (line("Prediction"), prediction_line(i, hypothesis.prediction)),
        *_rivals(i, trial),
        (line("Factor"), (trial_ref(i, *at, "contrast", "factor"),)),
        *_shown(desk, i, hypothesis.contrast),
        (line("Made equal"), _matching(i, (*at, "contrast"), hypothesis.contrast)),
        *([(line("Painted pairs"), checked)] if (checked := check_line(i, trial)) else []),
        (line("Placed"), _placement(hypothesis.contrast)),
        (line("Neurons"), _neurons(i)),
        (line("Measure"), _measure(i)),
        (line("Bound, window"), _bound_and_window(i)),
        (line("Draws"), _draws(i)),
    ]
    for k, arm in enumerate(registration.arms[1:], start=1):
        rows.append((_arm_name(i, k, arm), _arm(desk, i, k, arm)))
    rows += [
        (line("Warning"), (trial_ref(i, "registration", "warnings", k),))
        for k in range(len(registration.warnings))
    ]
    return rows


def _rivals(i: int, trial: Trial) -> list[Row]:
    return [
        (
            line("Account: {name}", name=trial_ref(i, "rivals", k, "name")),
            (trial_ref(i, "rivals", k, "predicts"),),
        )
        for k in range(len(trial.registration.hypothesis.rivals))
    ]


def _shown(desk: Desk, i: int, contrast: Contrast) -> list[Row]:
    shared = desk.values["trials"][i]["arms"][0]
    rows: list[Row] = []
    if shared["shown"]:
        rows.append((line("Shown"), (trial_ref(i, "arms", 0, "shown"),)))
    for name, title in (("fixed", "The same in all"), ("drawn", "Drawn anew")):
        if shared[name]:
            rows.append((line(title), (trial_ref(i, "arms", 0, name, format="series"),)))
    return rows + [
        (line("Conditions") if k == 0 else (), (trial_ref(i, "arms", 0, "members", k),))
        for k in range(len(contrast.families))
    ]


def _matching(i: int, at: tuple[str | int, ...], contrast: Contrast) -> Line:
    matching: Matching = contrast.matching
    parts: list[Line] = []
    if matching.spectrum_in_time:
        parts.append(line("amplitude spectrum in space and time"))
    elif matching.spectrum:
        parts.append(line("amplitude spectrum"))
    if matching.local_luminance:
        parts.append(line("mean luminance in a Gaussian window at the stimulus"))
    elif matching.luminance:
        parts.append(line("mean luminance over the screen"))
    if matching.contrast in ("global", "both"):
        parts.append(line("RMS contrast over the screen"))
    if matching.contrast in ("local", "both"):
        sd = trial_ref(i, *at, "matching", "window_sd_deg", format="number")
        parts.append(line("RMS contrast in a Gaussian window at the stimulus (SD {sd}°)", sd=sd))
    if matching.balance_polarity:
        parts.append(line("bright and dark, exchanged in half of the draws"))
    if not parts:
        return line("nothing beyond the shared parameters")
    joined = parts[0]
    for part in parts[1:]:
        joined = (*joined, Text(", "), *part)
    return joined


def _placement(contrast: Contrast) -> Line:
    if contrast.placement == "screen":
        return line("at the centre of the screen")
    return line("on receptive-field centres of the tested neurons, drawn anew for every draw")


def _neurons(i: int) -> Line:
    return (trial_ref(i, "arms", 0, "rule"),)


def _measure(i: int) -> Line:
    return line(
        "{name}: {definition} ({reference})",
        name=trial_ref(i, "measure", "named"),
        definition=trial_ref(i, "measure", "definition", format="clause"),
        reference=trial_ref(i, "measure", "reference"),
    )


def _bound_and_window(i: int) -> Line:
    at = ("registration", "hypothesis")
    return line(
        "clipped to ±{bound}; responses from {window} after onset; animal: {behaviour}",
        bound=trial_ref(i, "registration", "clip_bound", format="number"),
        window=trial_ref(i, *at, "prediction", "window_s", format="window"),
        behaviour=trial_ref(i, "registration", "arms", 0, "behaviour"),
    )


def _draws(i: int) -> Line:
    return line(
        "at most {n} for the test, decided at e ≥ {support} (supported) or e ≥ {refute} "
        "(contradicted); then {m} for the estimate",
        n=trial_ref(i, "registration", "draws_max", format="count"),
        support=trial_ref(i, "thresholds", "support", format="e-value"),
        refute=trial_ref(i, "thresholds", "refute", format="e-value"),
        m=trial_ref(i, "registration", "estimate_draws", format="count"),
    )


def _arm_name(i: int, k: int, arm: Arm) -> Line:
    role = "Control" if arm.role == "control" else "Replication"
    return line(f"{role} {{id}}", id=trial_ref(i, "registration", "arms", k, "id"))


def _arm(desk: Desk, i: int, k: int, arm: Arm) -> Line:
    at = ("registration", "arms", k)
    if arm.role == "replication":
        return _again(desk, i, k, arm)
    main = desk.state.trials[i].registration.main
    parts: Line = ()
    if arm.reason:
        parts = line("{reason} ", reason=trial_ref(i, *at, "reason", format="sentence"))
    parts += line("Effect expected {expects}. ", expects=trial_ref(i, *at, "expects"))
    changes = desk.values["trials"][i]["arms"][k]["changes"]
    if changes is None:
        parts += line("Shown: {all}.", all=trial_ref(i, "arms", k, "members", format="series"))
    elif changes:
        changed = trial_ref(i, "arms", k, "changes", format="series")
        parts += line("As the main contrast, but {changed}.", changed=changed)
    else:
        parts += line("Stimuli of the main contrast.")
    if arm.contrast.matching != main.contrast.matching:
        parts += line(" Made equal: {what}.", what=_matching(i, (*at, "contrast"), arm.contrast))
    return parts


def _again(desk: Desk, i: int, k: int, arm: Arm) -> Line:
    """A replication, which changes the subject alone."""
    of = next(n for n, card in enumerate(desk.state.replicates) if card["digest"] == arm.twin)
    counts = "counts for {level}" if arm.level else "counts for no level: the same animal"
    shared = desk.state.trials[i].registration.shared_draws
    draws = "the draws of the main arm" if shared else "draws of its own"
    return line(
        f"The claim itself in mouse {{mouse}} of {{twin}}, on {draws}; {counts}.",
        mouse=trial_ref(i, "registration", "arms", k, "mouse"),
        twin=quoted("replicates", of, "name"),
        level=quoted("replicates", of, "counts_for"),
    )
