"""Whatever code and pages cite of the documentation is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from doc_pages import ROOT, anchors, pages, prose

if TYPE_CHECKING:
    from pathlib import Path

MODEL = ROOT / "docs" / "model.md"
CITED = re.compile(r"(?:\bmodel page\b|\bdocs/model\.md\b)(?:,\s+sections?\s+([\d., and]*\d))?")
UNPUBLISHED = re.compile(r"\b(?:MODEL|DESIGN)\.md\b|\bdesign page\b")


def code() -> list[Path]:
    """Files of code that may cite a page."""
    found = [path for room in ("src", "tests", "scripts", "bench", "docs")
             for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".toml")]  # fmt: skip
    return sorted(path for path in found if path.parent.name != "contributing")


def sections() -> set[str]:
    """Numbers of the sections of the model page."""
    return set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?) ", prose(MODEL), re.MULTILINE))


def without_wraps(text: str) -> str:
    """Text of comments and docstrings with its lines joined."""
    return re.sub(r"\s*\n\s*(?:# ?)?", " ", text)


def test_every_section_has_the_anchor_of_its_number() -> None:
    assert {f"model-{number.replace('.', '-')}" for number in sections()} <= anchors(MODEL)
    assert {str(number) for number in range(1, 8)} <= sections()


def test_cited_sections_of_the_model_exist() -> None:
    there, cited = sections(), 0
    for path in code():
        for found in CITED.finditer(without_wraps(path.read_text(encoding="utf-8"))):
            numbers = re.findall(r"\d+(?:\.\d+)?", found[1] or "")
            assert numbers, f"{path.relative_to(ROOT)} cites the model page without a section"
            assert set(numbers) <= there, f"{path.relative_to(ROOT)}: {found[0]}"
            cited += 1
    assert cited > 5


def test_nothing_cites_a_page_that_is_not_published() -> None:
    for path in (*code(), *pages()):
        assert not UNPUBLISHED.search(path.read_text(encoding="utf-8")), path


def test_pages_that_code_names_exist() -> None:
    for path in code():
        for name in re.findall(r"\bdocs/[\w/]+\.md\b", path.read_text(encoding="utf-8")):
            assert (ROOT / name).is_file(), f"{path.relative_to(ROOT)} names {name}"
