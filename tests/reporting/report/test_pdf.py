"""The report as PDF: every part is there, in both languages, and the file is whole and tagged."""

from __future__ import annotations

import html
import re

import pytest

pytest.importorskip("typst", reason="PDF needs the extra: pip install 'thinwalls[web]'")

from thinwalls.reporting import Answers, Words
from thinwalls.reporting.report.build import report_document
from thinwalls.reporting.report.html import report_html
from thinwalls.reporting.report.pdf import plain, report_pdf


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_whole_and_tagged(few, language):
    made = report_pdf(few, Words(language))
    assert made.startswith(b"%PDF-1.7")
    assert made.rstrip().endswith(b"%%EOF")
    assert b"/StructTreeRoot" in made or b"/ObjStm" in made


def document_of(results, language="en"):
    words = Words(language)
    return report_document(Answers(words, results, results.scenarios[0])), words


def blocks_of(content, kind):
    """All blocks of a kind, those behind a summary included."""
    waiting = [block for part in content["sections"] for block in part["blocks"]]
    while waiting:
        block = waiting.pop(0)
        waiting = [*block.get("blocks", ()), *waiting]
        if block["kind"] == kind:
            yield block


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_says_what_the_page_says(few, language):
    document, words = document_of(few, language)
    content = plain(document, words)
    assert content["language"] == language
    page = report_html(few, words)
    page = html.unescape(re.sub(r"<script.*?</script>", "", page, flags=re.S))
    assert [part["heading"] for part in content["sections"]] == re.findall(
        r"<h2[^>]*>(.*?)</h2>", page
    )
    for kind, name in (("text", "said"), ("heading", "said"), ("fold", "summary")):
        said = [block[name] for block in blocks_of(content, kind)]
        assert said
        assert [one for one in said if one not in page] == []
    lists = [item for block in blocks_of(content, "sentences") for item in block["items"]]
    assert [one for one in lists if one not in page] == []
    figures = list(blocks_of(content, "figure"))
    assert len(figures) == len(document.figures) == page.count("<figure")
    assert all("<svg" in figure["picture"] for figure in figures)
    tables = list(blocks_of(content, "table"))
    assert len(tables) + len(figures) == page.count("<table")
    rows = tables[[table["head"][1:3] for table in tables].index(
        [words.say("people at risk"), words.say("infections")]
    )]["rows"]  # fmt: skip
    assert [len(cell) for cell in rows[0][2:]] == [2, 2, 2, 2]
    assert [len(cell) for cell in rows[1][2:]] == [4, 4, 4, 4]
    facts = [term for block in blocks_of(content, "terms") for term in block["items"]]
    assert facts[-1]["code"] == few.checksum


@pytest.mark.slow
def test_one_scenario_has_no_differences(few):
    from thinwalls.results import Results

    one = Results(
        dataset=few.dataset.isel(scenario=[0]),
        totals=few.totals.isel(scenario=[0]),
        hospitals=few.hospitals.isel(scenario=[0]),
        parameters=few.parameters,
        places=few.places,
        provenance={"scenario_file": "<b>#import $x$ \\"},
    )
    content = plain(*document_of(one))
    names = [figure["title"] for figure in blocks_of(content, "figure")]
    assert len(names) == 3
    assert not any("What each scenario changes" in name for name in names)
    assert [block["role"] for block in blocks_of(content, "terms")] == ["facts"]
    assert report_pdf(one, Words("en")).startswith(b"%PDF")
