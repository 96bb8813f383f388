"""``thinwalls demo``, ``thinwalls run`` and ``thinwalls report``."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from thinwalls.cli.output import output_directory
from thinwalls.errors import InputError

if TYPE_CHECKING:
    from thinwalls.system import System

Command = TypeVar("Command", bound=Callable[..., Any])
DEMO_SCENARIOS = "demo-2020"
DEMO_SYSTEM = "ice-2020"
DEMO_PATHOGEN = "covid-2020"
DEMO_DRAWS = 100
USER_FILES = (".csv", ".xlsx")
"""Files in the form of `thinwalls template`."""
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
                    help="Directory for report.html, results.zarr, summary.csv.",
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

    Writes report.html (open it in a browser), results.zarr and summary.csv.
    """
    from thinwalls.policy import load_scenario_set

    _run(load_scenario_set(DEMO_SCENARIOS), DEMO_SYSTEM, DEMO_PATHOGEN, None, None, **options)


@click.command(
    epilog="Example: thinwalls run my_scenario.toml --system ice-2020 --draws 200 --out out/"
)
@click.argument("scenarios", metavar="SCENARIOS")
@click.option(
    "--system", "system_name", default=DEMO_SYSTEM, show_default=True, help="Name, or a CSV file."
)
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
    start: str | None,
    baseline: str | None,
    **options: Any,
) -> None:
    """Run the scenarios of a file on a system and write the report.

    SCENARIOS is a TOML file, a link, or the name of a packaged set (see `thinwalls scenarios`).
    """
    from thinwalls.policy import load_scenario_set

    options |= {"around": around, "states": states}
    _run(load_scenario_set(scenarios), system_name, pathogen_name, start, baseline, **options)


def load_part(name: str, around: str | None, states: Sequence[str]) -> System:
    """A packaged system, or the user's own from a CSV file or workbook, or a part of it."""
    from thinwalls.system import load_system

    if Path(name).suffix.lower() in USER_FILES:
        from thinwalls.sources import load_user_system

        system = load_user_system(name)
    else:
        system = load_system(name)
    if states:
        system = system.state(*states)
    return system if around is None else system.around(around)


def _run(
    scenarios: Sequence[Any],
    system_name: str,
    pathogen_name: str,
    start: str | None,
    baseline: str | None,
    *,
    around: str | None = None,
    states: Sequence[str] = (),
    draws: int,
    days: int,
    seed: int,
    out: Path,
    places: Sequence[str],
    language: str,
    threads: int | None,
    check: bool,
    as_json: bool,
) -> None:
    from thinwalls.pages import Words, print_results, results_dict, write_report
    from thinwalls.pathogens import load_pathogen
    from thinwalls.results import write_summary
    from thinwalls.simulation import simulate

    Words(language)
    names = [scenario.name for scenario in scenarios]
    if baseline is not None and baseline not in names:
        raise InputError(f"must be one of {', '.join(names)}", field="--baseline", value=baseline)
    with output_directory(out) as staging:
        system = load_part(system_name, around, states)
        pathogen = load_pathogen(pathogen_name)
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
                places=[_place(system, place) for place in places],
                progress=progress,
                command="thinwalls " + shlex.join(sys.argv[1:]),
            )
        results.save(str(staging / "results.zarr"))
        write_summary(results, str(staging / "summary.csv"), baseline=baseline)
        write_report(results, staging / "report.html", language=language, baseline=baseline)
    if as_json:
        click.echo(json.dumps(results_dict(results, baseline=baseline), allow_nan=False))
    else:
        print_results(results, baseline=baseline)
        click.echo(f"\nReport: {out / 'report.html'}")
        click.echo(f"Data:   {out / 'results.zarr'}, {out / 'summary.csv'}")


def _place(system: Any, text: str) -> str:
    return text if text in system.counties.index else str(system.facility(text))


@contextmanager
def progress_bar(total: int) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, or nothing when that is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=total)
        yield lambda done: bar.update(task, completed=done)


@click.command(epilog="Example: thinwalls report out/results.zarr --language es --out informe.html")
@click.argument("results", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("report.html"), show_default=True
)
@click.option("--language", default="en", show_default=True)
@click.option("--baseline", default=None, metavar="NAME")
def report(results: Path, out: Path, language: str, baseline: str | None) -> None:
    """Write the report of a saved result, in any language, against any of its scenarios."""
    from thinwalls.pages import Words, write_report
    from thinwalls.results import load_results

    Words(language)
    write_report(load_results(str(results)), out, language=language, baseline=baseline)
    click.echo(str(out))
