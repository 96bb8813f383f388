"""Shapefiles inside a ZIP archive: the attribute table, the middle and area of every outline."""

from __future__ import annotations

import struct
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from thinwalls.common import InputError

KM_PER_DEGREE = 111.195
"""Kilometres per degree of latitude on a sphere of 6,371 km."""


def read_shapes(path: str | Path) -> pd.DataFrame:
    """Read the attributes (dBase), the middle of the bounding box and the area of every shape.

    Columns are those of the attribute table as text, empty text where blank, and ``longitude``,
    ``latitude`` (degrees) and ``hectares``.

    Raises
    ------
    InputError
        When there is no such file, it is not an archive, or the archive holds no shapefile.
    """
    file = Path(path)
    where = str(path)
    if file.is_dir():
        raise InputError("is a directory, a zipped shapefile is needed", where=where)
    if not file.exists():
        raise InputError("there is no such file", where=where)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = {Path(name).suffix.lower(): archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError("is not a ZIP archive that can be read", where=where) from error
    for suffix in (".dbf", ".shp"):
        if suffix not in parts:
            raise InputError("the archive holds no {suffix} file", where=where, suffix=suffix)
    encoding = parts.get(".cpg", b"utf-8").decode("ascii", "replace").strip() or "utf-8"
    try:
        frame = _attributes(parts[".dbf"], encoding)
        middles = _middles(parts[".shp"])
    except (struct.error, IndexError, UnicodeError, LookupError) as error:
        raise InputError("the shapefile is cut off or broken", where=where) from error
    if len(frame) != len(middles):
        raise InputError(
            "{count} rows but {shapes} shapes", where=where, count=len(frame), shapes=len(middles)
        )
    frame["longitude"] = [middle[0] for middle in middles]
    frame["latitude"] = [middle[1] for middle in middles]
    frame["hectares"] = [middle[2] for middle in middles]
    return frame


def _attributes(data: bytes, encoding: str) -> pd.DataFrame:
    count, header, width = struct.unpack("<IHH", data[4:12])
    names: list[str] = []
    widths: list[int] = []
    at = 32
    while data[at] != 0x0D:
        names.append(data[at : at + 11].split(b"\0")[0].decode("ascii"))
        widths.append(data[at + 16])
        at += 32
    rows = []
    for number in range(count):
        place = header + number * width + 1  # the first byte marks deleted rows
        if place + width - 1 > len(data):
            raise IndexError
        row = []
        for size in widths:
            row.append(data[place : place + size].decode(encoding).strip())
            place += size
        rows.append(row)
    return pd.DataFrame(rows, columns=names)


def _middles(data: bytes) -> list[tuple[float, float, float]]:
    middles = []
    at = 100
    while at < len(data):
        _, words = struct.unpack(">II", data[at : at + 8])
        kind = struct.unpack("<i", data[at + 8 : at + 12])[0]
        if kind == 0:
            middles.append((float("nan"), float("nan"), float("nan")))
        elif kind == 1:
            west, south = struct.unpack("<dd", data[at + 12 : at + 28])
            middles.append((west, south, 0.0))
        else:
            west, south, east, north = struct.unpack("<dddd", data[at + 12 : at + 44])
            middles.append(((west + east) / 2, (south + north) / 2, _hectares(data, at + 44)))
        at += 8 + 2 * words
    return middles


def _hectares(data: bytes, at: int) -> float:
    """Area of a polygon by the shoelace formula on a local plane (holes turn the other way)."""
    parts, points = struct.unpack("<ii", data[at : at + 8])
    starts = [*struct.unpack(f"<{parts}i", data[at + 8 : at + 8 + 4 * parts]), points]
    corners = np.frombuffer(data, "<f8", points * 2, at + 8 + 4 * parts).reshape(-1, 2)
    area = 0.0
    for first, last in pairwise(starts):
        ring = corners[first:last]
        x = (ring[:, 0] - ring[0, 0]) * np.cos(np.radians(ring[0, 1])) * KM_PER_DEGREE
        y = (ring[:, 1] - ring[0, 1]) * KM_PER_DEGREE
        area += float(np.sum(x[1:] * y[:-1] - x[:-1] * y[1:])) / 2
    return abs(area) * 100
