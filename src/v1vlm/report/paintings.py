"""What a report says of painted images: their wordings, and how their pairs were checked."""

from __future__ import annotations

from v1vlm.claims import Finding
from v1vlm.journal import Trial
from v1vlm.report.desk import Desk, trial_ref
from v1vlm.report.document import Block, Line, Paragraph, Table, Text, line, strong
from v1vlm.stimuli import WORDINGS_MIN, Edited, painted_in

Row = tuple[Line, ...]


def wordings_table(desk: Desk, i: int) -> tuple[Block, ...]:
    """Every prompt that was painted, as it was; nothing where nothing was."""
    painted = desk.values["trials"][i]["painted"]
    if painted is None:
        return ()
    rows = tuple(
        tuple((trial_ref(i, "painted", "wordings", k, m),) for m in range(len(row)))
        for k, row in enumerate(painted["wordings"])
    )
    header = tuple((trial_ref(i, "painted", "levels", m),) for m in range(len(painted["levels"])))
    caption = line(
        "Wordings of {id}: the prompts exactly as they were painted. A draw takes one row, and "
        "one painting seed for all of it.",
        id=trial_ref(i, "registration", "hypothesis", "id"),
    )
    return (Table((1.0,) * len(header), rows, header, caption),)


def check_line(i: int, trial: Trial) -> Line:
    """The registered rule for painted pairs, in words; nothing where nothing is painted."""
    rule = trial.registration.manipulation
    if rule is None:
        return ()
    at = ("registration", "manipulation")
    asked = (
        "and if the scientist, asked blind and in random order, tells which image shows what"
        if rule.asked
        else "the scientist was not asked what they show"
    )
    joined = " " if rule.asked else "; "
    return line(
        "a pair is shown if, where matched, its mean luminances differ by at most {luminance} "
        f"and its RMS contrasts by at most {{rms}}{joined}{asked}. A pair that fails is replaced, "
        "up to {tries} pairs a draw; nothing is decided if more than {failed} of the draws begin "
        "with a pair that fails",
        luminance=trial_ref(i, *at, "luminance_max", format="share"),
        rms=trial_ref(i, *at, "rms_max", format="share"),
        tries=trial_ref(i, *at, "tries", format="count"),
        failed=trial_ref(i, *at, "failed_max", format="share"),
    )


def painted_rows(i: int, trial: Trial, finding: Finding) -> list[Row]:
    """How the painted pairs of a finding fared, and which wordings it holds for."""
    rule = trial.registration.manipulation
    if rule is None or finding.manipulation is None:
        return []
    at = ("finding", "manipulation")
    counts = {
        name: trial_ref(i, *at, name, format="count")
        for name in ("pairs", "passed", "unequal", "unseen", "draws", "void")
    }
    passed = line(
        "{passed} of {pairs} pairs passed ({rate}) for {draws} draws of test and estimate; "
        "{unequal} were too unequal"
        + (", {unseen} not told apart by the scientist" if rule.asked else "")
        + "; draws left without a pair: {void}",
        rate=trial_ref(i, "painted", "pass_rate", format="share"),
        **counts,
    )
    return [(line("Manipulation check"), passed), (line("Wordings"), _scope(i, finding))]


def _scope(i: int, finding: Finding) -> Line:
    n = trial_ref(i, "painted", "n_wordings", format="count")
    few = trial_ref(i, "painted", "few", format="count")
    if finding.wording_scope == "wordings like these":
        return line(
            "{n}; the interval that resamples wordings agrees with the verdict, for descriptions "
            "worded like these",
            n=n,
        )
    if finding.n_wordings < WORDINGS_MIN:
        return line("{n}, fewer than {few}: the claim is about these wordings alone", n=n, few=few)
    return line("{n}; the claim is about these wordings alone", n=n)


def wordings_flag(desk: Desk, i: int, finding: Finding) -> tuple[Line, ...]:
    """Said with a verdict that holds for some wordings only."""
    if finding.wording_scope != "the named wordings" or finding.verdict == "inconclusive":
        return ()
    few = " (fewer than {few})" if finding.n_wordings < WORDINGS_MIN else ""
    return (
        line(
            f"{{id}} is a claim about the {{n}} wordings{few} that its images were painted from: "
            "no interval over wordings carries it further.",
            id=desk.field(i, "id"),
            n=trial_ref(i, "painted", "n_wordings", format="count"),
            few=trial_ref(i, "painted", "few", format="count"),
        ),
    )


def given_up_flag(desk: Desk, i: int) -> tuple[Line, ...]:
    """Said with a finding in the middle of whose test painting was given up."""
    if desk.state.trials[i].given_up is None:
        return ()
    return (
        line(
            "Painting was given up while {id} was tested: “{reason}” Draws whose images had not "
            "been painted are invalid, in controls and estimate too.",
            id=desk.field(i, "id"),
            reason=trial_ref(i, "given_up"),
        ),
    )


_EDITS = (
    " Edits are painted anew from one original, the members of a draw from the same noise. Where "
    "they are shown in a region, the rest is the original, pixel by pixel, and in the region an "
    "offset and a gain keep the mean luminance and the RMS contrast of the whole."
)


def painted_methods(desk: Desk) -> tuple[Block, ...]:
    """How images were painted and checked; nothing where none were registered."""
    if all(trial["painted"] is None for trial in desk.values["trials"]):
        return ()
    families = [f for t in desk.state.trials for f in t.registration.main.contrast.families]
    edited = any(isinstance(family, Edited) for family in painted_in(families))
    return (
        Paragraph(
            line(
                "{head} A condition is a set of wordings of one description. A draw is a wording "
                "and a painting seed, the same in all members, so that the composition is shared "
                "and what is described differs. Before a draw is shown its pair is looked at by "
                "a registered rule that sees the images alone and treats the members alike; a "
                "pair that fails is replaced by one whose seed follows from registration, arm, "
                "draw and try. The claim is about pairs that pass. Every claim but one of "
                "equivalence has a phase-scrambled control and one painted from the prompts "
                "without the words in which they differ. The interval by source resamples "
                f"wordings.{_EDITS * edited}",
                head=strong(Text("Painted images.")),
            )
        ),
    )
