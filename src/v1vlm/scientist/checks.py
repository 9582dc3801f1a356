"""What a proposal must satisfy before anything is shown for it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from v1vlm.analysis.measures import measure, measure_names
from v1vlm.claims import Arm, Hypothesis
from v1vlm.errors import ProposalError
from v1vlm.physiology import blind_spots, reason_against
from v1vlm.records import digest
from v1vlm.responses import within
from v1vlm.rig import LEAD_S
from v1vlm.scientist.base import Briefing
from v1vlm.stimuli import NO_ASSETS, Assets, Contrast, Edited, Screen, guard, painted_in
from v1vlm.twins import TwinCard

CANNOT_EDIT = (
    "it shows edits of painted images, which the generator of this study cannot make (its card "
    "says edits: False); compare images that are painted from descriptions alone, or begin a "
    "study with a generator that can edit, as --generator flux can"
)

GUARDED = 3
"""Draws, at the centre of the screen, that the stimulus guard looks at."""


def check_hypothesis(
    hypothesis: Hypothesis,
    briefing: Briefing,
    screen: Screen,
    citations: Collection[str],
    painter: str | None = None,
    assets: Assets = NO_ASSETS,
) -> None:
    """Refuse a hypothesis that cannot be tested as it stands.

    Parameters
    ----------
    citations : collection of str
        Keys of the works that may be cited.
    painter : str, optional
        Digest of the generator that the study has.
    assets : mapping
        Images of the user that stimuli may show, by name.

    Raises
    ------
    ProposalError
        Saying what does not fit.
    """
    if hypothesis.id != briefing.hypothesis_id:
        _refuse(f"its id is {hypothesis.id!r}, not {briefing.hypothesis_id!r}")
    known = {finding.id for finding in briefing.findings}
    if hypothesis.parent is not None and hypothesis.parent not in known:
        _refuse(f"it follows up {hypothesis.parent!r}, which is no finding of this study")
    unknown = [key for key in hypothesis.citations if key not in citations]
    if unknown:
        _refuse(f"it cites {unknown[0]!r}, which neither the context nor the laboratory knows")
    if hypothesis.rule.half != "B":
        _refuse("its neurons are not of half B, which confirms")
    claim = _claim(hypothesis)
    if any(
        _claim(attempt.hypothesis) == claim
        for attempt in briefing.attempts
        if attempt.hypothesis is not None and attempt.outcome == "registered"
    ):
        _refuse("the same contrast, rule and prediction are already registered")
    _check_prediction(hypothesis)
    _check_contrast(hypothesis.contrast, hypothesis, screen, painter, assets)
    _check_edits(hypothesis.contrast, hypothesis.rule.within_deg, edits=briefing.edits)


def check_arm(
    arm: Arm,
    hypothesis: Hypothesis,
    screen: Screen,
    painter: str | None = None,
    assets: Assets = NO_ASSETS,
    *,
    edits: bool = False,
) -> None:
    """Refuse a control arm that cannot be run.

    Parameters
    ----------
    edits : bool
        Whether the generator can edit what it paints.

    Raises
    ------
    ProposalError
        Saying what does not fit.
    """
    if arm.role != "control":
        _refuse(f"arm {arm.id!r} is a {arm.role}; only controls can be added")
    if arm.expects == "absent" and hypothesis.prediction.direction == "equivalent":
        _refuse(f"arm {arm.id!r}: an equivalence cannot be expected to be absent")
    if arm.expects == "absent" and arm.rule != hypothesis.rule:
        _refuse(f"arm {arm.id!r}: a difference from the control needs the same neurons")
    _check_contrast(arm.contrast, hypothesis, screen, painter, assets)
    _check_edits(arm.contrast, arm.rule.within_deg, edits=edits)


def check_length(contrast: Contrast, card: TwinCard) -> None:
    """Refuse a contrast that the twin could not be shown, with grey around it for a figure.

    Raises
    ------
    ProposalError
        Saying how long it may be.
    """
    if card.longest_s is None:
        return
    n_frames, draw = card.screen.frames(contrast.duration_s), contrast.draw(0)
    if not any(stimulus.requests() for stimulus in draw.stimuli):
        n_frames = max(n_frames, contrast.render(draw, card.screen)[0].shape[1])
    shown_s = n_frames / card.screen.frame_rate_hz
    if shown_s + 2 * LEAD_S > card.longest_s:
        _refuse(
            f"its stimuli last {shown_s:.2f} s; {card.name} can be shown "
            f"{max(0.0, card.longest_s - 2 * LEAD_S):.2f} s"
        )


def _check_prediction(hypothesis: Hypothesis) -> None:
    prediction = hypothesis.prediction
    if prediction.measure.partition(":")[0] not in measure_names():
        # A proposal may name what is installed, not have code imported.
        _refuse(f"there is no measure {prediction.measure!r}; known: {', '.join(measure_names())}")
    try:
        how = measure(prediction.measure)
    except LookupError as error:
        raise ProposalError(f"The proposal is refused: {error}") from error
    if prediction.margin >= how.bound:
        _refuse(f"margin {prediction.margin} is not below the measure's bound {how.bound}")


def _check_contrast(
    contrast: Contrast,
    hypothesis: Hypothesis,
    screen: Screen,
    painter: str | None,
    assets: Assets,
) -> None:
    how = measure(hypothesis.prediction.measure)
    n_families = len(contrast.families)
    if not how.fits(n_families):
        kinds = {"pair": "two", "series": "three and more", "factorial": "four"}
        _refuse(
            f"measure {how.name!r} is for {kinds[how.conditions]} families, not for {n_families}"
        )
    draw = contrast.draw(0)
    if hypothesis.rule.prefers_within_deg is not None and draw.orientation_deg is None:
        _refuse("its rule needs an orientation that all members share at the receptive field")
    spots = blind_spots(screen, draw.azimuth_deg, draw.elevation_deg)
    reason = reason_against(hypothesis.statement, draw.stimuli, contrast.duration_s, spots)
    if reason is not None:
        _refuse(f"it lies in a blind spot of the twin, {reason}")
    requests = [request for stimulus in draw.stimuli for request in stimulus.requests()]
    if any(request.generator != painter for request in requests):
        _refuse(f"its images are for the generator {requests[0].generator!r}, not {painter!r}")
    if requests and len({stimulus.digest() for stimulus in draw.stimuli}) < len(draw.stimuli):
        _refuse("two members are painted from the same words and seeds, and are the same images")
    n_frames = screen.frames(contrast.duration_s)
    if not requests:
        draws = [contrast.draw(seed) for seed in range(GUARDED)]
        needed = {name for d in draws for stimulus in d.stimuli for name in stimulus.needs()}
        if unknown := sorted(needed - set(assets)):
            _refuse(f"it shows the image {unknown[0][:12]}, which the study was not given")
        rendered = [contrast.render(draw, screen, assets)[0] for draw in draws]
        flags = guard(contrast, screen, draws, rendered)
        refused = [flag.message for flag in flags if flag.severity == "refuse"]
        if refused:
            _refuse(f"the stimulus guard says: {refused[0]}")
        if rendered[0].shape[1] > 1:
            n_frames = rendered[0].shape[1]
    start, stop = hypothesis.prediction.window_s
    if round(stop * screen.frame_rate_hz) > n_frames:
        _refuse(
            f"its window ends at {stop} s, after the stimulus "
            f"({n_frames / screen.frame_rate_hz:.2f} s)"
        )
    if not within(np.arange(n_frames) / screen.frame_rate_hz, (start, stop)).any():
        _refuse(f"its window, {start} to {stop} s, holds no frame")


def _check_edits(contrast: Contrast, within_deg: float | None, *, edits: bool) -> None:
    """Refuse edits that cannot be made, or in a region that is not where the neurons are or not."""
    made = [family for family in painted_in(contrast.families) if isinstance(family, Edited)]
    if made and not edits:
        _refuse(CANNOT_EDIT)
    for edit in made:
        if edit.region != "all" and (within_deg is None or within_deg > edit.diameter_deg / 2):
            fields = "anywhere" if within_deg is None else f"up to {within_deg:g}° from its centre"
            _refuse(
                f"it edits images {edit.region} a disc of {edit.diameter_deg:g}°, but neurons "
                f"count whose receptive fields lie {fields}; choose a larger disc or nearer neurons"
            )


def _claim(hypothesis: Hypothesis) -> str:
    parts = (hypothesis.contrast, hypothesis.rule, hypothesis.prediction)
    return digest([part.to_json() for part in parts])


def _refuse(why: str) -> None:
    raise ProposalError(f"The proposal is refused: {why}.")
