from __future__ import annotations

import runpy
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "pathogen_docs.py"


def test_the_page_says_what_the_files_say() -> None:
    made = runpy.run_path(str(SCRIPT))
    page = made["PAGE"].read_text(encoding="utf-8")
    assert made["page"]() == page, f"run python scripts/{SCRIPT.name}"
