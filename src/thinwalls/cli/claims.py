"""``thinwalls claims``: what people say about detention and disease, tried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
    "--fitted",
    is_flag=True,
    help="With the fitted priors that an experiment names; claims of others are left out.",
)
@click.option(
    "--again",
    is_flag=True,
    help="Also with twice the draws, another seed, fitted priors: do verdicts stay?",
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
    ways: dict[str, _Way] = {"": _Way(1.0, seed, fitted)}
    if again:
        ways["twice the draws"] = _Way(2.0, seed, fitted)
        ways["another seed"] = _Way(1.0, seed + 1, fitted)
        ways["priors fitted to recorded outbreaks"] = _Way(1.0, seed, True)
    answers = {
        name: document(asked, _tried(asked, only, draws, way, threads), seed=way.seed, file=file)
        for name, way in ways.items()
    }
    answer = answers.pop("")
    if again:
        answer["again"] = {name: one["claims"] for name, one in answers.items()}
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


class _Way(NamedTuple):
    """How everything is tried."""

    factor: float
    seed: int
    fitted: bool


def _tried(
    asked: ClaimFile, only: tuple[str, ...], draws: int | None, way: _Way, threads: int | None
) -> Any:
    from thinwalls.evidence.claim_testing import chosen_claims, experiments_needed, try_claims

    ids = [claim.id for claim in chosen_claims(asked, only, way.fitted)]
    total = sum(
        max(10, round((draws or one.draws) * way.factor)) * len(one.scenarios)
        for one in experiments_needed(asked, ids).values()
    )
    with progress_bar(total) as progress:
        return try_claims(
            asked,
            only=only,
            draws=draws,
            draws_factor=way.factor,
            seed=way.seed,
            fitted=way.fitted,
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
