"""Write the table of docs/validation.md from a run of all published results.

``python scripts/validation_docs.py`` runs them (a few minutes); give the JSON file of
``thinwalls validate --out FILE`` to use that run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from thinwalls.cli.validation_table import HEADER, line_rows
from thinwalls.evidence import PAPERS, Paper, Validation, load_paper, validate
from thinwalls.evidence.validating import Effort, Row

PAGE = Path(__file__).parent.parent / "docs" / "validation.md"
BEGIN = "<!-- made by a run: begin -->"
END = "<!-- made by a run: end -->"


def cell(text: str) -> str:
    """Text that can stand in a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())


def line(*cells: str) -> str:
    return "| " + " | ".join(cell(text) for text in cells) + " |"


def section(found: Validation, paper: Paper) -> list[str]:
    """One paper: citation, table, tolerances, notes, what is not checked."""
    parts = ["", f"### {paper.paper}", "", f"{paper.citation}.", "", f"How: {paper.expressed}", ""]
    parts += [line(*HEADER), "|---" * len(HEADER) + "|"]
    lines = [one for one in found.lines if one.group == paper.name]
    parts += [line(*cells) for one in lines for cells in line_rows(one)]
    rules = [f"- {name}: {rule.reason}" for name, rule in paper.tolerance.items()]
    if rules:
        parts += ["", "Tolerances, set before the comparison:", "", *rules]
    notes = dict.fromkeys(
        row.note for one in lines for row in one.rows if row.note and row.note != "Not judged."
    )
    if notes:
        parts += ["", "Notes:", "", *(f"- {note}" for note in notes)]
    if paper.unchecked:
        parts += ["", "Not checked:", ""]
        parts += [f"- {left.quantity}. {left.reason}" for left in paper.unchecked]
    return parts


def render(found: Validation) -> str:
    """The part of the page that is made by a run."""
    counts = (
        f"{found.count('pass')} rows pass, {found.count('fail')} fail, {found.count('shown')} are "
        f"shown without a verdict (seed {found.effort.seed})."
    )
    parts = [counts]
    for paper in found.papers:
        parts += section(found, paper)
    return "\n".join(parts)


def from_json(content: dict[str, Any]) -> Validation:
    """A validation as :meth:`Validation.as_dict` wrote it."""
    return Validation(
        tuple(Row(**row) for row in content["rows"]),
        tuple(load_paper(name) for name in PAPERS),
        Effort(content["quick"], content["seed"]),
    )


def write(found: Validation) -> None:
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{render(found)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    given = sys.argv[1:]
    write(from_json(json.loads(Path(given[0]).read_text())) if given else validate())
