from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from thinwalls.results import flattening


def test_peak_is_the_highest_day_and_free_is_that_day(results):
    row = flattening(results).table.set_index(["scenario", "beds"]).loc[("what happened", "icu")]
    beds = results.dataset["icu_beds"].sel(scenario="what happened", place="all", group="everyone")
    assert row["peak"] == pytest.approx(float(beds.max("date").median()))
    days = beds.argmax("date").values
    assert row["peak_date"] == pd.Timestamp(
        results.dataset["date"].values[round(float(np.median(days)))]
    )
    assert row["free"] == 14_500


def test_stays_below_counts_regions_not_the_sum(results):
    found = flattening(results)
    row = found.table.set_index(["scenario", "beds"]).loc[("nothing changes", "icu")]
    over = results.hospitals["days_over_icu"].sel(scenario="nothing changes") > 0
    assert row["probability_below"] == pytest.approx(1 - float(over.any("region").mean()))
    regions = found.regions
    own = regions[(regions["scenario"] == "nothing changes") & (regions["beds"] == "icu")]
    assert len(own) == row["regions"] == results.hospitals.sizes["region"]
    assert own["probability_above"].max() <= 1 - row["probability_below"] + 1e-9


def test_days_above_counts_only_days_with_more_need_than_beds(small):
    dataset = small.dataset.copy(deep=True)
    dataset["icu_free"][:] = 10.0
    dataset["icu_beds"][:] = 10.0
    same = flattening(dataclasses.replace(small, dataset=dataset)).table
    assert (same[same["beds"] == "icu"]["days_above"] == 0).all()
    dataset["icu_beds"][:, :, :5] = 10.5
    more = flattening(dataclasses.replace(small, dataset=dataset)).table
    assert (more[more["beds"] == "icu"]["days_above"] == 5).all()


def test_against_itself_nothing_is_flatter(results):
    table = flattening(results).table
    own = table[table["scenario"] == "nothing changes"]
    assert (own["peak_difference"] == 0).all()
    assert (own["probability_flatter"] == 0).all()


def test_a_peak_on_the_last_day_is_told(small):
    dataset = small.dataset.copy(deep=True)
    dataset["icu_beds"][:] = np.arange(30, dtype=float)[None, None, :, None, None]
    table = flattening(dataclasses.replace(small, dataset=dataset)).table
    icu = table[table["beds"] == "icu"]
    assert (icu["peak_on_last_day"] == 1).all()
    assert (icu["at_end"] == 1).all()


def test_deaths_from_want_of_beds_are_paired(small):
    hospitals = small.hospitals.copy()
    draws = np.arange(small.draws, dtype=np.float32)
    lost = np.zeros_like(hospitals["overload_deaths"].values)
    lost[0, :, 0], lost[1, :, 0] = 10 + draws, 4 + draws
    hospitals["overload_deaths"] = (hospitals["overload_deaths"].dims, lost)
    found = flattening(dataclasses.replace(small, hospitals=hospitals)).table
    rows = found[found["beds"] == "icu"].set_index("scenario")
    second = rows.loc[small.scenarios[1]]
    assert second["overload_deaths"] == 4 + np.median(draws)
    assert second["overload_deaths_difference_low"] == -6
    assert second["overload_deaths_difference_high"] == -6
