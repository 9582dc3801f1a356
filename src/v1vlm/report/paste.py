"""A methods paragraph ready for a paper, and how many neurons each step left."""

from __future__ import annotations

from v1vlm.report.desk import Desk, quoted, trial_ref
from v1vlm.report.document import Block, Heading, Inline, Inspector, Line, Paragraph, Table, line
from v1vlm.report.neurons import STEPS


def methods_paragraph(desk: Desk) -> tuple[Block, ...]:
    """One paragraph that says what was done, to be pasted; nothing without a registration."""
    if not desk.state.trials:
        return ()
    sentences = (*_subject(desk), *_stimuli(), *_tests(desk), *_software())
    return (
        Heading(2, line("Methods paragraph, ready to paste")),
        Paragraph(sentences),
    )


def _subject(desk: Desk) -> Line:
    told = line(
        "Stimuli were shown to the {twin} digital twin of {area} ({species}; {n} model neurons, "
        "responses in {units}; animal {behaviour}) on a screen of {width} × {height} pixels, "
        "{across} × {down} cm at {far} cm, at {rate} frames per second. ",
        behaviour=quoted("common", "behaviours", format="listed"),
        n=quoted("twin", "n_neurons", format="count"),
        twin=quoted("twin", "name"),
        area=quoted("twin", "area"),
        species=quoted("twin", "species"),
        units=quoted("twin", "response_units"),
        **_screen(),
    )
    if desk.state.physiology is None:
        return told
    return told + line(
        "Receptive fields, preferences and response ranges had been measured with {n} other "
        "stimuli; {k} neurons had a measurable receptive field (median SD {sd}°). One half of the "
        "neurons served exploration, the other confirmation. ",
        n=quoted("physiology", "n_stimuli", format="count"),
        k=quoted("physiology", "summary", "n_with_field", format="count"),
        sd=quoted("physiology", "summary", "median_rf_sd_deg", format="rounded"),
    )


def _screen() -> dict[str, Inline]:
    fields = {
        "height": ("height_px", "count"),
        "width": ("width_px", "count"),
        "across": ("width_cm", "number"),
        "down": ("height_cm", "number"),
        "far": ("distance_cm", "number"),
        "rate": ("frame_rate_hz", "number"),
    }
    return {key: quoted("twin", "screen", name, format=how) for key, (name, how) in fields.items()}


def _stimuli() -> Line:
    return line(
        "Every draw rendered all conditions of a contrast anew, equal but for the factor tested, "
        "{centring}. Responses were divided by each neuron's {percentile} percentile over "
        "natural crops minus its response to grey, and averaged from {windows} after onset; the "
        "measures were {measures} (margins {margins}). ",
        centring=quoted("common", "centring", format="listed"),
        windows=quoted("common", "windows", format="listed"),
        measures=quoted("common", "measures", format="listed"),
        margins=quoted("common", "margins", format="listed"),
    )


def _tests(desk: Desk) -> Line:
    return line(
        "Every hypothesis ({n} in all) was registered, with its control arms, before any of its "
        "confirmation stimuli existed, and tested draw by draw with betting e-processes{bets} "
        "for and against the predicted effect, on at most {ceiling} draws; thresholds followed "
        "e-LOND{elond} with {k} places and a false discovery rate of {alpha} in either stream. "
        "{fresh} further draws gave every estimate, with {ci_level} bootstrap intervals over draws "
        "and neurons; draws, not neurons, are the unit of replication. ",
        bets=desk.cite("lab:waudbysmith2024"),
        elond=desk.cite("lab:xu2024"),
        n=quoted("counts", "registered", format="count"),
        ceiling=quoted("common", "budgets", format="listed"),
        k=quoted("spec", "num_steps", format="count"),
        alpha=quoted("spec", "alpha", format="number"),
        fresh=quoted("spec", "estimate_draws", format="count"),
    )


def _software() -> Line:
    return line(
        "Software: {versions}; seed {seed}; study {study}.",
        versions=quoted("versions_listed", format="listed"),
        seed=quoted("spec", "seed", format="count"),
        study=quoted("study"),
    )


_HEADER = {
    "all": "All",
    "half": "Half",
    "driven": "Driven",
    "quality": "Quality",
    "field": "Field",
    "selective": "Selective",
    "counted": "Counted",
}


def neuron_steps(desk: Desk) -> tuple[Block, ...]:
    """How many neurons are left after each step of every rule."""
    found = [i for i, t in enumerate(desk.state.trials) if desk.values["trials"][i]["steps"]]
    if not found:
        return ()
    told = line(
        "Neurons left after each step of the rule of a hypothesis: all; of the half that is "
        "tested; driven by natural crops; of sufficient quality; with a measurable receptive "
        "field; selective, where the rule asks for a preference; counted in at least {one} "
        "estimation draw, by where it fell. The file figures/neurons.csv gives for every neuron "
        "its place, receptive field, preferences and quality, the step that left it out, and the "
        "measure of that neuron alone."
    )
    rows = tuple(
        (
            (trial_ref(i, "registration", "hypothesis", "id"),),
            *((trial_ref(i, "steps", step, format="count"),) for step in STEPS),
        )
        for i in found
    )
    header = (line(""), *(line(_HEADER[step]) for step in STEPS))
    widths = (0.8, *(1.0 for _ in STEPS))
    return (Paragraph(told), Table(widths, rows, header), Inspector())
