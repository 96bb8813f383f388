"""The fit: what is compared, how draws are put together, and a small run of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.evidence.hindcast.fit.learned_summaries import METHODS, adjusted, scale_of, shape
from thinwalls.evidence.hindcast.fit.posterior import agreement, joint_posterior
from thinwalls.evidence.hindcast.fit.rejection import Effort, Fit, fit
from thinwalls.evidence.hindcast.fit.trajectories import (
    VARIANTS,
    Comparison,
    Distance,
    compare_with,
    fitted_names,
    recorded_cumulative,
    trajectories,
    values_at,
)
from thinwalls.evidence.hindcast.judged.early_spread import found_early
from thinwalls.evidence.hindcast.judged.forecasts import (
    by_own_past,
    judge,
    naive_forecasts,
    predict,
    summary_table,
)
from thinwalls.evidence.hindcast.judged.judge_all import QUICK, distances, how_made, summarise_fits
from thinwalls.evidence.hindcast.judged.natural_experiment import in_reduced_model
from thinwalls.evidence.hindcast.judged.single_outbreaks import (
    Measure,
    RecordedOutbreak,
    _frame,
    _row,
    load_single_outbreaks,
    predict_single,
)
from thinwalls.evidence.hindcast.judged.usual_priors import (
    compare_priors,
    consistent_draws,
    predict_with_usual,
    usual_quantities,
)
from thinwalls.evidence.hindcast.model.reduced_model import build_frame, these_only
from thinwalls.evidence.hindcast.model.weekly_record import OutbreakRecord, read_outbreaks
from thinwalls.simulation import load_priors
from thinwalls.system import load_system

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.evidence.hindcast.model.frame import Frame

pytestmark = pytest.mark.slow

PLACES = {
    "Stewart Detention Center": 40,
    "Eloy Federal Contract Facility": 300,
    "Krome North Service Processing Center": 90,
    "Yuba County Jail": 0,
}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> OutbreakRecord:
    """Made up: cases rise in a straight line from June 2020; Yuba reports from December."""
    rows = ["date,facility,state,pop_est,cummulative_cases,incidence"]
    for name, most in PLACES.items():
        first = "2020-06-03" if most else "2020-12-02"
        before = 1
        for n, week in enumerate(pd.date_range(first, "2021-06-16", freq="7D")):
            now = 1 + round(max(most, 20) * n / 17)
            rows.append(f"{week:%Y-%m-%d},{name},XX,500,{now},{now - before}")
            before = now
    file = tmp_path_factory.mktemp("record") / "cases.csv"
    file.write_text("\n".join(rows) + "\n")
    return read_outbreaks(file, load_system("ice-2020"))


@pytest.fixture(scope="module")
def frame(record: OutbreakRecord) -> Frame:
    return these_only(build_frame(load_system("ice-2020")), record.facility_ids)


def test_what_is_compared_counts_from_the_week_after_the_first_report() -> None:
    comparison = Comparison(
        rows=np.arange(2),
        first_report=np.array([1, 0]),
        week_days=np.array([47, 68, 110, 152, 194]),
        people=np.array([100.0, 400.0]),
    )
    cumulative = np.array([[0.0, 9.0, 13.0, 13.0, 20.0], [1.0, 1.0, 5.0, 5.0, 5.0]])
    seen = trajectories(comparison, cumulative)
    np.testing.assert_allclose(seen["cases by week"] ** 2, [0.0, 8.0, 0.0, 7.0])
    np.testing.assert_allclose(seen["attack shares"] ** 2, [5 / 400, 20 / 100])
    np.testing.assert_allclose(seen["largest weeks"] ** 2, [4 / 400, 7 / 100])


def test_distance_is_in_the_scale_of_each_trajectory() -> None:
    distance = Distance({"a": 2.0, "b": 0.5})
    one = {"a": np.array([1.0, 3.0]), "b": np.array([0.0])}
    other = {"a": np.array([3.0, 3.0]), "b": np.array([1.0])}
    assert distance.parts(one, other) == {"a": 0.5, "b": 2.0}
    assert distance(one, other) == 1.25
    assert distance(one, one) == 0.0


def fits_around(middles: tuple[float, float]) -> list[Fit]:
    random = np.random.default_rng(1)
    made = []
    for seed, middle in enumerate(middles):
        shares = middle + 0.1 * random.random((200, 1)) + np.zeros(len(fitted_names("units")))
        rows = [values_at(dict(zip(fitted_names("units"), row, strict=True))) for row in shares]
        draws = {"units": pd.DataFrame(rows), "well-mixed": pd.DataFrame()}
        made.append(Fit(seed, draws, 1.0, 400, 40, pd.DataFrame(), 1.0))
    return made


def test_every_fit_gives_as_many_draws() -> None:
    name = fitted_names("units")[0]
    fits = fits_around((0.1, 0.8))
    joint = joint_posterior(fits, "units", 100)
    assert len(joint) == 100
    assert joint[name].isin(fits[0].draws["units"][name]).sum() == 50
    assert not joint.duplicated().any()
    assert fits[0].probability("units") == 1.0
    assert joint_posterior(fits, "well-mixed").empty


def test_adjustment_takes_out_a_linear_dependence() -> None:
    """Where logit = slope × summary + noise, draws are moved to slope × the target's summary."""
    random = np.random.default_rng(2)
    summary = random.normal(size=(2_000, 1))
    noise = 0.1 * random.normal(size=(2_000, 1))
    shares = 1.0 / (1.0 + np.exp(-(0.7 * summary + noise)))
    moved = adjusted(shares, summary, np.array([0.5]))
    logit = np.log(moved / (1.0 - moved))
    # Four standard errors of a mean and of a standard deviation of 2,000.
    assert logit.mean() == pytest.approx(0.35, abs=4 * 0.1 / np.sqrt(2_000))
    assert logit.std() == pytest.approx(0.1, abs=4 * 0.1 / np.sqrt(4_000))
    at_the_edge = adjusted(np.array([[0.0], [1.0], [0.5]]), summary[:3], summary[0])
    assert np.isfinite(at_the_edge).all()


def test_shapes_do_not_know_the_names_of_facilities(record: OutbreakRecord, frame: Frame) -> None:
    comparison = compare_with(record, frame)
    seen = trajectories(comparison, recorded_cumulative(record))
    size = seen["cases by facility"].reshape(-1, 4)
    other = {**seen, "cases by facility": size[::-1].ravel()}
    np.testing.assert_allclose(shape(seen), shape(other))


def test_usual_priors_are_compared_where_the_simulation_has_them(
    record: OutbreakRecord, frame: Frame
) -> None:
    random = np.random.default_rng(3)
    draws = {name: one.quantile(random.random(400)) for name, one in usual_quantities().items()}
    same = compare_priors(pd.DataFrame(draws).assign(variant="units"))
    assert len(same) == len(usual_quantities()) == 13
    # Alike: 90 % inside, four standard errors of 400 draws.
    assert same["inside"].between(0.9 - 0.06, 0.9 + 0.06).all()
    assert (same["agrees"] == "yes").all()
    # Uniform from 0 to 1 in both: 90 % of the prior of the fit lie in the usual interval.
    crowding = same.set_index("quantity").loc["mixing.crowding_exponent"]
    assert crowding["prior_inside"] == pytest.approx(0.9, abs=1e-3)
    draws["mixing.crowding_exponent"] = np.full(400, 0.999)
    apart = compare_priors(pd.DataFrame(draws).assign(variant="units")).set_index("quantity")
    assert apart.loc["mixing.crowding_exponent", "agrees"] == "no"
    table = predict_with_usual(frame, record, draws=4, seed=1)
    assert set(table["model"]) == {"reduced, units", "reduced, well-mixed"}
    assert (table["low"] <= table["high"]).all()
    recorded = table.set_index("quantity")["recorded"]["cases"]
    assert set(recorded) == {float(record.weekly()[:, : record.fitted_weeks].sum())}


def test_draws_that_go_with_the_counts_infect_fewer(frame: Frame) -> None:
    """Four facilities have far too few infections for the counts of the country, so none does."""
    table = consistent_draws(frame, draws=3, seed=1)
    assert (table["consistent"] == 0).all()
    assert table["median"].isna().all()
    assert table["usual_median"].notna().all()


def test_cases_found_are_compared_with_counts(frame: Frame) -> None:
    """Four facilities cannot have a case in 23; without infection none has one."""
    quiet = replace(frame, incidence=np.zeros_like(frame.incidence))
    posterior = pd.DataFrame([values_at({})]).assign(variant="units")
    for one, most in ((frame, 4), (quiet, 0)):
        table = found_early(one, posterior, draws=3, seed=1)
        assert set(table["model"]) == {
            "reduced, units, usual",
            "reduced, units, fitted",
            "reduced, well-mixed, usual",
        }
        assert table.loc[table["what"] == "facilities", "high"].max() <= most
        assert (table.loc[table["what"] == "facilities", "agrees"] == "no").all()
        by_date = table[table["what"] == "cases"].groupby("model")["median"]
        assert all(part.is_monotonic_increasing for _, part in by_date)


def test_agreement_tells_fits_that_agree_from_fits_that_do_not() -> None:
    same = agreement(fits_around((0.4, 0.4)), "units")
    apart = agreement(fits_around((0.1, 0.8)), "units")
    for name in fitted_names("units"):
        # Means of 200 uniform numbers differ by a standard error of a fourteenth of their sd.
        assert same[name] < 1.05
        # Means 0.7 apart, sd 0.1 / sqrt(12): sqrt(1 + 0.245 / 0.000833).
        assert apart[name] == pytest.approx(17.2, rel=0.1)


def test_a_small_fit_and_what_is_made_of_it(record: OutbreakRecord, frame: Frame) -> None:
    effort = Effort(pilot=40, calibration=10, particles=12, nearest_share=0.4)
    found = [fit(frame, record, effort, seed=seed) for seed in (1, 1, 2)]
    # The same seed gives the same draws.
    for variant in VARIANTS:
        pd.testing.assert_frame_equal(found[0].draws[variant], found[1].draws[variant])
    assert not found[0].draws["units"].equals(found[2].draws["units"])
    assert sum(map(found[0].probability, VARIANTS)) == pytest.approx(1.0)
    assert sum(len(found[0].draws[variant]) for variant in VARIANTS) == 12
    assert found[0].simulations >= 12 + effort.calibration
    assert found[0].pilot == 2 * effort.pilot
    posterior, tables = summarise_fits(found[1:])
    assert set(tables["quantities"]["variant"]) <= set(VARIANTS)
    assert len(tables["diagnostics"]) == 4
    methods = tables["methods"]
    assert list(methods["method"]) == list(METHODS) * 2
    assert methods["covered_90"].between(0, 1).all()
    assert (methods["checked"] == 4).all()
    made = how_made(found[1:], effort)
    assert made["seeds"] == [1, 2]
    assert made["accepted"] == [12, 12]
    assert made["simulations"] == [one.simulations + one.pilot for one in found[1:]]
    units = posterior[posterior["variant"] == posterior["variant"].iloc[0]]
    away = distances(frame, record, units, QUICK, 1)
    assert (away["to_record"] > 0).all()


def test_the_scale_is_the_spread_of_the_pilot() -> None:
    from thinwalls.evidence.hindcast.fit.learned_summaries import Pilot

    made = [{"a": np.array([value, 0.0])} for value in (0.0, 4.0, 8.0)]
    # Deviations from the median 4: 4, 0, 4 and three zeros.
    assert scale_of([Pilot(np.zeros((3, 1)), made)]).scale == {"a": pytest.approx(8 / 6)}


def test_a_forecast_sees_nothing_that_comes_later(record: OutbreakRecord) -> None:
    """What is recorded after 30 September changes no forecast."""
    frame = these_only(build_frame(load_system("ice-2020"), 454), record.facility_ids)
    posterior = pd.DataFrame([values_at({})]).assign(variant="units")
    later = record.cumulative.copy()
    later[:, record.fitted_weeks :] += 1_000.0
    changed = OutbreakRecord(
        record.names, record.facility_ids, record.weeks, later, record.people, (), 0
    )
    made = []
    for one in (record, changed):
        comparison = compare_with(one, frame)
        predicted = predict(frame, comparison, one, posterior, draws=20, seed=1)
        naive = naive_forecasts(one, 20, 1)
        made.append([predicted.weekly, by_own_past(predicted, one), *naive.values()])
        assert recorded_cumulative(one).shape == (4, 22)
    for here, there in zip(*made, strict=True):
        np.testing.assert_array_equal(here, there)
    n = record.fitted_weeks
    scores = judge({"all": made[0][0][..., n:]}, record)
    assert len(scores) == 8
    assert scores["covered_90"].between(0, 1).all()
    assert (scores["covered_50"] <= scores["covered_90"]).all()
    table = summary_table(predict(frame, comparison, record, posterior, draws=4, seed=1), record)
    assert set(table["period"]) == {"fitted", "forecast", "all"}


def test_fewer_people_booked_in_avert_infections(frame: Frame) -> None:
    posterior = pd.DataFrame([values_at({})]).assign(variant="units")
    row = in_reduced_model(frame, posterior, draws=6, seed=1).iloc[0]
    assert row["people_end"] < row["people_end_march"]
    assert row["averted_low"] <= row["averted"] <= row["averted_high"]
    assert row["population"] > frame.people.sum()


def test_single_outbreaks_are_complete_and_bounded() -> None:
    posterior = pd.DataFrame([values_at({})]).assign(variant="units")
    for outbreak in load_single_outbreaks():
        assert outbreak.source
        assert outbreak.found_source
        if outbreak.facility_id is not None:
            continue
        assert outbreak.people_source
        assert outbreak.seeds_source
        table = predict_single(outbreak, posterior, draws=4, seed=1)
        assert (table["high"] <= table["population"]).all()
        assert (table["low"] >= 0).all()
        cases = table.loc[table["what"] == "cases so far", "median"]
        assert cases.is_monotonic_increasing


def test_what_was_done_at_a_place_multiplies_contact_from_its_day() -> None:
    start, values = dt.date(2020, 3, 15), values_at({})
    random = np.random.default_rng(1)
    cells = Measure(date=dt.date(2020, 3, 20), factor=(0.5, 0.5))
    np.testing.assert_allclose(cells.contact(values, random, start, 8), [1] * 5 + [0.5] * 3)
    masks = Measure(date=dt.date(2020, 3, 20), do=("masks",), kept=(0.5, 0.5))
    effect = values["effect.masks.effect"] * values["effect.masks.wearing"]
    np.testing.assert_allclose(
        masks.contact(values, random, start, 8), [1] * 5 + [1 - 0.5 * effect] * 3
    )
    for both in ({}, {"do": ("masks",), "factor": (1.0, 1.0)}):
        with pytest.raises(InputError, match="either a factor or something to do"):
            Measure(date=start, **both)


def test_the_percentile_counts_ties_half() -> None:
    outbreak = load_single_outbreaks()[0]
    one = RecordedOutbreak(date=outbreak.start, cases=3)
    row = _row(outbreak, one, np.array([[1.0], [3.0], [3.0], [9.0]]), 10.0)
    assert row["percentile"] == 0.5
    assert row["inside"]


def test_daily_counts_do_not_wait_for_a_batch() -> None:
    one = next(one for one in load_single_outbreaks() if one.counted_daily and one.found != "all")
    batches = one.model_copy(update={"counted_daily": False})
    posterior = pd.DataFrame([{**values_at({}), "detection.days_between_reports": 40.0}])
    found = [predict_single(each, posterior, draws=20, seed=1) for each in (one, batches)]
    assert (found[0]["high"] >= found[1]["high"]).all()
    assert found[0]["high"].sum() > found[1]["high"].sum()


def test_a_county_brings_infection_to_its_jail() -> None:
    jail = next(one for one in load_single_outbreaks() if one.county_fips is not None)
    frame, closed = _frame(jail), _frame(jail.model_copy(update={"county_fips": None}))
    assert (frame.incidence > 0).any()
    assert not closed.incidence.any()
    # As many leave as come, besides those released on top.
    leave = frame.exit_hazard[0] * jail.people - jail.leave_people / jail.leave_days
    assert leave == pytest.approx(frame.book_ins.sum())


def test_fitted_draws_can_be_read_as_priors(tmp_path: Path) -> None:
    from thinwalls.evidence.hindcast.fit.fitted_priors import write_priors

    shares = [dict.fromkeys(fitted_names("units"), at) for at in (0.2, 0.5, 0.8)]
    posterior = pd.concat(
        [pd.DataFrame(map(values_at, shares)).assign(variant=one) for one in VARIANTS]
    )
    write_priors(posterior, tmp_path)
    units = load_priors(tmp_path / "ice-2020-fitted.toml")
    assert len(units.joint) == 3
    ratio = (
        units.joint["pathogen.reproduction_number.dormitory"]
        / units.joint["pathogen.reproduction_number.cells"]
    )
    np.testing.assert_allclose(ratio, 6.16 / 2.65, rtol=1e-3)
    mixed = load_priors(tmp_path / "ice-2020-well-mixed-fitted.toml")
    assert "mixing.between_unit_share" not in mixed.names
