"""``thinwalls claims``: what people say about detention and disease, tried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thinwalls.cli.browse import AS_JSON
from thinwalls.cli.run import progress_bar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from thinwalls.evidence.claim_file import ClaimFile


@click.command(epilog="Example: thinwalls claims --only soap --draws 40")
@click.argument("file", type=click.Path(path_type=Path), required=False, metavar="[CLAIMS]")
@click.option("--only", multiple=True, metavar="ID", help="Only this claim (repeatable).")
@click.option("--list", "list_only", is_flag=True, help="List the claims without trying them.")
@click.option(
    "--draws", type=click.IntRange(10), default=None, help="Draws [default: as the file says]."
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--again",
    is_flag=True,
    help="Try everything twice more, with twice the draws and with another seed: do verdicts stay?",
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
    again: bool,
    threads: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Try claims as experiments: probability, effect, what decides it, what is not modelled.

    CLAIMS is a TOML file of your own (see the docs); without it, the claims that come with the
    package.
    """
    from thinwalls.evidence.claim_file import load_claims
    from thinwalls.evidence.claim_report import as_text, document

    asked = load_claims(file)
    _check(asked, only)
    if list_only:
        for claim in asked.claims:
            click.echo(f"{claim.id}: {claim.says}")
        return
    if out is not None and out.is_dir():
        raise click.BadParameter("is a directory; give a file", param_hint="--out")
    answer = document(asked, _tried(asked, only, draws, 1.0, seed, threads), seed=seed, file=file)
    if again:
        answer["again"] = {
            "twice the draws": document(
                asked, _tried(asked, only, draws, 2.0, seed, threads), seed=seed, file=file
            )["claims"],
            "another seed": document(
                asked, _tried(asked, only, draws, 1.0, seed + 1, threads), seed=seed + 1, file=file
            )["claims"],
        }
    if out is not None:
        _write(out, answer)
    click.echo(json.dumps(answer, allow_nan=False) if as_json else as_text(answer))


def _check(asked: ClaimFile, only: Iterable[str]) -> None:
    from thinwalls.errors import InputError
    from thinwalls.reading import did_you_mean

    ids = [claim.id for claim in asked.claims]
    for one in only:
        if one not in ids:
            raise InputError(did_you_mean(one, ids), field="--only", value=one)


def _tried(
    asked: ClaimFile,
    only: tuple[str, ...],
    draws: int | None,
    factor: float,
    seed: int,
    threads: int | None,
) -> Any:
    from thinwalls.evidence.claim_testing import experiments_needed, try_claims

    total = sum(
        max(10, round((draws or one.draws) * factor)) * len(one.scenarios)
        for one in experiments_needed(asked, only).values()
    )
    with progress_bar(total) as progress:
        return try_claims(
            asked,
            only=only,
            draws=draws,
            draws_factor=factor,
            seed=seed,
            threads=threads,
            progress=progress,
        )


def _write(out: Path, answer: dict[str, Any]) -> None:
    from thinwalls.errors import RunError

    partial = out.with_name(f".{out.name}.part")
    try:
        partial.write_text(json.dumps(answer, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        partial.replace(out)
    except OSError as problem:
        partial.unlink(missing_ok=True)
        raise RunError(f"{out}: cannot be written: {problem.strerror}") from None
