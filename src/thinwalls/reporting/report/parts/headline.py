"""The answer in sentences: rounded, with how sure they are, and with the people at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thinwalls.reporting.language.names import (
    capitalized,
    scenario_name,
    scenario_title,
    share_of_draws,
)
from thinwalls.reporting.language.words import mark, mark_plural, rounded
from thinwalls.reporting.report.document import Block, Section, Sentences, Term, Terms, Text
from thinwalls.reporting.report.parts.index_cases import (
    chances,
    hardly_comes_in,
    never_comes_in,
    premise,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import Comparison

_FEWER = {
    "infections": mark_plural("about {count} fewer infection", "about {count} fewer infections"),
    "admissions": mark_plural(
        "about {count} fewer hospital admission", "about {count} fewer hospital admissions"
    ),
    "deaths": mark_plural("about {count} fewer death", "about {count} fewer deaths"),
}
_MORE = {
    "infections": mark_plural("about {count} more infection", "about {count} more infections"),
    "admissions": mark_plural(
        "about {count} more hospital admission", "about {count} more hospital admissions"
    ),
    "deaths": mark_plural("about {count} more death", "about {count} more deaths"),
}
_NONE = {
    "infections": mark("about as many infections"),
    "admissions": mark("about as many hospital admissions"),
    "deaths": mark("about as many deaths"),
}

_CLEARLY = 0.9


def section(answers: Answers, assumed_number: int) -> Section:
    """The answer in a few sentences; ``assumed_number`` is the place of what was assumed."""
    words = answers.words
    note = words.say(
        "“Likely between” means: in 9 of 10 simulated futures. Each future has its own values for "
        "what is not known exactly (section {assumed}) and its own chance events. Numbers are "
        "rounded.",
        assumed=assumed_number,
    )
    return Section("answer", words.say("In short"), (*headline_blocks(answers), Text(note, "note")))


def headline_blocks(answers: Answers, notes: Mapping[str, str] | None = None) -> tuple[Block, ...]:
    """What happens in the baseline and what each scenario changes; ``notes`` explain scenarios."""
    words = answers.words
    blocks: list[Block] = [Text(said, "lead") for said in leads(answers)]
    sizes = chances(words, answers.results)
    if sizes:
        blocks.append(Sentences(sizes))
    if answers.others and not never_comes_in(answers.results):
        compared = words.say(
            "Compared with this ({baseline}), in the same simulated futures:",
            baseline=scenario_name(words, answers.baseline),
        )
        terms = (
            Term(scenario_title(words, name), said, note=(notes or {}).get(name, ""))
            for name, said in changes(answers).items()
        )
        blocks += [Text(compared), Terms(tuple(terms), "changes")]
    return tuple(blocks)


def likely(words: Words, low: float, high: float, level: float) -> str:
    """How far the number may be off, in brackets."""
    low, high = round(low), round(high)
    if words.about(low) == words.about(high):
        return words.say("the same in {percent} of simulated futures", percent=words.percent(level))
    return words.say(
        "likely between {low} and {high}", low=words.about(low), high=words.about(high)
    )


def question(answers: Answers) -> str:
    """What is asked: about whom, from when, for how long."""
    words, results = answers.words, answers.results
    followed = answers.comparison.row(answers.baseline, "followed", "infections")
    asked = words.say(
        "What happens within {days} days to the {people} people who were detained on {date}, "
        "to staff, and to the counties around?",
        days=words.number(results.days),
        people=words.people(followed["population_at_risk"]),
        date=words.date(results.first_day),
    )
    supposed = premise(words, results, answers.baseline)
    return f"{supposed} {asked}" if supposed else asked


def leads(answers: Answers) -> tuple[str, ...]:
    """What happens in the baseline, in two sentences, after what is supposed.

    Where nothing brings the disease in, one sentence says so.
    """
    words, comparison, name = answers.words, answers.comparison, answers.baseline
    results = answers.results
    supposed = premise(words, results, name) or hardly_comes_in(words, results)
    if never_comes_in(results):
        return (supposed,)
    infections = comparison.row(name, "followed", "infections")
    deaths = comparison.row(name, "followed", "deaths")
    staff = comparison.row(name, "staff", "infections")
    level = comparison.level
    return (
        *((supposed,) if supposed else ()),
        words.say(
            "{scenario}: about {infections} of the {people} people detained on the first day get "
            "infected ({likely}), and about {deaths} die ({likely_deaths}).",
            scenario=scenario_title(words, name),
            infections=words.about(infections["median"]),
            people=words.people(infections["population_at_risk"]),
            likely=likely(words, infections["low"], infections["high"], level),
            deaths=words.about(deaths["median"]),
            likely_deaths=likely(words, deaths["low"], deaths["high"], level),
        ),
        words.say(
            "Among {people} staff, about {infections} get infected ({likely}).",
            people=words.people(staff["population_at_risk"]),
            infections=words.about(staff["median"]),
            likely=likely(words, staff["low"], staff["high"], level),
        ),
    )


def change(words: Words, row: pd.Series[float], outcome: str) -> str:
    """A paired difference in words: about 340 fewer infections."""
    value = round(row["difference"])
    if value == 0:
        return words.say(_NONE[outcome])
    one, many = (_FEWER if value < 0 else _MORE)[outcome]
    return words.plural(one, many, rounded(abs(value), 2))


def change_range(words: Words, row: pd.Series[float]) -> str:
    """How far a paired difference may be off."""
    return between(words, row["difference_low"], row["difference_high"])


def between(words: Words, low: float, high: float) -> str:
    """A range of differences: between 120 and 610 fewer, or 20 fewer and 30 more."""
    low, high = round(low), round(high)
    if low == high:
        return words.say("the same in nearly all simulated futures")
    if high <= 0:
        text = mark("likely between {near} and {far} fewer")
        return words.say(text, near=words.about(abs(high)), far=words.about(abs(low)))
    if low >= 0:
        text = mark("likely between {near} and {far} more")
        return words.say(text, near=words.about(low), far=words.about(high))
    text = mark("likely between {fewer} fewer and {more} more")
    return words.say(text, fewer=words.about(abs(low)), more=words.about(high))


def changes(answers: Answers) -> dict[str, str]:
    """What each scenario changes, by its name."""
    words, comparison = answers.words, answers.comparison
    return {name: _change(words, comparison, name) for name in answers.others}


def _change(words: Words, comparison: Comparison, scenario: str) -> str:
    followed = comparison.row(scenario, "followed", "infections")
    deaths = comparison.row(scenario, "followed", "deaths")
    residents = comparison.row(scenario, "residents", "infections")
    parts = [
        words.say(
            "{change} among the people detained on the first day ({range}); fewer in {futures}.",
            change=capitalized(change(words, followed, "infections")),
            range=change_range(words, followed),
            futures=share_of_draws(words, followed["probability_lower"], comparison.draws),
        ),
        words.say(
            "{change} among them ({range}).",
            change=capitalized(change(words, deaths, "deaths")),
            range=change_range(words, deaths),
        ),
        words.say(
            "In the counties around: {change} ({range}).",
            change=change(words, residents, "infections"),
            range=change_range(words, residents),
        ),
    ]
    return " ".join(parts)


def hospitals(answers: Answers) -> tuple[str, ...]:
    """Whether intensive-care beds run out, and what changes that."""
    words, flat, results = answers.words, answers.flat, answers.results
    table = flat.table[flat.table["beds"] == "icu"]
    base = table[table["scenario"] == flat.baseline].to_dict("records")[0]
    others = table[table["scenario"] != flat.baseline].to_dict("records")
    if base["regions"] == 1:
        rows = table.to_dict("records")
        return (*(_one_region(words, row, results.draws) for row in rows), _peaks(words, others))
    said = [
        words.say(
            "{scenario}: intensive-care beds run out at some time in about {count} of {regions} "
            "hospital regions ({likely}).",
            scenario=scenario_title(words, flat.baseline),
            count=words.number(round(base["regions_over"])),
            regions=words.number(base["regions"]),
            likely=words.say(
                "likely between {low} and {high}",
                low=words.number(round(base["regions_over_low"])),
                high=words.number(round(base["regions_over_high"])),
            ),
        )
    ]
    if not others:
        return tuple(said)
    best = min(others, key=lambda row: (row["regions_difference"], row["regions_difference_low"]))
    if round(best["regions_difference"]) < 0:
        said.append(
            words.say(
                "The largest difference: {scenario}, about {count} fewer of these regions "
                "({range}).",
                scenario=scenario_name(words, best["scenario"]),
                count=words.number(abs(round(best["regions_difference"]))),
                range=between(
                    words, best["regions_difference_low"], best["regions_difference_high"]
                ),
            )
        )
    else:
        said.append(words.say("No other scenario changes this by a region or more."))
    return (*said, _peaks(words, others))


def _one_region(words: Words, row: Mapping[Any, Any], draws: int) -> str:
    return words.say(
        "{scenario}: intensive-care beds run out in {futures}.",
        scenario=scenario_title(words, row["scenario"]),
        futures=share_of_draws(words, 1.0 - row["probability_below"], draws),
    )


def _peaks(words: Words, others: Sequence[Mapping[Any, Any]]) -> str:
    percent = words.percent(_CLEARLY)
    lower = [row["scenario"] for row in others if row["probability_flatter"] >= _CLEARLY]
    if not lower:
        return words.say(
            "In no scenario is the highest number of intensive-care beds needed clearly lower "
            "(in at least {percent} of simulated futures).",
            percent=percent,
        )
    return words.say(
        "The highest number of intensive-care beds needed is lower in at least {percent} of "
        "simulated futures with: {names}. By how much is in the table below.",
        percent=percent,
        names="; ".join(scenario_name(words, str(name)) for name in lower),
    )
