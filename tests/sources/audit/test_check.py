"""What is odd in a file, our totals against published ones, and the small parts of the adapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from support.workbooks import write_workbook
from thinwalls.common.errors import InputError
from thinwalls.sources import check_file, reconcile, template
from thinwalls.sources.packaged.balanced_flows import balance
from thinwalls.sources.packaged.ice.people import daily_curve
from thinwalls.sources.packaged.moves_to_prison import jail_to_prison
from thinwalls.sources.publishers.aclu_movements import moves_between, read_movements
from thinwalls.sources.publishers.hifld import read_hifld
from thinwalls.sources.publishers.jhu_cases import complete_cases, never_falling
from thinwalls.sources.reading.facility_names import Registry, likeness, slug
from thinwalls.system.tables.derived_columns import whole_people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.slow
def test_publishers_files(shared: Path) -> None:
    pytest.importorskip("python_calamine")
    report = check_file(shared / "ice" / "FY20-detentionstats.xlsx")
    assert (report.rows, report.ok) == (170, True)
    hifld = check_file(shared / "hifld" / "prison_boundaries.zip")
    assert hifld.rows == 6_468
    assert set(hifld.odd.loc[hifld.odd["value"] == -999, "field"]) == {"POPULATION", "CAPACITY"}
    assert "WALLISVILLE" in hifld.odd.loc[hifld.odd["field"] == "coordinates", "where"].iloc[0]
    cases = check_file(shared / "counties" / "jhu_cumulative_cases_2020-01-22_2020-09-13.csv")
    assert "9114 days in 2587 counties" in cases.odd["problem"].iloc[0]
    assert check_file(shared / "counties" / "counties.csv").ok
    moves = check_file(shared / "movements" / "transfer_adjacency_matrix.csv")
    assert (moves.rows, int(moves.odd["value"].iloc[0])) == (589, 15_665)


@pytest.mark.slow
def test_own_system_is_checked(tmp_path: Path) -> None:
    path = template(tmp_path / "my.csv")
    assert check_file(path).ok
    path.write_text("name,state,county,custody,people,capacity\nA,WI,Rock,jail,300,100\n")
    assert check_file(path).odd["problem"].iloc[0] == "more than twice the capacity of 100"


@pytest.mark.slow
def test_coordinates_far_from_the_county_are_odd(tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    head = "name,state,county,custody,people,latitude,longitude\n"
    path.write_text(head + "A,LA,Rapides,jail,300,31.2,-92.5\nB,LA,Winn,jail,30,45.2,-92.5\n")
    found = check_file(path).odd
    assert found["where"].tolist() == ["b-la"]
    assert "miles from the middle of Winn Parish, LA" in found["problem"].iloc[0]


@pytest.mark.slow
def test_own_workbook_is_checked(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    rows = [["Name", "state", "county", "custody", "people"], ["A", "LA", "Rapides", "jail", 30.0]]
    report = check_file(write_workbook(tmp_path / "my.xlsx", {"Sheet1": rows}))
    assert (report.what, report.rows, report.ok) == ("a system of one's own", 1, True)


def test_unknown_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(InputError, match="is none of: ICE Detention Statistics, daily population"):
        check_file(tmp_path / "a.csv")
    (tmp_path / "a.zip").write_text("no archive")
    with pytest.raises(InputError, match="is not a ZIP archive"):
        check_file(tmp_path / "a.zip")
    (tmp_path / "b.csv").touch()
    with pytest.raises(InputError, match="the file is empty"):
        check_file(tmp_path / "b.csv")


@pytest.mark.slow
def test_hifld(shared: Path) -> None:
    table = read_hifld(shared / "hifld" / "prison_boundaries.zip")
    assert len(table) == 6_468
    assert table["population"].sum() == 887_060
    assert (table["population"] > 0).sum() == 1_980
    assert (table["capacity"].notna().sum(), table["capacity"].sum()) == (3_755, 1_686_171)
    assert not (table[["population", "capacity"]] < 0).to_numpy().any()
    assert not table.isin(["-999", "NOT AVAILABLE"]).to_numpy().any()


@pytest.mark.parametrize("name", ["ice-2020", "us-2020", "us"])
def test_reconcile(name: str) -> None:
    table = reconcile(name).set_index("what")
    assert (table["why"] != "").all()
    equal = table[table["why"] == "equal by construction"]
    assert np.allclose(equal["difference"], 0, atol=1e-6)
    residents = table.loc["residents of the states"]
    assert residents["ours"] == 327_167_434
    if name != "ice-2020":
        assert abs(table.loc["people in state prisons", "difference"]) <= 2
        assert abs(table.loc["people in local jails", "difference"]) < 100


def test_daily_curve_keeps_the_monthly_averages() -> None:
    averages = pd.Series({"2020-01": 100.0, "2020-02": 80.0, "2020-03": 50.0})
    curve = daily_curve(averages, pd.Timestamp("2020-03-31").date())
    whole = curve.antiderivative()
    assert (whole(31) - whole(0)) / 31 == pytest.approx(100)
    assert (whole(60) - whole(31)) / 29 == pytest.approx(80)


def test_never_falling() -> None:
    given = pd.DataFrame([[0, 5, 3, 7]], columns=list("abcd"))
    assert never_falling(given).to_numpy().tolist() == [[0, 3, 3, 7]]


def test_counties_that_the_record_leaves_out() -> None:
    counties = pd.DataFrame(
        {"state": ["UT", "UT", "UT", "VT"], "population": [50_000, 100_000, 900, 20_000]},
        index=["49003", "49035", "49009", "50001"],
    )
    cases = pd.DataFrame([[0], [10], [0], [0]], index=counties.index, columns=["2020-09-13"])
    made, record = complete_cases(cases, counties)
    # the small one may really have had none; the only one of its state has no others to follow
    assert made["2020-09-13"].tolist() == [4, 10, 0, 0]
    assert record.tolist() == ["state rate", "recorded", "recorded", "recorded"]


def test_whole_people() -> None:
    assert whole_people([1.5, 1.5, 1.0]).tolist() == [2, 1, 1]
    assert whole_people([10, 20, 30], 7).sum() == 7
    assert whole_people([0.0, 0.0], 0).tolist() == [0, 0]


def test_balance_of_two_places() -> None:
    table = pd.DataFrame(
        {
            "population_start": [100, 50, 0],
            "length_of_stay_days": [10.0, 25.0, 3.0],
            "area_of_responsibility": ["A", "A", "A"],
            "latitude": [30.0, 31.0, 32.0],
            "longitude": [-90.0, -91.0, -92.0],
        }
    )
    counted = np.array([[0.0, 9.0, 1.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    made = balance(table, 8.0, 1.3, counted)
    assert made.stays.sum() == pytest.approx(10.4)
    assert made.entries.sum() == pytest.approx(8.0)
    assert made.exits.sum() == pytest.approx(8.0)
    assert made.moves.sum() == pytest.approx(2.4)
    assert (made.entries >= 0).all()
    assert made.moves[:, 2].sum() == 0
    assert not made.fallback.any()
    assert balance(table, 8.0, 1.3, np.zeros((3, 3))).fallback[:2].all()


def test_moves_by_way_of_a_hold_room(tmp_path: Path) -> None:
    names = ["A JAIL", "B HOLD ROOM", "C JAIL"]
    rows = [[5, 10, 4], [0, 0, 8], [0, 0, 0]]
    lines = ["Detention Center," + ",".join(names)]
    columns = list(zip(*rows, strict=True))  # in the file a row is where people came to
    lines += [
        f"{name}," + ",".join(map(str, row)) for name, row in zip(names, columns, strict=True)
    ]
    (tmp_path / "transfer_adjacency_matrix.csv").write_text("\n".join(lines) + "\n")
    codes = "\n".join(
        f"{code},{name}" for code, name in zip(["AJAILGA", "BHOLD", "CJAILGA"], names, strict=True)
    )
    (tmp_path / "detention_facilities.csv").write_text(
        f"detention_facility_code,detention_facility\n{codes}\n"
    )
    (tmp_path / "code_lookup.csv").write_text("detention_facility_code,state\nBHOLD,GA\n")
    movements = read_movements(tmp_path)
    assert movements.places["state"].tolist() == ["GA", "GA", "GA"]
    assert movements.self_moves == 5
    moves = moves_between(movements, {"A JAIL": "a", "C JAIL": "c"}, ["a", "c"])
    assert moves.direct[0, 1] == 4
    assert moves.through[0, 1] == pytest.approx(8.0)  # of 10 who came in, 8 went on
    assert moves.matched_both == pytest.approx(4 / 22)


def test_jail_to_prison() -> None:
    places = pd.DataFrame(
        {"state": ["GA", "GA", "GA", "GA", "RI"], "longitude": [-84.0, -83.0, -84.5, -82.0, -71.0]},
        index=["j1", "j2", "p1", "p2", "p3"],
    )
    moves = jail_to_prison(
        places, pd.Series({"j1": 3.0, "j2": 1.0}), pd.Series({"p1": 2.0, "p2": 2.0, "p3": 5.0})
    )
    assert moves["people_per_day"].sum() == pytest.approx(4.0)
    assert moves.groupby("to_id")["people_per_day"].sum().to_dict() == {"p1": 2.0, "p2": 2.0}
    assert moves.groupby("from_id")["people_per_day"].sum().to_dict() == {"j1": 3.0, "j2": 1.0}


def test_one_place_under_many_names() -> None:
    columns = ["name", "address", "city", "state"]
    first = pd.DataFrame(
        [
            ["BAKER COUNTY SHERIFF'S OFFICE", "1 SHERIFF OFFICE DRIVE", "MACCLENNY", "FL"],
            ["FLORENCE SPC", "3250 NORTH PINAL PARKWAY", "FLORENCE", "AZ"],
            ["FLORENCE STAGING FACILITY", "3250 NORTH PINAL PARKWAY", "FLORENCE", "AZ"],
        ],
        columns=columns,
    )
    later = pd.DataFrame(
        [
            ["FLORENCE STAGING FACILITY", "3250 N. PINAL PKWY", "FLORENCE", "AZ"],
            ["FLORENCE SERVICE PROCESSING CENTER", "3250 N. PINAL PKWY", "FLORENCE", "AZ"],
            ["BAKER CO SHERIFF DEPT.", "elsewhere", "MACCLENNY", "FL"],
            ["SOMETHING NEW", "2 ROAD", "MACCLENNY", "FL"],
        ],
        columns=columns,
    )
    registry = Registry()
    baker, spc, staging = registry.identify(first, "2020")
    assert registry.identify(later, "2022") == [staging, spc, baker, "something-new-fl"]
    assert baker == "baker-county-sheriffs-office-fl"
    assert slug("T. DON HUTTO (RESIDENTIAL)", "TX") == "t-don-hutto-tx"
    assert likeness("IAH SECURE ADULT DET. FACILITY", "IAH POLK ADULT DETENTION FACILITY") > 0.6


@pytest.mark.slow
def test_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], exit_code_of: Callable[..., int]
) -> None:
    assert exit_code_of("template", str(tmp_path / "my.csv")) == 0
    assert exit_code_of("data", "check", str(tmp_path / "my.csv")) == 0
    assert "2 rows, nothing odd" in capsys.readouterr().out
    assert exit_code_of("data", "reconcile", "ice-2020") == 0
    assert "| 9,211 | 9,211 | 0 |" in capsys.readouterr().out
    assert exit_code_of("data", "fetch", "no such file") == 2
    assert exit_code_of("data", "check", str(tmp_path / "gone.csv")) == 2
    assert exit_code_of("data", "reconcile", "no such system") == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 3
    assert all(line.startswith("thinwalls: ") for line in errors)


@pytest.mark.slow
def test_direction_of_the_counted_moves(shared: Path) -> None:
    movements = read_movements(shared / "movements")
    leaving = pd.Series(movements.counts.sum(axis=1), index=movements.places.index)
    arriving = pd.Series(movements.counts.sum(axis=0), index=movements.places.index)
    # Shares of stays that begin and end in a place, as the publisher gives them.
    begin_and_end = {
        "ALEXANDRIA STAGING FACILITY": (0.5, 77.3),
        "FLORENCE STAGING FACILITY": (47.2, 16.6),
        "PORT ISABEL SPC": (52.7, 32.9),
        "PINE PRAIRIE ICE PROCESSING CENTER": (2.7, 41.8),
        "ADAMS COUNTY DET CENTER": (35.7, 8.7),
        "OTAY MESA DETENTION CENTER": (91.9, 4.1),
        "JACKSON PARISH CORRECTIONAL CENTER": (10.9, 65.1),
        "STEWART DETENTION CENTER": (8.6, 55.3),
    }
    for place, (begin, end) in begin_and_end.items():
        assert (leaving[place] > arriving[place]) == (begin > end), place
