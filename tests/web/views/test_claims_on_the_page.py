"""The page of claims, with and without the packaged answer, in both languages."""

from __future__ import annotations

import copy
import html
import re

import pytest

from support.asked import ANSWER, DECIDER, SOAP, TEST

pytest.importorskip("fastapi", reason="the page needs the extra: pip install 'thinwalls[web]'")

from thinwalls.evidence import load_claims
from thinwalls.evidence.claims.judge import verdict_of
from thinwalls.reporting import Words
from thinwalls.reporting.claims import claims_said


def text_of(page):
    main = page[page.index("<main") : page.index("</main")]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def test_the_sentences_are_those_of_the_packaged_claims():
    known = set()
    for one in load_claims().claims:
        known |= {one.says, one.contrary, *one.not_modelled, *(test.says for test in one.tests)}
        known |= {one.cannot_be_tested} - {None}
    spanish = Words("es")
    assert [text for text in known if spanish.say(text) == text] == []


def test_the_page_says_what_was_found(client, packaged):
    packaged(ANSWER)
    said = text_of(client.get("/claims?lang=en").text)
    for text in (
        "It depends: it holds in 50% of simulated futures. Most of all on this value: "
        "effect of soap and sanitizer.",
        "It holds in 50% of 10 simulated futures; with endlessly many it would probably be "
        "between 24% and 76%.",
        "Change: −8% (likely between −36% and +4%). 37,456 people at risk. The test holds where "
        "this is above −10%.",
        "effect of soap and sanitizer (rank correlation −0.62). The answer turns near 0.31; tried "
        "were 0.01 to 0.6.",
        "The weakest test of the claim fails in 50% of simulated futures.",
        "Whether there was soap; sanitizer as contraband.",
        "It cannot be tested with these data. It is not a question of numbers.",
        "covid-2020 in ice-2020, 180 days: 10 simulated futures, abc123",
    ):
        assert text in said
    assert client.get("/api/claims").json() == ANSWER
    assert "/claims?lang=en" in client.get("/?lang=en").text


def test_the_page_in_spanish(client, packaged):
    own = {**copy.deepcopy(SOAP), "id": "own", "says": "A claim of one's own."}
    packaged({**ANSWER, "claims": [SOAP, own]})
    said = text_of(client.get("/claims?lang=es").text)
    assert "Si había jabón; el gel desinfectante como objeto prohibido." in said
    assert "Depende: se cumple en 50% de los futuros simulados. Sobre todo de este valor:" in said
    assert "A claim of one's own." in said
    for english in (SOAP["contrary"], TEST["says"], "simulated futures", "soap and sanitizer"):
        assert english not in said


def test_a_copy_without_answers_says_so(client, packaged):
    packaged(None)
    found = client.get("/claims")
    assert found.status_code == 200
    assert "comes without the answers" in found.text
    answer = client.get("/api/claims")
    assert answer.status_code == 404
    assert "without the answers" in answer.json()["error"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_every_verdict_has_words(share):
    claim = {**SOAP, "probability": share, "verdict": verdict_of(share)}
    (said,) = claims_said(Words(), {"claims": [claim]})
    assert Words().percent(share) in said.verdict
    assert bool(said.depends) == (verdict_of(share) == "depends")


def test_what_more_draws_could_change_is_said_in_both_languages(client, packaged):
    near = {**SOAP, "left_open": ["mostly holds", "holds"], "tests": [{**TEST, "undefined": 3}]}
    packaged({**ANSWER, "claims": [SOAP, near]})
    english = "With more simulated futures the answer could be: it mostly holds or it holds."
    assert text_of(client.get("/claims?lang=en").text).count(english) == 1
    assert "In 3 more there was nothing to compare." in text_of(client.get("/claims?lang=en").text)
    spanish = "Con más futuros simulados la respuesta podría ser: en general se cumple o se cumple."
    assert text_of(client.get("/claims?lang=es").text).count(spanish) == 1


@pytest.mark.parametrize("measure", ["difference", "ratio", "value"])
def test_other_measures_are_plain_numbers(measure):
    test = {**TEST, "measure": measure, "effect": -1234.0, "effect_low": -2000.0, "decider": None}
    test["effect_high"] = 0.0042
    (said,) = claims_said(Words(), {"claims": [{**SOAP, "tests": [test]}]})
    assert "−1,200 (likely between −2,000 and 0.0042)" in said.tests[0].effect
    assert said.tests[0].decided == "No single uncertain value decides it."
    assert said.depends == "On chance and several uncertain values."


def test_no_effect_and_no_turn():
    test = {**TEST, "measure": "relative change, last against first", "holds": "never rises"}
    test |= {"effect": None, "decider": {**DECIDER, "flips_at": None}}
    (said,) = claims_said(Words(), {"claims": [{**SOAP, "tests": [test]}]})
    assert said.tests[0].effect == "Change from the first step to the last: –"
    assert said.tests[0].limit == ""
    assert "does not turn anywhere from 0.01 to 0.6" in said.tests[0].decided
