"""``thinwalls explain``: what a scenario changes, from its compiled form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from thinwalls.cli.look.lists import AS_JSON
from thinwalls.cli.shared_options import HOUSING, SYSTEM, run_option, selected, with_options

if TYPE_CHECKING:
    from thinwalls.policy import Scenario


def scenarios_of(name: str, only: str | None) -> list[Scenario]:
    """The scenarios of a file or packaged set, or the one named ``only``."""
    from thinwalls.common import InputError
    from thinwalls.policy import load_scenario_set

    chosen = load_scenario_set(name)
    if only is None:
        return chosen
    names = [scenario.name for scenario in chosen]
    if only not in names:
        raise InputError(
            "must be one of {names}", field="--scenario", value=only, names=", ".join(names)
        )
    return [chosen[names.index(only)]]


@click.command(epilog="Example: thinwalls explain guidance-2020 --system ice-2020 --json")
@click.argument("scenarios", metavar="SCENARIOS")
@click.option("--scenario", "only", default=None, metavar="NAME", help="Only this one of the set.")
@SYSTEM
@click.option("--pathogen", "pathogen_name", default="covid-2020", show_default=True)
@run_option("start")
@run_option("days")
@with_options(*HOUSING)
@AS_JSON
def explain(
    scenarios: str,
    only: str | None,
    system_name: str,
    pathogen_name: str,
    start: str | None,
    days: int,
    as_json: bool,
    **housing: Any,
) -> None:
    """Print which flows, contacts, programmes and beds a scenario changes, when, by how much.

    SCENARIOS is a TOML file or the name of a packaged set.  Nothing is simulated: the numbers are
    those that a run would be given, medians and 90 % intervals over the sampled parameters.
    """
    from thinwalls.pathogens import load_pathogen
    from thinwalls.simulation import explain as what_changes

    chosen = scenarios_of(scenarios, only)
    system = selected(system_name, housing).load()
    pathogen = load_pathogen(pathogen_name)
    content = []
    for scenario in chosen:
        changes = what_changes(system, pathogen, scenario, start=start, days=days)
        if as_json:
            content.append(
                {"scenario": scenario.name, "changes": [change.to_dict() for change in changes]}
            )
            continue
        click.echo(scenario.name)
        for line in [line for change in changes for line in change.lines] or ["nothing changes"]:
            click.echo(f"  {line}")
    if as_json:
        click.echo(json.dumps(content, allow_nan=False))
