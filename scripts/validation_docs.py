"""Write the table of docs/validation.md from a run of all published results.

``python scripts/validation_docs.py`` runs them (a few minutes); give the JSON file of
``thinwalls validate --out FILE`` to use that run, and a second file of another seed and number of
draws to say which verdicts change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from thinwalls.cli.evidence.validation_table import HEADER, failure_lines, line_rows, stability_text
from thinwalls.evidence import Paper, Validation, validate
from thinwalls.evidence.published_results.compare_with_papers import changed_verdicts

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
    missed = failure_lines([row for one in lines for row in one.rows])
    if missed:
        parts += ["", "Rows that fail, by how much and why:", ""]
        parts += [f"- {which}. *{why}*" for which, why in missed]
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


def render(found: Validation, other: Validation | None = None) -> str:
    """The part of the page that is made by a run."""
    counts = (
        f"{found.count('pass')} rows pass, {found.count('fail')} fail, {found.count('shown')} are "
        f"shown without a verdict (seed {found.effort.seed})."
    )
    parts = [counts] if other is None else [counts, stability_text(changed_verdicts(found, other))]
    for paper in found.papers:
        parts += section(found, paper)
    return "\n".join(parts)


def write(found: Validation, other: Validation | None = None) -> None:
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{render(found, other)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    given = [Validation.from_dict(json.loads(Path(name).read_text())) for name in sys.argv[1:]]
    write(*given[:2] or [validate()])
