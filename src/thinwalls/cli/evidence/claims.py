"""``thinwalls claims``: what people say about detention and disease, tried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from thinwalls.cli.look.lists import AS_JSON
from thinwalls.cli.timing import progress_bar, time_taken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from thinwalls.evidence import ClaimFile


@click.command(epilog="Example: thinwalls claims --only soap --draws 40")
@click.argument("file", type=click.Path(path_type=Path), required=False, metavar="[CLAIMS]")
@click.option("--only", multiple=True, metavar="ID", help="Only this claim (repeatable).")
@click.option("--list", "list_only", is_flag=True, help="List the claims without trying them.")
@click.option(
    "--draws", type=click.IntRange(10), default=None, help="Draws [default: as the file says]."
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--fitted",
    is_flag=True,
    help="With the fitted priors that an experiment names; claims of others are left out.",
)
@click.option(
    "--again",
    is_flag=True,
    help="Also with twice the draws, another seed, fitted priors: do verdicts stay?",
)
@click.option(
    "--parts",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep what each experiment gave in this directory, and take from it what is there: a run "
    "that was interrupted goes on.",
)
@click.option("--threads", type=int, default=None, help="Draws at a time [default: all cores].")
@click.option("--out", type=click.Path(path_type=Path), help="Also write the answer as JSON here.")
@AS_JSON
def claims(
    file: Path | None,
    only: tuple[str, ...],
    list_only: bool,
    draws: int | None,
    seed: int,
    fitted: bool,
    again: bool,
    parts: Path | None,
    threads: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Try claims as experiments: probability, effect, what decides it, what is not modelled.

    CLAIMS is a TOML file of your own (see the docs); without it, the claims that come with the
    package.
    """
    from thinwalls.common import check_target, write_bytes
    from thinwalls.evidence import Way, as_text, document, load_claims, runs_of, try_in_ways

    asked = load_claims(file)
    _check(asked, only)
    if list_only:
        for claim in asked.claims:
            click.echo(f"{claim.id}: {claim.says}")
        return
    if out is not None:
        check_target(out)
    ways = {"": Way(seed=seed, fitted=fitted)}
    if again:
        ways["twice the draws"] = Way(2.0, seed, fitted)
        ways["another seed"] = Way(1.0, seed + 1, fitted)
        if not fitted:
            ways["priors fitted to recorded outbreaks"] = Way(1.0, seed, fitted=True)
    with (
        time_taken(),
        progress_bar(runs_of(asked, only, draws, ways.values())) as progress,
    ):
        found = try_in_ways(
            asked, ways, only=only, draws=draws, threads=threads, parts=parts, progress=progress
        )
    answer = document(found, file=file)
    if out is not None:
        write_bytes(out, (json.dumps(answer, indent=1, allow_nan=False) + "\n").encode())
    click.echo(json.dumps(answer, allow_nan=False) if as_json else as_text(answer))


def _check(asked: ClaimFile, only: Iterable[str]) -> None:
    from thinwalls.common import InputError, did_you_mean

    ids = [claim.id for claim in asked.claims]
    for one in only:
        if one not in ids:
            raise InputError.of(did_you_mean(one, ids), field="--only", value=one)
