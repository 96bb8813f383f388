"""The section of what waiting costs: the same package begun at once, later and never."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from thinwalls.reporting.charts.differences import differences_figure
from thinwalls.reporting.language.names import capitalized, scenario_name, share_of_draws
from thinwalls.reporting.report.document import (
    Block,
    Cell,
    Column,
    Heading,
    Row,
    Section,
    Sentences,
    Table,
    Text,
)
from thinwalls.reporting.report.parts.headline import change, change_range
from thinwalls.reporting.report.tables.cells import (
    comparison_cell,
    interval_cell,
    ratio_cell,
    spread,
)
from thinwalls.results import compare, delay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import Comparison, Results

DELAYS = "delays"
"""Entry of the provenance: per package the scenarios by the days that they begin later."""
_DAYS_PER_WEEK = 7
_GROUP = "followed"


def section(answers: Answers) -> Section | None:
    """One part per package of which the run has several starts; None when it has not."""
    parts: list[Block] = []
    given: Mapping[str, Mapping[str, str]] = answers.results.provenance.get(DELAYS, {})
    number = 0
    for package, starts in given.items():
        by_days = {int(days): name for days, name in starts.items() if name != answers.baseline}
        if len(by_days) > 1 and set(by_days.values()) <= set(answers.results.scenarios):
            parts += _part(answers, package, by_days, number)
            number += 1
    if not parts:
        return None
    words = answers.words
    text = words.say(
        "The same package begun at once, later, and never, in the same simulated futures."
    )
    return Section("waiting", words.say("What waiting costs"), (Text(text), *parts))


def _part(answers: Answers, package: str, by_days: Mapping[int, str], number: int) -> list[Block]:
    words, results, baseline = answers.words, answers.results, answers.baseline
    first, *later = sorted(by_days)
    compared = compare(results, by_days[first])
    labels = {by_days[days]: _label(words, days - first) for days in later}
    labels[baseline] = words.say("never ({baseline})", baseline=scenario_name(words, baseline))
    named = _renamed(compared, labels, words.say("beginning at once"))
    name = scenario_name(words, package)
    note = words.say(
        "People detained on the first day. Second line of a cell: difference against beginning at "
        "once. Share of the benefit: what the package averts against {baseline} when it begins at "
        "once.",
        baseline=scenario_name(words, baseline),
    )
    return [
        Heading(capitalized(name)),
        Sentences(tuple(_sentence(words, compared, by_days[days], days - first) for days in later)),
        replace(
            differences_figure(words, named),
            name=f"waiting-{number}",
            title=words.say("Begun later: {package}", package=name),
        ),
        _table(words, results, compared, by_days, baseline, labels),
        Text(note, "note"),
    ]


def _label(words: Words, days: int) -> str:
    if days % _DAYS_PER_WEEK == 0:
        return words.plural("{count} week later", "{count} weeks later", days // _DAYS_PER_WEEK)
    return words.plural("{count} day later", "{count} days later", days)


def _renamed(compared: Comparison, labels: Mapping[str, str], first: str) -> Comparison:
    """Only the starts that are compared, in the order of ``labels`` and named by them."""
    table = compared.table
    known = {compared.baseline: first, **labels}
    table = table[table["scenario"].isin(list(known))]
    order = {name: n for n, name in enumerate(known)}
    table = table.sort_values("scenario", key=lambda names: names.map(order), kind="stable")
    table = table.assign(scenario=table["scenario"].map(known)).reset_index(drop=True)
    return replace(compared, table=table, baseline=first)


def _sentence(words: Words, compared: Comparison, scenario: str, days: int) -> str:
    infections = compared.row(scenario, _GROUP, "infections")
    deaths = compared.row(scenario, _GROUP, "deaths")
    return words.say(
        "{later}: {change} among the people detained on the first day ({range}), more in "
        "{futures}; {deaths} among them ({deaths_range}).",
        later=capitalized(_label(words, days)),
        change=change(words, infections, "infections"),
        range=change_range(words, infections),
        futures=share_of_draws(words, infections["probability_higher"], compared.draws),
        deaths=change(words, deaths, "deaths"),
        deaths_range=change_range(words, deaths),
    )


def _table(
    words: Words,
    results: Results,
    compared: Comparison,
    by_days: Mapping[int, str],
    baseline: str,
    labels: Mapping[str, str],
) -> Table:
    waited = delay(results, dict(by_days), baseline, group=_GROUP).table
    of_week: dict[str, dict[Any, Any]] = {row["scenario"]: row for row in waited.to_dict("records")}
    rows = []
    for name in (compared.baseline, *labels):
        infections = compared.row(name, _GROUP, "infections")
        deaths = compared.row(name, _GROUP, "deaths")
        at_once = name == compared.baseline
        cells: list[Cell | str] = [words.people(infections["population_at_risk"])]
        cells += [
            comparison_cell(words, infections, paired=not at_once),
            "–" if at_once else ratio_cell(words, infections.to_dict()),
            *_weekly(words, of_week.get(name), at_once=at_once, never=name == baseline),
            comparison_cell(words, deaths, paired=not at_once),
            "–" if at_once else ratio_cell(words, deaths.to_dict()),
        ]
        label = words.say("at once") if at_once else labels[name]
        rows.append(Row(capitalized(label), tuple(cells)))
    heads = (
        words.say("beginning"),
        words.say("people at risk"),
        words.say("infections"),
        words.say("ratio to at once"),
        words.say("more infections per further week"),
        words.say("share of the benefit lost"),
        words.say("deaths"),
        words.say("ratio to at once"),
    )
    return Table(tuple(Column(head) for head in heads), tuple(rows))


def _weekly(
    words: Words, row: Mapping[Any, Any] | None, *, at_once: bool, never: bool
) -> tuple[Cell | str, Cell | str]:
    if at_once or never or row is None:
        return "–", words.percent(1.0) if never else "–"
    each = Cell(
        words.signed(row["per_week"], short=True),
        spread(words, row["per_week_low"], row["per_week_high"], signed=True),
    )
    return each, interval_cell(words, row, "lost_share", words.percent)
