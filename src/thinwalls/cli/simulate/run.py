"""``thinwalls demo``, ``thinwalls run`` and ``thinwalls report``."""

from __future__ import annotations

import datetime as dt
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from thinwalls.cli.output_directory import output_directory
from thinwalls.cli.saved_run import used_by
from thinwalls.cli.shared_options import HOUSING, SYSTEM
from thinwalls.cli.simulate.text_options import (
    PEOPLE,
    WEEKS,
    burdens_of,
    plans_of,
    whole_numbers,
    with_delays,
)
from thinwalls.cli.timing import progress_bar
from thinwalls.common import InputError

Command = TypeVar("Command", bound=Callable[..., Any])
DEMO_SCENARIOS = "demo-2020"
DEMO_SYSTEM = "ice-2020"
DEMO_PATHOGEN = "covid-2020"
DEMO_DRAWS = 100
DEMO_DAYS = 180


def run_options(draws: int) -> Callable[[Command], Command]:
    """Options that every simulating command has."""

    def add(command: Command) -> Command:
        for option in reversed(
            [
                click.option(
                    "--draws",
                    type=int,
                    default=draws,
                    show_default=True,
                    help="How many times to simulate, each with its own parameters.",
                ),
                click.option(
                    "--days",
                    type=int,
                    default=DEMO_DAYS,
                    show_default=True,
                    help="Length of the run.",
                ),
                click.option(
                    "--seed",
                    type=int,
                    default=1,
                    show_default=True,
                    help="Same seed, same numbers, to the last bit.",
                ),
                click.option(
                    "--out",
                    type=click.Path(path_type=Path),
                    default=Path("out"),
                    show_default=True,
                    help="Directory for report.html, results.zarr, summary.csv, record.json.",
                ),
                click.option(
                    "--place",
                    "places",
                    multiple=True,
                    metavar="ID",
                    help="Also keep this facility or county day by day (repeatable).",
                ),
                click.option(
                    "--language", default="en", show_default=True, help="Language of the report."
                ),
                click.option(
                    "--threads",
                    type=int,
                    default=None,
                    help="Draws at a time [default: all cores].",
                ),
                PEOPLE,
                click.option(
                    "--delay",
                    "delayed",
                    multiple=True,
                    metavar="NAME",
                    help="Also what waiting with this scenario costs (repeatable; each start "
                    "takes as long as a scenario).",
                ),
                click.option(
                    "--weeks",
                    default=WEEKS,
                    show_default=True,
                    callback=whole_numbers,
                    help="With --delay: how many weeks later.",
                ),
                *HOUSING,
                click.option(
                    "--priors",
                    default=None,
                    metavar="NAME",
                    help="Distributions instead of the usual ones: a packaged name or a TOML file.",
                ),
                click.option(
                    "--by-age",
                    is_flag=True,
                    help="Count every event by age (deaths, and infections of people followed, "
                    "are counted anyway).",
                ),
                click.option(
                    "--check",
                    is_flag=True,
                    help="Verify conservation of people and the other invariants at every step.",
                ),
                click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
            ]
        ):
            command = option(command)
        return command

    return add


@click.command(epilog="Example: thinwalls demo --draws 20 --out out/demo")
@run_options(DEMO_DRAWS)
def demo(**options: Any) -> None:
    """Run the main job: seven scenarios on ICE detention from 20 March 2020.

    Writes report.html (open it in a browser), results.zarr, summary.csv and record.json.
    """
    from thinwalls.policy import load_scenario_set

    ready = load_scenario_set(DEMO_SCENARIOS)
    _run(ready, DEMO_SYSTEM, DEMO_PATHOGEN, None, None, ready=True, **options)


@click.command(
    epilog="Example: thinwalls run my_scenario.toml --system ice-2020 --draws 200 --out out/"
)
@click.argument("scenarios", metavar="SCENARIOS")
@SYSTEM
@click.option(
    "--pathogen",
    "pathogen_name",
    default=DEMO_PATHOGEN,
    show_default=True,
    help="Name of a pathogen, or a pathogen file.",
)
@click.option("--around", default=None, metavar="FACILITY", help="Only places within 50 miles.")
@click.option(
    "--state", "states", multiple=True, metavar="XX", help="Only this state (repeatable)."
)
@click.option(
    "--facility", "facilities", multiple=True, metavar="NAME", help="Only this one (repeatable)."
)
@click.option("--county", default=None, metavar="FIPS", help="Only the facilities of this county.")
@click.option("--start", default=None, metavar="DATE", help="First day [default: the system's].")
@click.option(
    "--baseline",
    default=None,
    metavar="NAME",
    help="Scenario to compare with [default: the first].",
)
@run_options(200)
def run(
    scenarios: str,
    system_name: str,
    pathogen_name: str,
    around: str | None,
    states: tuple[str, ...],
    facilities: tuple[str, ...],
    county: str | None,
    start: str | None,
    baseline: str | None,
    **options: Any,
) -> None:
    """Run the scenarios of a file on a system and write the report.

    SCENARIOS is a TOML file, a link, or the name of a packaged set (see `thinwalls scenarios`).
    """
    from thinwalls.policy import list_scenarios, load_scenario_set

    options |= {"around": around, "states": states, "facilities": facilities, "county": county}
    options["ready"] = scenarios in list_scenarios()
    _run(load_scenario_set(scenarios), system_name, pathogen_name, start, baseline, **options)


def _run(
    scenarios: Sequence[Any],
    system_name: str,
    pathogen_name: str,
    start: str | None,
    baseline: str | None,
    *,
    ready: bool,
    around: str | None = None,
    states: Sequence[str] = (),
    facilities: Sequence[str] = (),
    county: str | None = None,
    draws: int,
    days: int,
    seed: int,
    out: Path,
    places: Sequence[str],
    people: Sequence[str],
    delayed: Sequence[str],
    weeks: Sequence[int],
    language: str,
    threads: int | None,
    check: bool,
    by_age: bool,
    priors: str | None,
    housing: Literal["units", "mixed"] | None,
    unit_people: float | None,
    as_json: bool,
) -> None:
    from thinwalls.pathogens import load_pathogen
    from thinwalls.reporting import Words, print_results, results_dict, write_report
    from thinwalls.results import write_summary
    from thinwalls.runs import Named, make_record, write_record
    from thinwalls.simulation import known_equity, simulate, start_date

    Words(language)
    asked = plans_of(people)
    names = [scenario.name for scenario in scenarios]
    if baseline is not None and baseline not in names:
        raise InputError(
            "must be one of {names}", field="--baseline", value=baseline, names=", ".join(names)
        )
    named = Named(
        name=system_name,
        around=around,
        states=tuple(states),
        county=county,
        facilities=tuple(facilities),
        housing=housing,
        unit_people=unit_people,
    )
    with output_directory(out) as staging:
        system = named.load()
        if ready and days > 0:
            last = start_date(system, start) + dt.timedelta(days=days - 1)
            scenarios = [one.until(last) for one in scenarios]
        pathogen = load_pathogen(pathogen_name)
        plans = [plan.within(system, days) for plan in asked]
        kept = [_place(system, place) for place in places]
        kept = list(dict.fromkeys([*kept, *(place for plan in plans for place in plan.places)]))
        scenarios = with_delays(scenarios, delayed, weeks, start_date(system, start))
        with progress_bar(len(scenarios) * max(draws, 0)) as progress:
            results = simulate(
                system,
                pathogen,
                scenarios,
                start=start,
                days=days,
                draws=draws,
                seed=seed,
                threads=threads,
                check=check,
                by_age=by_age,
                priors=priors,
                places=kept,
                progress=progress,
                command="thinwalls " + shlex.join(sys.argv[1:]),
            )
        results.save(str(staging / "results.zarr"))
        record = make_record(
            results,
            system=named,
            pathogen=pathogen_name,
            places=kept,
            priors=priors,
        )
        write_record(record, staging / "record.json")
        write_summary(results, str(staging / "summary.csv"), baseline=baseline)
        write_report(
            results,
            staging / "report.html",
            language=language,
            baseline=baseline,
            people=[plan.risk_in(results, pathogen, scenario=baseline) for plan in plans],
            burdens=known_equity(results, system, pathogen, baseline),
        )
    if as_json:
        click.echo(json.dumps(results_dict(results, baseline=baseline), allow_nan=False))
    else:
        print_results(results, baseline=baseline)
        click.echo(f"\nReport: {out / 'report.html'}")
        click.echo(f"Data:   {out / 'results.zarr'}, {out / 'summary.csv'}")
        click.echo(f"Record: {out / 'record.json'} (thinwalls verify repeats the run)")


def _place(system: Any, text: str) -> str:
    return text if text in system.counties.index else str(system.facility(text))


@click.command(epilog="Example: thinwalls report out/results.zarr --language es --out informe.html")
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("report.html"), show_default=True
)
@click.option("--language", default="en", show_default=True)
@click.option("--baseline", default=None, metavar="NAME")
@PEOPLE
def report(
    results: Path, out: Path, language: str, baseline: str | None, people: tuple[str, ...]
) -> None:
    """Write the report of a saved result, in any language, against any of its scenarios.

    One person's risk needs their places day by day: run with --place or --person.
    """
    from thinwalls.common import check_target
    from thinwalls.reporting import Words, write_report
    from thinwalls.results import load_results

    Words(language)
    check_target(out)
    asked = plans_of(people)
    loaded = load_results(str(results))
    loaded.baseline_name(baseline)
    found = []
    if asked:
        system, pathogen = used_by(loaded)
        for plan in asked:
            named = plan.within(system, loaded.days)
            found.append(named.risk_in(loaded, pathogen, scenario=baseline))
    write_report(
        loaded,
        out,
        language=language,
        baseline=baseline,
        people=found,
        burdens=burdens_of(loaded, baseline),
    )
    click.echo(str(out))
