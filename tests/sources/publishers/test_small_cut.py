"""What the publishers' files go through, on cuts of them that every clone has.

Numbers of these systems mean nothing: the whole country's people are laid on some twenty places.
What has to hold of every system holds of them too.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from thinwalls.sources import (
    build,
    builders,
    check_file,
    inventory,
    reconcile,
    system_from_workbook,
)
from thinwalls.sources.publishers.hifld import read_hifld
from thinwalls.sources.reading.ice_workbook import read_ice_workbook
from thinwalls.sources.reading.workbook import open_workbook
from thinwalls.system import System, load_system, read_system
from thinwalls.system.tables.tables import SCHEMAS

from ..conftest import FILES

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "small_public_data.py"


@pytest.fixture(scope="module")
def built(small_shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, System]:
    """All packaged systems, from the cuts."""
    target = tmp_path_factory.mktemp("built")
    done: list[int] = []
    folders = build(small_shared, target, progress=done.append)
    assert [folder.name for folder in folders] == [*builders(), "hold-rooms", "places"]
    assert done == list(range(1, len(builders()) + 1))
    return {name: read_system(target / name) for name in builders()} | {
        "hold-rooms": pd.read_parquet(target / "hold-rooms" / "rooms.parquet")
    }


@pytest.mark.parametrize("name", ["ice-2019", "ice-2020", "ice-2022", "ice-2024", "ice-2025"])
def test_people_of_the_day_are_laid_on_the_places_there_are(
    built: dict[str, System], name: str
) -> None:
    made, packaged = built[name], load_system(name)
    assert (
        made.facilities["population_start"].sum() == packaged.facilities["population_start"].sum()
    )
    assert set(made.facilities.index) <= set(packaged.facilities.index)
    assert made.start_date == packaged.start_date
    pd.testing.assert_frame_equal(made.monthly, packaged.monthly)
    pd.testing.assert_frame_equal(made.totals, packaged.totals)
    pd.testing.assert_frame_equal(made.sources, packaged.sources)
    same = ["name", "state", "custody", "length_of_stay_days", "guaranteed_minimum"]
    pd.testing.assert_frame_equal(
        made.facilities[same], packaged.facilities.loc[made.facilities.index, same]
    )


@pytest.mark.parametrize("name", ["us-2020", "us"])
def test_the_country_holds_as_many_as_published(built: dict[str, System], name: str) -> None:
    table = reconcile(built[name]).set_index("what")
    for kind in ("local jails", "state prisons", "federal prisons"):
        assert abs(table.loc[f"people in {kind}", "difference"]) <= 100
    assert set(built[name].left_out["reason"]) >= {"closed", "juvenile"}
    assert (
        inventory(built[name])["people"].sum() == built[name].facilities["population_start"].sum()
    )
    pd.testing.assert_frame_equal(built[name].sources, load_system(name).sources)


@pytest.mark.parametrize("name", ["ice-2020", "us-2020", "us"])
def test_tables_have_the_columns_of_their_schema(built: dict[str, System], name: str) -> None:
    for table in SCHEMAS:
        made, packaged = getattr(built[name], table), getattr(load_system(name), table)
        assert list(made.columns) == list(packaged.columns)


@pytest.mark.parametrize("name", ["ice-2020", "ice-2025", "us"])
def test_moves_balance(built: dict[str, System], name: str) -> None:
    system = built[name]
    arriving = system.transfers.groupby("to_id")["people_per_day"].sum()
    leaving = system.transfers.groupby("from_id")["people_per_day"].sum()
    flows = system.flows[system.flows["custody"] != "detainer"]
    entering = flows[flows["flow"] == "book_in"].groupby("facility_id")["people_per_day"].sum()
    exiting = flows[flows["flow"] != "book_in"].groupby("facility_id")["people_per_day"].sum()
    ids = system.facilities.index
    come = arriving.reindex(ids, fill_value=0) + entering.reindex(ids, fill_value=0)
    go = leaving.reindex(ids, fill_value=0) + exiting.reindex(ids, fill_value=0)
    if name.startswith("ice"):
        np.testing.assert_allclose(come, go, rtol=1e-6, atol=1e-6)
    assert come.sum() > 0
    assert (system.transfers["people_per_day"] > 0).all()


def test_hold_rooms_are_placed_by_city_and_by_hand(built: dict[str, System]) -> None:
    rooms = built["hold-rooms"].set_index("code")
    assert rooms.loc["ATLHOLD", "placed_by"] == "city in the name"
    assert rooms.loc["ATLHOLD", "county_fips"] == "13121"
    assert rooms.loc["KROHOLD", "placed_by"].startswith("by hand")


def test_a_workbook_that_is_not_packaged(small_shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "FY23-some-month.xlsx"
    path.write_bytes((small_shared / "ice" / FILES[2022]).read_bytes())
    system = system_from_workbook(path, small_shared)
    assert (system.name, system.start_date) == ("fy23-some-month", "2022-08-01")


def test_files_are_checked(small_shared: Path) -> None:
    for name in FILES.values():
        report = check_file(small_shared / "ice" / name)
        assert report.what.startswith("ICE Detention Statistics FY20")
        assert 15 <= report.rows <= 20
    hifld = check_file(small_shared / "hifld" / "prison_boundaries.zip")
    assert hifld.rows == 82
    assert set(hifld.odd.loc[hifld.odd["value"] == -999, "field"]) == {"POPULATION", "CAPACITY"}
    assert check_file(small_shared / "counties" / "counties.csv").ok
    cases = check_file(small_shared / "counties" / "jhu_cumulative_cases_2020-01-22_2020-09-13.csv")
    assert "cumulative cases fall on" in cases.odd["problem"].iloc[0]
    beds = check_file(small_shared / "hospitals" / "us_healthcare_capacity-county-CovidCareMap.csv")
    assert beds.what == "hospital beds by county"
    moves = check_file(small_shared / "movements" / "transfer_adjacency_matrix.csv")
    assert "moves from a place to itself" in moves.odd["problem"].iloc[0]


def test_outlines(small_shared: Path) -> None:
    table = read_hifld(small_shared / "hifld" / "prison_boundaries.zip")
    assert not (table[["population", "capacity"]] < 0).to_numpy().any()
    assert not table.isin(["-999", "NOT AVAILABLE"]).to_numpy().any()
    assert table["hectares"].between(0.01, 10_000).all()
    enfield = table[(table["city"] == "ENFIELD") & (table["state"] == "CT")]
    assert set(enfield["county_fips"]) == {"09003"}
    stewart = table[table["name"].str.contains("STEWART DETENTION")].iloc[0]
    assert (stewart["latitude"], stewart["longitude"]) == pytest.approx((32.04, -84.77), abs=0.05)
    assert stewart["hectares"] == pytest.approx(9, abs=6)


def test_commands(
    small_shared: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    exit_code_of: Callable[..., int],
) -> None:
    arguments = ("--from", str(small_shared), "--to", str(tmp_path), "--system", "ice-2020")
    assert exit_code_of("data", "build", *arguments) == 0
    assert str(tmp_path / "ice-2020") in capsys.readouterr().out
    assert exit_code_of("data", "check", str(small_shared / "counties" / "counties.csv")) == 0
    assert "counties, " in capsys.readouterr().out


def test_the_cuts_are_cuts(
    shared: Path, small_shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = runpy.run_path(str(SCRIPT))
    monkeypatch.setitem(made["main"].__globals__, "HOME", tmp_path)
    made["main"](shared)
    names = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*.*")}
    assert names == {str(one.relative_to(small_shared)) for one in small_shared.rglob("*.*")} - {
        "README.md"
    }
    for name in sorted(names):
        if name.endswith(".csv"):
            assert (tmp_path / name).read_bytes() == (small_shared / name).read_bytes()
        elif name.endswith(".xlsx"):
            assert [one.rows for one in open_workbook(tmp_path / name)] == [
                one.rows for one in open_workbook(small_shared / name)
            ]
    for name in FILES.values():
        whole, cut = (read_ice_workbook(one / "ice" / name) for one in (shared, small_shared))
        pd.testing.assert_frame_equal(whole.monthly, cut.monthly)
        pd.testing.assert_frame_equal(whole.totals, cut.totals)
        assert (whole.fiscal_year, whole.through) == (cut.fiscal_year, cut.through)
