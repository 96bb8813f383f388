"""Shapefiles inside a ZIP archive: the attribute table, the middle and area of every outline."""

from __future__ import annotations

import datetime as dt
import io
import struct
import warnings
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.sources.reading.kind_of_file import members_of

if TYPE_CHECKING:
    import shapefile

KM_PER_DEGREE = 111.195
"""Kilometres per degree of latitude on a sphere of 6,371 km."""


def read_shapes(path: str | Path) -> pd.DataFrame:
    """Read the attributes (dBase), the middle of the bounding box and the area of every shape.

    Returns
    -------
    pandas.DataFrame
        Columns of the attribute table as text, empty text where blank, and ``longitude``,
        ``latitude`` (degrees) and ``hectares``.

    Raises
    ------
    InputError
        When there is no such file, it is not an archive, the archive holds no shapefile, or the
        package that reads shapefiles is not installed.
    """
    where = str(path)
    names = {Path(name).suffix.lower(): name for name in members_of(path)}
    for suffix in (".dbf", ".shp"):
        if suffix not in names:
            raise InputError("the archive holds no {suffix} file", where=where, suffix=suffix)
    try:
        import shapefile
    except ImportError as error:
        raise InputError(
            "reading shapefiles needs the package pyshp: install thinwalls[sources]", where=where
        ) from error
    with zipfile.ZipFile(path) as archive:
        parts = {suffix: io.BytesIO(archive.read(name)) for suffix, name in names.items()}
    encoding = parts.get(".cpg", io.BytesIO()).read().decode("ascii", "replace").strip() or "utf-8"
    try:
        with warnings.catch_warnings():  # a length other than the header tells: cut off
            warnings.simplefilter("error", shapefile.PossiblyCorruptFileHeader)
            reader = shapefile.Reader(
                shp=parts[".shp"], dbf=parts[".dbf"], encoding=encoding, encodingErrors="strict"
            )
            fields = [field[0] for field in reader.fields[1:]]
            rows = [[_text(value) for value in record] for record in reader.iterRecords()]
            middles = [_middle(shape) for shape in reader.iterShapes()]
    except (
        shapefile.ShapefileException,
        Warning,
        struct.error,
        IndexError,
        ValueError,
        LookupError,
    ) as bad:
        raise InputError("the shapefile is cut off or broken", where=where) from bad
    if len(rows) != len(middles):
        raise InputError(
            "{count} rows but {shapes} shapes", where=where, count=len(rows), shapes=len(middles)
        )
    frame = pd.DataFrame(rows, columns=fields)
    frame[["longitude", "latitude", "hectares"]] = np.array(middles).reshape(-1, 3)
    return frame


def _text(value: object) -> str:
    """A value of the attribute table as it stands in the file; dates as YYYYMMDD."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat().replace("-", "")
    return str(value).strip()


def _middle(shape: shapefile.Shape) -> tuple[float, float, float]:
    """Longitude and latitude of the middle of the box around a shape, and its area in hectares."""
    if shape.shapeType == 0:
        return float("nan"), float("nan"), float("nan")
    if shape.shapeType == 1:
        return shape.points[0][0], shape.points[0][1], 0.0
    west, south, east, north = shape.bbox
    return (west + east) / 2, (south + north) / 2, _hectares(shape)


def _hectares(shape: shapefile.Shape) -> float:
    """Area of a polygon by the shoelace formula on a local plane (holes turn the other way)."""
    corners = np.array([point[:2] for point in shape.points])
    area = 0.0
    for first, last in pairwise([*shape.parts, len(corners)]):
        ring = corners[first:last]
        x = (ring[:, 0] - ring[0, 0]) * np.cos(np.radians(ring[0, 1])) * KM_PER_DEGREE
        y = (ring[:, 1] - ring[0, 1]) * KM_PER_DEGREE
        area += float(np.sum(x[1:] * y[:-1] - x[:-1] * y[1:])) / 2
    return abs(area) * 100
