"""What is made equal among the members of a draw, and what remains unequal."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.optimize import root

from v1vlm.errors import ProposalError
from v1vlm.records import Record
from v1vlm.stimuli.screen import Screen

Float = NDArray[np.floating]

FADED_MIN = 0.5
"""Share of its contrast that a member keeps at least where it is faded to fit the screen."""


class Matching(Record):
    """What is made equal among the members of one draw, beyond their shared parameters.

    Movies are matched as wholes: one offset and one gain for all frames.

    Attributes
    ----------
    luminance : bool
        Equal mean luminance over the screen.
    contrast : {"none", "global", "local", "both"}
        Equal RMS contrast over the screen, or inside a Gaussian window at the stimulus
        centre, where the receptive fields are: one gain, which only ever scales down. Both at
        once take a gain that changes smoothly from the window outwards; all members are then
        faded together until no pixel is beyond black or white, to half their contrast at most.
    window_sd_deg : float
        SD of that window.
    spectrum : bool
        Equal spatial amplitude spectrum (the mean of the members', averaged over frames),
        before the other two.
    spectrum_in_time : bool
        Equal amplitude spectrum in space and time, for movies of one length: the members have
        the same speeds in the same proportions and differ in phase alone. Movies count as
        periodic, as images do, so that a jump from the last frame to the first one is shared.
    local_luminance : bool
        Equal mean luminance inside the window instead of over the screen.
    balance_polarity : bool
        Each draw is shown as it is or with bright and dark exchanged in all its members, by
        seed, so that over draws bright is as frequent as dark.
    """

    luminance: bool = True
    contrast: Literal["none", "global", "local", "both"] = "none"
    window_sd_deg: float = Field(10.0, gt=0, le=90)
    spectrum: bool = False
    spectrum_in_time: bool = False
    local_luminance: bool = False
    balance_polarity: bool = False


def match(images: list[Float], matching: Matching, window: Float) -> list[Float]:
    """Match contrast images (frame, y, x) jointly; see `Matching`.

    Parameters
    ----------
    window : array (y, x)
        Weights that sum to one.

    Raises
    ------
    ProposalError
        If a member is blank where it is matched, or movies that are to share a spectrum in
        time do not share a length.
    """
    flat = np.full(window.shape, 1 / window.size)
    if matching.spectrum_in_time:
        images = _match_movies(images)
    elif matching.spectrum:
        images = _match_spectrum(images)
    if matching.contrast == "both":
        images = _match_both(images, flat, window)
    elif matching.contrast != "none":
        images = _match_contrast(images, window if matching.contrast == "local" else flat)
    if matching.luminance or matching.local_luminance:
        weights = window if matching.local_luminance else flat
        means = [_mean(image, weights) for image in images]
        images = [image - mean + np.mean(means) for image, mean in zip(images, means, strict=True)]
    return _faded(images) if matching.contrast == "both" else images


def differences(
    frames: NDArray[np.uint8], screen: Screen, window: Float, matching: Matching
) -> dict[str, float]:
    """Differences among members, as shown, in what was to be made equal.

    Parameters
    ----------
    frames : uint8 array (condition, frame, y, x)
    window : array (y, x)
        Weights that sum to one.

    Returns
    -------
    dict
        ``luminance`` and ``local_luminance``, the range of the mean grey levels as a share of
        their mean; ``rms`` and ``local_rms``, the same of the RMS contrasts. Only what
        `matching` asks for.
    """
    half_range = min(screen.grey, 255 - screen.grey)
    images = [(member.astype(np.float64) - screen.grey) / half_range for member in frames]
    flat = np.full(window.shape, 1 / window.size)
    wanted = {
        "luminance": matching.luminance and not matching.local_luminance,
        "local_luminance": matching.local_luminance,
        "rms": matching.contrast in ("global", "both"),
        "local_rms": matching.contrast in ("local", "both"),
    }
    found: dict[str, float] = {}
    for name in (name for name, is_wanted in wanted.items() if is_wanted):
        weights = window if name.startswith("local") else flat
        values = np.array([_mean(image, weights) for image in images])
        if name.endswith("rms"):
            means = zip(images, values, strict=True)
            values = np.array([_rms(image, mean, weights) for image, mean in means])
        else:
            values = screen.grey + half_range * values
        found[name] = float(np.ptp(values) / max(float(np.mean(values)), 1e-9))
    return found


def residuals(frames: NDArray[np.uint8], screen: Screen, window: Float) -> dict[str, float]:
    """Largest remaining differences among members, in units of signed contrast.

    Returns
    -------
    dict
        ``luminance``, ``rms`` (whole screen), ``local_luminance``, ``local_rms`` (inside the
        window); ``spectrum``, the share of spatial amplitude that lies elsewhere; of movies
        ``motion``, the RMS change from frame to frame; and ``clipped``, the largest share of
        pixels at black or white.
    """
    half_range = min(screen.grey, 255 - screen.grey)
    images = [(member.astype(np.float64) - screen.grey) / half_range for member in frames]
    flat = np.full(window.shape, 1 / window.size)
    found: dict[str, float] = {}
    for prefix, weights in (("", flat), ("local_", window)):
        means = [_mean(image, weights) for image in images]
        spreads = [_rms(image, mean, weights) for image, mean in zip(images, means, strict=True)]
        found[f"{prefix}luminance"] = float(np.ptp(means))
        found[f"{prefix}rms"] = float(np.ptp(spreads))
    found["spectrum"] = _elsewhere(images)
    if frames.shape[1] > 1:
        changes = [float(np.sqrt((np.diff(image, axis=0) ** 2).mean())) for image in images]
        found["motion"] = float(np.ptp(changes))
    found["clipped"] = max(float((np.abs(image) >= 1).mean()) for image in images)
    return found


def _mean(image: Float, weights: Float) -> float:
    return _weighed(image.mean(axis=0), weights)


def _rms(image: Float, mean: float, weights: Float) -> float:
    return float(np.sqrt(_weighed(((image - mean) ** 2).mean(axis=0), weights)))


def _weighed(image: Float, weights: Float) -> float:
    """Weighted mean; what `np.average` computes, in a third of the time."""
    return float((image * weights).sum() / weights.sum())


def _match_contrast(images: list[Float], weights: Float) -> list[Float]:
    means = [_mean(image, weights) for image in images]
    spreads = [_rms(image, mean, weights) for image, mean in zip(images, means, strict=True)]
    if min(spreads) < 1e-4:
        raise ProposalError(
            f"A member of the contrast is blank where it is matched (RMS {min(spreads):.1g}).",
            "Do not match contrast, or let the stimulus cover the receptive field.",
        )
    return [
        mean + (min(spreads) / spread) * (image - mean)
        for image, mean, spread in zip(images, means, spreads, strict=True)
    ]


def _match_both(images: list[Float], flat: Float, window: Float) -> list[Float]:
    """Equal RMS contrast over the screen and in the window, about the mean over the screen."""
    images = _match_contrast(images, flat)
    means = [_mean(image, flat) for image in images]
    bare = [image - mean for image, mean in zip(images, means, strict=True)]
    overall = min(_rms(image, 0.0, flat) for image in bare)
    spreads = [_rms(image, _mean(image, window), window) for image in bare]
    if min(spreads) < 1e-4:
        raise ProposalError(
            f"A member of the contrast is blank where it is matched (RMS {min(spreads):.1g}).",
            "Do not match local contrast, or let the stimulus cover the receptive field.",
        )
    # Half-way between the members, so that none is changed more than it need be; and over a
    # somewhat wider place than the window, whose flanks count too.
    local = float(np.exp(np.mean(np.log(spreads))))
    share = np.sqrt(window / window.max())
    return [
        mean + _with_gains(image, share, flat, window, (overall, local))
        for image, mean in zip(bare, means, strict=True)
    ]


def _with_gains(
    image: Float, share: Float, flat: Float, window: Float, wanted: tuple[float, float]
) -> Float:
    """An image times a gain that is one value far from the window and another one at its centre."""

    def faded(gains: Float) -> Float:
        changed = image * (gains[0] + (gains[1] - gains[0]) * share)
        return np.asarray(changed - _mean(changed, flat))

    def missed(gains: Float) -> Float:
        changed = faded(gains)
        overall = _rms(changed, 0.0, flat)
        local = _rms(changed, _mean(changed, window), window)
        return np.asarray(np.array([overall, local]) / np.array(wanted) - 1)

    start = np.array([1.0, wanted[1] / max(_rms(image, _mean(image, window), window), 1e-9)])
    solved = root(missed, start, tol=1e-6)
    if not np.abs(missed(solved.x)).max() < 1e-3 or solved.x.min() <= 0:
        raise ProposalError(
            "The members cannot be given equal contrast over the screen and in the window at once.",
            "Match one of the two, or choose members of a more even contrast.",
        )
    return faded(solved.x)


def _faded(images: list[Float]) -> list[Float]:
    """All members faded alike, about their means, until they fit between black and white."""
    means = [float(image.mean()) for image in images]
    pairs = list(zip(images, means, strict=True))
    room = min((1 - abs(mean)) / max(float(np.abs(i - mean).max()), 1e-9) for i, mean in pairs)
    return [mean + min(1.0, max(room, FADED_MIN)) * (image - mean) for image, mean in pairs]


def _match_spectrum(images: list[Float]) -> list[Float]:
    spectra = [np.fft.fft2(image) for image in images]
    target = np.mean([np.abs(spectrum).mean(axis=0) for spectrum in spectra], axis=0)
    matched: list[Float] = []
    for spectrum in spectra:
        gain = target / np.maximum(np.abs(spectrum).mean(axis=0), 1e-9)
        gain[0, 0] = 1.0
        matched.append(np.fft.ifft2(spectrum * gain).real)
    return matched


def _match_movies(images: list[Float]) -> list[Float]:
    lengths = sorted({len(image) for image in images})
    if len(lengths) > 1:
        raise ProposalError(
            f"Members of {lengths} frames cannot share a spectrum in time.",
            "Give the families one duration, or match the spatial spectrum alone.",
        )
    spectra = [np.fft.fftn(image) for image in images]
    target = np.mean([np.abs(spectrum) for spectrum in spectra], axis=0)
    matched: list[Float] = []
    for spectrum in spectra:
        gain = target / np.maximum(np.abs(spectrum), 1e-9)
        gain[0, 0, 0] = 1.0
        matched.append(np.fft.ifftn(spectrum * gain).real)
    return matched


def _elsewhere(images: list[Float]) -> float:
    """Largest distance (0–1) between the shares of amplitude of two members."""
    shares = []
    for image in images:
        amplitude = np.abs(np.fft.rfft2(image)).mean(axis=0)
        amplitude[0, 0] = 0.0
        shares.append(amplitude / max(float(amplitude.sum()), 1e-9))
    return max(float(np.abs(one - other).sum()) / 2 for one in shares for other in shares)
