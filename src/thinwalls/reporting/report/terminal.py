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
from thinwalls.reporting.report.parts.tables import Cell, bed_table, group_tables
from thinwalls.results import compare, flattening

if TYPE_CHECKING:
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
    name = results.baseline_name(baseline)
    comparison = compare(results, name)
    tables: list[Table | str] = []
    for group in group_tables(words, comparison):
        columns = [
            words.say("people at risk"),
            words.say("infections"),
            words.say("hospital admissions"),
            words.say("deaths"),
        ]
        table = _table(words, group.title, words.say(GROUP_NOTES[group.group]), columns)
        for row in group.rows:
            table.add_row(
                row.scenario, row.people, *(_two_lines(cell, fancy) for cell in row.cells)
            )
        tables.append(table)
    tables.append(_beds(words, results, name, fancy))
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
        baseline=scenario_name(words, name),
    )
    console.print(legend if fancy else _plain(legend))


def results_dict(results: Results, *, baseline: str | None = None) -> dict[str, Any]:
    """Everything the table shows, unrounded, as plain types for JSON."""
    name = results.baseline_name(baseline)
    flat = flattening(results, name)
    beds = flat.table.copy()
    for column in ("peak_date", "peak_date_low", "peak_date_high"):
        beds[column] = [day.date().isoformat() for day in beds[column]]
    regions = flat.regions.astype(object).where(flat.regions.notna(), None)
    return {
        "comparison": compare(results, name).to_dict(),
        "hospitals": beds.astype(object).where(beds.notna(), None).to_dict("records"),
        "regions": regions.to_dict("records"),
        "checksum": results.checksum,
        "provenance": dict(results.provenance),
    }


def _table(words: Words, title: str, note: str, columns: list[str]) -> Table:
    table = Table(
        title=Text.assemble((title, "bold"), "  ", (note, "dim")),
        title_justify="left",
        title_style="",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column(capitalized(words.say("scenario")), width=_SCENARIO_WIDTH)
    table.add_column(capitalized(columns[0]), justify="right", max_width=_PEOPLE_WIDTH)
    for column in columns[1:]:
        table.add_column(capitalized(column), overflow="fold")
    return table


def _beds(words: Words, results: Results, baseline: str, fancy: bool) -> Table:
    columns = [
        words.say("beds free"),
        words.say("beds needed"),
        words.say("regions that run out"),
        words.say("chance that none runs out"),
    ]
    title = words.say("Most intensive-care beds needed at once")
    note = words.say("By everyone in the system.")
    table = _table(words, title, note, columns)
    for row in bed_table(words, flattening(results, baseline)):
        table.add_row(
            row.scenario, row.free, _two_lines(row.peak, fancy), row.regions_over, row.below
        )
    return table


def _two_lines(cell: Cell, fancy: bool) -> Text:
    text = Text.assemble((cell.value, "bold"), f" ({cell.range})")
    if cell.difference:
        change = f"\n{cell.difference} ({cell.difference_range})"
        text.append(change, style="cyan" if fancy else "")
    return text


def _plain(text: str) -> str:
    return text.translate(_PLAIN)
