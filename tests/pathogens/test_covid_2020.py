from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from thinwalls.pathogens import Disease, Pathogen, PersonClass, load_pathogen

if TYPE_CHECKING:
    from collections.abc import Sequence

POSITION = "by_age.death_share.position"
DECADES = [(low, low + 9 if low < 80 else 100) for low in range(0, 90, 10)]


@pytest.fixture(scope="module")
def covid() -> Pathogen:
    return load_pathogen("covid-2020")


def draws(pathogen: Pathogen, n: int) -> list[dict[str, float]]:
    rng = np.random.default_rng(1)
    return [
        {
            name: pathogen.parameters[name].quantile(float(rng.uniform()))
            for name in pathogen.uncertain
        }
        for _ in range(n)
    ]


def levin(age: Sequence[int] | np.ndarray) -> np.ndarray:
    """Infection fatality of Levin AT et al. 2020: log10 of % = -3.27 + 0.0524 x age."""
    return np.asarray(10.0 ** (-3.27 + 0.0524 * np.asarray(age)) / 100.0)


def of_bands(disease: Disease, share_vulnerable: Sequence[float]) -> np.ndarray:
    """Infection fatality by decade from 20, averaged over people with and without conditions."""
    found = []
    for (low, high), share in zip(DECADES[2:], share_vulnerable, strict=True):
        with_it, without = disease.infection_fatality(
            [PersonClass(low, high, True), PersonClass(low, high, False)]
        )
        found.append(share * with_it + (1 - share) * without)
    return np.array(found)


VULNERABLE = [0.198, 0.3, 0.4, 0.5, 0.6, 0.7, 0.807]
REPORT_9 = np.array([0.0003, 0.0008, 0.0015, 0.006, 0.022, 0.051, 0.093])


BRAZEAU = np.array([0.00035, 0.00085, 0.00205, 0.0051, 0.0123, 0.03])


def test_infection_fatality_is_the_cited_tables(covid: Pathogen) -> None:
    """Levin at one end, Report 9 in the middle, Brazeau at the other end."""
    place = covid.parameters[POSITION].central
    steep, report, flat, central = (
        of_bands(covid.at({POSITION: at}), VULNERABLE) for at in (0.0, 0.5, 1.0, place)
    )
    by_decade = levin(np.arange(20, 80)).reshape(-1, 10).mean(axis=1)
    assert steep[:-1] == pytest.approx(by_decade, rel=0.005)
    assert report == pytest.approx(REPORT_9, rel=0.001)
    assert flat[:-1] == pytest.approx(BRAZEAU, rel=0.001)
    assert 0 < place < 0.5
    between = steep ** (1 - 2 * place) * report ** (2 * place)
    assert central[:-1] == pytest.approx(between[:-1], rel=0.001)
    assert covid.at({POSITION: place}).values == covid.at({}).values


@pytest.mark.slow
def test_generation_time_is_the_cited_interval(covid: Pathogen) -> None:
    assert covid.at({}).mean_generation_days == pytest.approx(5.7, abs=0.05)
    low, high = np.quantile(
        [covid.at(d).mean_generation_days for d in draws(covid, 300)], [0.025, 0.975]
    )
    assert 4.4 < low < 4.9
    assert 6.3 < high < 7.1


@pytest.mark.slow
def test_generation_time_agrees_with_simulated_individuals(covid: Pathogen) -> None:
    disease = covid.at({})
    person = PersonClass(18, 64, vulnerable=False)
    probability = disease.branch_probability([person])[0]
    rng = np.random.default_rng(2)
    weight, moment, n = 0.0, 0.0, 20_000
    for _ in range(n):
        stage, clock = disease.index[disease.infected], 0.0
        while np.isfinite(disease.dwell_days[stage]):
            stay = rng.exponential(disease.dwell_days[stage])
            iota = disease.infectiousness[stage]
            weight += iota * stay
            moment += iota * stay * (clock + stay / 2)
            clock += stay
            out = np.flatnonzero(disease.branch_from == stage)
            stage = int(disease.branch_to[rng.choice(out, p=probability[out])])
    assert weight / n == pytest.approx(disease.infectious_days([person])[0], rel=0.02)
    assert moment / weight == pytest.approx(disease.mean_generation_days, rel=0.02)


def test_branches_are_probabilities_in_every_draw(covid: Pathogen) -> None:
    classes = [
        PersonClass(low, high, vulnerable, vaccinated, prior, treated, late)
        for low, high in ((0, 17), (18, 49), (80, 100))
        for vulnerable in (False, True)
        for vaccinated, prior, treated, late in (
            (False, False, 1.0, False),
            (True, True, 0.5, True),
            (False, True, 0.0, True),
        )
    ]
    for values in draws(covid, 50):
        disease = covid.at(values)
        probability = disease.branch_probability(classes)
        assert probability.min() >= 0
        assert probability.max() <= 1
        for row in range(len(covid.stages)):
            out = disease.branch_from == row
            if out.any():
                np.testing.assert_allclose(probability[:, out].sum(axis=1), 1)


def test_what_harms_harms_and_what_protects_protects(covid: Pathogen) -> None:
    for values in [{}, *draws(covid, 30)]:
        disease = covid.at(values)
        base, late, untreated, half, ill, jabbed, older = disease.infection_fatality(
            [
                PersonClass(40, 49, False),
                PersonClass(40, 49, False, delayed_care=True),
                PersonClass(40, 49, False, treated_share=0.0),
                PersonClass(40, 49, False, treated_share=0.5),
                PersonClass(40, 49, True),
                PersonClass(40, 49, False, vaccinated=True),
                PersonClass(60, 69, False),
            ]
        )
        assert late > base
        assert untreated >= half >= base
        assert ill > base
        assert jabbed < base < older


def test_share_of_transmission_before_symptoms(covid: Pathogen) -> None:
    disease = covid.at({"symptomatic_share": 0.999, "severity.scale": 1e-6})
    iota, days = disease.infectiousness, disease.dwell_days
    rows = {name: disease.index[name] for name in ("P", "I_mild1", "I_mild2")}
    before = iota[rows["P"]] * days[rows["P"]]
    after = sum(iota[rows[name]] * days[rows[name]] for name in ("I_mild1", "I_mild2"))
    assert before / (before + after) == pytest.approx(0.5)


def test_twins_of_people_found_differ_in_nothing_but_that(covid: Pathogen) -> None:
    disease = covid.at({"infectiousness.isolated": 0.2})
    by_name = {stage.name: stage for stage in covid.stages}
    for stage in covid.stages:
        assert (stage.twin is not None) == (stage.compartment in "PAI" and not stage.found)
        if stage.twin:
            twin = by_name[stage.twin]
            assert twin.found
            assert twin.twin is None
            here, there = disease.index[stage.name], disease.index[twin.name]
            assert disease.infectiousness[there] == disease.infectiousness[here]
            assert disease.dwell_days[there] == disease.dwell_days[here]


def test_age_weights_shift_the_average(covid: Pathogen) -> None:
    disease = covid.at({})
    whole = [PersonClass(18, 64, False)]
    young = np.zeros((1, 101))
    young[0, 18:25] = 1
    severe = disease._branches.index((disease.index["P"], disease.index["I_severe1"], "severe"))
    assert disease.branch_probability(whole, young)[0, severe] == pytest.approx(
        disease.branch_probability([PersonClass(18, 24, False)])[0, severe]
    )


def test_every_number_has_a_unit_and_a_source_or_says_it_is_assumed(covid: Pathogen) -> None:
    for name, quantity in covid.parameters.items():
        assert quantity.unit, name
        assert quantity.source or (quantity.tag == "assumption" and quantity.note), name


def test_protection_of_a_vaccine_wanes_to_nothing(covid: Pathogen) -> None:
    disease = covid.at({"vaccine.infection": 0.8, "vaccine.waning": 0.2})
    days = [0.0, 152.1875, 304.375, 1e6]
    left = disease.susceptibility(
        [PersonClass(18, 64, False, vaccinated=True, days_since_vaccination=d) for d in days]
    )
    assert left == pytest.approx([0.2, 0.4, 0.6, 1.0])
    assert disease.susceptibility([PersonClass(18, 64, False, days_since_vaccination=9.0)]) == [1]
