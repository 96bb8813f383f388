"""Parts of the report that answer a question: one person, what waiting costs, who carries what."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from test_report import parsed

from support.synthetic import with_ages
from thinwalls.reporting import Answers, Words
from thinwalls.reporting.language.names import place_name, scenario_name
from thinwalls.reporting.report.html import report_html
from thinwalls.reporting.report.tables.sensitivity import deciding_table
from thinwalls.results import PersonRisk, compare, cost, equity, flattening, sensitivity

pytestmark = pytest.mark.slow

STARTS = {"0": "arrests and transfers stop", "14": "what happened"}


def risks(results, after_days=3):
    """Made-up risks of a person in the first facility, moved to the second, or going home."""
    here, there = results.places.index[:2]
    county = str(results.places.loc[here, "county"])
    ways = (f"stay: {here}", f"transfer: {there}", f"release: {county}")
    rows = []
    for n, way in enumerate(ways):
        for outcome, share in (("infection", 0.4), ("admission", 0.04), ("death", 0.004)):
            risk = share / (1 + n)
            rows.append(
                {
                    "way": way,
                    "outcome": outcome,
                    "population_at_risk": 1234.0 + n,
                    "probability_lower": 1.0,
                    "risk": risk,
                    "risk_low": risk / 2,
                    "risk_high": 2 * risk,
                    "difference": risk - share,
                    "difference_low": 2 * (risk - share),
                    "difference_high": (risk - share) / 2,
                    "ratio": 1 / (1 + n),
                    "ratio_low": 0.5 / (1 + n),
                    "ratio_high": 1.0,
                }
            )
    return PersonRisk(
        pd.DataFrame(rows),
        np.zeros((3, 3, results.draws)),
        ways,
        days=20,
        draws=results.draws,
        age=58,
        vulnerable=True,
        after_days=after_days,
        scenario=results.scenarios[0],
    )


def asked(results):
    """The same results with two starts of one package."""
    told = {**results.provenance, "delays": {STARTS["0"]: STARTS}}
    return dataclasses.replace(results, provenance=told)


def section(page, name):
    return re.search(rf'<section id="{name}".*?</section>', page, flags=re.S).group(0)


def words_of(part):
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", part, flags=re.S).split())


@pytest.fixture(scope="module")
def answered(results):
    return report_html(asked(results), Words(), people=[risks(results), risks(results, 0)])


def test_without_a_question_there_are_no_such_parts(english):
    assert '<section id="person"' not in english
    assert '<section id="waiting"' not in english


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_with_all_parts_is_well_formed(results, language):
    few = with_ages(asked(results), group="followed")
    page = parsed(report_html(few, Words(language), people=[risks(results)]))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.targets) <= set(page.ids)
    assert set(page.labels) <= set(page.ids)
    assert {"person", "waiting"} <= set(page.targets)


def test_sections_are_numbered_as_they_stand(answered, english):
    order = re.findall(r'<section id="(\w+)"', answered)
    assert order[:5] == ["answer", "person", "curves", "differences", "waiting"]
    assert f"(section {order.index('assumed') + 1})" in answered
    assert "(section 5)" in english


def test_one_person_has_risk_difference_ratio_and_people_at_risk(answered, results):
    part = words_of(section(answered, "person"))
    name = place_name(str(results.places["name"].iloc[0]))
    assert f"A person aged 58 with a condition that raises the risk, in {name}" in part
    assert "Staying inside: of 1,000 people like this, about 400 catch it within 20 days" in part
    assert "Going home instead of staying: about 270 fewer infections" in part
    assert "1,234" in part
    assert "1,236" in part
    assert "130 (67 to 270)" in part
    assert "−270 (−530 to −130)" in part
    assert "×0.33 (0.17 to 1)" in part
    assert "after 3 days" in part
    assert "likely between 0.67 and 2.7" in part
    assert section(answered, "person").count("<figure") == 2


def test_who_only_stays_is_compared_with_nothing(results):
    found = risks(results)
    table = found.table[found.table["way"] == found.ways[0]]
    alone = dataclasses.replace(found, table=table, ways=found.ways[:1])
    part = words_of(section(report_html(results, Words(), people=[alone]), "person"))
    assert "Staying inside" in part
    assert "Going home" not in part


def test_waiting_is_the_paired_difference_against_the_first_start(answered, results):
    part = words_of(section(answered, "waiting"))
    row = compare(results, STARTS["0"]).row(STARTS["14"], "followed", "infections")
    words = Words()
    assert f"2 weeks later: about {words.about(abs(row['difference']))} " in part
    assert f"{words.people(row['population_at_risk'])} {words.about(row['median'])}" in part
    assert f"×{words.value(row['ratio'], digits=2)}" in part
    assert "Never (nothing changes)" in part
    assert "100%" in part


def test_starts_against_themselves_are_left_out(results):
    told = {**results.provenance, "delays": {STARTS["0"]: STARTS}}
    few = dataclasses.replace(results, provenance=told)
    assert '<section id="waiting"' not in report_html(few, Words(), STARTS["0"])


def test_who_carries_it_has_shares_ratios_and_what_is_taken_away(results):
    place = str(results.places.index[0])
    shares = pd.DataFrame({"men": [0.75], "women": [0.25]}, index=[place])
    given = equity(results, shares, weights={"women": 2.0})
    page = report_html(results, Words(), burdens=[dataclasses.replace(given, by="sex")])
    part = words_of(section(page, "differences"))
    assert "Infections by sex: people in detention" in part
    assert "×2 (2 to 2)" in part
    assert "40% (40% to 40%)" in part
    assert "Share of its own burden that a scenario takes away from each group" in part


def test_ages_are_told_with_ratios_and_shares(few):
    page = report_html(with_ages(few, group="followed"), Words())
    part = words_of(section(page, "differences"))
    assert "Infections by age: people detained on the first day" in part
    assert "60% (60% to 60%)" in part
    # 40 of 100 against 60 of 600.
    assert "×4 (4 to 4)" in part
    assert "50% (50% to 50%)" in part


def test_money_per_infection_and_per_death_averted(english, results):
    part = words_of(section(english, "differences"))
    found = cost(results).averted.set_index("scenario").loc[results.scenarios[4]]
    words = Words()
    told = words.money(found["per_infection_averted"])
    low, high = (words.money(found[f"per_infection_averted_{end}"]) for end in ("low", "high"))
    assert f"{told} ({low} to {high})" in part


def test_flattening_has_chance_days_above_and_deaths_from_overload(english, results):
    part = words_of(section(english, "curves"))
    table = flattening(results).table
    for head in ("chance of a lower peak", "days with too few beds in all", "from want of beds"):
        assert head in part
    icu = table[table["beds"] == "icu"]
    for share in icu["probability_flatter"].iloc[1:]:
        assert Words().percent(share) in part
    assert "people at risk" in part
    assert "Most hospital beds needed at once" in part


def test_what_decides_is_told_where_there_are_draws_enough(results, few):
    table = deciding_table(Answers(Words(), results, results.scenarios[0]))
    assert table is not None
    assert len(table.columns) - 1 == len(table.rows[0].cells) == 4
    first = sensitivity(results, results.scenarios[1], most=1).table.iloc[0]
    assert table.rows[0].cells[1].value == Words().percent(first["first_order"])
    assert deciding_table(Answers(Words(), few, few.scenarios[0])) is None
    assert "40 simulated futures or more" in report_html(few, Words())


def test_a_scenario_that_is_put_off_is_named_in_the_language():
    assert scenario_name(Words("es"), "release everyone, 7 days later") == (
        "liberar a todas las personas, 7 días después"
    )
    assert scenario_name(Words(), "mine, 14 days later") == "mine, 14 days later"


def test_the_agency_keeps_its_capitals():
    assert place_name("LASALLE ICE PROCESSING CENTER") == "Lasalle ICE Processing Center"
