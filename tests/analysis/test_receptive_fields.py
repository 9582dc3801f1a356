"""Gaussian fits against planted fields and against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import curve_fit

from v1vlm.analysis.receptive_fields import fit_gaussians

PLACES = np.stack(np.meshgrid(np.arange(0.5, 36, 2), np.arange(0.5, 64, 2), indexing="ij"), -1)
PLACES = PLACES.reshape(-1, 2)
N, N_PLACES = 200, len(PLACES)


def bump(places, row, column, sd, amplitude=1.0, offset=0.0):
    distance2 = (places[:, 0] - row) ** 2 + (places[:, 1] - column) ** 2
    return offset + amplitude * np.exp(-distance2 / (2 * sd**2))


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(4)
    fields = {
        "row": rng.uniform(4, 32, N),
        "column": rng.uniform(4, 60, N),
        "sd": rng.uniform(2.0, 6.0, N),
        "amplitude": rng.lognormal(0, 1, N),
        "offset": rng.normal(0, 1, N),
    }
    each = [dict(zip(fields, values, strict=True)) for values in zip(*fields.values(), strict=True)]
    clean = np.stack([bump(PLACES, **field) for field in each])
    noise = 0.1 * fields["amplitude"][:, None] * rng.standard_normal(clean.shape)
    return fields, clean, clean + noise


def test_planted_fields_are_recovered(planted) -> None:
    fields, _, maps = planted
    found = fit_gaussians(maps, PLACES)
    error = np.hypot(found.row - fields["row"], found.column - fields["column"])
    assert np.mean(error < 0.5) >= 0.95
    ratio = found.sd / fields["sd"]
    assert np.mean(np.abs(ratio - 1) < 0.1) >= 0.95
    assert np.median(ratio) == pytest.approx(1.0, abs=0.02)
    assert np.all(found.r2 > 0.3)


def test_without_noise_the_fit_is_exact(planted) -> None:
    fields, clean, _ = planted
    found = fit_gaussians(clean, PLACES)
    for name in ("row", "column", "sd"):
        np.testing.assert_allclose(getattr(found, name), fields[name], atol=0.02)
    assert np.all(found.r2 > 0.9999)


def test_the_fit_is_that_of_scipy(planted) -> None:
    _, _, maps = planted
    found = fit_gaussians(maps[:6], PLACES)
    for index, seen in enumerate(maps[:6]):
        start = (*PLACES[seen.argmax()], 4.0, np.ptp(seen), seen.min())
        best, _ = curve_fit(bump, PLACES, seen, p0=start)
        here = (found.row[index], found.column[index], found.sd[index])
        np.testing.assert_allclose(here, [*best[:2], abs(best[2])], atol=0.02)
        left = ((seen - bump(PLACES, *best)) ** 2).sum()
        assert found.r2[index] == pytest.approx(1 - left / (N_PLACES * seen.var()), abs=1e-4)


def test_fits_do_not_depend_on_scale_offset_or_company(planted) -> None:
    _, _, maps = planted
    together = fit_gaussians(maps, PLACES)
    alone = fit_gaussians(1000 * maps[7:8] - 3.0, PLACES)
    for name in ("row", "column", "sd", "r2"):
        assert getattr(alone, name)[0] == pytest.approx(getattr(together, name)[7], rel=1e-3)


def test_what_is_no_field_explains_nothing() -> None:
    rng = np.random.default_rng(1)
    dent = bump(PLACES, 18, 30, 4, amplitude=-1.0) + 0.05 * rng.standard_normal(N_PLACES)
    noise = rng.standard_normal((20, N_PLACES))
    flat = np.full((2, N_PLACES), [[0.0], [3.7]])
    found = fit_gaussians(np.concatenate([flat, dent[None], noise]), PLACES)
    assert np.all(found.r2[:2] == 0)
    assert found.r2[2] < 0.3
    assert np.all(found.r2[3:] < 0.3)  # the caller asks for at least this
    assert all(np.isfinite(v).all() for v in (found.row, found.column, found.sd))
