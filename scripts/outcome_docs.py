"""Write the table of outcomes in docs/results.md from their declarations."""

from __future__ import annotations

from pathlib import Path

from thinwalls.results import COMPARED, GROUPS

PAGE = Path(__file__).parent.parent / "docs" / "results.md"
BEGIN = "<!-- made from the declarations: begin -->"
END = "<!-- made from the declarations: end -->"


def render() -> str:
    """The part of the page that is made from the declarations."""
    rows = ["| outcome | unit | of | meaning |", "|---|---|---|---|"]
    for one, total in COMPARED:
        groups = "all groups" if total.groups == GROUPS else ", ".join(total.groups)
        rows.append(f"| `{total.name}` | {total.units} | {groups} | {one.word}: {one.meaning} |")
    return "\n".join(rows)


def page() -> str:
    """The whole page as it should be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
