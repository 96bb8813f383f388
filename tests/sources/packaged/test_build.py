"""The packaged systems are what the publishers' files give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.sources import build, system_from_workbook
from thinwalls.sources.build_packaged import write_hold_rooms
from thinwalls.sources.packaged.shared_inputs import Ground
from thinwalls.system import load_system, read_system
from thinwalls.system.packaged_tables import load_table
from thinwalls.system.tables.tables import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.slow
def test_rebuilt_ice_2020_is_the_packaged_one(shared: Path, tmp_path: Path) -> None:
    (folder,) = build(shared, tmp_path, ["ice-2020"])
    rebuilt, packaged = read_system(folder), load_system("ice-2020")
    for table in (*SCHEMAS, "cases", "cases_by_state"):
        pd.testing.assert_frame_equal(
            getattr(rebuilt, table), getattr(packaged, table), rtol=1e-9, obj=table
        )
    assert rebuilt.start_date == packaged.start_date == "2020-03-20"


@pytest.mark.slow
def test_a_workbook_that_is_not_packaged(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "FY23-some-month.xlsx"
    path.write_bytes((shared / "ice" / "FY22-detentionStats.xlsx").read_bytes())
    system = system_from_workbook(path, shared)
    assert system.name == "fy23-some-month"
    assert system.start_date == "2022-08-01"  # September was not over
    assert len(system.facilities) == 130
    assert set(system.facilities.index) == set(load_system("ice-2022").facilities.index)
    with pytest.raises(InputError, match="start_date = '2022-09-10': must be a day"):
        system_from_workbook(path, shared, "2022-09-10")


def test_unknown_system(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean ice-2020"):
        build(tmp_path, tmp_path, ["ice2020"])


def test_missing_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], exit_code_of: Callable[..., int]
) -> None:
    with pytest.raises(InputError, match="there is no such directory"):
        build(tmp_path / "gone", tmp_path)
    out = str(tmp_path / "out")
    assert exit_code_of("data", "build", "--from", str(tmp_path), "--to", out) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "counties.csv: there is no such file" in error
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_rebuilt_hold_rooms_are_the_packaged_ones(shared: Path, tmp_path: Path) -> None:
    folder = write_hold_rooms(Ground(shared), tmp_path)
    for name in ("rooms", "moves", "left_out"):
        made = pd.read_parquet(folder / f"{name}.parquet")
        pd.testing.assert_frame_equal(made, load_table("hold-rooms", name))
