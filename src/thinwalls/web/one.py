"""One person in the facility of a question: staying in it, or going home."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from thinwalls.errors import InputError
from thinwalls.pages.names import capitalized, scenario_name
from thinwalls.pages.sentences import between, change, likely
from thinwalls.simulation import person_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from thinwalls.pages import Words
    from thinwalls.results import Results
    from thinwalls.web.api import PersonQuestion
    from thinwalls.web.service import Service

_COLUMNS = ("risk", "risk_low", "risk_high", "difference", "difference_low", "difference_high")
_BASIS = 1_000
_LEVEL = 0.9


def rows_of(results: Results, service: Service, asked: PersonQuestion) -> list[dict[str, Any]]:
    """Rows of risks per scenario, way and outcome.

    Raises :class:`~thinwalls.errors.InputError` when the question is not about one facility.
    """
    part = service.bench(asked.question).system
    if len(part.facilities) != 1:
        raise InputError(
            "one person's risk needs one facility", field="where", value=asked.question.where
        )
    if asked.after_days >= asked.question.days:
        raise InputError(
            "must be less than the days of the question",
            field="after_days",
            value=asked.after_days,
        )
    facility, county = service.places(part)
    pathogen = service.pathogen(asked.question.pathogen)
    rows = []
    for scenario in results.scenarios:
        found = person_in(
            results,
            pathogen,
            facility=facility,
            age=asked.age,
            vulnerable=asked.vulnerable,
            release_to=county,
            after_days=asked.after_days,
            scenario=scenario,
        )
        for row in found.table.to_dict("records"):
            numbers = {name: _plain(row[name]) for name in _COLUMNS}
            way = str(row["way"]).partition(":")[0]
            rows.append({"scenario": scenario, "way": way, "outcome": row["outcome"], **numbers})
    return rows


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def person_steps(service: Service, asked: PersonQuestion) -> Callable[[Event], Iterator[bytes]]:
    """One step: the whole answer as JSON."""

    def steps(stop: Event) -> Iterator[bytes]:
        results = service.answer(asked.question, stop)
        rows = rows_of(results, service, asked)
        content = {"draws": results.draws, "days": results.days, "rows": rows}
        yield json.dumps(content, allow_nan=False).encode()

    return steps


def sentences(words: Words, rows: list[dict[str, Any]], days: int) -> list[tuple[str, list[str]]]:
    """What the rows mean, in plain words: per scenario, staying and going home."""
    found: list[tuple[str, list[str]]] = []
    for scenario in dict.fromkeys(row["scenario"] for row in rows):
        here = {(row["way"], row["outcome"]): row for row in rows if row["scenario"] == scenario}
        said = [
            words.say(
                "Staying inside: of 1,000 people like this, {count} catch it within {days} "
                "days ({range}), {admitted} come to hospital ({admitted_range}), {dead} die "
                "({dead_range}).",
                days=words.number(days),
                **_counts(words, here, "stay"),
            ),
            words.say(
                "Going home: {count} catch it ({range}), {admitted} come to hospital "
                "({admitted_range}), {dead} die ({dead_range}).",
                **_counts(words, here, "release"),
            ),
            _compared(words, here["release", "infection"]),
        ]
        found.append((capitalized(scenario_name(words, scenario)), said))
    return found


def _counts(words: Words, here: dict[tuple[str, str], dict[str, Any]], way: str) -> dict[str, str]:
    values = {}
    for outcome, name in (("infection", "count"), ("admission", "admitted"), ("death", "dead")):
        row = here[way, outcome]
        label = "range" if name == "count" else f"{name}_range"
        values[name] = _of_thousand(words, row["risk"])
        values[label] = likely(words, _BASIS * row["risk_low"], _BASIS * row["risk_high"], _LEVEL)
    return values


def _of_thousand(words: Words, share: float) -> str:
    count = _BASIS * share
    if count < 1:
        return words.say("fewer than 1")
    return words.say("about {count}", count=words.about(count))


def _compared(words: Words, row: dict[str, Any]) -> str:
    """The difference between going home and staying, of 1,000 people, and how sure its sign is."""
    low, high = row["difference_low"], row["difference_high"]
    text = words.say(
        "Going home instead of staying: {change} among 1,000 people like this ({range}).",
        change=change(words, pd.Series({"difference": _BASIS * row["difference"]}), "infections"),
        range=between(words, _BASIS * low, _BASIS * high),
    )
    if low <= 0 <= high:
        doubt = words.say("Whether it lowers or raises the risk is not sure.")
        return f"{text} {doubt}"
    return text
