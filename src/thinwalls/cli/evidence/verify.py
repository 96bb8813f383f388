"""``thinwalls verify``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from thinwalls.cli.look.lists import AS_JSON
from thinwalls.cli.timing import progress_bar

DIFFERS = 1


@click.command(epilog="Example: thinwalls verify out/record.json")
@click.argument("record", type=click.Path(path_type=Path), metavar="RECORD")
@click.option("--system", default=None, metavar="FILE", help="Where the user's own system is now.")
@click.option(
    "--pathogen", default=None, metavar="FILE", help="Where the user's own pathogen is now."
)
@click.option("--priors", default=None, metavar="FILE", help="Where the user's own priors are now.")
@click.option("--threads", type=int, default=None, help="Draws at a time [default: all cores].")
@AS_JSON
def verify(
    record: Path,
    system: str | None,
    pathogen: str | None,
    priors: str | None,
    threads: int | None,
    as_json: bool,
) -> int:
    """Repeat a run from its record and compare every number, bit for bit.

    RECORD is the record.json that `thinwalls run` and `thinwalls demo` write beside their results.
    Exit code 0: the same; 1: something differs; 2: the record cannot be used.
    """
    from thinwalls.policy import loads_scenarios
    from thinwalls.runs import load_record, verify as verified

    made = load_record(record)
    runs = made.draws * len(loads_scenarios(made.scenario_file, "scenarios of the record"))
    with progress_bar(max(runs, 0)) as progress:
        found = verified(
            record,
            system=system,
            pathogen=pathogen,
            priors=priors,
            threads=threads,
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(found.as_dict()))
    else:
        for one in found.differences:
            click.echo(one.text)
        if found.same_numbers:
            click.echo(f"Every number is the same to the last bit ({found.numbers.checksum}).")
        for file in found.unchecked:
            click.echo(f"Not checked: {file} (thinwalls report writes it again).")
        click.echo("Verified." if found.verified else "Not verified.")
    return 0 if found.verified else DIFFERS
