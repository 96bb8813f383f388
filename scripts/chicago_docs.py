"""Write the table of docs/chicago_2024.md from a run of the comparison with CDC's table.

``python scripts/chicago_docs.py`` runs it; give the JSON file of ``thinwalls validate --only
chicago --out FILE`` to use that run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from thinwalls.evidence import Validation, validate

PAGE = Path(__file__).parent.parent / "docs" / "chicago_2024.md"
BEGIN = "<!-- made by scripts/chicago_docs.py: begin -->"
END = "<!-- made by scripts/chicago_docs.py: end -->"
COLUMNS = ("0", "1-9", "10-49", "50-99", "100+")


def render(found: Validation) -> str:
    """One line per scenario: ours, and what CDC printed in brackets."""
    by_key = {row.key: row for row in found.rows}
    names = [key.split("/")[1] for key in by_key if key.startswith("last/")]
    parts = ["| scenario | " + " | ".join(COLUMNS) + " | last case, days after 1 February |"]
    parts += ["|---" * (len(COLUMNS) + 2) + "|"]
    for name in names:
        cells = []
        for key in [*(f"share/{name}/{size}" for size in COLUMNS), f"last/{name}/day"]:
            row = by_key[key]
            assert row.ours is not None
            assert row.published is not None
            cells.append(f"{row.ours:.1f} ({row.published:.0f})")
        parts.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(parts)


def page(found: Validation) -> str:
    """The whole page as it should be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{render(found)}\n\n{END}{after}"


if __name__ == "__main__":
    given = [Validation.from_dict(json.loads(Path(name).read_text())) for name in sys.argv[1:2]]
    PAGE.write_text(page(*given or [validate(["chicago"])]), encoding="utf-8")
