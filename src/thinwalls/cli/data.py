"""``thinwalls data``: the packaged data and where it comes from."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def data() -> None:
    """Rebuild the packaged data from publishers' files."""


@data.command(epilog="Example: thinwalls data build --from ../shared/data --to /tmp/snapshots")
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
def build(shared: Path, out: Path | None) -> None:
    """Rebuild every packaged system.  Needs the extra `thinwalls[sources]`."""
    from thinwalls.sources import build as build_snapshots
    from thinwalls.system.store import packaged_directory

    for path in build_snapshots(shared, packaged_directory() if out is None else out):
        click.echo(str(path))
