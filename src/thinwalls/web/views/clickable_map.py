"""The map of a system as SVG made on the server: states and facilities are links.

Projection: Albers' equal-area conic for the 48 states, Alaska and Hawaii placed below them
(Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395, 1987, chapter 14).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from thinwalls.reporting import place_name, state_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.system import System

WIDTH, HEIGHT = 960, 590
MOST_CIRCLES = 400
_SCALE = 1_230.0
_CENTRE = (480.0, 285.0)
_MOST_RADIUS = 16.0


@dataclass(frozen=True)
class _Conic:
    """Equal-area conic: standard parallels and centre in degrees, scale and place on paper."""

    parallels: tuple[float, float]
    longitude: float
    latitude: float
    scale: float
    x: float
    y: float

    def __call__(self, east: NDArray[np.float64], north: NDArray[np.float64]) -> Any:
        """Points on paper [n, 2]."""
        first, second = (math.radians(one) for one in self.parallels)
        n = (math.sin(first) + math.sin(second)) / 2
        c = math.cos(first) ** 2 + 2 * n * math.sin(first)
        middle = math.sqrt(c - 2 * n * math.sin(math.radians(self.latitude))) / n
        radius = np.sqrt(c - 2 * n * np.sin(np.radians(north))) / n
        # Alaska's last islands are east of the date line.
        east = np.where(east > 0, east - 360.0, east)
        angle = n * np.radians(east - self.longitude)
        x = self.x + self.scale * radius * np.sin(angle)
        y = self.y - self.scale * (middle - radius * np.cos(angle))
        return np.stack([x, y], axis=-1)


_LOWER = _Conic((29.5, 45.5), -96.6, 38.7, _SCALE, *_CENTRE)
_ALASKA = _Conic((55.0, 65.0), -156.0, 58.5, _SCALE * 0.35, 130.0, 515.0)
_HAWAII = _Conic((8.0, 18.0), -160.0, 19.9, _SCALE, 285.0, 545.0)
_OWN = {"02": _ALASKA, "15": _HAWAII}
_NOT_DRAWN = frozenset({"60", "66", "69", "72", "78"})
"""Territories: their facilities are found by name."""


@lru_cache
def state_paths() -> dict[str, str]:
    """Outline of every state as an SVG path, by its two-digit FIPS code."""
    shapes = state_shapes()
    (sx, sy), (tx, ty) = shapes["transform"]["scale"], shapes["transform"]["translate"]
    arcs = []
    for arc in shapes["arcs"]:
        points = np.cumsum(np.array(arc, dtype=np.float64), axis=0)
        arcs.append(points * (sx, sy) + (tx, ty))

    def ring(numbers: list[int], project: _Conic) -> str:
        parts: list[NDArray[np.float64]] = []
        for number in numbers:
            points = arcs[number] if number >= 0 else arcs[~number][::-1]
            parts.append(points if not parts else points[1:])
        line = np.concatenate(parts)
        placed = project(line[:, 0], line[:, 1])
        return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in placed) + "Z"

    found = {}
    for state in shapes["objects"]["states"]["geometries"]:
        code = str(state["id"])
        if code in _NOT_DRAWN or "arcs" not in state:
            continue
        project = _OWN.get(code, _LOWER)
        polygons = [state["arcs"]] if state["type"] == "Polygon" else state["arcs"]
        found[code] = "".join(ring(one, project) for polygon in polygons for one in polygon)
    return found


@dataclass(frozen=True)
class StateShape:
    """A state: postal code ("" where the system has no facility), outline."""

    state: str
    path: str


@dataclass(frozen=True)
class Circle:
    """A facility: where a click leads, its name, its place and size on paper."""

    where: str
    name: str
    x: float
    y: float
    radius: float


def states(system: System) -> list[StateShape]:
    """Outlines of all states; those with facilities can be chosen."""
    counties = system.inside_counties
    codes = dict(zip(counties.index.str[:2], counties["state"], strict=True))
    there = set(system.facilities["state"])
    return [
        StateShape(codes.get(code, "") if codes.get(code) in there else "", path)
        for code, path in state_paths().items()
    ]


def circles(system: System) -> list[Circle]:
    """Facilities on the map, the largest first; none for a system that has too many to click."""
    table = system.facilities
    if len(table) > MOST_CIRCLES:
        return []
    table = table[(table["population_start"] > 0) & table["longitude"].notna()]
    table = table.sort_values("population_start", ascending=False, kind="stable")
    most = float(table["population_start"].max()) if len(table) else 1.0
    found = []
    for row in table.itertuples():
        code = str(row.county_fips)[:2]
        if code in _NOT_DRAWN:
            continue
        east, north = np.array([float(str(row.longitude))]), np.array([float(str(row.latitude))])
        x, y = _OWN.get(code, _LOWER)(east, north)[0]
        people = float(str(row.population_start))
        radius = max(3.0, _MOST_RADIUS * math.sqrt(people / most))
        name = f"{place_name(str(row.name))}, {row.state}"
        found.append(Circle(f"facility:{row.Index}", name, float(x), float(y), radius))
    return found
