"""One person's risk, against many simulated individuals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.pathogens import PersonClass
from thinwalls.simulation.questions.one_person import course_of, risk

if TYPE_CHECKING:
    from thinwalls.pathogens import Disease, Pathogen
    from thinwalls.system import System

PEOPLE = 200_000


def one_by_one(
    disease: Disease, one: PersonClass, force: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Shares of many individuals who are infected, admitted, dead: each walks the stage graph."""
    infected = np.zeros(PEOPLE, dtype=bool)
    for per_day in force:
        infected |= rng.random(PEOPLE) < -np.expm1(-per_day)
    stage = np.full(PEOPLE, disease.index[disease.susceptible])
    stage[infected] = disease.index[disease.infected]
    admitted = np.zeros(PEOPLE, dtype=bool)
    probability = disease.branch_probability([one])[0]
    walking = True
    while walking:
        walking = False
        before = stage.copy()
        for s in np.unique(before):
            rows = np.flatnonzero(disease.branch_from == s)
            if not len(rows) or s == disease.index[disease.susceptible]:
                continue
            walking = True
            here = np.flatnonzero(before == s)
            reach = np.cumsum(probability[rows])
            branch = np.searchsorted(reach / reach[-1], rng.random(len(here)))
            stage[here] = disease.branch_to[rows[branch]]
        admitted |= np.isin(
            stage, [disease.index[st.name] for st in disease.stages if st.resource is not None]
        )
    dead = [disease.index[st.name] for st in disease.stages if not st.alive]
    return np.array([infected.mean(), admitted.mean(), np.isin(stage, dead).mean()])


@pytest.mark.parametrize(("age", "vulnerable"), [(25, False), (58, True), (82, True)])
def test_the_risk_is_that_of_many_individuals(covid: Pathogen, age: int, vulnerable: bool) -> None:
    disease = covid.at({})
    one = PersonClass(age, age, vulnerable, delayed_care=True)
    force = np.linspace(0.001, 0.03, 40)
    course = course_of(disease, one)
    expected = np.array(risk(force, 0, course, course))
    counted = one_by_one(disease, one, force, np.random.default_rng(20200320))
    # Five standard errors of a share of so many people.
    assert np.all(np.abs(counted - expected) < 5 * np.sqrt(expected * (1 - expected) / PEOPLE))


def test_who_moves_has_the_course_of_the_place_of_infection(covid: Pathogen) -> None:
    disease = covid.at({})
    late, soon = (
        course_of(disease, PersonClass(70, 70, True, delayed_care=delayed))
        for delayed in (True, False)
    )
    force = np.full(30, 0.02)
    stay, move, go = (risk(force, day, late, soon)[2] for day in (30, 10, 0))
    assert go < move < stay
    assert risk(force, 10, late, soon)[0] == pytest.approx(1 - np.exp(-0.6))


@pytest.mark.slow
def test_stay_transfer_release(louisiana: System, covid: Pathogen) -> None:
    here, there = (str(name) for name in louisiana.facilities.index[:2])
    county = str(louisiana.counties.index[0])
    found = tw.person(
        louisiana,
        covid,
        facility=here,
        transfer_to=there,
        release_to=county,
        age=58,
        vulnerable=True,
        days=40,
        draws=4,
        threads=1,
    )
    assert found.risks.shape == (3, 3, 4)
    assert np.all((found.risks >= 0) & (found.risks <= 1))
    assert np.all(np.diff(found.risks, axis=1) < 0)  # infection, admission, death
    stay = found.table[found.table["way"].str.startswith("stay")]
    assert (stay["difference"] == 0).all()
    assert (stay["ratio"] == 1).all()
    again = tw.person(
        louisiana, covid, facility=here, age=58, vulnerable=True, days=40, draws=4, threads=1
    )
    np.testing.assert_array_equal(again.risks[0], found.risks[0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"release_to": "99999"}, "no county"),
        ({"after_days": 60}, "below days"),
        ({"transfer_to": "zzzz"}, "zzzz"),
    ],
)
def test_bad_places_are_refused(
    louisiana: System, covid: Pathogen, options: dict[str, object], words: str
) -> None:
    here = str(louisiana.facilities.index[0])
    settings: dict[str, object] = {"facility": here, "age": 50, "vulnerable": False, **options}
    with pytest.raises(InputError, match=words):
        tw.person(louisiana, covid, **settings)  # type: ignore[arg-type]
