"""Precomputed pages: whole without a server."""

from __future__ import annotations

import csv
import json
import re

import pytest

pytest.importorskip("fastapi", reason="the page needs the extra: pip install 'thinwalls[web]'")


@pytest.mark.slow
def test_a_site_is_written_whole_and_links_to_itself(tmp_path, exit_code_of):
    out = tmp_path / "public"
    code = exit_code_of(
        "site", str(out), "--most", "2", "--days", "10", "--draws", "2", "--languages", "en,es"
    )
    assert code == 0
    pages = sorted(str(path.relative_to(out)) for path in out.rglob("*.html"))
    # Two places, their index and the claims in two languages, and the first page.
    assert len(pages) == 9
    assert "claims.html" in (out / "es" / "index.html").read_text(encoding="utf-8")
    assert "Afirmaciones" in (out / "es" / "claims.html").read_text(encoding="utf-8")
    claims = json.loads((out / "claims.json").read_text(encoding="utf-8"))
    told = (out / "en" / "claims.html").read_text(encoding="utf-8")
    assert all(f'id="{one["id"]}"' in told for one in claims["claims"])
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        for target in re.findall(r'(?:href|src)="([^"#]+)"', text):
            assert not target.startswith(("http", "//", "/")), (page, target)
            assert (page.parent / target).resolve().is_file(), (page, target)
    spanish = next(
        path
        for path in (out / "es").glob("*.html")
        if path.name not in ("index.html", "claims.html")
    )
    text = spanish.read_text(encoding="utf-8")
    assert "Lo que esto no puede decirle" in text
    assert text.count('class="chart"') == text.count('"><svg') == 7
    data = spanish.with_suffix(".csv").read_text(encoding="utf-8-sig")
    assert {row["scenario"] for row in csv.DictReader(data.splitlines())} == {
        "nothing changes",
        "arrests stop, everyone released over 30 days",
    }


def test_what_cannot_be_written_leaves_nothing(tmp_path, exit_code_of, capsys):
    out = tmp_path / "public"
    assert exit_code_of("site", str(out), "--languages", "en,xx") == 2
    assert exit_code_of("site", str(out), "--languages", "en,en") == 2
    assert exit_code_of("site", str(out), "--pathogen", "plague") == 2
    assert "pathogen = 'plague'" in capsys.readouterr().err
    assert not out.exists()
