from __future__ import annotations

import dataclasses
import html.parser
import json
import re

import pytest

from support.synthetic import with_ages
from thinwalls.common.errors import InputError, RunError
from thinwalls.reporting import Words, write_report
from thinwalls.reporting.report.html import report_html

pytestmark = pytest.mark.slow

VOID = {"meta", "br", "hr", "img", "input", "link", "path", "rect", "line", "circle", "use", "stop"}


class Page(html.parser.HTMLParser):
    """Checks nesting and collects what tests ask about."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.targets, self.labels, self.headings = [], [], [], [], []
        self.attributes = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.attributes.append((tag, given))
        if "id" in given and "svg" not in self.open:
            self.ids.append(given["id"])
        if tag == "a" and given.get("href", "").startswith("#"):
            self.targets.append(given["href"][1:])
        if "aria-labelledby" in given and "svg" not in self.open:
            self.labels.append(given["aria-labelledby"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open.pop() == tag


def parsed(text):
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return page


@pytest.mark.parametrize("language", ["english", "spanish"])
def test_the_page_is_well_formed(language, request):
    page = parsed(request.getfixturevalue(language))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.targets) <= set(page.ids)
    assert set(page.labels) <= set(page.ids)
    steps = [
        later - former for former, later in zip(page.headings, page.headings[1:], strict=False)
    ]
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert max(steps) <= 1


def test_nothing_is_asked_of_another_host(english):
    page = parsed(english)
    for tag, attributes in page.attributes:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = attributes.get(name) or ""
            assert not re.match(r"(https?:)?//", value), (tag, value)
    style = re.search(r"<style>(.*?)</style>", english, flags=re.S).group(1)
    assert "url(" not in style
    assert "@import" not in style
    policy = next(a["content"] for t, a in page.attributes if a.get("http-equiv"))
    assert "default-src 'none'" in policy


def test_the_sections_are_there_in_their_order(english):
    wanted = ["answer", "curves", "differences", "map", "assumed", "against", "repeat", "limits"]
    assert re.findall(r'<section id="(\w+)"', english) == wanted


def test_every_figure_has_its_table_and_a_picture_without_scripts(english):
    figures = re.findall(r"<figure.*?</figure>", english, flags=re.S)
    assert len(figures) == 5
    assert english.count("<details") == len(figures) + 11
    for figure in figures:
        assert "<table>" in figure
        assert figure.count("<svg") >= 1
        assert "<figcaption>" in figure


def test_every_picture_is_described(english):
    specs = json.loads(re.search(r'id="specs">(.*?)</script>', english, flags=re.S).group(1))
    assert len(specs) == 7 * 3 + 3 + 1
    for name, spec in specs.items():
        assert spec["description"]
        assert f'id="{name}"' in english


def test_the_headline_has_rounded_numbers_and_the_people_at_risk(english, results):
    answer = re.search(r'<section id="answer".*?</section>', english, flags=re.S).group(0)
    assert "of the 37,000 people detained on the first day get infected" in answer
    assert "likely between" in answer
    assert not re.search(r"about \d+\.\d", answer)
    for name in results.scenarios[1:]:
        assert name[1:] in answer


def test_parameters_assumptions_and_provenance_are_shown(english, results):
    for text in (
        "Crowding exponent",
        "doi:10.1000/made-up, table 2",
        "no public record",
        results.checksum,
        "thinwalls demo --draws 100",
        "numpy 2.3.0",
        "5f1c5f1c",
    ):
        assert text in english


def test_another_baseline_is_said(results):
    page = report_html(results, Words(), "what happened")
    assert "What happened: about" in page
    with pytest.raises(InputError, match="no such scenario"):
        report_html(results, Words(), "x")


def test_text_that_looks_like_html_stays_text(few):
    evil = "<script>alert(1)</script>{{ 7*7 }}"
    parts = {
        name: getattr(few, name).assign_coords(scenario=["nothing changes", evil])
        for name in ("dataset", "totals", "hospitals")
    }
    places = few.places.assign(name=evil)
    provenance = {**few.provenance, "command": evil, "scenarios": {evil: evil}}
    named = dataclasses.replace(few, **parts, places=places, provenance=provenance)
    page = report_html(named, Words())
    assert "<script>alert" not in page.lower()
    assert "&lt;script&gt;alert(1)" in page
    parsed(page)


def test_a_run_with_one_scenario_has_a_report(few):
    one = {
        name: getattr(few, name).isel(scenario=[0]) for name in ("dataset", "totals", "hospitals")
    }
    page = report_html(dataclasses.replace(few, **one), Words())
    assert 'id="map"' not in page
    assert "differences_infections" not in page
    parsed(page)


def test_differences_in_money_have_their_prices(english):
    section = re.search(r"What it costs more or less.*?</details>", english, flags=re.S).group(0)
    assert re.search(r"−\$[\d.]+[MB]", section)
    assert "GAO-21-149" in section


def test_ages_are_told_where_they_were_counted(few):
    assert "By age" not in report_html(few, Words())
    page = report_html(with_ages(few, group="followed"), Words())
    section = re.search(r">By age<.*?What it costs", page, flags=re.S).group(0)
    assert "Aged 50+, 100 people" in section.replace("aged", "Aged")
    assert "<strong>400</strong>" in section
    assert "−200" in section
    parsed(page)


def test_a_single_hospital_region_is_told_as_a_chance(few):
    one = dataclasses.replace(few, hospitals=few.hospitals.isel(region=[0]))
    page = report_html(one, Words())
    assert re.search(r"Nothing changes: intensive-care beds run out in \d of 3 simulated", page)


def test_a_run_with_little_in_it_has_a_report(few):
    bare = dataclasses.replace(
        few,
        parameters=few.parameters[[]],
        assumptions=(),
        provenance={},
        places=few.places[few.places["kind"] == "county"],
    )
    page = report_html(bare, Words("es"))
    parsed(page)
    assert 'id="map"' not in page


def test_no_infection_at_all_has_a_report(few):
    zero = few.dataset.copy(deep=True)
    for name in zero.data_vars:
        zero[name] = zero[name] * 0
    totals = few.totals.copy(deep=True)
    for name in ("infections", "cases", "admissions", "icu_admissions", "deaths"):
        totals[name] = totals[name] * 0
    page = report_html(dataclasses.replace(few, dataset=zero, totals=totals), Words())
    assert "The disease gets inside in none of" in page
    assert "NaN" not in re.sub(r"<script>.*?</script>", "", page, flags=re.S)


def test_writing_is_whole_or_not_at_all(few, tmp_path):
    path = write_report(few, tmp_path / "report.html", language="es")
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(InputError, match="is a directory; a file name is needed"):
        write_report(few, tmp_path)
    with pytest.raises(RunError, match="does not exist"):
        write_report(few, tmp_path / "nowhere" / "report.html")
    with pytest.raises(InputError, match="language"):
        write_report(few, tmp_path / "other.html", language="xx")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


def test_same_results_give_the_same_page(few):
    assert report_html(few, Words()) == report_html(few, Words())


def test_the_page_is_small_enough_to_send(english):
    assert len(english.encode("utf-8")) < 6_000_000


def test_further_outcomes_have_the_people_at_risk(english):
    part = english[english.index("Further outcomes") :]
    part = part[: part.index("</details>")]
    assert "Staff: " in part or "Everyone: " in part
    assert "people at risk" in part
    assert (
        "Deaths expected from want of beds" in part or "deaths expected from want of beds" in part
    )
