"""The report as PDF: every part is there, in both languages, and the file is whole and tagged."""

from __future__ import annotations

import pytest

pytest.importorskip("typst", reason="PDF needs the extra: pip install 'thinwalls[web]'")

from thinwalls.reporting import Words
from thinwalls.reporting.report.pdf import _content, report_pdf


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_is_whole_and_tagged(few, language):
    made = report_pdf(few, Words(language))
    assert made.startswith(b"%PDF-1.7")
    assert made.rstrip().endswith(b"%%EOF")
    assert b"/StructTreeRoot" in made or b"/ObjStm" in made


@pytest.mark.slow
def test_it_says_what_the_page_says(few):
    content = _content(few, Words("es"), None)
    assert content["language"] == "es"
    assert content["checksum"] == few.checksum
    assert content["limits_title"] == "Lo que esto no puede decirle"
    assert len(content["groups"]) == 4
    assert len(content["figures"]) == 3
    assert all("<svg" in figure["picture"] for figure in content["figures"])
    rows = content["groups"][0]["rows"]
    assert [len(cell) for cell in rows[0][2:]] == [2, 2, 2]
    assert [len(cell) for cell in rows[1][2:]] == [4, 4, 4]


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
    content = _content(one, Words("en"), None)
    assert len(content["figures"]) == 2
    assert content["changes"] == []
    assert report_pdf(one, Words("en")).startswith(b"%PDF")
