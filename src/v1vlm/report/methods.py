"""How it was done: the subject, its characterisation and the statistics, as run."""

from __future__ import annotations

from v1vlm.report.desk import Desk, quoted
from v1vlm.report.document import (
    Block,
    Bullets,
    Heading,
    Line,
    Paragraph,
    Ref,
    Table,
    Text,
    line,
    strong,
)
from v1vlm.report.ladder import statistics, subjects
from v1vlm.report.paintings import painted_methods
from v1vlm.report.paste import methods_paragraph, neuron_steps
from v1vlm.report.subject import subject_known

Row = tuple[Line, ...]

_MEASURED = (
    ("Stimuli shown", ("n_stimuli",), "count"),
    ("Neurons", ("summary", "n_neurons"), "count"),
    ("driven by natural crops", ("summary", "n_driven"), "count"),
    ("of these with a measurable receptive field", ("summary", "n_with_field"), "count"),
    ("with a preferred orientation", ("summary", "n_oriented"), "count"),
    ("with a selectivity (gOSI) of at least {selective}", ("summary", "n_selective"), "count"),
    ("Median SD of the receptive field (°)", ("summary", "median_rf_sd_deg"), "rounded"),
    ("Median global orientation selectivity", ("summary", "median_gosi"), "rounded"),
    (
        "Median preferred spatial frequency (cycles/°)",
        ("summary", "median_spatial_frequency_cpd"),
        "rounded",
    ),
    ("Median grey response, share of the natural range", ("summary", "grey_share"), "share"),
)

_SETTINGS = (
    ("Scientist", ("spec", "scientist"), "text"),
    ("Image generator", ("spec", "generator"), "text"),
    ("Places for registrations (K)", ("spec", "num_steps"), "count"),
    ("False discovery rate (α)", ("spec", "alpha"), "number"),
    ("Seed of the study", ("spec", "seed"), "count"),
    ("Proposals per place", ("spec", "tries"), "count"),
    ("Pilot draws", ("spec", "pilot_draws"), "count"),
    ("Draws per chunk", ("spec", "chunk"), "count"),
    ("Test draws, ceiling for any registration", ("spec", "draws_max"), "count"),
    ("Estimation draws", ("spec", "estimate_draws"), "count"),
    ("Versions", ("versions_listed",), "listed"),
)
_MODELS = ("Models that answered, with their revisions", ("models_listed",), "listed")


def methods_section(desk: Desk) -> tuple[Block, ...]:
    """Subject, characterisation, statistics and settings."""
    return (
        Heading(1, line("Methods as run")),
        *methods_paragraph(desk),
        Heading(2, line("Subject")),
        *_subject(desk),
        *subject_known(desk),
        Heading(2, line("Characterisation")),
        *_characterisation(desk),
        *neuron_steps(desk),
        *subjects(desk),
        Heading(2, line("From draws to verdicts")),
        *(Paragraph(paragraph) for paragraph in _statistics(desk)),
        *painted_methods(desk),
        Heading(2, line("Seeds, budgets and versions")),
        Paragraph(_seeds()),
        Table((3, 2), _rows((), (*_SETTINGS, _MODELS) if desk.state.models else _SETTINGS)),
        *_painting(desk),
        *_guidance(desk),
    )


def _painting(desk: Desk) -> tuple[Block, ...]:
    """What painted the images, and that it was given up; nothing without a generator."""
    told = []
    if "generator_card" in desk.values:
        said = line("Images were painted by: {card}.", card=Ref(("generator_card",), "listed"))
        told.append(Paragraph(said))
    if desk.state.unpainted is not None:
        told.append(
            Paragraph(
                line(
                    "Painting was given up in this study, as its user had allowed: “{reason}” What "
                    "was proposed from then on uses parametric stimuli alone. Draws whose images "
                    "had not been painted count as failed or invalid, and a test with more than a "
                    "few of them stays inconclusive.",
                    reason=quoted("unpainted"),
                )
            )
        )
    return tuple(told)


def _guidance(desk: Desk) -> tuple[Block, ...]:
    """What the scientist was asked to look at; nothing if it was not asked."""
    if not desk.state.spec.initial_prompt:
        return ()
    return (
        Paragraph(
            line(
                "The study was begun with this guidance for the scientist: “{prompt}”. It bears on "
                "what is proposed, where its words count beside those of the context; no verdict "
                "depends on it.",
                prompt=quoted("spec", "initial_prompt"),
            )
        ),
    )


def _subject(desk: Desk) -> tuple[Block, ...]:
    card = desk.state.twin
    sentence = line(
        "The subject was the {name} twin: {n} model neurons ({species}, {area}), read out as "
        "{units}. It saw a screen of {width} × {height} pixels at {rate} frames per second. It "
        "is deterministic and was reset before every stimulus.",
        name=quoted("twin", "name"),
        n=quoted("twin", "n_neurons", format="count"),
        species=quoted("twin", "species"),
        area=quoted("twin", "area"),
        units=quoted("twin", "response_units", format="clause"),
        height=quoted("twin", "screen", "height_px", format="count"),
        width=quoted("twin", "screen", "width_px", format="count"),
        rate=quoted("twin", "screen", "frame_rate_hz", format="number"),
    )
    if card.get("citation"):
        sentence += line(
            " Source: {citation}.", citation=quoted("twin", "citation", format="clause")
        )
    blocks: list[Block] = [Paragraph(sentence)]
    spots = card.get("blind_spots") or ()
    if spots:
        blocks.append(Paragraph(line("The twin's card names what it cannot show:")))
        blocks.append(
            Bullets(tuple((quoted("twin", "blind_spots", k),) for k in range(len(spots))))
        )
    return tuple(blocks)


def _characterisation(desk: Desk) -> tuple[Block, ...]:
    if desk.state.physiology is None:
        return (Paragraph(line("The neurons were not characterised.")),)
    return (
        Paragraph(
            line(
                "Before any hypothesis, the laboratory measured the receptive field, preferences "
                "and quality of every neuron with its own stimuli. Quality is the range of a "
                "neuron's responses over natural crops (their SD) relative to the SD of its "
                "recorded responses where the twin knows it, else to the median neuron's. Neuron "
                "rules use these measurements only. One half of the neurons served exploration, "
                "the other confirmation."
            )
        ),
        Table((3, 2), _rows(("physiology",), _MEASURED)),
    )


def _rows(
    root: tuple[str, ...], rows: tuple[tuple[str, tuple[str, ...], str], ...]
) -> tuple[Row, ...]:
    return tuple((line(name), (Ref((*root, *path), format),)) for name, path, format in rows)


def _statistics(desk: Desk) -> tuple[Line, ...]:
    parts = {
        "Unit of replication.": _replication(desk),
        "Evidence.": _evidence(desk),
        "Many hypotheses.": _many(desk),
        "Controls.": _controls(),
        "Estimates.": _estimates(desk),
    }
    if desk.state.replicates:
        parts["Replication."] = statistics(desk)
    return tuple((strong(Text(name)), Text(" "), *told) for name, told in parts.items())


def _replication(desk: Desk) -> Line:
    return line(
        "One draw of a contrast, its members rendered and matched "
        "together, is one observation. Neither the neurons nor repeats of a deterministic "
        "twin are; to generalise over stimuli, stimuli must be sampled{cited}. Pilot and "
        "confirmation share neither neurons nor draws{apart}. All neurons are characterised "
        "beforehand with other stimuli, and later hypotheses are chosen in view of earlier "
        "findings in the same confirming half.",
        cited=desk.cite("lab:clark1973", "lab:westfall2016"),
        apart=desk.cite("lab:kriegeskorte2009"),
    )


def _evidence(desk: Desk) -> Line:
    return line(
        "Each test draw gives the clipped measure. Capital that starts at {one} is "
        "bet against the null that its conditional mean does not exceed the margin, and other "
        "capital against the complementary null. Such capital cannot be expected to grow "
        "while its null holds, however the test is stopped: it is an e-value{cited}. A "
        "hypothesis is supported or contradicted at the first draw where the capital "
        "reaches its threshold; otherwise it is inconclusive at the end of its budget.",
        cited=desk.cite("lab:waudbysmith2024"),
    )


def _many(desk: Desk) -> Line:
    return line(
        "They are tested one after another by e-LOND{cited}. With K = {k} "
        "places fixed at the start and α = {alpha}, the level of a hypothesis is α/K times "
        "one more than the number of earlier rejections (for support: of claims that also "
        "stood up to their controls), fixed at its registration; the "
        "threshold is the inverse of the level. Support, refutation and explaining away are "
        "streams of their own. The false discovery rate is at most α among the supported and "
        "among the contradicted, under any dependence.",
        cited=desk.cite("lab:xu2024"),
        k=quoted("spec", "num_steps", format="count"),
        alpha=quoted("spec", "alpha", format="number"),
    )


def _controls() -> Line:
    return line(
        "Control arms are registered with the claim and run if it is supported. An "
        "effect expected to remain must pass the same test in the control; where it is "
        "expected to vanish, the difference between effect and control must pass. A claim "
        "is robust if all its controls pass, and explained away if the average of their "
        "complementary e-values reaches its own threshold. Controls use the clipping bound "
        "of the claim. A draw that selects too few neurons, or cannot be rendered, enters as "
        "zero, against a claim of equivalence as the bound; with more than {invalid_max} of "
        "such draws nothing is decided."
    )


def _estimates(desk: Desk) -> Line:
    return line(
        "After every verdict a fixed number of fresh draws gives the estimate and "
        "its {ci_level} interval, a bootstrap over draws and neurons. The confidence sequence "
        "of the test draws{cited} holds at all stopping times, for the named neurons. The same "
        "draws give the measure in windows beside the registered one, and other indices; these "
        "are reported and never tested.",
        cited=desk.cite("lab:waudbysmith2024"),
    )


def _seeds() -> Line:
    return line(
        "The seed of every confirmation and control draw is derived from the digest of its "
        "registration, the arm and the number of the draw, so that no confirmation stimulus can "
        "exist before the registration. Exploration seeds derive from the identity of the study."
    )
