"""``thinwalls data`` and ``thinwalls template``: packaged data, publishers' files, one's own."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thinwalls.cli.look.lists import AS_JSON, print_table
from thinwalls.cli.look.newer_data import build_system, update
from thinwalls.cli.timing import progress_bar
from thinwalls.common import InputError

if TYPE_CHECKING:
    from collections.abc import Callable


@click.group(epilog="Example: thinwalls data reconcile us-2020")
def data() -> None:
    """Build a system of a newer workbook; check, download, reconcile or rebuild the data."""


data.add_command(build_system)
data.add_command(update)


@data.command(epilog="Example: thinwalls data build --from downloads --to snapshots/")
@click.option(
    "--from",
    "shared",
    type=click.Path(path_type=Path),
    required=True,
    help="Directory with the publishers' files (layout: see the data page of the docs).",
)
@click.option(
    "--to",
    "out",
    type=click.Path(path_type=Path),
    default=None,
    help="Where to write [default: into the package].",
)
@click.option("--system", "systems", multiple=True, help="This one only (repeatable).")
def build(shared: Path, out: Path | None, systems: tuple[str, ...]) -> None:
    """Rebuild the packaged systems from publishers' files."""
    from thinwalls.sources import build as build_systems, builders
    from thinwalls.system import packaged_directory

    target = packaged_directory() if out is None else out
    wanted = list(systems) or None
    with progress_bar(len(wanted or builders()), "building") as progress:
        written = build_systems(shared, target, wanted, progress=progress)
    for path in written:
        click.echo(str(path))


@data.command(epilog="Example: thinwalls data check FY20-detentionstats.xlsx")
@click.argument("file", type=click.Path(path_type=Path))
@AS_JSON
def check(file: Path, as_json: bool) -> None:
    """Say whether a file can be read and what is odd in it; exit code 1 if anything is."""
    from thinwalls.sources import check_file

    report = check_file(file)
    odd = report.odd.to_dict("records")
    if as_json:
        content = {"file": str(report.file), "what": report.what, "rows": report.rows, "odd": odd}
        content["counted"] = dict(report.counted)
        click.echo(json.dumps(content, default=str))
    else:
        click.echo(f"{report.file}: {report.what}, {report.rows} rows, {len(odd) or 'nothing'} odd")
        for what, number in report.counted.items():
            click.echo(f"  {what}: {number:,.1f}")
        for row in odd:
            value = f"{row['field']} = {row['value']}: " if row["field"] else ""
            click.echo(f"  {row['where']}: {value}{row['problem']}")
    sys.exit(0 if report.ok else 1)


@data.command(epilog="Example: thinwalls data reconcile us-2020")
@click.argument("system", default="ice-2020")
@AS_JSON
def reconcile(system: str, as_json: bool) -> None:
    """Print our totals against published ones, with the differences explained."""
    from thinwalls.sources import as_markdown, reconcile as reconcile_system

    table = reconcile_system(system)
    click.echo(json.dumps(table.to_dict("records")) if as_json else as_markdown(table), nl=as_json)


@data.command(epilog="Example: thinwalls data fetch ice-fy2020")
@click.argument("key", default="")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), default=None, help="[default: cache]"
)
def fetch(key: str, folder: Path | None) -> None:
    """Download a publisher's file, with its checksum; without KEY: list what there is."""
    from thinwalls.sources import CATALOGUE, fetch as fetch_file

    if not key:
        print_table(("key", "address"), [(name, one.address) for name, one in CATALOGUE.items()])
        return
    if key not in CATALOGUE:
        raise InputError(
            "must be one of {names}", field="key", value=key, names=", ".join(CATALOGUE)
        )
    with ExitStack() as closing:
        path = fetch_file(CATALOGUE[key], folder, progress=_bar(CATALOGUE[key].name, closing))
    click.echo(str(path))


def _bar(name: str, closing: ExitStack) -> Callable[[int, int | None], None] | None:
    """A bar over the bytes, begun when their number is known; none where nobody looks."""
    if not sys.stderr.isatty():
        return None
    bars: list[Any] = []

    def show(done: int, whole: int | None) -> None:
        if whole is None:
            click.echo(f"\r{name}: {done:,} bytes", nl=False, err=True)
            return
        if not bars:
            bar = click.progressbar(
                length=whole, label=name, file=sys.stderr, show_pos=True, show_percent=True
            )
            bars.append(closing.enter_context(bar))
        bars[0].update(done - bars[0].pos)

    return show


@click.command(epilog="Example: thinwalls template my_jails.csv")
@click.argument("file", type=click.Path(path_type=Path))
def template(file: Path) -> None:
    """Write the table of a system of one's own; `thinwalls run --system FILE.csv` reads it."""
    from thinwalls.sources import template as write_template

    click.echo(str(write_template(file)))
