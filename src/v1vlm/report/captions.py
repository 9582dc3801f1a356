"""The figures of the report with their captions."""

from __future__ import annotations

from collections.abc import Callable

from v1vlm.report.desk import Desk, quoted, trial_ref
from v1vlm.report.document import Figure, Line, Ref, line


def overview(desk: Desk) -> tuple[Figure, ...]:
    """All estimates; nothing without the drawing."""
    if "estimates" not in desk.figures:
        return ()
    controls = ""
    if desk.values["figures"]["estimates"]["controls"]:
        controls = " Small diamonds: the quantity that each control tests."
    if desk.values["figures"]["estimates"]["replications"]:
        controls += " Small triangles: the effect in other mice and twins."
    asked = {t.registration.hypothesis.prediction.measure for t in desk.state.trials}
    measures = " Estimates of different measures do not compare in size." * (len(asked) > 1)
    caption = line(
        "Estimates of all findings with their {ci_level} intervals, from fresh draws that no "
        "decision was taken on. Filled: supported; open: contradicted; grey: inconclusive. Grey "
        f"band: within the margin of the hypothesis.{controls}{measures}"
    )
    return (Figure("estimates", caption, line("Estimate and interval of every finding.")),)


def stimuli(desk: Desk, i: int, name: str) -> tuple[Figure, ...]:
    """Exemplars of the stimuli of a trial."""
    drawing = f"stimuli-{name}"
    if drawing not in desk.figures:
        return ()
    at = ("registration", "hypothesis")
    facts = {
        "id": trial_ref(i, *at, "id"),
        "factor": trial_ref(i, *at, "contrast", "factor"),
        "n": quoted("figures", drawing, "n_draws", format="count"),
        "k": quoted("figures", drawing, "n_frames", format="count"),
        "twin": quoted("twin", "name"),
    }
    static = desk.values["figures"][drawing]["static"]
    kind = "{n} draws of static images" if static else "{n} draws of movies, {k} frames of each"
    return (
        Figure(
            drawing,
            line(
                "Stimuli of {id} as the {twin} twin sees them ({factor}): one row per condition, "
                f"{kind}.",
                **facts,
            ),
            line("Example stimuli of {id}, one row per condition.", **facts),
        ),
    )


def paintings(desk: Desk, i: int, name: str) -> tuple[Figure, ...]:
    """Some painted draws of a trial at full size; nothing where nothing was painted."""
    drawing = f"paintings-{name}"
    if drawing not in desk.figures:
        return ()
    facts = desk.values["figures"][drawing]
    counts = {
        key: quoted("figures", drawing, key, format="count")
        for key in ("n_draws", "n_wordings", "height", "width", "drawn_at")
    }
    screen = {
        key: quoted("figures", drawing, f"screen_{key}", format="count")
        for key in ("height", "width")
    }
    smaller = ", here reduced to {drawn_at} across" * (facts["drawn_at"] < facts["width"])
    wordings = "wording" if facts["n_wordings"] == 1 else "wordings"
    part = "; dashed: the part that is shown" * facts["cropped"]
    edits = " First row: the originals that the members are edits of." * facts["edited"]
    ring = " Dashed ring: the border of the edit." * facts["ringed"]
    named = {"id": desk.field(i, "id"), "twin": quoted("twin", "name")}
    caption = line(
        "Paintings of {id}: {n_draws} draws of the estimate that passed the check, in {n_wordings} "
        f"{wordings}. Per condition, above: as painted, {{width}} × {{height}} pixels{smaller}"
        f"{part}; below: matched, as the {{twin}} twin sees it, {{w}} × {{h}} pixels.{edits}{ring}",
        **counts,
        **named,
        h=screen["height"],
        w=screen["width"],
    )
    alt = line("Painted images of {id}, above what the twin sees of them.", **named)
    return (Figure(drawing, caption, alt),)


def of_finding(desk: Desk, i: int, name: str) -> tuple[Figure, ...]:
    """What is drawn of a finding, in the order in which it is read.

    The first figure of a kind explains what the others need not repeat.
    """
    titles: dict[str, tuple[Callable[[Desk, int, str], Line], str]] = {
        "evidence": (_evidence, "Evidence and estimates"),
        "responses": (_responses, "Population responses against time"),
        "waveforms": (_waveforms, "Single neurons against time"),
        "maps": (_maps, "Where neurons respond"),
    }
    made = []
    for kind, (explained, title) in titles.items():
        if f"{kind}-{name}" not in desk.figures:
            continue
        first = next(k for k, trial in _decided(desk) if f"{kind}-{trial}" in desk.figures)
        caption = explained(desk, i, f"{kind}-{name}")
        if first != i:
            numbers = _numbers(desk, kind, f"{kind}-{name}")
            like = {"id": desk.field(i, "id"), "other": desk.field(first, "id")}
            more = _triangles(desk, i) if kind == "evidence" else ""
            caption = line(
                f"{title}, {{id}}: {{numbers}}{more}. As for {{other}}.", numbers=numbers, **like
            )
        alt = line(f"{title}, {{id}}.", id=desk.field(i, "id"))
        made.append(Figure(f"{kind}-{name}", caption, alt))
    return tuple(made)


def _triangles(desk: Desk, i: int) -> str:
    """What triangles are, where there are any."""
    finding = desk.state.trials[i].finding
    ran = finding is not None and any(one.estimate is not None for one in finding.replications)
    return "; triangles: in other mice and twins" if ran else ""


def _decided(desk: Desk) -> list[tuple[int, str]]:
    trials = enumerate(desk.state.trials)
    return [(i, trial.finding.id) for i, trial in trials if trial.finding is not None]


def _numbers(desk: Desk, kind: str, drawing: str) -> Line:
    """What n is in a figure that is explained elsewhere."""

    def drawn(name: str, format: str = "count") -> Ref:
        return quoted("figures", drawing, name, format=format)

    if kind == "evidence":
        return line("{n} test draws", n=drawn("n_draws"))
    if kind == "responses":
        median = drawn("per_draw", "number")
        return line("median of {m} neurons per draw, {n} draws", m=median, n=drawn("n_draws"))
    numbers = line("{k} neurons, {n} draws", k=drawn("n_neurons"), n=drawn("n_draws"))
    if kind == "waveforms" and _fact(desk, drawing, "order") is not None:
        return (
            *numbers,
            *line("; correlation of the halves {rho}", rho=drawn("order", "estimate")),
        )
    if kind == "maps":
        feature = _fact(desk, drawing, "feature")
        return (*numbers, *line("; distance from " + _FROM[bool(feature)]))
    return numbers


_FROM = {True: "the nearest feature (junction, gap or edge)", False: "the stimulus centre"}


def _responses(desk: Desk, i: int, drawing: str) -> Line:
    return line(
        "Responses of {id}. a, mean response of the selected neurons (median of {m} per "
        "draw; {k} in all estimation draws), in units of each neuron's reference response "
        "({percentile} percentile over natural crops minus grey), as mean ± SD over the first {n} "
        "estimation draws, beside stimuli of the first of them; dotted: onset and offset; bar: "
        "window of the measure. b, mean in the window; lines join the conditions of a draw, "
        "crosses are mean ± SD.",
        id=desk.field(i, "id"),
        m=quoted("figures", drawing, "per_draw", format="number"),
        k=desk.field(i, "n_neurons"),
        n=quoted("figures", drawing, "n_draws", format="count"),
    )


def _evidence(desk: Desk, i: int, drawing: str) -> Line:
    cut = " Capital below {e_floor} is drawn at it." if _fact(desk, drawing, "cut") else ""
    finding = desk.state.trials[i].finding
    others = "; squares: in other windows, reported and never tested"
    windows = others if finding is not None and finding.windows else ""
    controls = "; diamonds: the quantity that each control tests"
    diamonds = controls if finding is not None and finding.controls else ""
    diamonds += _triangles(desk, i)
    return line(
        "Evidence of {id}. a, capital bet for the claim and against it (that is, for its "
        "refutation); dotted: the thresholds. b, the {n} test draws and their running mean; grey: "
        f"within the margin; dashed: clipping bound.{cut} c, estimates with their {{ci_level}} "
        f"intervals from fresh draws; disc: in the registered window{windows}{diamonds}.",
        id=desk.field(i, "id"),
        n=quoted("figures", drawing, "n_draws", format="count"),
    )


def _waveforms(desk: Desk, i: int, drawing: str) -> Line:
    order = ""
    if _fact(desk, drawing, "order") is not None:
        order = " Spearman's correlation of the time to half maximum between the halves is {rho}."
    return line(
        "Single neurons of {id}: the {k} neurons that counted in both halves of the first {n} "
        "estimation draws. a, mean response of each in units of its largest one, sorted by time "
        "to half maximum on one half of the draws and shown on the other; dashed: onset and "
        f"offset.{order} b, cumulative distributions, on the half that is shown. Transience is "
        "(peak − late)/(peak + late); the offset response is the largest after offset minus the "
        "last before it. The outermost hundredths are not shown.",
        id=desk.field(i, "id"),
        k=quoted("figures", drawing, "n_neurons", format="count"),
        n=quoted("figures", drawing, "n_draws", format="count"),
        rho=quoted("figures", drawing, "order", format="estimate"),
    )


def _maps(desk: Desk, i: int, drawing: str) -> Line:
    place = _FROM[bool(_fact(desk, drawing, "feature"))]
    cortex = (
        "a, mean response and b, modulation index of the mean responses, both over draws, on the "
        "cortical plane (triangles up: above zero; down: below). "
        if _fact(desk, drawing, "cortex")
        else ""
    )
    return line(
        "Where neurons respond in {id}: all {k} neurons of the tested half that meet the "
        "rule on quality, wherever their receptive fields lie; {n} estimation draws, window of "
        f"the measure. {cortex}c, response against the distance of the receptive field from "
        f"{place}, mean ± SEM over draws. d, responses of the first draw at the receptive "
        "fields, over its stimuli; cross: stimulus centre; above each, its line in c. e, "
        "difference between conditions by the place of the receptive field around the stimulus. "
        "Responses in units of each neuron's reference.",
        id=desk.field(i, "id"),
        k=quoted("figures", drawing, "n_neurons", format="count"),
        n=quoted("figures", drawing, "n_draws", format="count"),
    )


def _fact(desk: Desk, drawing: str, name: str) -> object:
    return desk.values["figures"][drawing][name]
