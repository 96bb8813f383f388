from __future__ import annotations

import runpy
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "scripts" / "claims_docs.py"


def test_the_page_says_what_was_found() -> None:
    made = runpy.run_path(str(SCRIPT))
    page = made["PAGE"].read_text(encoding="utf-8")
    assert made["page"]() == page, f"run python scripts/{SCRIPT.name}"


def test_the_example_of_the_page_can_be_read(tmp_path: Path) -> None:
    from thinwalls.evidence import load_claims

    made = runpy.run_path(str(SCRIPT))
    text = made["PAGE"].read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    assert load_claims(path).claims[0].id == "masks-protect-staff"
