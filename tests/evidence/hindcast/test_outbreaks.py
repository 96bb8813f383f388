"""The recorded outbreaks are read as they are, and bad files are refused in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.evidence.hindcast.model.weekly_record import outbreak_starts, read_outbreaks
from thinwalls.system import System, load_system

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "date,facility,state,pop_est,cummulative_cases,incidence"
STEWART = "Stewart Detention Center,GA,1408"


@pytest.fixture(scope="module")
def system() -> System:
    return load_system("ice-2020")


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "cases.csv"
    file.write_text("\n".join([head, *rows]) + "\n")
    return file


def test_values_are_carried_on_and_never_known_ahead(system: System, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        f"2020-05-15,{STEWART},10,0",
        f"2020-05-20,{STEWART},14,4",
        f"2020-06-04,{STEWART},12,0",
        f"2020-06-10,{STEWART},20,8",
    )
    record = read_outbreaks(file, system)
    assert record.facility_ids == ("stewart-detention-center-ga",)
    assert record.fitted_weeks == 22
    seen = record.cumulative[0, :6]
    assert np.isnan(seen[:2]).all()
    # 20 May is a Wednesday; the fall to 12 is a correction, after which 8 new cases come.
    assert seen[2:].tolist() == [14.0, 14.0, 14.0, 22.0]
    assert record.weekly()[0, :6].tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 8.0]


def test_an_outbreak_is_a_tenth_of_the_people_within_three_weeks() -> None:
    weekly = np.array([0.0, 4.0, 3.0, 3.0, 0.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.0])
    starts = outbreak_starts(weekly, np.full(11, 100.0))
    assert np.flatnonzero(starts).tolist() == [3, 7]


def test_the_published_record(system: System, shared: Path) -> None:
    file = shared / "data" / "outbreaks" / "ice_weekly_cases_2020_2021.csv"
    record = read_outbreaks(file, system)
    assert len(record.names) == len(set(record.facility_ids)) == 82
    assert len(record.left_out) == 6
    table = pd.read_csv(file)
    n_starts, with_one = 0, 0
    for _, own in table.groupby("facility"):
        starts = outbreak_starts(
            own["incidence"].to_numpy(float)[None], own["pop_est"].to_numpy(float)[None]
        )
        n_starts += int(starts.sum())
        with_one += int(starts.any())
    # The study: 63 facilities of 88 and 100 outbreaks.  Its column ``outbreak`` begins 103 times;
    # ours, from new cases and people of the week, 106 times, in as many facilities.
    assert (with_one, n_starts) == (63, 106)


@pytest.mark.parametrize(
    ("rows", "head", "message"),
    [
        ([f"2020-05-15,{STEWART},ten,0"], HEAD, "row 2: cummulative_cases"),
        ([f"2020-05-15,{STEWART},10,-1"], HEAD, "row 2: incidence"),
        (["2020-05-15,Nowhere Detention Center,GA,5,1,0"], HEAD, "Nowhere"),
        (["1,2"], "date,facility", "misses this column"),
    ],
)
def test_bad_files_are_refused(
    system: System, tmp_path: Path, rows: list[str], head: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_outbreaks(written(tmp_path, *rows, head=head), system)


def test_a_missing_file_says_where_to_get_it(system: System, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="woodsec20/ICE-COVID-outbreaks"):
        read_outbreaks(tmp_path / "none.csv", system)
