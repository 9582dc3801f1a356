"""The deviation of predictions, in the units that neurons can be compared in."""

import numpy as np
import pytest

from tests.viv1t.runs import NEURONS, write_run
from v1vlm.records import seed_of
from v1vlm.stimuli import Photographs
from v1vlm.twins.viv1t import ViV1T
from v1vlm.twins.viv1t.quality import quality

pytest.importorskip("torch")


def test_deviations_of_predictions_in_model_units(run):
    twin = ViV1T.from_run(run)
    screen, family = twin.card.screen, Photographs().explored()
    images = [family.draw(seed_of("quality", i)).render(screen)[0] for i in range(3)]
    shown = np.broadcast_to(np.array(images)[:, None], (3, 6, *screen.shape))
    plain = ViV1T.from_run(run, response_units="model").respond(shown).values
    expected = plain.transpose(1, 0, 2).reshape(5, -1).std(axis=1)
    np.testing.assert_allclose(quality(twin, 3, 0.2), expected, rtol=1e-4)
    assert expected.min() > 0


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_it_does_not_depend_on_the_units(tmp_path, mode):
    run = write_run(tmp_path / "run", transform_output=mode)
    seen = [
        quality(ViV1T.from_run(run, response_units=units), 2, 0.1)
        for units in ("recorded", "model")
    ]
    np.testing.assert_allclose(*(seen if mode else (seen[0], seen[0])), rtol=1e-4)
    assert np.isfinite(seen[0]).all()


def test_the_table_gives_the_recorded_deviations(run):
    deviations = np.load(run / "metadata/statistics/mouseA/response/std.npy")
    table = ViV1T.from_run(run).neurons
    expected = np.maximum(deviations, 0.01 * deviations.mean())[NEURONS["A"]]
    np.testing.assert_allclose(table["response_sd"], expected, rtol=1e-6)
    plain = ViV1T.from_run(run, response_units="model").neurons
    np.testing.assert_array_equal(plain["response_sd"], np.ones(5))
