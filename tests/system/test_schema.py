"""Bad tables give one line that names table, row, column and value."""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.system import System, list_systems, load_system, read_system, write_system
from thinwalls.system.tables.tables import SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def system() -> System:
    return load_system("ice-2020")


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("facilities", "latitude", 123.0, "latitude = 123.0: must be between -90 and 90"),
        ("facilities", "population_start", 3.5, "population_start = 3.5: must be a whole number"),
        ("facilities", "staff", -2, "staff = -2.0: must be 0 or more"),
        ("facilities", "state", None, "state: must not be empty"),
        (
            "facilities",
            "county_fips",
            "99999",
            "county_fips = '99999': is not in the table counties",
        ),
        ("counties", "icu_occupancy", 1.3, "icu_occupancy = 1.3: must be between 0 and 1"),
        ("counties", "population", "many", "population = 'many': must be a number"),
        ("population", "custody_class", "unknown", "must be one of threat_1"),
        ("flows", "flow", "escape", "flow = 'escape': must be one of book_in, release, removal"),
        ("staff", "people", 9999, "must add up to facilities.staff"),
    ],
)
def test_bad_value(system: System, table: str, column: str, value: object, message: str) -> None:
    frame = getattr(system, table).astype({column: object})
    frame.iloc[2, frame.columns.get_loc(column)] = value
    with pytest.raises(InputError) as caught:
        system.replaced(**{table: frame})
    text = str(caught.value)
    assert text.startswith(f"ice-2020, table {table}, row ")
    assert message in text
    assert "\n" not in text


def test_missing_column(system: System) -> None:
    with pytest.raises(InputError, match=r"ice-2020, table facilities: staff: column is missing"):
        system.replaced(facilities=system.facilities.drop(columns="staff"))


def test_row_twice(system: System) -> None:
    with pytest.raises(
        InputError, match=r"table facilities: facility_id = 'stewart.*is there twice"
    ):
        system.replaced(facilities=pd.concat([system.facilities.iloc[:1], system.facilities]))
    with pytest.raises(InputError, match="row is there twice"):
        system.replaced(staff=pd.concat([system.staff.iloc[:1], system.staff]))


def test_cases_may_not_fall(system: System) -> None:
    cases = system.cases.copy()
    cases.iloc[0, -1] = 0
    cases.iloc[0, -2] = 5
    with pytest.raises(InputError, match="cumulative cases must never fall"):
        system.replaced(cases=cases)


@pytest.mark.slow
def test_written_and_read(system: System, tmp_path: Path) -> None:
    write_system(system, tmp_path / "one")
    write_system(read_system(tmp_path / "one"), tmp_path / "two")
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
    assert read_system(tmp_path / "two").content_hash == system.content_hash


def test_broken_folder(system: System, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a system"):
        read_system(tmp_path)
    write_system(system, tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    (tmp_path / "one" / "staff.parquet").unlink()
    with pytest.raises(InputError, match=r"staff.parquet: cannot be read"):
        read_system(tmp_path / "one")
    (tmp_path / "two" / "staff.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputError, match=r"staff.parquet: cannot be read"):
        read_system(tmp_path / "two")


@pytest.mark.slow
@pytest.mark.parametrize("name", list(list_systems().index))
def test_packaged_tables_pass_the_checks_that_reading_leaves_out(name: str) -> None:
    packaged = load_system(name)
    tables = {item.name: getattr(packaged, item.name) for item in fields(packaged)}
    checked = System(**tables)
    for table, given in tables.items():
        made = getattr(checked, table)
        if isinstance(given, pd.DataFrame):
            pd.testing.assert_frame_equal(made, given)
        else:
            assert made == given


def test_changed_file_is_checked_again(system: System, tmp_path: Path) -> None:
    write_system(system, tmp_path)
    path = tmp_path / "counties.parquet"
    counties = pd.read_parquet(path)
    counties.iloc[3, counties.columns.get_loc("icu_occupancy")] = 1.5
    counties.to_parquet(path)
    with pytest.raises(InputError, match=r"ice-2020, table counties, row 01\d+: icu_occupancy"):
        read_system(tmp_path)


def test_tables_written_under_other_schemas_are_checked_again(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_system(system, tmp_path)
    stricter = replace(SCHEMAS["facilities"].columns["latitude"], high=30.0)
    monkeypatch.setitem(SCHEMAS["facilities"].columns, "latitude", stricter)
    with pytest.raises(InputError, match=r"latitude = \d.*must be between -90 and 30"):
        read_system(tmp_path)
