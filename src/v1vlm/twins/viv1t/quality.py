"""How much a twin can know of each neuron."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v1vlm.records import seed_of
from v1vlm.stimuli import Photographs
from v1vlm.twins.base import Twin

GOOD = 0.1
"""Neurons below it are predicted hardly better than by their mean."""


def quality(twin: Twin, n_images: int = 40, duration_s: float = 0.5) -> NDArray[np.float64]:
    """Deviation of the predictions over natural images, in recorded deviations.

    Of a calibrated prediction, the conditional mean, it is the correlation to expect with
    recorded responses (Schoppe et al. 2016 for how such correlations are normalised). Nothing
    recorded is compared: a prediction that is confident and wrong has a high value too.

    Parameters
    ----------
    twin : Twin
        With the column ``response_sd`` in its table of neurons, as `ViV1T` has.
    n_images : int
        Crops of the packaged photographs, always the same.
    duration_s : float
        For how long each is shown.

    Returns
    -------
    array (neuron,)
        `GOOD` is the usual least.
    """
    screen, family = twin.card.screen, Photographs().explored()
    n_frames = screen.frames(duration_s)
    total, squares = np.zeros(twin.card.n_neurons), np.zeros(twin.card.n_neurons)
    for number in range(n_images):
        image = family.draw(seed_of("quality", number)).render(screen)
        shown = np.broadcast_to(image, (1, n_frames, *screen.shape))
        values = twin.respond(shown).values[0].astype(np.float64)
        total += values.sum(axis=1)
        squares += (values**2).sum(axis=1)
    mean = total / (n_images * n_frames)
    variance = np.maximum(squares / (n_images * n_frames) - mean**2, 0.0)
    return np.asarray(np.sqrt(variance) / twin.neurons["response_sd"].values)
