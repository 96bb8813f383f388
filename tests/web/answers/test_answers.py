"""The same question gives the same bits on the page, in the API, on the command line, in Python."""

from __future__ import annotations

import io
import json
import re

import pandas as pd
import pytest

import thinwalls as tw
from support.asked import STEWART
from thinwalls.policy import dumps_scenarios
from thinwalls.simulation import person
from thinwalls.web.answers.question import query_of, question_of
from thinwalls.web.answers.service import Service, steps

pytestmark = pytest.mark.slow

FACILITY, COUNTY = STEWART.partition(":")[2], "13259"
DRAWS, DAYS = 13, 30
FORM = {
    "where": STEWART, "days": str(DAYS), "draws": str(DRAWS), "seed": "7", "lang": "en",
    "a.release": "on", "a.release.over": "10", "a.halt_arrests": "on", "b.hygiene": "on",
}  # fmt: skip


@pytest.fixture(scope="module")
def library(ice_2020, covid):
    question = question_of(FORM)
    part = ice_2020.facilities_only([FACILITY])
    return tw.simulate(
        part, covid, question.acts, days=DAYS, draws=DRAWS, seed=7, places=[FACILITY, COUNTY]
    )


def events(text):
    return [json.loads(one.removeprefix("data: ")) for one in text.strip().split("\n\n")]


def test_service_page_api_and_library_agree(client, service, library):
    question = question_of(FORM)
    assert service.answer(question).checksum == library.checksum
    body = json.loads(question.model_dump_json())
    answer = client.post("/api/answer", json=body).json()
    assert answer["checksum"] == library.checksum
    assert answer["draws"] == DRAWS
    assert answer["done"]
    streamed = events(client.post("/api/stream", json=body).text)
    assert streamed[-1] == answer
    page = client.get("/ask", params={**FORM, "precise": "1"}).text
    assert re.search(r'class="checksum">(\w+)<', page)[1] == library.checksum
    last = events(client.get("/stream", params=FORM).text)[-1]
    assert library.checksum in last["html"]
    data = client.get("/take/data.json", params=query_of(question, "en")).json()
    assert data["checksum"] == library.checksum


def test_the_command_line_agrees(library, tmp_path, exit_code_of, capsys):
    file = tmp_path / "scenarios.toml"
    file.write_text(dumps_scenarios(question_of(FORM).acts), encoding="utf-8")
    code = exit_code_of(
        "run", str(file), "--system", "ice-2020", "--facility", FACILITY, "--place", FACILITY,
        "--place", COUNTY, "--days", str(DAYS), "--draws", str(DRAWS), "--seed", "7",
        "--out", str(tmp_path / "out"), "--json",
    )  # fmt: skip
    assert code == 0
    assert json.loads(capsys.readouterr().out)["checksum"] == library.checksum


def test_first_answers_are_beginnings_of_the_last(service):
    question = question_of(FORM)
    found = list(service.answer_steps(question))
    assert [one.draws for one in found] == steps(DRAWS) == [4, 13]
    for one in found[:-1]:
        whole = found[-1].dataset.isel(draw=slice(0, one.draws))
        assert one.dataset.equals(whole)


def test_a_county_and_a_state_are_parts_of_the_system(service, ice_2020, covid, exit_code_of):
    county = question_of({"where": f"county:{COUNTY}", "days": "10", "draws": "2"})
    assert service.answer(county).checksum == tw.simulate(
        ice_2020.county(COUNTY), covid, county.acts, days=10, draws=2, seed=1,
        places=[FACILITY, COUNTY],
    ).checksum  # fmt: skip
    assert exit_code_of("run", "demo-2020", "--county", "00000") == 2


def test_a_person_is_the_person_of_the_library(client, ice_2020, covid, library):
    question = question_of(FORM)
    asked = {"question": json.loads(question.model_dump_json()), "age": 58, "vulnerable": True}
    rows = client.post("/api/person", json=asked).json()["rows"]
    alone = person(
        ice_2020.facilities_only([FACILITY]), covid, facility=FACILITY, age=58, vulnerable=True,
        release_to=COUNTY, days=DAYS, draws=DRAWS, seed=7,
    ).table  # fmt: skip
    mine = [row for row in rows if row["scenario"] == "nothing changes"]
    assert len(mine) == len(alone) == 6
    for row, known in zip(mine, alone.to_dict("records"), strict=True):
        assert row["outcome"] == known["outcome"]
        assert row["risk"] == known["risk"]
        assert row["difference_high"] == known["difference_high"]
    text = client.get("/person", params={**FORM, "age": "58", "vulnerable": "1"}).text
    assert "of 1,000 people like this" in text
    assert "What this cannot tell you" in text


def test_a_person_can_go_elsewhere_or_be_moved(client, ice_2020, covid):
    question = question_of({**FORM, "draws": "3", "days": "20"})
    other, cook = "eloy-federal-contract-facility-az", "17031"
    asked = {
        "question": json.loads(question.model_dump_json()),
        "age": 58,
        "vulnerable": False,
        "after_days": 3,
        "release_to": "Cook County, IL",
        "transfer_to": other,
    }
    rows = client.post("/api/person", json=asked).json()["rows"]
    mine = STEWART.partition(":")[2]
    alone = person(
        ice_2020.facilities_only([mine, other], [cook]),
        covid,
        facility=mine,
        age=58,
        vulnerable=False,
        transfer_to=other,
        release_to=cook,
        after_days=3,
        days=20,
        draws=3,
        seed=question.seed,
        scenario=question.acts[1],
    )
    named = question.acts[1].name
    found = {(one["way"], one["outcome"]): one["risk"] for one in rows if one["scenario"] == named}
    assert found == {
        (row["way"].partition(":")[0], row["outcome"]): row["risk"]
        for row in alone.table.to_dict("records")
    }
    assert {way for way, _ in found} == {"stay", "transfer", "release"}
    params = {**FORM, "draws": "3", "days": "20", "age": "58", "to": cook, "moved": other}
    text = client.get("/person", params={**params, "lang": "es"}).text
    assert "a Cook County, IL" in text
    assert "Si son trasladadas al otro centro" in text
    for field, value in (("to", "Atlantis"), ("to", "County"), ("moved", mine), ("moved", "zzzz")):
        assert client.get("/person", params={**params, field: value}).status_code == 400


def test_files_hold_the_numbers(client, library):
    params = query_of(question_of(FORM), "en")
    table = pd.read_csv(io.BytesIO(client.get("/take/data.csv", params=params).content))
    known = tw.compare(library, "nothing changes").row("package A", "followed", "infections")
    chosen = table[(table["scenario"] == "package A") & (table["group"] == "followed")]
    infections = chosen[chosen["outcome"] == "infections"]
    assert float(infections["difference"].iloc[0]) == known["difference"]
    draws = pd.read_parquet(io.BytesIO(client.get("/take/data.parquet", params=params).content))
    whole = draws[(draws["place"] == "all") & (draws["group"] == "followed")]
    assert len(whole) == 3 * DRAWS
    assert whole["infections"].sum() == float(
        library.totals["infections"].sel(place="all", group="followed").sum()
    )
    scenarios = client.get("/take/scenarios.toml", params=params).text
    assert scenarios == library.provenance["scenario_file"]
    assert client.get("/take/report.pdf", params=params).content.startswith(b"%PDF")
    report = client.get("/take/report.html", params=params).text
    assert library.checksum in report
    assert client.get("/take/infected.png", params=params).content.startswith(b"\x89PNG")
    picture = client.get("/take/differences.svg", params=params).text
    assert "Made with thinwalls" in picture
    assert "Difference against" in picture


def test_pictures_need_no_scripts(client):
    page = client.get("/ask", params={**FORM, "precise": "1"}).text
    assert len(re.findall(r'<div class="chart"[^>]*><svg', page)) == 9
    assert 'style="' not in page
    for table in ("The same numbers as a table", "The numbers, by group of people"):
        assert table in page
    assert page.count("What this cannot tell you") == 2


def test_what_is_remembered_is_bounded(service):
    question = question_of({"where": STEWART, "days": "10", "draws": "2"})
    first = service.answer(question).checksum
    bench = service.bench(question)
    runs = sum(run.recorder.nbytes for run in bench._runs.values())
    # Draws count too: contact and hazard of the counties at every step, and more.
    steps = sum(2 * draw.community.multiplier.nbytes for draw in bench._draws.values())
    assert bench.nbytes > runs + steps
    small = Service(threads=2, most_bytes=1)
    for days in ("10", "11"):
        small.answer(question_of({"where": STEWART, "days": days, "draws": "2"}))
        assert small.bench(question).nbytes == 0
    assert small.answer(question).checksum == first


@pytest.mark.parametrize("where", [STEWART, "state:GA"])
def test_what_happened_can_be_asked_of_a_part(client, service, where):
    form = {"where": where, "days": "60", "draws": "3", "lang": "en", "a.record": "on"}
    page = client.get("/ask", params=form).text
    assert 'name="a.record" value="on" checked' in page
    results = service.answer(question_of(form))
    inside = results.totals["person_days"].sel(place="all", group="detained")
    # The record: 37,688 people on average in March 2020, 27,189 in May; in the part as many in
    # the draws in which as many are booked in as its share of the record.
    booked_in = results.parameters["record.book_ins_over_share"]
    usual = booked_in.to_numpy() < 1.25
    assert usual.any()
    fell = inside.sel(scenario="package A") < inside.sel(scenario="nothing changes")
    assert fell.to_numpy()[usual].all()
    assert any(one["name"].endswith("share_of_country") for one in results.assumptions)
