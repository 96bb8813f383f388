from __future__ import annotations

import io
import json

from thinwalls.reporting import print_results, results_dict


def printed(results, **arguments):
    out = io.StringIO()
    print_results(results, file=out, **arguments)
    return out.getvalue()


def test_it_fits_and_is_plain_when_not_a_terminal(results):
    text = printed(results)
    assert text.isascii()
    assert "\x1b" not in text
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 118


def test_every_group_and_scenario_is_there_with_people_at_risk(results):
    text = printed(results)
    for group in ("People detained on the first day", "People in detention", "Staff", "Residents"):
        assert group in text
    assert text.count("Nothing changes") == 5
    assert "37,000" in text
    assert "Beds needed" in text


def test_spanish_and_another_baseline(results):
    text = printed(results, language="es", baseline="what happened")
    assert "Personas detenidas el primer día" in text
    assert "lo que ocurrió" in text


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_colour(results, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "118")
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    print_results(results, file=out)
    assert "\x1b[" in out.getvalue()


def test_the_dictionary_is_plain_json(results):
    text = json.dumps(results_dict(results), allow_nan=False)
    found = json.loads(text)
    assert found["checksum"] == results.checksum
    assert found["comparison"]["baseline"] == "nothing changes"
    assert {row["beds"] for row in found["hospitals"]} == {"icu", "hospital"}
    assert len(found["regions"]) == 2 * 7 * 40
