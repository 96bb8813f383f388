"""The result as a table in a terminal, and as plain data for another program."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from thinwalls.reporting.language.names import GROUP_NOTES, capitalized, scenario_name
from thinwalls.reporting.language.words import Words
from thinwalls.reporting.report.answers import Answers
from thinwalls.reporting.report.parts.index_cases import (
    chances,
    hardly_comes_in,
    largest_facility,
    nobody_at_all,
    outbreaks,
    premise,
)
from thinwalls.reporting.report.tables.beds import bed_table
from thinwalls.reporting.report.tables.groups import GROUPS, group_table, group_title
from thinwalls.results import compare, flattening

if TYPE_CHECKING:
    from thinwalls.reporting.report import document
    from thinwalls.results import Results

_WIDTH = 118
_WIDEST = 120
_SCENARIO_WIDTH = 23
_PEOPLE_WIDTH = 8
_PLAIN = str.maketrans(
    {"−": "-", "–": "-", "“": '"', "”": '"', "’": "'", "·": "-", "…": "...", "─": "-"}
)


def print_results(
    results: Results,
    *,
    baseline: str | None = None,
    language: str = "en",
    file: IO[str] | None = None,
) -> None:
    """Print what every scenario leads to, group by group, with 90 % intervals.

    The second line of a row is the paired difference against ``baseline`` (the first scenario
    unless named). Plain characters without colour when ``file`` is not a terminal.
    """
    words = Words(language)
    out = sys.stdout if file is None else file
    fancy = out.isatty()
    console = Console(
        file=out,
        width=min(Console(file=out).width, _WIDEST) if fancy else _WIDTH,
        no_color=not fancy,
        force_terminal=fancy,
        highlight=False,
    )
    answers = Answers(words, results, results.baseline_name(baseline))
    first = [premise(words, results, answers.baseline), *chances(words, results)]
    rare = hardly_comes_in(words, results)
    if rare:
        first.append(f"{rare} (--index-case {largest_facility(results)}:1)")
    for line in filter(None, first):
        console.print(line if fancy else _plain(line), markup=False)
    if rare and nobody_at_all(results):
        return
    tables = [
        _table(
            group_title(words, group),
            words.say(GROUP_NOTES[group]),
            group_table(answers, group),
            fancy,
        )
        for group in GROUPS
    ]
    beds = bed_table(answers).select("free", "needed", "regions", "enough")
    title = words.say("Most intensive-care beds needed at once")
    tables.append(_table(title, words.say("By everyone in the system."), beds, fancy))
    for shown in tables:
        if fancy:
            console.print(shown)
        else:
            with console.capture() as capture:
                console.print(shown)
            out.write(_plain(capture.get()))
    legend = words.say(
        "Number and in brackets where 9 of 10 of {draws} simulated futures lie. Second line: "
        "difference against “{baseline}” within the same futures.",
        draws=words.number(results.draws),
        baseline=scenario_name(words, answers.baseline),
    )
    console.print(legend if fancy else _plain(legend))


def results_dict(results: Results, *, baseline: str | None = None) -> dict[str, Any]:
    """Everything the table shows, unrounded, as plain types for JSON."""
    name = results.baseline_name(baseline)
    flat = flattening(results, name)
    beds = flat.table.copy()
    for column in ("peak_date", "peak_date_low", "peak_date_high"):
        beds[column] = [day.date().isoformat() for day in beds[column]]
    supposed = premise(Words(), results, name)
    regions = flat.regions.astype(object).where(flat.regions.notna(), None)
    return {
        **({"premise": supposed} if supposed else {}),
        "comparison": compare(results, name).to_dict(),
        "hospitals": beds.astype(object).where(beds.notna(), None).to_dict("records"),
        "regions": regions.to_dict("records"),
        **({"outbreaks": [one.table() for one in outbreaks(results)]} if supposed else {}),
        "checksum": results.checksum,
        "provenance": dict(results.provenance),
    }


def _table(title: str, note: str, shown: document.Table, fancy: bool) -> Table:
    table = Table(
        title=Text.assemble((title, "bold"), "  ", (note, "dim")),
        title_justify="left",
        title_style="",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    first, *columns = shown.columns
    table.add_column(capitalized(first.head), width=_SCENARIO_WIDTH)
    for column in columns:
        if column.align == "end":
            table.add_column(capitalized(column.head), justify="right", max_width=_PEOPLE_WIDTH)
        else:
            table.add_column(capitalized(column.head), overflow="fold")
    for row in shown.rows:
        table.add_row(row.name, *(_two_lines(cell, fancy) for cell in row.cells))
    return table


def _two_lines(cell: document.Cell | str, fancy: bool) -> Text | str:
    if isinstance(cell, str):
        return cell
    text = Text.assemble((cell.value, "bold"), f" ({cell.range})")
    if cell.difference:
        change = f"\n{cell.difference} ({cell.difference_range})"
        text.append(change, style="cyan" if fancy else "")
    return text


def _plain(text: str) -> str:
    return text.translate(_PLAIN)
