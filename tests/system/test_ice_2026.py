"""The newest packaged system: people by the daily counts, and where the record of flows leads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from thinwalls.simulation.movement.recorded_history import RecordedFlows, recorded_factors
from thinwalls.sources.packaged.ice.daily_people import day_counts
from thinwalls.sources.publishers.daily_population import read_daily
from thinwalls.sources.reading.facility_names import Registry
from thinwalls.system import System, load_system, load_table

CUT = Path(__file__).resolve().parents[1] / "data" / "publishers" / "daily"
DAILY = "ice_daily_population_2022-10_2026-03.parquet"
LARGE = 100
DAYS = 30


@pytest.fixture(scope="module")
def today() -> System:
    return load_system("ice-2026")


@pytest.fixture(scope="module")
def daily() -> pd.DataFrame:
    return read_daily(CUT / DAILY)


@pytest.fixture(scope="module")
def registry(today: System) -> Registry:
    made = Registry()
    for year in ("2020", "2019", "2022", "2024", "2025"):
        made.register(load_table(f"ice-{year}", "facilities"), year)
    made.register(today.facilities, "2026")
    return made


def test_people_are_those_counted(today: System, daily: pd.DataFrame, registry: Registry) -> None:
    counts = day_counts(daily, "2026-02-01", registry, set(today.facilities.index))
    people = today.facilities["population_start"]
    counted = counts.facilities["people"].reindex(people.index)
    empty = today.facilities["near_empty"]
    known = counted.notna() & ~empty
    assert (people[known] == counted[known]).all()
    assert known[people >= LARGE].all()
    assert people["ero-el-paso-camp-east-montana-tx"] > 2500
    # Nobody is counted twice, and nobody is lost: on the list, in hold rooms, elsewhere.
    day = daily[daily["date"] == "2026-02-01"]
    all_there = day["people_any_time"].sum()
    apart = today.left_out["population_average"].sum()
    uncounted = people[counted.isna()].sum()
    nobody = counted[empty].sum()
    assert people.sum() - uncounted + apart == all_there - nobody
    rooms = today.left_out["reason"].str.startswith("hold room")
    assert rooms.sum() > 50
    assert apart < 0.03 * all_there


def test_stays_are_those_counted(today: System, daily: pd.DataFrame, registry: Registry) -> None:
    counts = day_counts(daily, "2026-02-01", registry, set(today.facilities.index))
    window = daily[(daily["date"] >= "2025-12-29") & (daily["date"] <= "2026-02-01")]
    here = window[window["code"] == "STWRTGA"]
    left = (here["people_any_time"] - here["people"]).sum()
    stay = today.facilities["length_of_stay_days"]["stewart-detention-center-ga"]
    assert stay == pytest.approx(here["people"].sum() / left)
    rows = today.provenance[today.provenance["column"] == "length_of_stay_days"].set_index("row")
    assert rows["source"]["stewart-detention-center-ga"] == "ice-daily"
    assert set(rows.index[rows["source"] == "ice-daily"]) == set(counts.with_stays)


def test_children_are_where_they_are_counted(today: System, daily: pd.DataFrame) -> None:
    table = today.composition
    young = table[table["age_band"].isin(["0-0", "1-5", "6-17"])]
    assert set(young["facility_id"]) == {"south-texas-family-residential-center-tx"}
    day = daily[(daily["date"] == "2026-02-01") & (daily["code"] == "STFRCTX")]
    counted = day["children"].sum() / (day["male"] + day["female"]).sum()
    assert young["share"].sum() == pytest.approx(counted)
    assert young["share_low"].sum() < counted < young["share_high"].sum()
    assert "ice-daily" in set(young["source"])


def expected_people(system: System, days: int) -> pd.Series:
    """People of each facility after ``days`` when the record is followed: means, no chance."""
    people = system.facilities["population_start"]
    number = pd.Series(np.arange(len(people)), index=people.index)

    def per_day(rows: pd.DataFrame) -> np.ndarray:
        summed = rows.groupby("facility_id")["people_per_day"].sum()
        return summed.reindex(people.index).fillna(0.0).to_numpy()

    flows, moves = system.flows, system.transfers
    books = flows[flows["flow"] == "book_in"]
    one = np.maximum(people.to_numpy(dtype=np.float64), 1.0)
    transfers = np.zeros((len(people), len(people)))
    ends = number[moves["from_id"]].to_numpy(), number[moves["to_id"]].to_numpy()
    np.add.at(transfers, ends, moves["people_per_day"].to_numpy())
    recorded = RecordedFlows(
        people.to_numpy(dtype=np.float64),
        {agency: per_day(books[books["detail"] == agency]) for agency in ("ICE", "CBP")},
        np.zeros(len(people)),
        per_day(flows[flows["flow"] != "book_in"]) / one,
        np.zeros(len(people)),
        transfers / one[:, None],
    )
    factors = recorded_factors(system, recorded, dt.date.fromisoformat(system.start_date), days)
    now = recorded.people
    for day in range(days):
        moved = now[:, None] * recorded.transfer_hazard
        entering = sum(
            factors.arrests[name][day] * book for name, book in recorded.book_ins.items()
        )
        leaving = factors.exits[day] * recorded.exit_hazard * now
        now = np.maximum(now + entering - leaving + moved.sum(axis=0) - moved.sum(axis=1), 0.0)
    return pd.Series(now, index=people.index)


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-03"])
def test_thirty_days_on_people_are_where_they_were_counted(
    today: System, daily: pd.DataFrame, registry: Registry, day: str
) -> None:
    people = expected_people(today, DAYS)
    for column in ("people", "people_any_time"):  # at midnight; at any time of the day
        given = daily.assign(people_any_time=daily[column])
        there = day_counts(given, day, registry, set(people.index)).facilities["people"]
        counted = there.reindex(people.index)
        large = counted >= LARGE
        assert large.sum() >= 95
        off = people[large] / counted[large] - 1
        assert off.abs().median() < 0.10, column
        assert abs(people[large].sum() / counted[large].sum() - 1) < 0.05
