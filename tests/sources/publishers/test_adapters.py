"""Broken files of every publisher give one line that names the file and what is wrong."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapefile
from hypothesis import given, settings, strategies as st

from thinwalls.common.errors import InputError
from thinwalls.sources.packaged.balanced_flows import TRANSFERRED_AT_MOST, agency_shares, balance
from thinwalls.sources.packaged.county_of_facility import mend_places
from thinwalls.sources.publishers.aclu_movements import read_movements
from thinwalls.sources.publishers.census_counties import read_counties
from thinwalls.sources.publishers.covidcaremap import read_hospitals
from thinwalls.sources.publishers.hifld import read_hifld
from thinwalls.sources.publishers.jhu_cases import never_falling, read_cases
from thinwalls.sources.reading.csv_tables import read_csv
from thinwalls.sources.reading.shapes import read_shapes
from thinwalls.system.tables.derived_columns import whole_people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNTIES = "fips,county,state,population,age_0_17,age_18_64,age_65_plus,lat,lon,icu_beds\n"


def zipped_shapefile(
    rows: list[dict[str, str]], squares: list[tuple[float, float, float]]
) -> bytes:
    """A zipped shapefile of squares (west, south, side in degrees)."""
    parts = {suffix: io.BytesIO() for suffix in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts) as writer:
        for name in rows[0]:
            writer.field(name, "C", 40)
        for row, (west, south, side) in zip(rows, squares, strict=True):
            corners = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
            writer.poly([[(west + x * side, south + y * side) for x, y in corners]])
            writer.record(**row)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for suffix, part in parts.items():
            archive.writestr(f"a.{suffix}", part.getvalue())
    return stream.getvalue()


def facility(**changes: str) -> dict[str, str]:
    names = (
        "FACILITYID NAME ADDRESS CITY STATE ZIP TYPE STATUS POPULATION COUNTY COUNTYFIPS SECURELVL"
    )
    row = dict.fromkeys([*names.split(), "CAPACITY", "SOURCEDATE"], "-999")
    row.update({"NAME": "A JAIL", "STATE": "GA", "COUNTYFIPS": "13259", "POPULATION": "12"})
    return row | changes


def test_shapes(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(
        zipped_shapefile([facility(), facility(NAME="B")], [(-84, 32, 0.01), (-85, 33, 0.02)])
    )
    table = read_hifld(path)
    assert table["name"].tolist() == ["A JAIL", "B"]
    assert table["population"].tolist() == [12.0, 12.0]
    assert table["capacity"].isna().all()
    assert table["address"].isna().all()
    assert table["latitude"].tolist() == pytest.approx([32.005, 33.01])
    # 0.01 degrees: 1.11 km to the north, less to the east
    assert table["hectares"][0] == pytest.approx(111.195**2 * 1e-4 * np.cos(np.radians(32)) * 100)


def test_places_drawn_in_another_state() -> None:
    counties = pd.DataFrame(
        {
            "name": ["Stewart County", "Perkins County", "Kingman County", "Bowie County"],
            "state": ["GA", "SD", "KS", "TX"],
            "latitude": [32.0, 45.5, 37.5, 33.4],
            "longitude": [-84.8, -102.5, -98.1, -94.4],
        },
        index=["13259", "46105", "20095", "48037"],
    )
    table = pd.DataFrame(
        {
            "name": ["PERKINS COUNTY JAIL", "BI-STATE JAIL", "FCI", "LOST JAIL"],
            "city": ["BISON", "TEXARKANA", "TEXARKANA", "NOWHERE"],
            "state": ["SD", "TX", "TX", "SD"],
            "county_fips": ["20095", "20095", "48037", "20095"],
            "latitude": [37.5] * 4,
            "longitude": [-98.0] * 4,
        }
    )
    mended = mend_places(table, counties)
    assert mended["county_fips"].tolist()[:3] == ["46105", "48037", "48037"]
    assert pd.isna(mended["county_fips"][3])
    assert mended["latitude"][0] == 45.5
    assert table["county_fips"][0] == "20095"  # the given table is unchanged


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda whole: b"no archive", "is not a ZIP archive"),
        (lambda whole: whole[: len(whole) // 2], "is not a ZIP archive"),
    ],
)
def test_broken_archive(tmp_path: Path, make: Callable[[bytes], bytes], message: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(make(zipped_shapefile([facility()], [(-84, 32, 0.01)])))
    with pytest.raises(InputError, match=message):
        read_shapes(path)


def test_archive_without_shapes(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(InputError, match=r"the archive holds no \.dbf file"):
        read_shapes(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.dbf", b"\3" * 40)
        archive.writestr("a.shp", b"")
    with pytest.raises(InputError, match="cut off or broken"):
        read_shapes(path)
    for other in (tmp_path, tmp_path / "gone.zip"):
        with pytest.raises(InputError, match=r"is a directory|there is no such file"):
            read_shapes(other)


def test_hifld_without_a_column(tmp_path: Path) -> None:
    row = facility()
    del row["CAPACITY"]
    path = tmp_path / "a.zip"
    path.write_bytes(zipped_shapefile([row], [(-84, 32, 0.01)]))
    with pytest.raises(InputError, match="CAPACITY: column is missing"):
        read_hifld(path)


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (read_counties, "fips,county\n1,A\n", "state: column is missing"),
        (
            read_counties,
            COUNTIES + "01001,A,AL,many,1,2,3,32,-86,0\n",
            "line 2: population = 'many': must be a number",
        ),
        (read_hospitals, "fips_code\n1\n", "Staffed All Beds: column is missing"),
        (read_cases, "fips,name\n01001,A\n", "no columns named YYYY-MM-DD"),
        (read_cases, "fips,2020-01-22\n01001,x\n", "county 01001: must be whole numbers"),
        (lambda path: read_csv(path, ("a",)), 'a,b\n"1,2\n3,4,5\n', "is not a CSV file"),
    ],
)
def test_broken_tables(
    tmp_path: Path, read: Callable[[Path], object], text: str, message: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read(path)
    assert message in str(caught.value)
    assert "table.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ("Detention Center,A,B\nA,0,1\n", "rows and columns must be the same facilities"),
        ("Detention Center,A,B\nA,0,x\nB,1,0\n", "row A: must be counts, 0 or more"),
        ("Detention Center,A,B\nA,0,1\nB,-1,0\n", "row B: must be counts, 0 or more"),
    ],
)
def test_broken_moves(tmp_path: Path, matrix: str, message: str) -> None:
    (tmp_path / "transfer_adjacency_matrix.csv").write_text(matrix)
    (tmp_path / "detention_facilities.csv").write_text(
        "detention_facility_code,detention_facility\n"
    )
    (tmp_path / "code_lookup.csv").write_text("detention_facility_code,state\n")
    with pytest.raises(InputError) as caught:
        read_movements(tmp_path)
    assert message in str(caught.value)


def test_moves_in_another_order(tmp_path: Path) -> None:
    (tmp_path / "transfer_adjacency_matrix.csv").write_text("Detention Center,B,A\nA,2,9\nB,9,3\n")
    (tmp_path / "detention_facilities.csv").write_text(
        "detention_facility_code,detention_facility\n"
    )
    (tmp_path / "code_lookup.csv").write_text("detention_facility_code,state\n")
    moves = read_movements(tmp_path)
    assert moves.counts.tolist() == [[0.0, 3.0], [2.0, 0.0]]
    assert moves.self_moves == 18


@given(
    st.lists(st.floats(0, 1e5), min_size=1, max_size=30),
    st.integers(0, 10_000),
)
@settings(deadline=None)
def test_whole_people_keep_the_total(amounts: list[float], total: int) -> None:
    whole = whole_people(amounts, total)
    assert (whole >= 0).all()
    if sum(amounts) > 0:
        assert whole.sum() == total
        exact = np.asarray(amounts) / sum(amounts) * total
        assert np.abs(whole - exact).max() <= 1 + 1e-6 * total


@given(st.lists(st.lists(st.integers(0, 50), min_size=5, max_size=5), min_size=1, max_size=6))
@settings(deadline=None)
def test_corrected_counts_never_fall(rows: list[list[int]]) -> None:
    given_table = pd.DataFrame(rows)
    made = never_falling(given_table)
    assert (np.diff(made.to_numpy(), axis=1) >= 0).all()
    assert (made.to_numpy() <= given_table.to_numpy()).all()
    assert (made.iloc[:, -1] == given_table.iloc[:, -1]).all()


@pytest.mark.slow
@given(st.integers(0, 2**31), st.integers(3, 12), st.floats(1.0, 1.6))
@settings(deadline=None, max_examples=60)
def test_any_network_is_balanced(seed: int, size: int, stays_per_book_in: float) -> None:
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "population_start": random.integers(0, 500, size),
            "length_of_stay_days": random.uniform(0, 100, size),
            "area_of_responsibility": random.choice(["A", "B", ""], size),
            "latitude": random.uniform(25, 48, size),
            "longitude": random.uniform(-120, -70, size),
        }
    )
    table.loc[0, "population_start"] = 100
    counted = random.poisson(random.uniform(0, 3), (size, size)).astype(float)
    np.fill_diagonal(counted, 0)
    made = balance(table, 50.0, stays_per_book_in, counted)
    assert np.allclose(made.entries + made.moves.sum(axis=0), made.exits + made.moves.sum(axis=1))
    assert (made.entries >= -1e-9).all()
    assert (made.exits >= -1e-9).all()
    assert (made.moves.sum(axis=1) <= made.stays * TRANSFERRED_AT_MOST + 1e-6).all()
    assert (made.stays[table["population_start"] == 0] == 0).all()
    assert (np.diag(made.moves) == 0).all()


@given(st.integers(0, 2**31), st.floats(0.02, 0.98))
@settings(deadline=None)
def test_agency_shares_add_up(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    entries = random.uniform(0, 10, 8)
    shares = agency_shares(entries, random.uniform(0, 1, 8), share)
    assert (entries * shares).sum() == pytest.approx(share * entries.sum())
    assert ((shares >= 0) & (shares <= 1)).all()
