from __future__ import annotations

import runpy
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "scripts" / "policy_docs.py"


def test_the_page_says_what_the_files_say() -> None:
    made = runpy.run_path(str(SCRIPT))
    page = made["PAGE"].read_text(encoding="utf-8")
    assert made["page"]() == page, f"run python scripts/{SCRIPT.name}"


def test_type_checkers_are_told_of_every_action() -> None:
    made = runpy.run_path(str(SCRIPT))
    for path, make in (("ACTIONS_STUB", "actions_stub"), ("FACE", "face")):
        text = made[path].read_text(encoding="utf-8")
        assert made[make]() == text, f"run python scripts/{SCRIPT.name}"
