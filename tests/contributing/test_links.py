"""Links between pages lead somewhere, down to the heading."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from doc_pages import LINK, ROOT, broken, pages, prose

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    assert broken(page) == []


def test_links_are_found_and_broken_ones_noticed(tmp_path: Path) -> None:
    assert len(LINK.findall(prose(ROOT / "README.md"))) > 20
    page = tmp_path / "page.md"
    page.write_text("[a](other.md) [b](#nowhere) [c](https://example.org)\n# Here\n[d](#here)")
    assert broken(page, tmp_path) == ["other.md", "#nowhere"]
