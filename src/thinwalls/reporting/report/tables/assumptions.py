"""What was assumed, as tables: sampled values with their range, and fixed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thinwalls.reporting.language.names import capitalized, tag_name
from thinwalls.reporting.language.parameter_names import parameter_name, plain_id
from thinwalls.reporting.language.words import mark
from thinwalls.reporting.report.document import Column, Row, Table
from thinwalls.reporting.report.tables.cells import span

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Results

SOURCE_LANGUAGES = mark("Names of publications and notes are in the language of their source.")
_UNITLESS = ("1", "dimensionless")


@dataclass(frozen=True)
class Assumed:
    """One value; ``decides``: a difference of this run depends on it."""

    name: str
    value: str
    unit: str
    source: str
    tag: str
    note: str
    decides: bool = False


def sampled_values(words: Words, results: Results, deciding: Collection[str]) -> list[Assumed]:
    """Parameters that differ between draws, in the order of their names."""
    rows = []
    for key, variable in results.parameters.data_vars.items():
        name, known = str(key), variable.attrs
        low = float(known.get("low", variable.values.min()))
        high = float(known.get("high", variable.values.max()))
        rows.append(
            Assumed(
                name=capitalized(parameter_name(words, name, str(known.get("long_name", "")))),
                value=span(words, words.value(low), words.value(high)),
                unit=_unit(words, str(known.get("units", ""))),
                source=str(known.get("source", "")),
                tag=tag_name(words, str(known.get("tag", ""))),
                note=str(known.get("note", "")),
                decides=name in deciding,
            )
        )
    return sorted(rows, key=lambda row: row.name)


def fixed_values(words: Words, results: Results) -> list[Assumed]:
    """Assumptions that are the same in every draw."""
    sampled = {str(name) for name in results.parameters.data_vars}
    return [
        Assumed(
            name=capitalized(parameter_name(words, str(record["name"]), str(record["name"]))),
            value=str(record["value"]),
            unit=""
            if str(record["unit"]) in str(record["value"])
            else _unit(words, str(record["unit"])),
            source=str(record["source"] or ""),
            tag=tag_name(words, str(record["tag"] or "")),
            note=str(record["note"] or ""),
        )
        for record in results.assumptions
        if plain_id(str(record["name"])) not in sampled
    ]


def assumed_table(words: Words, values: Sequence[Assumed], caption: str) -> Table:
    """Values, each with the kind of its source, the source itself and a note."""
    columns = (
        Column(words.say("what")),
        Column(words.say("value")),
        Column(words.say("kind of source")),
        Column(words.say("source"), long=True),
        Column(words.say("note")),
    )
    rows = (
        Row(one.name, (f"{one.value} {one.unit}".strip(), one.tag, one.source, one.note))
        for one in values
    )
    return Table(columns, tuple(rows), layout="list", caption=caption)


def _unit(words: Words, unit: str) -> str:
    """The unit in words; one of somebody's own stays as it is."""
    return "" if unit in _UNITLESS else words.say(unit)
