"""Make the outlines of the states that the maps draw.

    npm pack us-atlas@3.0.1 && tar xzf us-atlas-3.0.1.tgz
    python scripts/state_outlines.py package/states-10m.json

The input is the Census Bureau's cartographic boundary file (public domain) as the npm package
us-atlas (ISC licence) ships it.  Borders are thinned (Visvalingam and Whyatt 1993: the corner whose
triangle is smallest goes first; ends of a border shared by states stay), small islands left out,
and written as borders and which borders a state has (TopoJSON).
"""

from __future__ import annotations

import heapq
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAGE = Path(__file__).parent.parent / "src" / "thinwalls" / "pages" / "shapes" / "us_states.json"
LEAST_TRIANGLE = 0.003
"""Square degrees of latitude: a corner with a smaller triangle is left out (about 40 square km)."""
LEAST_ISLAND = 0.004
"""Square degrees of latitude (about 50 square km)."""
GRID = 0.001
"""Degrees to which corners are rounded (100 m)."""
SOURCE = (
    "U.S. Census Bureau cartographic boundary files (public domain), by way of states-10m.json of "
    "the npm package us-atlas 3.0.1 (ISC licence, Michael Bostock); thinned and re-encoded by "
    "scripts/state_outlines.py"
)
Line = NDArray[np.float64]


def decoded(topology: dict[str, Any]) -> list[Line]:
    """Borders as [corner, (longitude, latitude)] in degrees."""
    scale, translate = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in topology["arcs"]]


def area(ring: Line) -> float:
    """Area in square degrees of latitude (longitudes shrunk by the cosine of the latitude)."""
    x = ring[:, 0] * np.cos(np.radians(ring[:, 1].mean()))
    y = ring[:, 1]
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


def thinned(line: Line, least: float = LEAST_TRIANGLE) -> Line:
    """The line without corners whose triangle with their neighbours is smaller than ``least``.

    The ends stay, and of a closed line at least four points.
    """
    count = len(line)
    closed = bool(np.allclose(line[0], line[-1]))
    fewest = 4 if closed else 2
    before, after = list(range(-1, count - 1)), list(range(1, count + 1))
    left = np.ones(count, dtype=bool)
    waiting = [(area(line[[i - 1, i, i + 1, i - 1]]), i) for i in range(1, count - 1)]
    heapq.heapify(waiting)
    there = {i: size for size, i in waiting}
    while waiting and left.sum() > fewest:
        size, i = heapq.heappop(waiting)
        if not left[i] or size != there[i]:
            continue
        if size >= least:
            break
        left[i] = False
        one, other = before[i], after[i]
        after[one], before[other] = other, one
        for j in (one, other):
            if 0 < j < count - 1:
                corner = [before[j], j, after[j], before[j]]
                there[j] = max(area(line[corner]), size)
                heapq.heappush(waiting, (there[j], j))
    return line[left]


def rings(geometry: dict[str, Any]) -> list[list[int]]:
    """Rings of one state as lists of borders; ~n is border n backwards."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [ring for polygon in polygons for ring in polygon]


def outlines(topology: dict[str, Any]) -> dict[str, Any]:
    """The same states, thinned, without small islands, names and the nation."""
    lines = decoded(topology)

    def size(ring: list[int]) -> float:
        parts = [lines[n] if n >= 0 else lines[~n][::-1] for n in ring]
        return area(np.concatenate(parts))

    number: dict[int, int] = {}
    states = []
    for geometry in topology["objects"]["states"]["geometries"]:
        every = rings(geometry)
        largest = max(size(ring) for ring in every)
        kept = [ring for ring in every if size(ring) >= min(LEAST_ISLAND, largest)]
        made = []
        for ring in kept:
            new = [number.setdefault(n if n >= 0 else ~n, len(number)) for n in ring]
            made.append([[m if n >= 0 else ~m for n, m in zip(ring, new, strict=True)]])
        states.append({"type": "MultiPolygon", "arcs": made, "id": geometry["id"]})
    origin = np.array([-180.0, -90.0])
    arcs = []
    for n in number:
        corners = np.round((thinned(lines[n]) - origin) / GRID).astype(int)
        steps = np.diff(corners, axis=0, prepend=np.zeros((1, 2), dtype=int))
        moved = [step for i, step in enumerate(steps.tolist()) if i == 0 or step != [0, 0]]
        arcs.append(moved)
    return {
        "source": SOURCE,
        "type": "Topology",
        "transform": {"scale": [GRID, GRID], "translate": origin.tolist()},
        "objects": {"states": {"type": "GeometryCollection", "geometries": states}},
        "arcs": arcs,
    }


def main() -> None:
    """Read the file named on the command line and write the packaged one."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {Path(__file__).name} states-10m.json")
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(outlines(topology), separators=(",", ":"))
    PAGE.write_text(text + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
