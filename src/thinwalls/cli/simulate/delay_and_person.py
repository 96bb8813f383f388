"""``thinwalls delay`` and ``thinwalls person``: questions that need runs of their own."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from thinwalls.cli.look.explain import scenarios_of
from thinwalls.cli.look.lists import AS_JSON
from thinwalls.cli.look.saved_results import GROUP, OUTCOME, show_table
from thinwalls.cli.shared_options import HOUSING, SYSTEM
from thinwalls.cli.simulate.text_options import whole_numbers
from thinwalls.cli.timing import progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable

_SETTINGS = (
    SYSTEM,
    click.option("--pathogen", "pathogen_name", default="covid-2020", show_default=True),
    click.option("--start", default=None, metavar="DATE", help="First day of the run."),
    click.option("--draws", type=int, default=100, show_default=True),
    click.option("--seed", type=int, default=1, show_default=True),
    click.option("--threads", type=int, default=None, help="Draws at a time."),
    *HOUSING,
    click.option(
        "--report",
        type=click.Path(path_type=Path),
        default=None,
        metavar="FILE",
        help="Also write the report of the run, with this question answered in it.",
    ),
    click.option("--language", default="en", show_default=True, help="Language of the report."),
    AS_JSON,
)


def _settings(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_SETTINGS):
        command = option(command)
    return command


def _check_report(report: Path | None, language: str) -> None:
    """Refuse, before anything is simulated, a report that could not be written."""
    from thinwalls.common import check_target
    from thinwalls.reporting import Words

    Words(language)
    if report is not None:
        check_target(report)


@click.command(
    epilog='Example: thinwalls delay statement-2020 --scenario "release everyone" --weeks 0,1,2,4'
)
@click.argument("scenarios", metavar="SCENARIOS")
@click.option("--scenario", required=True, metavar="NAME", help="The package that is put off.")
@click.option("--weeks", default="0,1,2,4", show_default=True, callback=whole_numbers)
@click.option("--days", type=int, default=180, show_default=True, help="Length of the run.")
@GROUP
@OUTCOME
@_settings
def delay(
    scenarios: str,
    scenario: str,
    weeks: list[int],
    days: int,
    group: str,
    outcome: str,
    system_name: str,
    pathogen_name: str,
    start: str | None,
    draws: int,
    seed: int,
    threads: int | None,
    housing: Literal["units", "mixed"] | None,
    unit_people: float | None,
    report: Path | None,
    language: str,
    as_json: bool,
) -> None:
    """What each further week before acting costs: the same package, begun later and later.

    SCENARIOS is a TOML file or the name of a packaged set.
    """
    from thinwalls.pathogens import load_pathogen
    from thinwalls.policy import Scenario, later_starts
    from thinwalls.reporting import write_report
    from thinwalls.results import check_asked, delay as waited
    from thinwalls.runs import Named
    from thinwalls.simulation import known_burdens, simulate, start_date

    _check_report(report, language)
    check_asked(group, outcome)
    (package,) = scenarios_of(scenarios, scenario)
    system = Named(name=system_name, housing=housing, unit_people=unit_people).load()
    pathogen = load_pathogen(pathogen_name)
    later = later_starts(package, weeks, start_date(system, start))
    nothing = Scenario("nothing changes")
    chosen = [nothing, *later.values()]
    with progress_bar(len(chosen) * max(draws, 0)) as progress:
        results = simulate(
            system,
            pathogen,
            chosen,
            days=days,
            draws=draws,
            seed=seed,
            start=start,
            threads=threads,
            progress=progress,
            command="thinwalls " + shlex.join(sys.argv[1:]),
        )
    found = waited(
        results,
        {gap: one.name for gap, one in later.items()},
        nothing.name,
        group=group,
        outcome=outcome,
    )
    columns = ("days", "population_at_risk", "probability_worse")
    spans = (outcome, "later", "ratio", "per_week", "lost_share")
    if report is not None:
        write_report(results, report, language, burdens=known_burdens(results, system, pathogen))
    show_table(found.table, columns, spans, as_json, group=group, outcome=outcome)
    _say_report(report, as_json)


@click.command(
    epilog="Example: thinwalls person --facility stewart --release-to 13215 --age 58 --vulnerable"
)
@click.option("--facility", required=True, metavar="NAME", help="Where the person is.")
@click.option("--age", type=click.IntRange(0, 100), required=True)
@click.option("--vulnerable", is_flag=True, help="Has a condition that raises the risk.")
@click.option("--transfer-to", default=None, metavar="NAME", help="Another facility.")
@click.option("--release-to", default=None, metavar="FIPS", help="A county.")
@click.option("--after-days", type=int, default=0, show_default=True, help="Days until they move.")
@click.option("--days", type=int, default=60, show_default=True, help="Days of exposure.")
@_settings
def person(
    facility: str,
    age: int,
    vulnerable: bool,
    transfer_to: str | None,
    release_to: str | None,
    after_days: int,
    days: int,
    system_name: str,
    pathogen_name: str,
    start: str | None,
    draws: int,
    seed: int,
    threads: int | None,
    housing: Literal["units", "mixed"] | None,
    unit_people: float | None,
    report: Path | None,
    language: str,
    as_json: bool,
) -> None:
    """One person's risk of infection, admission and death if they stay, move or are released."""
    from thinwalls.pathogens import load_pathogen
    from thinwalls.reporting import write_report
    from thinwalls.runs import Named
    from thinwalls.simulation import PersonPlan, known_burdens

    _check_report(report, language)
    asked = PersonPlan(facility, age, vulnerable, transfer_to, release_to, after_days)
    system = Named(name=system_name, housing=housing, unit_people=unit_people).load()
    pathogen, plan = load_pathogen(pathogen_name), asked.within(system, days)
    with progress_bar(max(draws, 0)) as progress:
        results = plan.run(
            system,
            pathogen,
            days=days,
            draws=draws,
            seed=seed,
            start=start,
            threads=threads,
            progress=progress,
            command="thinwalls " + shlex.join(sys.argv[1:]),
        )
    found = plan.risk_in(results, pathogen)
    if report is not None:
        burdens = known_burdens(results, system, pathogen)
        write_report(results, report, language, people=[found], burdens=burdens)
    columns, spans = ("way", "outcome", "population_at_risk"), ("risk", "difference", "ratio")
    show_table(found.table, columns, spans, as_json, days=days, draws=draws)
    _say_report(report, as_json)


def _say_report(report: Path | None, as_json: bool) -> None:
    if report is not None and not as_json:
        click.echo(f"\nReport: {report}")
