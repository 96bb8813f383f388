"""``thinwalls show``: what something is, every value with where it comes from."""

from __future__ import annotations

import difflib
import json
import textwrap
from typing import Any

import click

from thinwalls.cli.look.lists import AS_JSON, print_table
from thinwalls.common import InputError, Message, read_toml

STEP = "step"
"""Name under which the order of a step is shown."""


@click.command(
    epilog="Examples: thinwalls show covid-2020; thinwalls show ice-2020 --facility stewart"
)
@click.argument("name")
@click.option(
    "--facility", default=None, metavar="NAME", help="One facility of a system, every value."
)
@AS_JSON
def show(name: str, facility: str | None, as_json: bool) -> None:
    """Show a system, a facility, a pathogen, a scenario set or file, or `step`.

    NAME is a name from `thinwalls systems`, `pathogens` or `scenarios`, a table of one's own
    facilities, a scenario or pathogen file, a link to scenarios, or `step` (what happens in one
    step of the simulation, in order).
    """
    from thinwalls.pathogens import list_pathogens
    from thinwalls.policy import LINK, list_scenarios, load_scenario_set
    from thinwalls.runs import SystemSelection
    from thinwalls.system import list_systems

    known_systems = [str(one) for one in list_systems().index]
    named = SystemSelection(name=name)
    if name.partition(":")[0] in known_systems or named.is_file or named.is_folder:
        known_systems.append(name)
    if facility is not None and name not in known_systems:
        raise InputError(
            "goes with a system; there are {names}",
            field="--facility",
            value=facility,
            names=", ".join(known_systems),
        )
    if name == STEP:
        _step(as_json)
    elif name in known_systems:
        _system(name, facility, as_json)
    elif name in list_pathogens():
        _pathogen(name, as_json)
    elif name in list_scenarios() or LINK in name:
        _scenarios(load_scenario_set(name), as_json)
    elif name.endswith(".toml"):
        show_file = _scenarios_of_file if "scenario" in read_toml(name) else _pathogen
        show_file(name, as_json)
    else:
        names = [STEP, *known_systems, *list_pathogens(), *list_scenarios()]
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
        hint = Message("there are {names}", names=", ".join(names))
        if close:
            hint = Message("did you mean {name}?", name=close[0])
        raise InputError(
            "is no system, pathogen or scenario set; {hint}",
            field="name",
            value=name,
            hint=hint,
        )


def _step(as_json: bool) -> None:
    from thinwalls.engine import step_order

    parts = step_order()
    if as_json:
        click.echo(json.dumps([part._asdict() for part in parts]))
        return
    for number, part in enumerate(parts, start=1):
        click.echo(f"{number:>2} {part.name:<12} {part.what}")


def _value(value: Any) -> str:
    if isinstance(value, float):
        return "not known" if value != value else f"{value:,.6g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _system(name: str, facility: str | None, as_json: bool) -> None:
    from thinwalls.runs import SystemSelection
    from thinwalls.system import newest_record

    system = SystemSelection(name=name).load()
    if facility is None:
        table = system.facilities
        content = {
            "name": system.name,
            "title": system.title,
            "description": system.description,
            "start": system.start_date,
            "record": [system.record_first, system.record_last],
            "facilities": len(table),
            "people": int(table["population_start"].sum()),
            "staff": int(table["staff"].sum()),
            "counties": len(system.inside_counties),
            "checksum": system.content_hash,
            "newest": system.record_last >= newest_record(),
        }
        dates = system.dates().reset_index().to_dict("records")
        if as_json:
            click.echo(json.dumps({**content, "dates": dates}))
            return
        newest = content.pop("newest")
        for key, value in content.items():
            click.echo(
                f"{key:<12} {_value(value) if not isinstance(value, list) else ' to '.join(value)}"
            )
        for row in dates:
            click.echo(
                f"data of      {row['what']}: {row['date'] or 'not dated'} ({row['source']})"
            )
        old = f"there are newer ones, to {newest_record()}"
        click.echo(f"numbers of   {system.record_last}; {'the newest we have' if newest else old}")
        return
    rows = system.describe_facility(facility).reset_index()
    if as_json:
        click.echo(rows.to_json(orient="records"))
        return
    shown = [
        (str(row["what"]), _value(row["value"]), str(row["unit"]), str(row["source"]))
        for row in rows.to_dict("records")
    ]
    print_table(("what", "value", "unit", "source"), shown)
    click.echo(
        f"\nSources: thinwalls systems --sources.  Facility {system.facility(facility)} of {name}."
    )


def _pathogen(name: str, as_json: bool) -> None:
    from thinwalls.pathogens import age_table_entries, age_table_of, load_pathogen

    pathogen = load_pathogen(name)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "name": pathogen.name,
                    "title": pathogen.title,
                    "stages": [stage.name for stage in pathogen.stages],
                    "parameters": {
                        key: quantity.model_dump(exclude_none=True)
                        for key, quantity in pathogen.parameters.items()
                    },
                }
            )
        )
        return
    click.echo(f"{pathogen.title} ({pathogen.name})")
    click.echo(f"stages: {', '.join(stage.name for stage in pathogen.stages)}")
    seen = set()
    for key, quantity in pathogen.parameters.items():
        table = age_table_of(key)
        if table in seen:
            continue
        if table is None:
            click.echo(f"\n{key}: {quantity}")
        else:
            seen.add(table)
            click.echo(f"\nby_age.{table}: {quantity.unit}")
            for age, text in age_table_entries(pathogen, table):
                click.echo(f"    from {age:>2} years: {text}")
        for text in (f"[{quantity.tag}] {quantity.source}", quantity.note):
            if text.strip():
                click.echo(textwrap.indent(textwrap.fill(text, 96, break_on_hyphens=False), "    "))


def _scenarios_of_file(path: str, as_json: bool) -> None:
    from thinwalls.policy import load_scenarios

    _scenarios(load_scenarios(path), as_json)


def _scenarios(scenarios: list[Any], as_json: bool) -> None:
    from thinwalls.policy import dumps_scenarios, to_link

    if as_json:
        click.echo(json.dumps([scenario.table() for scenario in scenarios], default=str))
        return
    for number, scenario in enumerate(scenarios, start=1):
        click.echo(f"{number} {scenario.name}")
        if scenario.description:
            click.echo(f"    {scenario.description}")
        click.echo(textwrap.indent(scenario.text, "    "))
    click.echo(f"\nAs a file:\n\n{dumps_scenarios(scenarios)}")
    click.echo(f"As a link (show, run and explain read it too):\n\n{to_link(scenarios)}")
