"""The monitor as the animal sees it: pixels, degrees and frames.

A flat monitor at a short distance is strongly eccentric: a pixel of the default
screen spans 3.37° at the centre and less than half of that at the edge. All
stimuli are therefore defined on *visual-field degrees around their own centre*
(`Screen.local_deg`), not on pixels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from v1vlm.records import Record

Float = NDArray[np.float64]


class Screen(Record):
    """A flat monitor, perpendicular to the line of sight at its centre.

    The defaults are the monitor of mice A–J of the Sensorium 2023 recordings
    (Turishcheva et al. 2023), at the resolution their twins see. Azimuth is positive to the
    right, elevation positive upwards, both 0° at the centre of the screen.
    """

    height_px: int = Field(36, ge=4)
    width_px: int = Field(64, ge=4)
    width_cm: float = Field(56.5, gt=0)
    height_cm: float = Field(31.8, gt=0)
    distance_cm: float = Field(15.0, gt=0)
    frame_rate_hz: float = Field(30.0, gt=0)
    grey: int = Field(127, ge=1, le=254)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height_px, self.width_px

    def frames(self, duration_s: float) -> int:
        """Number of frames that last `duration_s` seconds (at least one)."""
        return max(1, round(duration_s * self.frame_rate_hz))

    def to_degrees(self, row: ArrayLike, column: ArrayLike) -> tuple[Float, Float]:
        """Azimuth and elevation (deg) of positions in pixels (pixel centres at integers)."""
        x = ((np.asarray(column, float) + 0.5) / self.width_px - 0.5) * self.width_cm
        y = (0.5 - (np.asarray(row, float) + 0.5) / self.height_px) * self.height_cm
        azimuth = np.degrees(np.arctan2(x, self.distance_cm))
        elevation = np.degrees(np.arctan2(y, np.hypot(x, self.distance_cm)))
        return azimuth, elevation

    def to_pixels(self, azimuth_deg: ArrayLike, elevation_deg: ArrayLike) -> tuple[Float, Float]:
        """Row and column (fractional) of visual directions; the inverse of `to_degrees`."""
        azimuth = np.radians(np.asarray(azimuth_deg, float))
        elevation = np.radians(np.asarray(elevation_deg, float))
        x = self.distance_cm * np.tan(azimuth)
        y = np.hypot(x, self.distance_cm) * np.tan(elevation)
        row = (0.5 - y / self.height_cm) * self.height_px - 0.5
        column = (x / self.width_cm + 0.5) * self.width_px - 0.5
        return row, column

    def pixel_centres_deg(self) -> tuple[Float, Float]:
        """Azimuth and elevation (deg) of every pixel, each of shape (y, x)."""
        rows, columns = np.mgrid[: self.height_px, : self.width_px]
        return self.to_degrees(rows, columns)

    def solid_angle_weights(self) -> Float:
        """Relative solid angle of every pixel (y, x): cos³ of the eccentricity, 1 at the centre."""
        azimuth, elevation = self.pixel_centres_deg()
        cosine: Float = np.cos(np.radians(azimuth)) * np.cos(np.radians(elevation))
        return cosine**3

    def degrees_per_pixel(self, azimuth_deg: float = 0.0, elevation_deg: float = 0.0) -> float:
        """Largest side (deg) of a pixel at a position: what limits resolution there."""
        row, column = self.to_pixels(azimuth_deg, elevation_deg)
        sides = []
        for down, right in ((0.5, 0.0), (0.0, 0.5)):
            near = _unit(*self.to_degrees(row - down, column - right))
            far = _unit(*self.to_degrees(row + down, column + right))
            sides.append(np.degrees(np.arccos(np.clip((near * far).sum(), -1.0, 1.0))))
        return float(max(sides))

    def nyquist_cpd(self, azimuth_deg: float = 0.0, elevation_deg: float = 0.0) -> float:
        """Nyquist frequency (cycles per degree) at a position."""
        return 0.5 / self.degrees_per_pixel(azimuth_deg, elevation_deg)

    def local_deg(
        self, azimuth_deg: float, elevation_deg: float, oversample: int = 1
    ) -> tuple[Float, Float]:
        """Visual-field coordinates around a point, for every (sub)pixel.

        Azimuthal equidistant: the distance of a pixel from (0, 0) is its true angular distance
        from the point, and its direction the true bearing.

        Parameters
        ----------
        azimuth_deg, elevation_deg : float
            The point, in degrees.
        oversample : int
            Subpixels per pixel side.

        Returns
        -------
        u, v : read-only arrays (height_px · oversample, width_px · oversample)
            Degrees rightwards and upwards of the point.
        """
        return _local_deg(self, float(azimuth_deg), float(elevation_deg), int(oversample))


def direction_deg(
    azimuth_deg: float, elevation_deg: float, u: ArrayLike, v: ArrayLike
) -> tuple[Float, Float]:
    """Azimuth and elevation (deg) of coordinates around a point; inverts `Screen.local_deg`.

    Parameters
    ----------
    azimuth_deg, elevation_deg : float
        The point.
    u, v : array
        Degrees rightwards and upwards of it (azimuthal equidistant).
    """
    u, v = np.asarray(u, float), np.asarray(v, float)
    angle = np.radians(np.hypot(u, v))
    # sin(angle) / angle, which is 1 at the point itself.
    shrink = np.radians(np.sinc(angle / np.pi))
    x, y, z = np.tensordot(
        _frame(azimuth_deg, elevation_deg).T, np.stack([u * shrink, v * shrink, np.cos(angle)]), 1
    )
    return np.degrees(np.arctan2(x, z)), np.degrees(np.arctan2(y, np.hypot(x, z)))


def _frame(azimuth_deg: float, elevation_deg: float) -> Float:
    """Unit vectors (3, 3) rightwards, upwards and towards a direction."""
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array(
        [
            [np.cos(azimuth), 0.0, -np.sin(azimuth)],
            [
                -np.sin(elevation) * np.sin(azimuth),
                np.cos(elevation),
                -np.sin(elevation) * np.cos(azimuth),
            ],
            _unit(azimuth_deg, elevation_deg),
        ]
    )


def _unit(azimuth_deg: ArrayLike, elevation_deg: ArrayLike) -> Float:
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.stack(
        [
            np.cos(elevation) * np.sin(azimuth),
            np.sin(elevation),
            np.cos(elevation) * np.cos(azimuth),
        ]
    )


@lru_cache(maxsize=8)
def _pixel_directions(screen: Screen, oversample: int) -> Float:
    """Unit vectors (3, y, x) towards the centres of all (sub)pixels."""
    rows = (np.arange(screen.height_px * oversample) + 0.5) / oversample - 0.5
    columns = (np.arange(screen.width_px * oversample) + 0.5) / oversample - 0.5
    row, column = np.meshgrid(rows, columns, indexing="ij")
    return _unit(*screen.to_degrees(row, column))


@lru_cache(maxsize=256)
def _local_deg(
    screen: Screen, azimuth_deg: float, elevation_deg: float, oversample: int
) -> tuple[Float, Float]:
    pixel = _pixel_directions(screen, oversample)
    right, up, centre = _frame(azimuth_deg, elevation_deg)
    along_right = np.tensordot(right, pixel, 1)
    along_up = np.tensordot(up, pixel, 1)
    tangent = np.hypot(along_right, along_up)
    angle = np.degrees(np.arctan2(tangent, np.tensordot(centre, pixel, 1)))
    scale = np.divide(angle, tangent, out=np.full_like(angle, 180.0 / np.pi), where=tangent > 1e-12)
    u, v = along_right * scale, along_up * scale
    u.flags.writeable = v.flags.writeable = False
    return u, v
