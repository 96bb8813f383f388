"""``thinwalls data build-system`` and ``update``: a newer workbook becomes a system."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from thinwalls.cli.look.lists import AS_JSON, print_table

MOST_CHANGES = 15
START = click.option(
    "--start",
    "start_date",
    default=None,
    metavar="DATE",
    help="First day (YYYY-MM-DD) [default: of the last whole month].",
)


@click.command(
    name="build-system",
    epilog="Example: thinwalls data build-system FY26.xlsx --start 2026-02-01 --out my-system/",
)
@click.argument("workbook", type=click.Path(path_type=Path))
@START
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--from",
    "shared",
    type=click.Path(path_type=Path),
    default=None,
    help="Directory with the publishers' files [default: what is packaged].",
)
@AS_JSON
def build_system(
    workbook: Path, start_date: str | None, out: Path, shared: Path | None, as_json: bool
) -> None:
    """Make a system of an ICE workbook of any edition; `--system FOLDER` takes it everywhere."""
    from thinwalls.sources import build_system as build

    system = build(workbook, out, start_date, shared)
    left_out = system.left_out.to_dict("records")
    people = int(system.facilities["population_start"].sum())
    if as_json:
        content = {
            "folder": str(out),
            "start_date": system.start_date,
            "facilities": len(system.facilities),
            "people": people,
            "left_out": left_out,
        }
        click.echo(json.dumps(content, default=str))
        return
    click.echo(
        f"{out}: {len(system.facilities)} facilities, {people:,} people on {system.start_date}; "
        f"data to {system.record_last}"
    )
    for row in left_out:
        click.echo(
            f"  kept out: {row['name']}, {row['city']} {row['state']}, "
            f"{row['population_average']:.1f} people: {row['reason']}"
        )


@click.command(epilog="Example: thinwalls data update --out newest/")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of the system [default: ice-newest in the cache].",
)
@click.option(
    "--address",
    default=None,
    metavar="URL",
    help="A workbook, or a page that links to workbooks [default: the publisher's page].",
)
@START
@AS_JSON
def update(out: Path | None, address: str | None, start_date: str | None, as_json: bool) -> None:
    """Download the newest workbook, show what changed and build it.

    What is there stays as it is when the download fails (exit code 1) or what comes cannot become
    a system (exit code 2).
    """
    from thinwalls.sources import cache_folder, update as update_system

    folder = cache_folder() / "ice-newest" if out is None else out
    done = update_system(folder, address, start_date)
    if as_json:
        click.echo(json.dumps(asdict(done), default=str))
        return
    click.echo(f"{done.address}\n{done.file}, SHA-256 {done.sha256}")
    if not done.is_new:
        click.echo(f"{folder} was built from this file: nothing to do")
        return
    shown = done.changes[:MOST_CHANGES]
    print_table(("what", "before", "now"), [(one.what, one.before, one.now) for one in shown])
    if len(done.changes) > len(shown):
        click.echo(f"and {len(done.changes) - len(shown)} more")
    click.echo(f"use it: --system {folder}")
