"""The section of what speaks against the result, made from the draws of this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.language.names import (
    capitalized,
    group_name,
    scenario_title,
    share_of_draws,
)
from thinwalls.reporting.language.parameter_names import parameter_name
from thinwalls.reporting.language.words import mark
from thinwalls.reporting.report.document import Block, Heading, Section, Sentences, Text
from thinwalls.reporting.report.tables.sensitivity import deciding_blocks
from thinwalls.results import WHOLE_SYSTEM

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import Comparison, Doubts, Results

_GROUPS = ("followed", "staff", "residents")
_MANY_PARAMETERS = 3
_FEW_DRAWS = 50
_STILL_RUNNING = 0.1
_EMPTIER = 0.95

_STRONGER = mark(
    "It depends on this value: {parameter}. The higher it is, the more infections are avoided "
    "(rank correlation {correlation})."
)
_WEAKER = mark(
    "It depends on this value: {parameter}. The higher it is, the fewer infections are avoided "
    "(rank correlation {correlation})."
)

_AGAINST_THE_RECORD = mark(
    "Numbers inside are higher than those of 2020 where a scenario has no measures inside: "
    "reproduction numbers come from outbreaks before anything was done. Deaths are too high with "
    "the measures of 2020, too: 8 deaths of people detained were recorded to March 2021 "
    "(GAO-21-414); compare the deaths above."
)
"""The hindcast page has the comparison with intervals."""


def section(answers: Answers) -> Section:
    """Objections to each difference, what decides them, and what holds for every number."""
    words = answers.words
    text = words.say(
        "Worked out from the simulated futures of this run. Crowding exponent: how contacts "
        "follow crowding. At 0, a place that empties leaves everyone with as many contacts as "
        "before; at 1, half the people means half the contacts."
    )
    always = general(words, answers.results)
    title = Heading(words.say("For every number here"))
    return Section(
        "against",
        words.say("What speaks against this"),
        (
            Text(text),
            *objection_blocks(answers),
            *deciding_blocks(answers),
            *((title, Sentences(always)) if always else ()),
        ),
    )


def objection_blocks(answers: Answers, level: int = 3) -> tuple[Block, ...]:
    """One list per scenario under its name, a heading of ``level``."""
    blocks: list[Block] = []
    for scenario, said in objections(answers).items():
        name = scenario_title(answers.words, scenario)
        blocks += [Heading(name, level), Sentences(said)]
    return tuple(blocks)


def deciding_parameters(answers: Answers) -> frozenset[str]:
    """Sampled parameters on which the differences depend most."""
    return frozenset(
        one.parameter
        for found in answers.doubts.values()
        for one in found.influences[:_MANY_PARAMETERS]
    )


def objections(answers: Answers) -> dict[str, tuple[str, ...]]:
    """What speaks against the difference that each scenario makes, by the scenario's name."""
    return {name: tuple(_sentences(answers, name, found)) for name, found in answers.doubts.items()}


def _sentences(answers: Answers, scenario: str, found: Doubts) -> list[str]:
    words, results = answers.words, answers.results
    said = [_sign(words, answers.comparison, scenario, group) for group in _GROUPS]
    said += [
        words.say(
            _STRONGER if one.correlation < 0 else _WEAKER,
            parameter=parameter_name(words, one.parameter, one.long_name),
            correlation=words.number(one.correlation, 2),
        )
        for one in found.influences[:_MANY_PARAMETERS]
    ]
    if not found.influences:
        said.append(
            words.say(
                "No single uncertain value stands out as decisive in {draws} simulated futures.",
                draws=words.number(results.draws),
            )
        )
    if _empties(results, scenario, answers.baseline):
        said += _crowding(words, found)
    if found.infected_at_end > _STILL_RUNNING:
        said.append(
            words.say(
                "On the last day {percent} of the highest number of people are still infected: a "
                "longer run would count more infections.",
                percent=words.percent(found.infected_at_end),
            )
        )
    return said


def general(words: Words, results: Results) -> tuple[str, ...]:
    """What speaks against every number of this run."""
    said = []
    if results.draws < _FEW_DRAWS:
        said.append(
            words.plural(
                "Only {count} simulated future was made: there is no interval.",
                "Only {count} simulated futures were made: the ends of the intervals are rough.",
                results.draws,
            )
        )
    unsure = [one for one in results.assumptions if one["tag"] in ("assumption", "memory")]
    names = [parameter_name(words, str(one["name"]), str(one["name"])) for one in unsure]
    if names:
        said.append(
            words.say("Assumed without a public record: {names}.", names=words.listing(names))
        )
    told = results.provenance
    if (
        str(told.get("system_name", "")).startswith("ice-2020")
        and told.get("pathogen_name") == "covid-2020"
        and not told.get("priors")
    ):
        said.append(words.say(_AGAINST_THE_RECORD))
    said += [words.tell(text) for text in results.provenance.get("not_modelled", ())]
    return tuple(said)


def _sign(words: Words, comparison: Comparison, scenario: str, group: str) -> str:
    row = comparison.row(scenario, group, "infections").to_dict()
    values = {
        "group": capitalized(group_name(words, group)),
        "fewer": share_of_draws(words, row["probability_lower"], comparison.draws),
        "more": share_of_draws(words, row["probability_higher"], comparison.draws),
    }
    return words.say("{group}: fewer infections in {fewer}, more in {more}.", **values)


def _empties(results: Results, scenario: str, baseline: str) -> bool:
    inside = results.totals["person_days"].sel(place=WHOLE_SYSTEM, group="detained")
    here = float(inside.sel(scenario=scenario).median())
    return here < _EMPTIER * float(inside.sel(scenario=baseline).median())


def _crowding(words: Words, found: Doubts) -> list[str]:
    crossing = found.crossing
    if crossing is None:
        return []
    low, high = words.number(crossing.sampled_low, 2), words.number(crossing.sampled_high, 2)
    if crossing.at is None:
        return [
            words.say(
                "For a person who stays inside the risk over the first {days} days is lower in "
                "{percent} of simulated futures; no crowding exponent that was tried ({low} to "
                "{high}) turns this round.",
                days=words.number(crossing.days),
                percent=words.percent(crossing.helps_share),
                low=low,
                high=high,
            )
        ]
    text = (
        mark(
            "For a person who stays inside it stops lowering the risk over the first {days} days "
            "when the crowding exponent is above {at} (tried: {low} to {high})."
        )
        if crossing.helps_below
        else mark(
            "For a person who stays inside it stops lowering the risk over the first {days} days "
            "when the crowding exponent is below {at} (tried: {low} to {high})."
        )
    )
    return [
        words.say(
            text,
            days=words.number(crossing.days),
            at=words.number(crossing.at, 2),
            low=low,
            high=high,
        )
    ]
