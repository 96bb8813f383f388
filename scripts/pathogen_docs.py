"""Write the tables of docs/pathogens.md from the pathogen files."""

from __future__ import annotations

from pathlib import Path

from thinwalls.pathogens import compare_pathogens, list_pathogens, load_pathogen, parameter_sheet
from thinwalls.pathogens.describe import TAGS

PAGE = Path(__file__).parent.parent / "docs" / "pathogens.md"
BEGIN = "<!-- made from the files: begin -->"
END = "<!-- made from the files: end -->"
SIDE_BY_SIDE = 6
"""First rows of the comparison that the page shows."""


def cell(text: str) -> str:
    """Text that can stand in a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())


def line(*cells: str) -> str:
    return "| " + " | ".join(cell(text) for text in cells) + " |"


def render() -> str:
    """The part of the page that is made from the files."""
    pathogens = [load_pathogen(name) for name in list_pathogens()]
    parts = ["### Side by side", ""]
    parts += [line("", *(p.name for p in pathogens)), "|---" * (len(pathogens) + 1) + "|"]
    rows = compare_pathogens(pathogens)
    numbers = ("people infected by one", "share with symptoms", "contagious", "infection to")
    chosen = rows[1:SIDE_BY_SIDE] + [row for row in rows if row[0].startswith(numbers)]
    parts += [line(name, *texts) for name, texts in dict(chosen).items()]
    for pathogen in pathogens:
        parts += ["", f"### {pathogen.title}", "", f"`{pathogen.name}`. {pathogen.description}"]
        group = ""
        for row in parameter_sheet(pathogen):
            if row.group != group:
                group = row.group
                parts += ["", f"**{group}**", ""]
                parts += [line("number", "value (90 %)", "unit", "known", "source, note")]
                parts += ["|---|---|---|---|---|"]
            cited = f"{row.source}." if row.source else ""
            source = f"{cited} {row.note}".strip()
            parts.append(line(row.label, row.value, row.unit, TAGS[row.tag], source))
    return "\n".join(parts)


def page() -> str:
    """The whole page as it should be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{render()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
