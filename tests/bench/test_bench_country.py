"""The tables of the country's time and memory are made from what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "bench" / "results" / "country.json"

if not RESULT.exists():
    pytest.skip("the benchmarks are not here", allow_module_level=True)


@pytest.fixture(autouse=True)
def _from_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


def test_the_page_says_what_was_measured() -> None:
    from bench.country import loading_table, runs_table

    result = json.loads(RESULT.read_text(encoding="utf-8"))
    text = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")
    for mark, table in (
        ("bench:country", runs_table(result["runs"])),
        ("bench:loading", loading_table(result["loading"])),
    ):
        found = re.search(rf"<!-- {mark} -->\n(.*?)<!-- end -->", text, re.DOTALL)
        assert found is not None
        assert found.group(1) == table
        assert "Measured on" in table


def test_the_rest_of_a_page_is_left_as_it_is(tmp_path: Path) -> None:
    from bench.country import write_page

    result = json.loads(RESULT.read_text(encoding="utf-8"))
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench:country -->\nold\n<!-- end -->\nafter\n")
    write_page(result, page)
    text = page.read_text()
    assert text.startswith("before\n<!-- bench:country -->\n| part of")
    assert text.endswith("<!-- end -->\nafter\n")
    assert "old" not in text
