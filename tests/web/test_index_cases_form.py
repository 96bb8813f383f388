"""Index cases on the page: in the form, in the answer's first sentence, in the link."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

import thinwalls as tw
from thinwalls.common import InputError
from thinwalls.web.answers.question import query_of, question_of
from thinwalls.web.index_cases import form_of_seeds, seeds_of_form
from thinwalls.web.views.forms import form_values

STEWART = "stewart-detention-center-ga"
ASKED = {
    "system": "ice-2025",
    "where": f"facility:{STEWART}",
    "pathogen": "measles",
    "days": "40",
    "draws": "4",
    "cases": "2",
    "cases_who": "staff",
    "cases_how": "exposed",
    "cases_on": "2025-04-05",
}


def test_the_form_asks_for_them_in_every_package():
    question = question_of({**ASKED, "a.masks": "on"})
    seed = tw.Seed(place=STEWART, people=2, group="staff", stage="exposed", date="2025-04-05")
    assert [one.seeds for one in question.acts] == [(seed,), (seed,)]


def test_a_link_holds_them_and_the_form_shows_them_again():
    question = question_of({**ASKED, "a.masks": "on"})
    again = question_of(query_of(question, "en"))
    assert again.acts == question.acts
    form, unsaid = form_values(again)
    assert unsaid == []
    kept = {name: form[name] for name in ("cases", "cases_who", "cases_how", "cases_on")}
    assert kept == {name: ASKED[name] for name in kept}
    alone = question_of({name: ASKED[name] for name in ("system", "where", "cases")})
    assert question_of(query_of(alone, "en")).acts == alone.acts


def test_what_the_form_cannot_say_is_told():
    seeds = (tw.Seed(place=STEWART, unit=2),)
    assert form_of_seeds(seeds, f"facility:{STEWART}") is None
    assert form_of_seeds((), "all") == {}
    assert form_of_seeds((tw.Seed(place="elsewhere"),), "all") is None


def test_without_a_facility_they_come_to_some_facility():
    (seed,) = seeds_of_form({"cases": "3"}, "state:GA")
    assert (seed.place, seed.people) == ("system", 3)
    assert seeds_of_form({"cases": "0"}, "all") == ()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cases": "-1"}, "cases"),
        ({"cases": "1001"}, "cases"),
        ({"cases": "many"}, "cases"),
        ({"cases_who": "guards"}, "cases_who"),
        ({"cases_how": "dead"}, "cases_how"),
        ({"cases_on": "soon"}, "cases_on"),
    ],
)
def test_what_cannot_be_names_the_field(fields, field):
    with pytest.raises(InputError) as problem:
        question_of({**ASKED, **fields})
    assert problem.value.field == field


def test_the_answer_begins_with_the_if(client):
    page = client.get(f"/ask?{urlencode(ASKED)}").text
    said = (
        "If an outbreak begins with 2 members of the staff of Stewart Detention Center (infected "
        "on April 5, 2025):"
    )
    assert said in page
    assert "beside the index cases nobody inside is infected in" in page
    assert 'name="cases" value="2"' in page
    spanish = client.get(f"/ask?{urlencode({**ASKED, 'lang': 'es'})}").text
    assert "Si un brote empieza con 2" in spanish
