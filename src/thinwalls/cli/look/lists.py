"""Lists and searches: systems, scenario sets, pathogens, facilities."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[Any]], right: Sequence[int] = ()
) -> None:
    """Print rows in aligned columns; ``right`` are the columns with numbers."""
    texts = [[str(value) for value in row] for row in rows]
    widths = [max(len(row[n]) for row in [list(header), *texts]) for n in range(len(header))]
    for row in [list(header), *texts]:
        cells = [
            value.rjust(width) if n in right else value.ljust(width)
            for n, (value, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


@click.command(epilog="Example: thinwalls systems --json")
@click.option("--sources", "with_sources", is_flag=True, help="Also licences and attributions.")
@AS_JSON
def systems(with_sources: bool, as_json: bool) -> None:
    """List the packaged systems, with the sources of each, of the map, and all assumptions."""
    from thinwalls.system import list_systems, load_system

    rows = list_systems().reset_index().to_dict("records")
    sources: dict[str, list[dict[str, str]]] = {}
    if with_sources:
        from thinwalls.reporting import OUTLINES

        for row in rows:
            table = load_system(str(row["name"])).sources.reset_index()
            texts = table.fillna("").astype(str).to_dict("records")
            sources[str(row["name"])] = [
                *({str(key): str(text) for key, text in one.items()} for one in texts),
                OUTLINES,
            ]
    if as_json:
        click.echo(json.dumps([{**row, "sources": sources.get(row["name"], [])} for row in rows]))
        return
    header = ("name", "start_date", "facilities", "people", "title")
    print_table(header, [[row[key] for key in header] for row in rows], right=(2, 3))
    every = {one["source_id"]: one for entries in sources.values() for one in entries}
    assumed = {key: one for key, one in every.items() if key.startswith("assumption:")}
    for name, entries in sources.items():
        _print_sources(name, [one for one in entries if one["source_id"] not in assumed])
    if assumed:
        _print_sources("assumptions of these systems", list(assumed.values()))


def _print_sources(title: str, entries: list[dict[str, str]]) -> None:
    click.echo(f"\n{title}")
    for source in entries:
        click.echo(f"  {source['publisher']}: {source['title']} ({source['licence']})")
        click.echo(f"    {source['attribution']}")


@click.command(epilog="Example: thinwalls scenarios")
@AS_JSON
def scenarios(as_json: bool) -> None:
    """List the packaged sets of scenarios; `thinwalls show NAME` prints one."""
    from thinwalls.policy import list_scenarios, load_scenario_set

    rows = [
        {"name": name, "scenarios": [scenario.name for scenario in load_scenario_set(name)]}
        for name in list_scenarios()
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(row["name"])
        for number, scenario in enumerate(row["scenarios"], start=1):
            click.echo(f"  {number} {scenario}")


@click.command(epilog="Examples: thinwalls pathogens; thinwalls pathogens --compare measles mumps")
@click.option(
    "--compare",
    "compared",
    multiple=True,
    metavar="NAME",
    help="Side by side with the others named.",
)
@click.argument("more", nargs=-1, metavar="[NAME]...")
@AS_JSON
def pathogens(compared: tuple[str, ...], more: tuple[str, ...], as_json: bool) -> None:
    """List the packaged pathogens; `thinwalls show NAME` prints one.

    `thinwalls pathogens --compare A B` shows two or more side by side.
    """
    from thinwalls.common import InputError
    from thinwalls.pathogens import compare_pathogens, list_pathogens, load_pathogen

    names = (*compared, *more)
    if names:
        if len(names) < 2 or not compared:
            raise InputError("needs two pathogens or more", field="--compare", value=names)
        beside = compare_pathogens([load_pathogen(name) for name in names])
        if as_json:
            click.echo(
                json.dumps(
                    [
                        {"label": label, **dict(zip(names, texts, strict=True))}
                        for label, texts in beside
                    ]
                )
            )
        else:
            print_table(("", *names), [(label, *texts) for label, texts in beside])
        return
    rows = [{"name": name, "title": load_pathogen(name).title} for name in list_pathogens()]
    if as_json:
        click.echo(json.dumps(rows))
        return
    print_table(("name", "title"), [(row["name"], row["title"]) for row in rows])


@click.command(epilog="Example: thinwalls facilities stewart")
@click.argument("text", nargs=-1)
@click.option("--system", "system_name", default="ice-2020", show_default=True)
@click.option("--history", "through_years", is_flag=True, help="The years of ICE's lists instead.")
@AS_JSON
def facilities(text: tuple[str, ...], system_name: str, through_years: bool, as_json: bool) -> None:
    """Find facilities by words of their name, city, county or two-letter state."""
    from thinwalls.system import load_system

    if through_years:
        _history(" ".join(text), as_json)
        return
    system = load_system(system_name)
    found = system.search(" ".join(text))
    rows = [
        {
            "id": str(index),
            "name": str(row["name"]),
            "city": str(row["city"]),
            "state": str(row["state"]),
            "county": str(system.counties["name"].get(row["county_fips"], "")),
            "kind": str(row["kind"]),
            "people": int(row["population_start"]),
        }
        for index, row in found.iterrows()
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    if not rows:
        click.echo(f"no facility of {system_name} has all of: {' '.join(text)}")
        return
    header = ("id", "name", "city", "state", "county", "kind", "people")
    print_table(header, [[row[key] for key in header] for row in rows], right=(6,))
    click.echo(f"{len(rows)} of {len(system.facilities)} facilities; people on {system.start_date}")


def _history(text: str, as_json: bool) -> None:
    from thinwalls.system import history

    table = history(text)
    if as_json:
        click.echo(table.to_json(orient="records"))
        return
    header = ("facility_id", "system", "name", "kind", "people", "average", "stay_days")
    print_table(
        header,
        [
            (
                row["facility_id"],
                row["system"],
                row["name"],
                row["kind"],
                int(row["population_start"]),
                f"{row['population_average']:.1f}",
                f"{row['length_of_stay_days']:.1f}",
            )
            for row in table.to_dict("records")
        ],
        right=(4, 5, 6),
    )
