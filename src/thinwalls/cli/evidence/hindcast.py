"""``thinwalls hindcast``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thinwalls.cli.look.lists import AS_JSON
from thinwalls.cli.output_directory import output_directory
from thinwalls.cli.timing import progress_bar

if TYPE_CHECKING:
    from thinwalls.evidence import HindcastReport

SEED = 1


@click.command(epilog="Example: thinwalls hindcast --quick")
@click.option(
    "--outbreaks",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    help="Recorded weekly cases by facility (ice_weekly_cases_2020_2021.csv, woodsec20/"
    "ICE-COVID-outbreaks; may not be packaged): judge the forecasts again on it; needs "
    "thinwalls[evidence].",
)
@click.option(
    "--fit",
    "fit_again",
    is_flag=True,
    help="Fit again instead of using the packaged posterior; needs --outbreaks.",
)
@click.option("--quick", is_flag=True, help="Few draws: to see that it works, not for numbers.")
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    help="Also write hindcast.json, hindcast.md, its figures, and the fitted draws.",
)
@AS_JSON
def hindcast(
    outbreaks: Path | None,
    fit_again: bool,
    quick: bool,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """What really happened: fitted to recorded outbreaks, judged on what came later.

    Without a file: the packaged posterior and its scores, six single outbreaks, and what the fall
    of the detained population in 2020 averted.  A comparison that fails stays in the table.
    """
    from thinwalls.common import InputError
    from thinwalls.evidence import hindcast_steps, make_hindcast_report
    from thinwalls.reporting import terminal_text, write_page

    if fit_again and outbreaks is None:
        raise InputError("needs --outbreaks FILE, the record to fit to", field="--fit")

    def work() -> HindcastReport:
        with progress_bar(hindcast_steps(outbreaks is not None, fit_again, quick)) as progress:
            return make_hindcast_report(
                outbreaks, fit_again=fit_again, quick=quick, seed=seed, progress=progress
            )

    if out is None:
        report = work()
    else:
        with output_directory(out, ("hindcast.json", "hindcast.md", "images", "fitted")) as folder:
            report = work()
            (folder / "hindcast.json").write_text(_json(report.as_dict()), encoding="utf-8")
            write_page(report.tables, report.about, folder / "hindcast.md", folder / "images")
            report.write_fitted(folder / "fitted")
    click.echo(_json(report.as_dict()) if as_json else terminal_text(report.tables, report.about))


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, allow_nan=False) + "\n"
