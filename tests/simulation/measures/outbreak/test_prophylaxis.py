"""Prophylaxis after exposure: who is protected, when, how many, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

import thinwalls as tw
from support.systems import f, i32, i64, seir, system
from thinwalls.common.errors import InputError
from thinwalls.engine import Counts, Stages, run
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation.measures.outbreak.prophylaxis import since_infection

if TYPE_CHECKING:
    from thinwalls.engine import Inputs
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System

CLOSED = (tw.HaltArrests(), tw.HaltTransfers(), tw.HaltRemovals())
FOUND = tw.Quantity(value=0.9, unit="share", source="a test", tag="assumption")
ISOLATION = tw.Isolation(found=FOUND)
MEAN_LATENT, MEAN_ILL, BETA = 6.0, 4.0, 0.6
PEOPLE, DAY, IN_TIME, EFFECT = 60, 12, 3.0, 0.8


def test_days_since_infection_are_gamma_distributed() -> None:
    for link in (1, 2, 5):
        for within in (0.5, 3.0, 30.0):
            expected = stats.gamma(link, scale=1.7).cdf(within)
            assert since_infection(link, 1.7, within) == pytest.approx(expected, abs=1e-12)


def in_time() -> tuple[float, float]:
    """Share of the people of both latent stages whom a dose reaches in time."""
    first, second = (since_infection(link, MEAN_LATENT / 2, IN_TIME) for link in (1, 2))
    return EFFECT * first, EFFECT * second


def two_latent_stages() -> Stages:
    """S, E1, E2, I, R and nobody who dies."""
    return replace(
        seir(), dwell_days=f(np.inf, MEAN_LATENT / 2, MEAN_LATENT / 2, MEAN_ILL, np.inf),
        infectiousness=f(0, 0, 0, 1, 0), present=f(1, 1, 1, 1, 1), alive=np.ones(5, bool),
        branch_from=i32(1, 2, 3), branch_to=i32(2, 3, 4),
        branch_probability=np.ones((1, 3)),
    )  # fmt: skip


def outbreak(steps_per_day: int = 8, days: int = 120) -> Inputs:
    """One infectious person among others; on a day everybody is given a dose."""
    people = np.zeros((2, 5), np.int64)
    people[0, [0, 3]] = PEOPLE - 1, 1
    made = system(
        people, two_latent_stages(), beta=BETA, n_steps=days * steps_per_day,
        step_days=1 / steps_per_day, n_movements=2,
    )  # fmt: skip
    profile = np.ones((days, 2))
    profile[:, 1] = np.arange(days) == DAY
    rates = replace(
        made.rates, period_of_step=np.repeat(np.arange(days), steps_per_day).astype(np.int32),
        multiplier=np.ones((days, 1)), hazard_per_day=np.zeros((days, 1)), profile=profile,
        stage_weight=np.array([np.ones(5), [1, 1, 1, 0, 0]]), capacity=np.zeros((days, 0, 0)),
    )  # fmt: skip
    doses = Counts(
        f(1e6), i32(1), i32(0), i32(1), i64(0, 1), i32(0), f(1), i32(1), i64(0, 0), i32(), f(),
        at_once=np.array([True]), changed_to=i32(4),
        changed_share=f(EFFECT, *in_time(), 0, 0)[None, :], movement_of_others=i32(1),
    )  # fmt: skip
    return replace(made, rates=rates, counts=doses)


def exact_outbreak(rng: np.random.Generator, *, by_day_of_infection: bool) -> int:
    """Number ever ill in an exact simulation, person by person, event by event.

    A dose works for the exposed by their stage as in the engine, or by the true day of infection.
    """
    susceptible, ill, never_again, now = PEOPLE - 1, 1, 0, 0.0
    latent: list[tuple[int, float]] = []
    given, total = False, 1
    while latent or ill:
        rates = np.array(
            [BETA * ill * susceptible / PEOPLE, len(latent) * 2 / MEAN_LATENT, ill / MEAN_ILL]
        )
        now += rng.exponential(1 / rates.sum())
        if not given and now >= DAY:
            now, given = float(DAY), True
            spared = rng.binomial(susceptible, EFFECT)
            susceptible, never_again = susceptible - spared, never_again + spared
            shares = in_time()
            kept = []
            for stage, since in latent:
                works = EFFECT * (DAY - since < IN_TIME) if by_day_of_infection else shares[stage]
                if rng.random() >= works:
                    kept.append((stage, since))
            latent = kept
            continue
        event = rng.choice(3, p=rates / rates.sum())
        if event == 0:
            susceptible -= 1
            latent.append((0, now))
        elif event == 1:
            stage, since = latent.pop(rng.integers(len(latent)))
            if stage == 0:
                latent.append((1, since))
            else:
                ill, total = ill + 1, total + 1
        else:
            ill -= 1
    return total


@pytest.mark.slow
def test_final_sizes_are_those_of_an_exact_simulation() -> None:
    n = 1_500
    rng = np.random.default_rng(7)
    by_stage = np.array([exact_outbreak(rng, by_day_of_infection=False) for _ in range(n)])
    by_day = np.array([exact_outbreak(rng, by_day_of_infection=True) for _ in range(n)])
    inputs = outbreak()
    # Ever ill: all who went from the second latent stage on.
    flow = np.zeros((1, 5, 5), bool)
    flow[0, 2, 3] = True
    inputs = replace(inputs, outputs=replace(inputs.outputs, flow=flow))
    ours = np.array([1 + run(inputs, seed=5, draw=d).flow_total.sum() for d in range(n)])
    spread = np.sqrt(2 * by_stage.var() / n)
    assert abs(ours.mean() - by_stage.mean()) < 4 * spread
    assert abs((ours == 1).mean() - (by_stage == 1).mean()) < 4 * np.sqrt(2 * 0.25 / n)
    assert abs((ours > 15).mean() - (by_stage > 15).mean()) < 4 * np.sqrt(2 * 0.25 / n)
    # Judged by the true day of infection: infections come unevenly, so it need not be the same.
    assert abs(by_stage.mean() / by_day.mean() - 1) < 0.1


@pytest.fixture(scope="module")
def stewart(ice_2020: System) -> System:
    return ice_2020.facilities_only(["stewart"])


@pytest.fixture(scope="module")
def germ(covid: Pathogen) -> Pathogen:
    """Like COVID-19, with a vaccine that always works after exposure."""
    sure = tw.Quantity(value=1.0, unit="share", source="a test", tag="assumption")
    return replace(covid, parameters={**covid.parameters, "prophylaxis.vaccine": sure})


def simulated(system: System, germ: Pathogen, *actions: tw.Action, days: int = 40) -> Results:
    scenarios = [
        tw.Scenario("isolation", [*CLOSED, ISOLATION]),
        tw.Scenario("prophylaxis", [*CLOSED, ISOLATION, *actions]),
    ]
    return tw.simulate(system, germ, scenarios, days=days, draws=3, seed=3, check=True)


@pytest.mark.slow
def test_nobody_is_infected_after_everybody_was_protected(stewart: System, germ: Pathogen) -> None:
    always = tw.PostExposureProphylaxis(in_time_days=60)
    results = simulated(stewart, germ, always)
    inside = results.dataset.sel(place="all", group="detained")
    found = results.dataset["new_cases"].sel(place="all", scenario="isolation")
    cases = found.sel(group=["detained", "staff"]).sum("group").to_numpy()
    new = inside["new_infections"].sel(scenario="prophylaxis").to_numpy()
    before = inside["new_infections"].sel(scenario="isolation").to_numpy()
    for draw in range(len(new)):
        first = int(np.flatnonzero(cases[draw])[0])
        # Found on a day, given at the beginning of the next: infections of that step are left.
        assert new[draw, first + 2 :].sum() == 0
        np.testing.assert_array_equal(new[draw, : first + 1], before[draw, : first + 1])
        assert before[draw, first + 2 :].sum() > 0


@pytest.mark.slow
def test_no_more_doses_than_can_be_given_and_all_are_counted(
    stewart: System, germ: Pathogen
) -> None:
    few = tw.PostExposureProphylaxis(doses_per_day=7, for_days=2, cases=3)
    results = simulated(stewart, germ, few)
    of_all = results.totals.sel(place="all", group="everyone", scenario="prophylaxis")
    given, wasted = of_all["vaccine_courses"].to_numpy(), of_all["doses_wasted"].to_numpy()
    # Not every draw has an outbreak.
    assert (given > 0).any()
    assert (given % 7 == 0).all()
    assert (given <= 7 * 40).all()
    assert (wasted <= given).all()


@pytest.mark.slow
def test_without_enough_cases_nothing_changes_to_the_bit(stewart: System, germ: Pathogen) -> None:
    results = simulated(stewart, germ, tw.PostExposureProphylaxis(cases=10**6), days=20)
    isolation, never = (
        results.dataset.sel(scenario=name).drop_vars("scenario")
        for name in ("isolation", "prophylaxis")
    )
    for name, values in isolation.items():
        np.testing.assert_array_equal(values, never[name], err_msg=str(name))


@pytest.mark.slow
def test_days_before_it_begins_keep_their_bits(stewart: System, germ: Pathogen) -> None:
    late = tw.PostExposureProphylaxis(start="2020-04-05", share_with_record=0.5)
    results = simulated(stewart, germ, late, days=25)
    for name, values in results.dataset.items():
        one, other = (values.isel(scenario=s, date=slice(0, 15)) for s in (0, 1))
        np.testing.assert_array_equal(one, other, err_msg=str(name))
        assert results.totals["vaccine_courses"].sum() > 0


@pytest.mark.slow
def test_people_of_the_unit_are_protected_and_not_those_of_others(
    ice_2020: System, germ: Pathogen
) -> None:
    system = ice_2020.facilities_only(["stewart"]).with_units()
    results = simulated(system, germ, tw.PostExposureProphylaxis(for_days=1), days=12)
    of_all = results.totals.sel(place="all", group="detained", scenario="prophylaxis")
    held = float(of_all["people_start"][0])
    given = of_all["vaccine_courses"].to_numpy()
    assert ((given > 0) & (given < held)).any()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"product": "antibiotics"}, "must be one of"),
        ({"doses_per_day": 0}, "must be at least 1"),
        ({"delay_days": 0}, "must be at least 1"),
        ({"share_with_record": 49}, "must be at most 1"),
        ({"in_time_days": 0}, "must be above 0|greater than 0|more than 0"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, object], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        tw.PostExposureProphylaxis(**fields)
    assert "\n" not in str(caught.value)


def test_it_does_not_exist_against_every_disease(stewart: System, covid: Pathogen) -> None:
    scenario = tw.Scenario("x", [tw.PostExposureProphylaxis()])
    with pytest.raises(InputError, match="product = 'vaccine': does not exist against covid-2020"):
        tw.simulate(stewart, covid, [scenario], days=5, draws=1)
    serum = tw.Scenario("x", [tw.PostExposureProphylaxis(product="immune_globulin")])
    with pytest.raises(InputError, match="against varicella; must be one of: vaccine"):
        tw.simulate(stewart, load_pathogen("varicella"), [serum], days=5, draws=1)


def test_only_runs_that_use_it_list_its_effect(stewart: System) -> None:
    measles = load_pathogen("measles")
    with_it = tw.Scenario("x", [tw.PostExposureProphylaxis(product="immune_globulin")])
    listed = tw.simulate(stewart, measles, [with_it], days=2, draws=1).parameters
    assert "prophylaxis.immune_globulin" in listed
    assert "prophylaxis.vaccine" not in listed
