"""Distances on the globe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_MILES = 3958.7613
"""Mean radius of the Earth (6,371.0088 km)."""


def miles_between(
    latitude: ArrayLike, longitude: ArrayLike, other_latitude: ArrayLike, other_longitude: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle distances in miles, rows: first points, columns: other points (haversine)."""
    lat1 = np.radians(np.atleast_1d(np.asarray(latitude, dtype=np.float64)))[:, None]
    lon1 = np.radians(np.atleast_1d(np.asarray(longitude, dtype=np.float64)))[:, None]
    lat2 = np.radians(np.atleast_1d(np.asarray(other_latitude, dtype=np.float64)))[None, :]
    lon2 = np.radians(np.atleast_1d(np.asarray(other_longitude, dtype=np.float64)))[None, :]
    half = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    )
    distance: NDArray[np.float64] = (
        2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    )
    return distance
