"""``thinwalls demo``, ``thinwalls run`` and ``thinwalls report``."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thinwalls.cli.output_directory import output_directory
from thinwalls.cli.saved_run import saved_already, used_by
from thinwalls.cli.shared_options import (
    HOUSING,
    IMMUNE,
    PART,
    SYSTEM,
    THREADS,
    other_run_options,
    run_option,
    selected,
    with_options,
)
from thinwalls.cli.simulate.text_options import (
    PEOPLE,
    WEEKS,
    burdens_of,
    plans_of,
    whole_numbers,
)
from thinwalls.cli.timing import progress_bar
from thinwalls.common import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DEMO_SCENARIOS = "demo-2020"
DEMO_SYSTEM = "ice-2020"
DEMO_PATHOGEN = "covid-2020"
DEMO_DRAWS = 100
RUN_DRAWS = 200
RESULTS, SUMMARY, RECORD, REPORT = "results.zarr", "summary.csv", "record.json", "report.html"
HTML, PDF = ".html", ".pdf"


def run_options(draws: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options that ``run`` and ``demo`` have in common."""
    return with_options(
        run_option("draws", draws),
        run_option("days"),
        run_option("seed"),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            default=Path("out"),
            show_default=True,
            help="Directory for report.html, results.zarr, summary.csv, record.json.",
        ),
        run_option("places"),
        click.option("--language", default="en", show_default=True, help="Language of the report."),
        THREADS,
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
        IMMUNE,
        *other_run_options("start", "draws", "days", "seed", "places"),
        click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
    )


@click.command(epilog="Example: thinwalls demo --draws 20 --out out/demo")
@run_options(DEMO_DRAWS)
def demo(**options: Any) -> None:
    """Run the main job: seven scenarios on ICE detention from 20 March 2020.

    Writes report.html (open it in a browser), results.zarr, summary.csv and record.json.
    """
    _run(DEMO_SCENARIOS, DEMO_SYSTEM, DEMO_PATHOGEN, None, **options)


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
@with_options(*PART)
@run_option("start")
@click.option(
    "--baseline",
    default=None,
    metavar="NAME",
    help="Scenario to compare with [default: the first].",
)
@click.option(
    "--index-case",
    "index_cases",
    multiple=True,
    metavar="PLACE:N@DATE",
    help="Somebody with whom an outbreak begins, in every scenario (repeatable): a facility or "
    "county, how many, when; then, if need be, a group (:staff, :booked-in, :residents), a stage "
    "(:exposed, :contagious, :symptoms, :onset), :unit=3, :age=1-11.",
)
@run_options(RUN_DRAWS)
def run(
    scenarios: str,
    system_name: str,
    pathogen_name: str,
    baseline: str | None,
    index_cases: Sequence[str],
    **options: Any,
) -> None:
    """Run the scenarios of a file on a system and write the report.

    SCENARIOS is a TOML file, a link, or the name of a packaged set (see `thinwalls scenarios`).
    """
    _run(scenarios, system_name, pathogen_name, baseline, index_cases=index_cases, **options)


def _run(
    scenarios: str,
    system_name: str,
    pathogen_name: str,
    baseline: str | None,
    *,
    out: Path,
    people: Sequence[str],
    delayed: Sequence[str],
    weeks: Sequence[int],
    language: str,
    threads: int | None,
    as_json: bool,
    index_cases: Sequence[str] = (),
    **options: Any,
) -> None:
    from thinwalls.pathogens import load_pathogen
    from thinwalls.policy import list_scenarios, load_scenario_set, parse_seed
    from thinwalls.reporting import Words, print_results, results_dict, write_report
    from thinwalls.results import write_summary
    from thinwalls.runs import RunRequest, record_of_run, write_record
    from thinwalls.simulation import RunOptions, known_equity

    seeds = [parse_seed(text, "--index-case") for text in index_cases]
    chosen = [one.with_seeds(seeds) for one in load_scenario_set(scenarios)]
    Words(language)
    asked = plans_of(people)
    names = [scenario.name for scenario in chosen]
    if baseline is not None and baseline not in names:
        raise InputError(
            "must be one of {names}", field="--baseline", value=baseline, names=", ".join(names)
        )
    request = RunRequest(
        system=selected(system_name, options),
        pathogen=pathogen_name,
        scenarios=tuple(chosen),
        options=RunOptions.picked(options),
    )
    with output_directory(out, (RESULTS, SUMMARY, RECORD), later=(REPORT,)) as staging:
        system, pathogen = request.system.load(), load_pathogen(pathogen_name)
        if scenarios in list_scenarios():
            request = request.shortened(system)
        plans = [plan.within(system, request.options.days) for plan in asked]
        request = request.within(system, keep=[place for plan in plans for place in plan.places])
        request = request.with_later_starts(system, delayed, weeks)
        with progress_bar(request.count) as progress:
            results = request.run(
                system=system,
                pathogen=pathogen,
                threads=threads,
                progress=progress,
                command="thinwalls " + shlex.join(sys.argv[1:]),
            )
        results.save(str(staging / RESULTS))
        write_record(record_of_run(results, request), staging / RECORD)
        write_summary(results, str(staging / SUMMARY), baseline=baseline)
    # Only now: a report that cannot be drawn does not cost the simulation.
    with saved_already(out / RESULTS):
        write_report(
            results,
            out / REPORT,
            language=language,
            baseline=baseline,
            people=[plan.risk_in(results, pathogen, scenario=baseline) for plan in plans],
            burdens=known_equity(results, system, pathogen, baseline),
        )
    if as_json:
        click.echo(json.dumps(results_dict(results, baseline=baseline), allow_nan=False))
    else:
        print_results(results, baseline=baseline)
        click.echo(f"\nReport: {out / REPORT}")
        click.echo(f"Data:   {out / RESULTS}, {out / SUMMARY}")
        click.echo(f"Record: {out / RECORD} (thinwalls verify repeats the run)")


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

    --out ending in .html or .pdf says which it is.
    One person's risk needs their places day by day: run with --place or --person.
    """
    from thinwalls.common import check_target, write_bytes
    from thinwalls.reporting import Words, report_pdf, write_report
    from thinwalls.results import load_results

    words = Words(language)
    ending = out.suffix.lower()
    if ending not in (HTML, PDF):
        raise InputError("must end in .html or .pdf", field="--out", value=str(out))
    if ending == PDF and people:
        raise InputError("is in the HTML report only", field="--person", value=str(out))
    check_target(out)
    asked = plans_of(people)
    loaded = load_results(str(results))
    loaded.baseline_name(baseline)
    if ending == PDF:
        write_bytes(out, report_pdf(loaded, words, baseline))
        click.echo(str(out))
        return
    found = []
    if asked:
        system, pathogen = used_by(loaded, results)
        for plan in asked:
            named = plan.within(system, loaded.days)
            found.append(named.risk_in(loaded, pathogen, scenario=baseline))
    write_report(
        loaded,
        out,
        language=language,
        baseline=baseline,
        people=found,
        burdens=burdens_of(loaded, results, baseline),
    )
    click.echo(str(out))
