"""Commands on a saved result: compare, flattening, cost, equity, sensitivity."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thinwalls.cli.look.lists import AS_JSON, print_table
from thinwalls.cli.saved_run import used_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from thinwalls.simulation import By

RESULTS = click.argument("results", type=click.Path(path_type=Path), metavar="RESULTS")
BASELINE = click.option(
    "--baseline", default=None, metavar="NAME", help="Compared with [default: the first scenario]."
)
GROUP = click.option(
    "--group", default="followed", show_default=True, help="Who: followed, detained, staff, ..."
)
OUTCOME = click.option("--outcome", default="infections", show_default=True)


def number(value: Any) -> str:
    """A number as people read it; what does not exist is a dash."""
    if value is None or value != value:
        return "-"
    if not isinstance(value, int | float):
        return str(value)
    if abs(value) < 10 and value != int(value):
        return f"{value:.3g}"
    return f"{value:,.0f}"


def span(row: dict[str, Any], name: str) -> str:
    """A number with its interval."""
    middle, low, high = (number(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return middle if middle == "-" else f"{middle} ({low} to {high})"


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain types; a value that does not exist is None."""
    content: list[dict[str, Any]] = json.loads(
        table.to_json(orient="records", date_format="iso", date_unit="s", double_precision=15)
    )
    return content


def show_table(
    table: pd.DataFrame, columns: Sequence[str], spans: Sequence[str], as_json: bool, **more: Any
) -> None:
    """Print all of a table as JSON, or some columns; those in ``spans`` with their interval."""
    rows = rows_of(table)
    if as_json:
        # A share of nothing is not known.
        known = {name: None if value != value else value for name, value in more.items()}
        click.echo(json.dumps({**known, "rows": rows}, allow_nan=False))
        return
    shown = [
        [
            *(number(row[name]) for name in columns),
            *(span(row, name) for name in spans),
        ]
        for row in rows
    ]
    print_table((*columns, *(name.replace("_", " ") for name in spans)), shown)


@click.command(epilog="Example: thinwalls compare out/results.zarr --group staff --outcome deaths")
@RESULTS
@BASELINE
@click.option(
    "--place", default="all", show_default=True, help="A facility, county or state of the run."
)
@click.option("--group", default=None, help="Only this group.")
@click.option("--outcome", default=None, help="Only this outcome.")
@AS_JSON
def compare(
    results: Path,
    baseline: str | None,
    place: str,
    group: str | None,
    outcome: str | None,
    as_json: bool,
) -> None:
    """Scenarios of a saved result against a baseline, paired, with 90 % intervals."""
    from thinwalls.results import GROUPS, compare as compared, load_results

    groups = GROUPS if group is None else (group,)
    found = compared(load_results(str(results)), baseline, place=place, groups=groups)
    table = found.table
    if outcome is not None:
        table = table[table["outcome"] == chosen(outcome, sorted(set(table["outcome"])))]
    columns = ("scenario", "group", "outcome", "population_at_risk")
    show_table(
        table,
        columns,
        ("difference", "ratio"),
        as_json,
        baseline=found.baseline,
        place=found.place,
        draws=found.draws,
    )


def chosen(value: str, allowed: Sequence[str]) -> str:
    """``value`` if it is allowed."""
    from thinwalls.common import InputError

    if value not in allowed:
        raise InputError(
            "must be one of {names}", field="--outcome", value=value, names=", ".join(allowed)
        )
    return value


@click.command(epilog="Example: thinwalls flattening out/results.zarr")
@RESULTS
@BASELINE
@AS_JSON
def flattening(results: Path, baseline: str | None, as_json: bool) -> None:
    """Peak demand for hospital beds against the beds that are free (a flattened curve)."""
    from thinwalls.results import flattening as flattened, load_results

    found = flattened(load_results(str(results)), baseline)
    table = found.table.copy()
    for name in ("peak_date", "peak_date_low", "peak_date_high"):
        table[name] = table[name].dt.strftime("%Y-%m-%d")
    columns = ("scenario", "beds", "free", "probability_below", "probability_flatter")
    spans = ("peak", "peak_date", "peak_difference", "days_above", "overload_deaths")
    show_table(table, columns, spans, as_json, baseline=found.baseline)


@click.command(epilog="Example: thinwalls cost out/results.zarr --prices my_prices.toml")
@RESULTS
@BASELINE
@click.option("--prices", type=click.Path(path_type=Path), default=None, help="Your own prices.")
@click.option(
    "--supervised-share",
    type=float,
    default=1.0,
    show_default=True,
    help="Share of released people's days in alternatives to detention.",
)
@AS_JSON
def cost(
    results: Path,
    baseline: str | None,
    prices: Path | None,
    supervised_share: float,
    as_json: bool,
) -> None:
    """What each scenario costs, in dollars, and per infection and death averted."""
    from thinwalls.results import cost as costs, load_prices, load_results

    found = costs(
        load_results(str(results)),
        baseline,
        prices=None if prices is None else load_prices(prices),
        supervised_share=supervised_share,
    )
    show_table(
        found.table,
        ("scenario", "price"),
        ("cost", "difference"),
        as_json,
        baseline=found.baseline,
        left_out=list(found.left_out),
        averted=rows_of(found.averted),
    )
    if as_json:
        return
    click.echo("")
    columns = ("scenario", "population_at_risk", "cheaper_and_fewer")
    spans = ("infections_averted", "per_infection_averted", "deaths_averted", "per_death_averted")
    show_table(found.averted, columns, spans, False)
    if found.left_out:
        click.echo(f"\nNot counted, the result does not hold them: {', '.join(found.left_out)}")


@click.command(epilog="Example: thinwalls equity out/results.zarr --by age --outcome deaths")
@RESULTS
@click.option(
    "--composition",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help="CSV of your own: a column place, then one column of shares for each category.",
)
@click.option(
    "--by",
    type=click.Choice(
        ("age", "vulnerable", "custody_class", "sex", "race_ethnicity", "citizenship")
    ),
    default=None,
    help="What is known about the people; how finely is said below the table.",
)
@click.option(
    "--weight",
    "given_weights",
    multiple=True,
    metavar="NAME=RATIO",
    help="Risk of a category within a place, relative to the others (repeatable).",
)
@BASELINE
@click.option("--group", default="detained", show_default=True)
@OUTCOME
@click.option("--reference", default=None, help="Category that others are compared with.")
@AS_JSON
def equity(
    results: Path,
    composition: Path | None,
    by: By | None,
    given_weights: tuple[str, ...],
    baseline: str | None,
    group: str,
    outcome: str,
    reference: str | None,
    as_json: bool,
) -> None:
    """Who carries the burden, by the composition of places that you give or that is known.

    By age, what the run counted is taken: deaths and infections of people followed always, all
    else of runs with --by-age. Everything else is spread over the people of each place by their
    shares; with --by age or vulnerable, admissions and deaths by how likely they are for each. Sex
    is known by facility, citizenship and race and ethnicity for whole custody systems, and not
    for all of them; give --composition where you know more.
    """
    from thinwalls.common import InputError
    from thinwalls.results import counted_by_age, equity as burden, equity_by_age, load_results
    from thinwalls.simulation import equity_of

    loaded = load_results(str(results))
    weights = _weights(given_weights)
    asked: dict[str, Any] = {"group": group, "outcome": outcome, "reference": reference}
    if (composition is None) == (by is None):
        raise InputError("give either --composition or --by", field="--composition")
    if by == "age" and not weights and counted_by_age(loaded, group, outcome):
        found = equity_by_age(loaded, baseline, **asked)
        detail = "Counted by the run: every person is followed with their age band."
    elif composition is not None:
        found = burden(loaded, _given(composition), baseline, weights=weights, **asked)
        detail = "Spread by the shares given."
    else:
        assert by is not None
        system, pathogen = used_by(loaded, results)
        found = equity_of(loaded, system, pathogen, by, baseline, weights=weights, **asked)
        detail = f"{found.detail} Source: {found.source}."
        if by in ("vulnerable", "custody_class"):
            detail += " People are taken to leave alike, also where a scenario is for some of them."
    show_table(
        found.table,
        ("scenario", "category", "population_at_risk"),
        ("rate_per_1000", "rate_ratio", "burden_share", "removed_share"),
        as_json,
        baseline=found.baseline,
        reference=found.reference,
        covered_share=found.covered_share,
        detail=detail,
    )
    if not as_json:
        covered = found.covered_share
        click.echo(f"\n{covered:.0%} of the outcome is in the places for which shares are known.")
        click.echo(detail)


def _weights(given: Sequence[str]) -> dict[str, float]:
    """NAME=RATIO, each as a pair."""
    from thinwalls.common import InputError

    weights = {}
    for text in given:
        name, _, ratio = text.rpartition("=")
        try:
            weights[name] = float(ratio)
        except ValueError:
            raise InputError("must be NAME=RATIO", field="--weight", value=text) from None
    return weights


def _given(composition: Path) -> pd.DataFrame:
    import pandas as pd

    from thinwalls.common import InputError

    try:
        return pd.read_csv(composition, dtype={"place": str}).set_index("place").astype(float)
    except (KeyError, ValueError):
        raise InputError(
            "must be a CSV with a column place and columns of numbers", where=str(composition)
        ) from None


@click.command(
    epilog='Example: thinwalls sensitivity out/results.zarr --scenario "release everyone"'
)
@RESULTS
@click.option("--scenario", required=True, metavar="NAME", help="Compared with the baseline.")
@BASELINE
@GROUP
@OUTCOME
@AS_JSON
def sensitivity(
    results: Path,
    scenario: str,
    baseline: str | None,
    group: str,
    outcome: str,
    as_json: bool,
) -> None:
    """Which uncertain parameters decide a difference, and where its sign turns."""
    from thinwalls.results import flip_value, load_results, sensitivity as decided

    loaded = load_results(str(results))
    found = decided(loaded, scenario, baseline, group=group, outcome=outcome)
    table = found.table.copy()
    turns = [
        flip_value(loaded, str(name), scenario, baseline, group=group, outcome=outcome)
        for name in table["parameter"]
    ]
    table["sign_turns_at"] = [turn.at for turn in turns]
    table["sign_turns_at_low"] = [turn.low for turn in turns]
    table["sign_turns_at_high"] = [turn.high for turn in turns]
    show_table(
        table,
        ("parameter", "rank_correlation", "above_noise"),
        ("first_order", "sign_turns_at"),
        as_json,
        scenario=found.scenario,
        baseline=found.baseline,
        noise=found.noise,
        population_at_risk=found.population_at_risk,
    )
    if not as_json:
        people = number(found.population_at_risk)
        click.echo(f"\nOutcome: {outcome} of {group}, {people} people at risk.")
