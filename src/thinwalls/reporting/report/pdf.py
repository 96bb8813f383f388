"""The report as a PDF: the answer, the curves, the tables, what was assumed, what it cannot tell.

Set by typst, whose wheel brings fonts and everything else it needs; nothing is fetched.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from thinwalls.common import RunError
from thinwalls.reporting.charts.curves import capacity_figure, infected_figure
from thinwalls.reporting.charts.differences import differences_figure
from thinwalls.reporting.charts.save import standalone_svg
from thinwalls.reporting.language.names import GROUP_NOTES, place_name, scenario_name
from thinwalls.reporting.report.parts.assumed import fixed_values, sampled_values
from thinwalls.reporting.report.parts.headline import headline
from thinwalls.reporting.report.parts.limits import limits
from thinwalls.reporting.report.parts.objections import general, objections
from thinwalls.reporting.report.parts.tables import Cell, bed_table, group_tables
from thinwalls.results import compare, flattening

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.parts.assumed import Assumed
    from thinwalls.results import Results

_COLUMNS = 2


def report_pdf(results: Results, words: Words, baseline: str | None = None) -> bytes:
    """The report of ``results`` as the bytes of a tagged PDF.

    Needs the extra ``thinwalls[web]``; raises :class:`~thinwalls.common.errors.RunError` without it.
    """
    try:
        import typst
    except ImportError:
        raise RunError("PDF needs the extra: pip install 'thinwalls[web]'") from None
    template = (files("thinwalls.reporting") / "templates" / "report.typ").read_bytes()
    content = json.dumps(_content(results, words, baseline), ensure_ascii=False, allow_nan=False)
    made: bytes = typst.compile(
        template, format="pdf", sys_inputs={"report": content}, ignore_system_fonts=True
    )
    return made


def _content(results: Results, words: Words, baseline: str | None) -> dict[str, Any]:
    name = results.baseline_name(baseline)
    comparison = compare(results, name)
    flat = flattening(results, name)
    said = headline(words, results, comparison, flat)
    found = objections(words, results, comparison)
    deciding = {one for objection in found for one in objection.parameters}
    figures = [
        infected_figure(words, results, name, group="followed"),
        capacity_figure(words, results, name, kind="hospital"),
    ]
    if len(results.scenarios) > 1:
        figures.append(differences_figure(words, comparison))
    run = results.provenance
    first = scenario_name(words, name)
    return {
        "language": words.locale.language,
        "title": said.question,
        "meta": [words.say(place_name(str(run.get(name, "")))) for name in ("system", "pathogen")],
        "draws": words.plural(
            "{count} simulated future", "{count} simulated futures", results.draws
        ),
        "short_title": words.say("In short"),
        "sentences": list(said.baseline),
        "changes_title": words.say(
            "Compared with this ({baseline}), in the same simulated futures:", baseline=first
        ),
        "changes": [list(pair) for pair in said.scenarios],
        "hospitals": list(said.hospitals),
        "note": words.say(
            "“Likely between” means: in 9 of 10 simulated futures. Numbers are rounded."
        ),
        "figures": [
            {
                "title": figure.title,
                "caption": figure.caption,
                "picture": standalone_svg(
                    figure, words, columns=min(_COLUMNS, len(figure.panels)), text=False
                ),
            }
            for figure in figures
        ],
        "tables_title": words.say("The numbers, by group of people"),
        "tables_note": words.say(
            "First line of a cell: the number and its interval. Second line: difference against "
            "{baseline}, taken within each simulated future, and its interval.",
            baseline=first,
        ),
        "head": [
            words.say("scenario"),
            words.say("people at risk"),
            words.say("infections"),
            words.say("hospital admissions"),
            words.say("deaths"),
        ],
        "groups": [
            {
                "title": group.title,
                "note": words.say(GROUP_NOTES[group.group]),
                "rows": [
                    [[row.scenario], [row.people], *map(_cell, row.cells)] for row in group.rows
                ],
            }
            for group in group_tables(words, comparison)
        ],
        "beds_title": words.say("Most intensive-care beds needed at once"),
        "beds_head": [
            words.say("scenario"),
            words.say("beds needed"),
            words.say("beds free"),
            words.say("day of the peak"),
            words.say("chance that none runs out"),
        ],
        "beds": [
            [[row.scenario], _cell(row.peak), [row.free], [row.date], [row.below]]
            for row in bed_table(words, flat, "icu")
        ],
        "assumed_title": words.say("What was assumed"),
        "assumed_note": words.say(
            "Names of publications and notes are in the language of their source."
        ),
        "assumed_head": [words.say("what"), words.say("value"), words.say("source")],
        "assumed": [
            _assumed(row)
            for row in (*sampled_values(words, results, deciding), *fixed_values(words, results))
        ],
        "against_title": words.say("What speaks against this"),
        "against": [[one.scenario, list(one.sentences)] for one in found],
        "general_title": words.say("For every number here"),
        "general": list(general(words, results)),
        "limits_title": words.say("What this cannot tell you"),
        "limits": list(limits(words)),
        "repeat_title": words.say("How to repeat it"),
        "command": str(run.get("command", "")),
        "scenario_file": str(run.get("scenario_file", "")),
        "checksum_title": words.say("Checksum of the numbers"),
        "checksum": results.checksum,
        "made_from_title": words.say("Made from"),
        "made_from": [str(source) for source in run.get("created_from", ())],
        "footer": words.say("Made with thinwalls, an open-source simulator."),
    }


def _cell(cell: Cell) -> list[str]:
    """Lines of a cell: the number, its interval, the difference, its interval."""
    lines = [cell.value, f"({cell.range})"]
    if cell.difference:
        lines += [cell.difference, f"({cell.difference_range})"]
    return lines


def _assumed(row: Assumed) -> list[str]:
    source = f"{row.source} [{row.tag}]" if row.source else f"[{row.tag}]"
    return [row.name, f"{row.value} {row.unit}".strip(), source]
