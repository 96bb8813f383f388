"""What each scenario costs more or less, as a table with the price of every unit below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thinwalls.reporting.language.names import capitalized, scenario_name, tag_name
from thinwalls.reporting.language.words import mark
from thinwalls.reporting.report.parts.assumed import Assumed
from thinwalls.reporting.report.parts.tables import CardRow, Cards, Cell, spread
from thinwalls.results import cost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Cost, Price, Results

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


@dataclass(frozen=True)
class MoneyRow:
    """One scenario: a difference per price and together."""

    scenario: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Money:
    """The table, dollars per outcome averted, and the prices that both rest on."""

    heads: tuple[str, ...]
    rows: tuple[MoneyRow, ...]
    averted: Cards
    prices: tuple[Assumed, ...]


def money(words: Words, results: Results, baseline: str) -> Money:
    """Differences in cost against ``baseline`` at the packaged prices."""
    found = cost(results, baseline)
    spent = found.table.groupby("price")["cost_high"].max()
    keys = [key for key in _NAMES if spent.get(key, 0.0) > 0 or key == _TOTAL]
    records = found.table.to_dict("records")
    table = {(row["scenario"], row["price"]): row for row in records}
    rows = []
    for scenario in results.scenarios:
        if scenario == baseline:
            continue
        cells = []
        for key in keys:
            row = table[scenario, key]
            cells.append(
                Cell(
                    words.money(row["difference"]),
                    words.say(
                        "{low} to {high}",
                        low=words.money(row["difference_low"]),
                        high=words.money(row["difference_high"]),
                    ),
                )
            )
        rows.append(MoneyRow(capitalized(scenario_name(words, scenario)), tuple(cells)))
    return Money(
        heads=tuple(words.say(_NAMES[key]) for key in keys),
        rows=tuple(rows),
        averted=_averted(words, found),
        prices=tuple(_price(words, found.prices[key]) for key in keys if key != _TOTAL),
    )


def _averted(words: Words, found: Cost) -> Cards:
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
        rows.append(CardRow(capitalized(scenario_name(words, row["scenario"])), tuple(cells)))
    heads = (
        words.say("people at risk"),
        words.say("infections averted"),
        words.say("dollars per infection averted"),
        words.say("deaths averted"),
        words.say("dollars per death averted"),
        words.say("costs less and averts infections"),
    )
    return Cards(heads, tuple(rows))


def _per_one(words: Words, row: Mapping[Any, Any], name: str) -> Cell | str:
    if row[name] != row[name]:
        return words.say("none averted on average")
    low, high = (words.money(row[f"{name}_{end}"]) for end in ("low", "high"))
    return Cell(words.money(row[name]), words.say("{low} to {high}", low=low, high=high))


def _price(words: Words, price: Price) -> Assumed:
    return Assumed(
        name=capitalized(words.say(_NAMES[price.key])),
        value=words.say(
            "{low} to {high}", low=words.number(price.low, 2), high=words.number(price.high, 2)
        ),
        unit=price.unit,
        source=price.source,
        tag=tag_name(words, price.tag),
        note=price.note,
    )
