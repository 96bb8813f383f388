"""The "if" in a question: index cases, what came of them, and runs that nothing brings in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from thinwalls.policy import ANYWHERE, loads_scenarios
from thinwalls.reporting.language.names import place_name, scenario_title, share_of_draws
from thinwalls.reporting.language.words import mark, mark_plural

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.policy import Seed
    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Results

_WHO: Final = {
    "detained": mark_plural(
        "{count} person detained at {place}", "{count} people detained at {place}"
    ),
    "staff": mark_plural(
        "{count} member of the staff of {place}", "{count} members of the staff of {place}"
    ),
    "booked in": mark_plural(
        "{count} person newly brought to {place}", "{count} people newly brought to {place}"
    ),
    "residents": mark_plural("{count} resident of {place}", "{count} residents of {place}"),
}
_ILL: Final = {
    "exposed": mark("infected on {date}"),
    "contagious": mark("contagious from {date} on"),
    "symptoms": mark("with symptoms from {date} on"),
}
_MOST_NAMED: Final = 3
"""Index cases, and places with what came of them, that a sentence names."""
_INSIDE: Final = ("detained", "staff")
SIZES: Final = (1, 10, 50)
"""Numbers of people infected beside the index cases of which the chance is told."""
_RARELY: Final = 0.05
"""Share of futures up to which an interval of nine in ten has nobody in it."""
_NOBODY: Final = 0.5
"""People below which nobody is meant; expectations are fractions."""


@dataclass(frozen=True)
class Outbreak:
    """What came of the index cases of one scenario at one place."""

    scenario: str
    place: str
    """id of a facility, or the whole system"""
    chances: tuple[float, ...]
    """share of futures in which at least :data:`SIZES` people beside them are infected inside"""

    def table(self) -> dict[str, object]:
        """As plain types for JSON."""
        by_size = dict(zip(map(str, SIZES), self.chances, strict=True))
        return {"scenario": self.scenario, "place": self.place, "chance_of_at_least": by_size}


def premise(words: Words, results: Results, baseline: str) -> str:
    """What has to happen for the answer to hold; empty where nothing is supposed."""
    by_scenario = seeds_of(results)
    seeds = by_scenario[baseline]
    if not seeds:
        if not any(by_scenario.values()):
            return ""
        return words.say(
            "Some scenarios begin with index cases; “{baseline}” does not.",
            baseline=scenario_title(words, baseline),
        )
    named = [_one(words, results, seed) for seed in seeds[:_MOST_NAMED]]
    more = len(seeds) - len(named)
    if more:
        named.append(words.plural("{count} further entry", "{count} further entries", more))
    said = words.say("If an outbreak begins with {cases}:", cases=words.listing(named))
    if all(one == seeds for one in by_scenario.values()):
        return said
    other = words.say("(The scenarios do not all begin with the same index cases.)")
    return f"{said} {other}"


def seeds_of(results: Results) -> dict[str, tuple[Seed, ...]]:
    """Index cases of every scenario by its name."""
    found: dict[str, tuple[Seed, ...]] = dict.fromkeys(results.scenarios, ())
    text = str(results.provenance.get("scenario_file", ""))
    if "[[scenario.seed]]" not in text:
        return found
    return found | {one.name: one.seeds for one in loads_scenarios(text)}


def _one(words: Words, results: Results, seed: Seed) -> str:
    days = seed.days or (results.first_day.date(),)
    dates = words.listing([words.date(day) for day in days[:_MOST_NAMED]])
    if len(days) > _MOST_NAMED:
        dates += " …"
    place, group = _named(words, results, seed.place), seed.group
    if group is None:
        group = "residents" if _kind(results, seed.place) == "county" else "detained"
    who = words.plural(*_WHO[group], seed.people, place=place)
    ages = "" if seed.age is None else words.say("aged {ages}", ages=seed.age)
    unit = "" if seed.unit is None else words.say("housing unit {number}", number=seed.unit)
    how = words.say(_ILL[seed.ill], date=dates)
    return f"{who} ({', '.join(part for part in (ages, unit, how) if part)})"


def _kind(results: Results, place: str) -> str:
    known = place in results.places.index
    return str(results.places.loc[place, "kind"]) if known else ""


def _named(words: Words, results: Results, place: str) -> str:
    """The place by its name, a county with its state."""
    if place == ANYWHERE:
        return words.say("some facility of the system")
    if place not in results.places.index:
        return place
    row = results.places.loc[place]
    name = place_name(str(row["name"]))
    return f"{name}, {row['state']}" if row["kind"] == "county" else name


def outbreaks(results: Results) -> list[Outbreak]:
    """What came of index cases, scenario by scenario, at the facilities that they are in."""
    if "index_cases" not in results.totals:
        return []
    found = []
    for scenario, seeds in seeds_of(results).items():
        places = [
            seed.place if _kind(results, seed.place) == "facility" else "all" for seed in seeds
        ]
        for place in list(dict.fromkeys(places))[:_MOST_NAMED]:
            infected = _infected(results, scenario, place)
            chances = tuple(float((infected >= size - _NOBODY).mean()) for size in SIZES)
            found.append(Outbreak(scenario, place, chances))
    return found


def _infected(results: Results, scenario: str, place: str) -> Float:
    """[draw] people infected inside, without index cases."""
    chosen = results.totals["infections"].sel(scenario=scenario, place=place, group=list(_INSIDE))
    return np.asarray(chosen.sum("group").to_numpy(), dtype=np.float64)


def chances(words: Words, results: Results) -> tuple[str, ...]:
    """How often nobody else is infected, and how often many are: a sentence per scenario."""
    draws = results.draws
    return tuple(
        words.say(
            "{scenario}, {place}: beside the index cases nobody inside is infected in {none}; 10 "
            "or more people are in {ten}, 50 or more in {fifty}.",
            scenario=scenario_title(words, one.scenario),
            place=words.say("whole system")
            if one.place == "all"
            else _named(words, results, one.place),
            none=share_of_draws(words, 1.0 - one.chances[0], draws),
            ten=share_of_draws(words, one.chances[1], draws),
            fifty=share_of_draws(words, one.chances[2], draws),
        )
        for one in outbreaks(results)
    )


def hardly_comes_in(words: Words, results: Results) -> str:
    """One plain line for a run in which the disease reaches (nearly) nobody inside; else empty."""
    if any(seeds_of(results).values()):
        return ""
    share = _share_reached(results)
    if share > _RARELY:
        return ""
    why = words.say(
        "Hardly anybody inside has it on the first day, and little comes in with staff and with "
        "people who are brought in. So these numbers do not say what would follow if it came: ask "
        "that with an index case."
    )
    draws = results.draws
    if share > 0.0:
        rare = words.say(
            "The disease gets inside in only {futures}.",
            futures=share_of_draws(words, share, draws),
        )
        return f"{rare} {why}"
    never = words.say(
        "The disease gets inside in none of {draws} simulated futures.", draws=words.number(draws)
    )
    return f"{never} {why}"


def never_comes_in(results: Results) -> bool:
    """Whether nobody inside is infected in any future though nobody supposed an index case."""
    return not any(seeds_of(results).values()) and _share_reached(results) == 0.0


def _share_reached(results: Results) -> float:
    """Share of futures in which somebody inside is infected, in the scenario with most of them."""
    infected = results.totals["infections"].sel(place="all", group=list(_INSIDE)).max("group")
    now = results.dataset["prevalence"].sel(place="all", group=list(_INSIDE))
    reached = (infected >= _NOBODY) | (now.max(["group", "date"]) >= _NOBODY)
    return float(reached.mean("draw").max())


def largest_facility(results: Results) -> str:
    """Id of the facility that holds most people."""
    held = results.places.loc[results.places["kind"] == "facility", "people"]
    return str(pd.to_numeric(held).idxmax())


def nobody_at_all(results: Results) -> bool:
    """Whether nobody anywhere is infected in any future, so that tables would be all zeros."""
    return float(results.totals["infections"].sel(place="all", group="everyone").max()) < _NOBODY
