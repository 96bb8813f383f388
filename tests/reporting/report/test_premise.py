"""The "if" comes first; a run that nothing brings in says so instead of zeros."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

import thinwalls as tw
from thinwalls.reporting import Answers, Words, print_results, question, results_dict
from thinwalls.reporting.report.parts import index_cases as part
from thinwalls.reporting.report.parts.headline import headline_blocks, leads

if TYPE_CHECKING:
    from thinwalls.results import Results

STEWART = "stewart-detention-center-ga"
CASE = tw.Seed(place="stewart", people=3, date="2025-04-05")


def run(*scenarios: tw.Scenario, pathogen: str = "measles", **more: Any) -> Results:
    system = tw.load_system("ice-2025").facilities_only(["stewart"])
    options = {"days": 25, "draws": 4, "seed": 1, "threads": 1, **more}
    return tw.simulate(system, tw.load_pathogen(pathogen), scenarios, **options)


@pytest.fixture(scope="module")
def seeded() -> Results:
    return run(tw.Scenario("nothing changes", seeds=[CASE]))


def printed(results: Results, language: str = "en") -> str:
    out = io.StringIO()
    print_results(results, file=out, language=language)
    return " ".join(out.getvalue().split())


def test_the_terminal_begins_with_the_if(seeded):
    text = printed(seeded)
    assert text.startswith(
        "If an outbreak begins with 3 people detained at Stewart Detention Center (contagious from "
        "April 5, 2025 on): Nothing changes, Stewart Detention Center: beside the index cases "
        "nobody inside is infected in"
    )
    assert printed(seeded, "es").startswith("Si un brote empieza con 3 personas detenidas en")


def test_the_report_and_the_answer_begin_with_it(seeded):
    answers = Answers(Words(), seeded, "nothing changes")
    assert question(answers).startswith("If an outbreak begins with 3 people detained at")
    assert headline_blocks(answers)[0].said.startswith("If an outbreak begins with 3 people")
    assert leads(answers)[0].startswith("If an outbreak begins")


def test_a_program_gets_the_chances(seeded):
    found = results_dict(seeded)
    assert found["premise"].startswith("If an outbreak begins")
    (one,) = found["outbreaks"]
    infected = seeded.totals["infections"].sel(place=STEWART, group=["detained", "staff"])
    by_draw = infected.sum("group").to_numpy()[0]
    assert one["place"] == STEWART
    assert one["chance_of_at_least"] == {
        str(size): (by_draw >= size).mean() for size in (1, 10, 50)
    }


def test_every_kind_of_index_case_has_words():
    seeds = [
        tw.Seed(place="stewart", group="staff", stage="exposed"),
        tw.Seed(place="13259", people=2),
        tw.Seed(place="stewart", group="booked in", onset="2025-04-07"),
        tw.Seed(place="system"),
    ]
    results = run(tw.Scenario("one", seeds=seeds), days=8, draws=1)
    said = part.premise(Words(), results, "one")
    assert "1 member of the staff of Stewart Detention Center (infected on April 1, 2025)" in said
    assert "2 residents of Stewart County, GA (contagious from April 1, 2025 on)" in said
    assert "with symptoms from April 7, 2025 on" in said
    assert said.endswith("and 1 further entry:")
    spread = tw.Seed(place="system", age="50+", dates=[f"2025-04-0{n}" for n in range(1, 7)])
    results = run(tw.Scenario("one", seeds=[spread]), days=8, draws=1)
    said = part.premise(Words(), results, "one")
    assert "1 person detained at some facility of the system (aged 50+, contagious from" in said
    assert "… on)" in said
    assert [one.place for one in part.outbreaks(results)] == ["all"]


def test_a_unit_is_named():
    system = tw.load_system("ice-2025").facilities_only(["stewart"]).with_units()
    seed = tw.Seed(place="stewart", unit=2)
    results = tw.simulate(system, tw.load_pathogen("measles"), [tw.Scenario("x", seeds=[seed])],
                          days=5, draws=1, seed=1)  # fmt: skip
    assert "(housing unit 2, contagious from" in part.premise(Words(), results, "x")


def test_scenarios_that_begin_differently_say_so():
    results = run(tw.Scenario("one"), tw.Scenario("two", seeds=[CASE]), draws=2, days=8)
    assert part.premise(Words(), results, "one") == (
        "Some scenarios begin with index cases; “One” does not."
    )
    assert part.premise(Words(), results, "two").endswith(
        "(The scenarios do not all begin with the same index cases.)"
    )


def test_a_run_that_nothing_brings_in_says_so():
    results = run(tw.Scenario("nothing changes"), draws=3)
    assert part.never_comes_in(results)
    answers = Answers(Words(), results, "nothing changes")
    (line,) = leads(answers)
    assert line.startswith("The disease gets inside in none of 3 simulated futures.")
    assert "ask that with an index case" in line
    assert "\n" not in line
    text = printed(results)
    assert text.startswith("The disease gets inside in none of 3")
    assert f"(--index-case {STEWART}:1)" in text


def test_zeros_are_left_out_where_nobody_is_infected_at_all():
    results = run(tw.Scenario("nothing changes"), draws=1, days=7, seed=3)
    assert part.nobody_at_all(results)
    assert "at risk" not in printed(results)


def test_where_it_gets_in_nothing_is_said(seeded):
    assert part.hardly_comes_in(Words(), seeded) == ""
    covid = run(tw.Scenario("nothing changes"), pathogen="influenza-pandemic", days=120)
    assert not part.never_comes_in(covid)


def test_it_says_how_rarely_it_gets_in(seeded, monkeypatch):
    monkeypatch.setattr(part, "_share_reached", lambda _: 0.04)
    monkeypatch.setattr(part, "seeds_of", lambda _: {"nothing changes": ()})
    assert part.hardly_comes_in(Words(), seeded).startswith("The disease gets inside in only")
