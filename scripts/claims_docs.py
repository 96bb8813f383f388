"""Write docs/claims.md from the claims and from what was found of them (evidence/claims.json)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from thinwalls.evidence import packaged_claims
from thinwalls.evidence.claims.claim_report import (
    decider_text,
    draws_of,
    effect_text,
    share_text,
    stability_text,
    verdict_text,
)

PAGE = Path(__file__).parent.parent / "docs" / "claims.md"
BEGIN = "<!-- made from the packaged answer: begin -->"
END = "<!-- made from the packaged answer: end -->"


def page() -> str:
    """The page as it should be."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{made(packaged_claims())}\n{END}{after}"


def made(answer: dict[str, Any]) -> str:
    """The part of the page that the answer gives."""
    lines = ["| claim | verdict |", "|---|---|"]
    for claim in answer["claims"]:
        lines.append(f"| [{claim['says']}](#{claim['id']}) | {verdict_text(claim)} |")
    if stability := stability_text(answer):
        lines += ["", "## Do the verdicts stay?", "", *(f"- {one}" for one in stability)]
    for claim in answer["claims"]:
        lines += ["", f"({claim['id']})=", f"## {claim['says']}", ""]
        lines += [f"*The contrary:* {claim['contrary']}", ""]
        lines += [f"**{verdict_text(claim).capitalize()}**", ""]
        if claim["tests"]:
            lines += [
                "| test | holds in | effect | at risk | decided by |",
                "|---|---|---|---|---|",
                *(_row(test) for test in claim["tests"]),
                "",
            ]
        for name, others in answer.get("again", {}).items():
            other = next((one for one in others if one["id"] == claim["id"]), None)
            if other is not None and other["probability"] is not None:
                draws = draws_of(other)
                lines += [f"With {name}, {draws} draws: {verdict_text(other)}.", ""]
        lines += ["Not modelled:", ""]
        lines += [f"- {one}" for one in claim["not_modelled"]]
    lines += [
        "",
        "## What was run",
        "",
        "| experiment | what | draws | checksum |",
        "|---|---|---|---|",
    ]
    for name, run in answer["experiments"].items():
        checksum = run["results_checksum"][:16]
        lines.append(f"| {name} | {run['text']} | {run['draws']} | `{checksum}` |")
    return "\n".join(lines)


def _row(test: dict[str, Any]) -> str:
    effect = f"{test['measure']}: {effect_text(test)}"
    people = f"{test['population_at_risk']:,.0f}"
    return f"| {test['says']} | {share_text(test)} | {effect} | {people} | {decider_text(test)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
