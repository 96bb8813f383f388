"""What each scenario costs more or less, as a table with the price of every unit below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thinwalls.reporting.language.names import capitalized, scenario_name, scenario_title, tag_name
from thinwalls.reporting.language.words import mark
from thinwalls.reporting.report.document import (
    Block,
    Cell,
    Column,
    Fold,
    Heading,
    Row,
    Table,
    Text,
)
from thinwalls.reporting.report.tables.assumptions import (
    SOURCE_LANGUAGES,
    Assumed,
    assumed_table,
)
from thinwalls.reporting.report.tables.cells import interval_cell, span, spread
from thinwalls.results import cost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import Cost, Price

_TOTAL = "total"
_NAMES = {
    "detention_day": mark("days in detention"),
    "alternatives_day": mark("alternatives to detention"),
    "hospital_stay": mark("hospital without intensive care"),
    "intensive_care_stay": mark("hospital with intensive care"),
    "test": mark("tests"),
    "antigen_test": mark("antigen tests"),
    "vaccine_course": mark("vaccines"),
    "vaccine_administration": mark("giving vaccines"),
    _TOTAL: mark("together"),
}


def money_blocks(answers: Answers) -> tuple[Block, ...]:
    """Differences in cost against the baseline at the packaged prices."""
    if not answers.others:
        return ()
    words, found = answers.words, cost(answers.results, answers.baseline)
    spent = found.table.groupby("price")["cost_high"].max()
    keys = [key for key in _NAMES if spent.get(key, 0.0) > 0 or key == _TOTAL]
    prices = assumed_table(
        words,
        [_price(words, found.prices[key]) for key in keys if key != _TOTAL],
        words.say("Prices and their sources"),
    )
    return (
        Heading(words.say("What it costs more or less")),
        Text(
            words.say(
                "Dollars of the years in the sources, difference against {baseline}. A day in "
                "detention is counted at its average price; a bed that empties under a guaranteed "
                "contract saves less.",
                baseline=scenario_name(words, answers.baseline),
            ),
            "note",
        ),
        _differences(answers, found, keys),
        Heading(words.say("Per infection and per death averted"), 4),
        _averted(words, found),
        Text(
            words.say(
                "Everyone of the system. Dollars per infection: mean difference in cost over mean "
                "infections averted, negative where money is saved; its interval is over the "
                "simulated futures in which some are averted."
            ),
            "note",
        ),
        Fold(
            words.say("Prices and their sources"),
            (Text(words.say(SOURCE_LANGUAGES), "note"), prices),
            main=False,
        ),
    )


def _differences(answers: Answers, found: Cost, keys: Sequence[str]) -> Table:
    words = answers.words
    records = found.table.to_dict("records")
    table = {(row["scenario"], row["price"]): row for row in records}
    rows = [
        Row(
            scenario_title(words, scenario),
            tuple(
                interval_cell(words, table[scenario, key], "difference", words.money)
                for key in keys
            ),
        )
        for scenario in answers.others
    ]
    heads = (words.say("scenario"), *(words.say(_NAMES[key]) for key in keys))
    return Table(tuple(Column(head) for head in heads), tuple(rows))


def _averted(words: Words, found: Cost) -> Table:
    """Dollars per infection and per death averted, among everyone of the system."""
    rows = []
    for row in found.averted.to_dict("records"):
        if row["scenario"] == found.baseline:
            continue
        cells: list[Cell | str] = [words.people(row["population_at_risk"], short=True)]
        for outcome, one in (("infections", "infection"), ("deaths", "death")):
            averted = f"{outcome}_averted"
            cells.append(
                Cell(
                    words.about(row[averted], short=True),
                    spread(words, row[f"{averted}_low"], row[f"{averted}_high"]),
                )
            )
            cells.append(_per_one(words, row, f"per_{one}_averted"))
        cells.append(words.percent(row["cheaper_and_fewer"]))
        rows.append(Row(scenario_title(words, row["scenario"]), tuple(cells)))
    heads = (
        words.say("scenario"),
        words.say("people at risk"),
        words.say("infections averted"),
        words.say("dollars per infection averted"),
        words.say("deaths averted"),
        words.say("dollars per death averted"),
        words.say("costs less and averts infections"),
    )
    return Table(tuple(Column(head) for head in heads), tuple(rows))


def _per_one(words: Words, row: Mapping[Any, Any], name: str) -> Cell | str:
    if row[name] != row[name]:
        return words.say("none averted on average")
    return interval_cell(words, row, name, words.money)


def _price(words: Words, price: Price) -> Assumed:
    return Assumed(
        name=capitalized(words.say(_NAMES[price.key])),
        value=span(words, words.number(price.low, 2), words.number(price.high, 2)),
        unit=price.unit,
        source=price.source,
        tag=tag_name(words, price.tag),
        note=price.note,
    )
