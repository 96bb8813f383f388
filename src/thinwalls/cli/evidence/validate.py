"""``thinwalls validate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from thinwalls.cli.look.lists import AS_JSON, print_table
from thinwalls.cli.timing import progress_bar, time_taken

if TYPE_CHECKING:
    from thinwalls.evidence import Validation

FAILED = 1


@click.command(epilog="Example: thinwalls validate --only blumberg --quick")
@click.option(
    "--only",
    multiple=True,
    metavar="PAPER",
    help="Only this paper: blumberg, recidiviz, lofgren, malloy, irvine, leibowitz, chin, severity "
    "(repeatable).",
)
@click.option("--quick", is_flag=True, help="Fewer draws and a part of the rows.")
@click.option("--rows", "every_row", is_flag=True, help="Print every row, not one per block.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--times", type=int, default=1, show_default=True, help="Factor on the number of draws."
)
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="JSON of another run (--out): say which verdicts are not the same in this one.",
)
@click.option("--strict", is_flag=True, help="Exit code 1 when a row fails.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Also write all rows to this JSON file.",
)
@AS_JSON
def validate(
    only: tuple[str, ...],
    quick: bool,
    every_row: bool,
    seed: int,
    times: int,
    against: Path | None,
    strict: bool,
    out: Path | None,
    as_json: bool,
) -> int:
    """Results that others published, beside what this program gives for the same thing.

    Tolerances stand in the packaged files of published results, with their reasons. A row that
    fails stays in the table; a row without a tolerance is shown, not judged.
    """
    from thinwalls.cli.evidence.validation_table import (
        HEADER,
        failure_lines,
        line_rows,
        row_cells,
        stability_text,
    )
    from thinwalls.common import check_target, write_bytes
    from thinwalls.evidence import changed_verdicts, number_of_rows, validate as validated

    if out is not None:
        check_target(out)
    earlier = None if against is None else _earlier(against)
    with time_taken(), progress_bar(number_of_rows(only), "comparing") as progress:
        found = validated(only, quick=quick, seed=seed, times=times, progress=progress)
    answer = found.as_dict()
    if earlier is not None:
        answer["stability"] = changed_verdicts(earlier, found)
    content = json.dumps(answer, allow_nan=False)
    if out is not None:
        write_bytes(out, (content + "\n").encode())
    if as_json:
        click.echo(content)
    else:
        for paper in found.papers:
            click.echo(f"\n{paper.paper} ({paper.name})")
            mine = [row for row in found.rows if row.group == paper.name]
            if every_row:
                print_table(HEADER, [row_cells(row, row.verdict, row.quantity) for row in mine])
            else:
                lines = [line for line in found.lines if line.group == paper.name]
                print_table(HEADER, [cells for line in lines for cells in line_rows(line)])
            for missed, why in failure_lines(mine):
                click.echo(f"fails: {missed}. {why}")
            for left in paper.unchecked:
                click.echo(f"not checked: {left.quantity}. {left.reason}")
        click.echo(
            f"\n{found.count('pass')} rows pass, {found.count('fail')} fail, "
            f"{found.count('shown')} are shown without a verdict, "
            f"{found.count('not run')} were not run."
        )
        if earlier is not None:
            click.echo(stability_text(answer["stability"]))
    return FAILED if strict and found.count("fail") else 0


def _earlier(file: Path) -> Validation:
    from thinwalls.common import InputError, Message, read_text
    from thinwalls.evidence import Validation

    try:
        return Validation.from_dict(json.loads(read_text(file)))
    except (ValueError, InputError) as problem:
        why = (
            problem.problem
            if isinstance(problem, InputError)
            else Message("is not JSON: {reason}", reason=problem)
        )
        raise InputError.of(why, field="--against", value=str(file)) from None
