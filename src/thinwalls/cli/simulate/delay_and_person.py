"""``thinwalls delay`` and ``thinwalls person``: questions that need runs of their own."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thinwalls.cli.look.explain import scenarios_of
from thinwalls.cli.look.lists import AS_JSON
from thinwalls.cli.look.saved_results import GROUP, OUTCOME, show_table
from thinwalls.cli.shared_options import (
    HOUSING,
    IMMUNE,
    SYSTEM,
    THREADS,
    run_option,
    selected,
    with_options,
)
from thinwalls.cli.simulate.text_options import whole_numbers
from thinwalls.cli.timing import progress_bar

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.runs import RunRequest
    from thinwalls.system import System

_SETTINGS = with_options(
    SYSTEM,
    click.option("--pathogen", "pathogen_name", default="covid-2020", show_default=True),
    run_option("start"),
    run_option("draws", 100),
    run_option("seed"),
    THREADS,
    *HOUSING,
    IMMUNE,
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
@run_option("days")
@GROUP
@OUTCOME
@_SETTINGS
def delay(
    scenarios: str,
    scenario: str,
    weeks: list[int],
    group: str,
    outcome: str,
    system_name: str,
    pathogen_name: str,
    threads: int | None,
    report: Path | None,
    language: str,
    as_json: bool,
    **options: Any,
) -> None:
    """What each further week before acting costs: the same package, begun later and later.

    SCENARIOS is a TOML file or the name of a packaged set.
    """
    from thinwalls.pathogens import load_pathogen
    from thinwalls.policy import Scenario, later_starts
    from thinwalls.reporting import write_report
    from thinwalls.results import check_asked, delay as waited
    from thinwalls.runs import RunRequest
    from thinwalls.simulation import RunOptions, known_equity, start_date

    _check_report(report, language)
    check_asked(group, outcome)
    (package,) = scenarios_of(scenarios, scenario)
    selection = selected(system_name, options)
    system, pathogen = selection.load(), load_pathogen(pathogen_name)
    settings = RunOptions.picked(options)
    later = later_starts(package, weeks, start_date(system, settings.start))
    nothing = Scenario("nothing changes")
    request = RunRequest(
        system=selection,
        pathogen=pathogen_name,
        scenarios=(nothing, *later.values()),
        options=settings,
    )
    results = _simulated(request, system, pathogen, threads)
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
        write_report(results, report, language, burdens=known_equity(results, system, pathogen))
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
@run_option("days", 60, "Days of exposure.")
@_SETTINGS
def person(
    facility: str,
    age: int,
    vulnerable: bool,
    transfer_to: str | None,
    release_to: str | None,
    after_days: int,
    system_name: str,
    pathogen_name: str,
    threads: int | None,
    report: Path | None,
    language: str,
    as_json: bool,
    **options: Any,
) -> None:
    """One person's risk of infection, admission and death if they stay, move or are released."""
    from thinwalls.pathogens import load_pathogen
    from thinwalls.policy import Scenario
    from thinwalls.reporting import write_report
    from thinwalls.runs import RunRequest
    from thinwalls.simulation import PersonPlan, RunOptions, known_equity

    _check_report(report, language)
    asked = PersonPlan(facility, age, vulnerable, transfer_to, release_to, after_days)
    selection = selected(system_name, options)
    system, pathogen = selection.load(), load_pathogen(pathogen_name)
    plan = asked.within(system, options["days"])
    request = RunRequest(
        system=selection,
        pathogen=pathogen_name,
        scenarios=(Scenario("nothing changes"),),
        options=RunOptions.picked({**options, "places": plan.places}),
    )
    results = _simulated(request, system, pathogen, threads)
    found = plan.risk_in(results, pathogen)
    if report is not None:
        burdens = known_equity(results, system, pathogen)
        write_report(results, report, language, people=[found], burdens=burdens)
    columns, spans = ("way", "outcome", "population_at_risk"), ("risk", "difference", "ratio")
    show_table(found.table, columns, spans, as_json, days=results.days, draws=results.draws)
    _say_report(report, as_json)


def _simulated(
    request: RunRequest, system: System, pathogen: Pathogen, threads: int | None
) -> Results:
    with progress_bar(request.count) as progress:
        return request.run(
            system=system,
            pathogen=pathogen,
            threads=threads,
            progress=progress,
            command="thinwalls " + shlex.join(sys.argv[1:]),
        )


def _say_report(report: Path | None, as_json: bool) -> None:
    if report is not None and not as_json:
        click.echo(f"\nReport: {report}")
