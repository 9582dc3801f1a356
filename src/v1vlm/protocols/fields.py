"""Receptive fields (P1): no grid of conditions, but one of three ways to find them."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from v1vlm.records import OpenRecord


class ReceptiveFields(OpenRecord):
    """Centre and width of every neuron's receptive field.

    Attributes
    ----------
    method : {"cheapest", "patches", "gradient", "noise"}
        Spots and edges, coarsely and then finely; the gradient of a twin that gives it; or the
        classical estimate from noise.
    n_images : int
        Images of uniform noise, for ``noise``.
    duration_s : float
        How long an image of noise is shown.
    """

    kind: Literal["receptive_fields"] = "receptive_fields"
    id: ClassVar[str] = "P1"
    title: ClassVar[str] = "receptive fields"
    citation: ClassVar[str] = "Chichilnisky 2001"
    reads: ClassVar[tuple[str, ...]] = ()
    outcomes: ClassVar[tuple[str, ...]] = (
        "rf_azimuth_deg",
        "rf_elevation_deg",
        "rf_sd_deg",
        "rf_row",
        "rf_column",
        "rf_r2",
        "rf_found",
    )

    method: Literal["cheapest", "patches", "gradient", "noise"] = "cheapest"
    n_images: int = Field(100_000, ge=100, le=1_000_000)
    duration_s: float = Field(1.0, gt=0, le=10)
