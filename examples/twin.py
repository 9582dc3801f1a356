"""The smallest twin: sixty neurons that answer to contrast of either sign, at their own place.

Try it with: PYTHONPATH=examples v1vlm run --twin twin:ContrastTwin --context-file FILE
"""

import numpy as np
import xarray as xr

from v1vlm.errors import InputError
from v1vlm.responses import label
from v1vlm.stimuli import Screen
from v1vlm.twins import TwinCard, check_frames, check_neurons

N = 60


class ContrastTwin:
    """Root-mean-square contrast inside a Gaussian, without memory."""

    card = TwinCard(
        name="contrast",
        digest="contrast-1",  # change it whenever a response could change
        species="none",
        area="none",
        mice=("one",),
        n_neurons=N,
        screen=Screen(),
        response_units="a.u.",
        planted=True,  # its answers are known, and every report says so
    )

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        place = rng.uniform((12, 22), (24, 42), (N, 2))
        rows, columns = np.mgrid[:36, :64]
        distance2 = (rows - place[:, :1, None]) ** 2 + (columns - place[:, 1:, None]) ** 2
        self.weights = np.exp(-distance2 / 18).reshape(N, -1)
        table = {"id": np.arange(N), "x_um": place[:, 1], "y_um": place[:, 0]}
        table["depth_um"] = np.full(N, 200.0)
        self.neurons = xr.Dataset({name: ("neuron", column) for name, column in table.items()})

    def respond(self, frames, *, neurons=None, behaviour=None, lead_in_s=None):
        """Responses (stimulus, neuron, time), one time point per frame."""
        check_frames(frames, self.card.screen)
        if behaviour not in (None, "still"):
            raise InputError(f"This twin has no behaviour {behaviour!r}.", "Use 'still'.")
        index = check_neurons(neurons, N)
        contrast = (frames.astype(float) - self.card.screen.grey) / 127
        power = (contrast**2).reshape(*frames.shape[:2], -1)
        # One stimulus at a time, so that a batch cannot change the rounding.
        responses = np.stack([(one @ self.weights[index].T).T for one in power])
        return label(0.1 + np.sqrt(responses), index, 30.0, self.card.response_units)
