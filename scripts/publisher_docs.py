"""Write the tables of publishers in docs/data.md from the publishers' files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from thinwalls.sources import Citation, Publisher, all_publishers

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = Path(__file__).parent.parent / "docs" / "data.md"
PACKAGED = {
    "files": "figures; files may be passed on",
    "figures": "figures",
    "derived": "what is worked out from it",
    "nothing": "nothing",
}
"""What of a source is in the package."""


def line(*cells: str) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def ids(publisher: Publisher, cited: Citation) -> str:
    """Source ids of a citation: one, or one for each edition."""
    if "{" not in cited.id:
        return f"`{cited.id}`"
    begin = cited.id.partition("{")[0]
    keys = [file.key for file in publisher.facts.files if file.key and file.key.startswith(begin)]
    return ", ".join(f"`{key}`" for key in keys)


def sources() -> Iterable[str]:
    """What is cited: publisher, terms, credit."""
    yield line("id", "publisher and title", "terms", "packaged", "credit")
    yield "|---|---|---|---|---|"
    for publisher in all_publishers():
        for cited in publisher.facts.citations:
            title = re.sub(r" ?FY\{\w+\}", "", f"{cited.publisher}, {cited.title}")
            if cited.date:
                title += f" ({cited.date})"
            credit = re.sub(r" ?FY\{\w+\}", "", cited.attribution)
            yield line(
                ids(publisher, cited), title, cited.licence, PACKAGED[cited.packaging], credit
            )


def layout() -> Iterable[str]:
    """Where publishers' files are looked for, and what ``fetch`` calls them."""
    yield line("file", "what", "`fetch`")
    yield "|---|---|---|"
    for publisher in all_publishers():
        for file in publisher.facts.files:
            key = f"`{file.key}`" if file.key else ""
            yield line(f"`{file.name}`", publisher.facts.title, key)


def page() -> str:
    """The whole page as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    for name, rows in (("sources", sources()), ("layout", layout())):
        begin, end = f"<!-- publishers: {name} -->", f"<!-- publishers: {name} end -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n" + "\n".join(rows) + f"\n{end}{rest.split(end)[1]}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
