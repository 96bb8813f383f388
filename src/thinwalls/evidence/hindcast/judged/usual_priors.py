"""Whether the usual priors of the simulation are consistent with recorded outbreaks.

Asked in four ways: are fitted quantities where the usual priors have them; does the reduced model
with the usual priors look like the record; does the whole simulation give numbers of infections and
deaths that go with what was counted; and which draws of the usual priors do.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from thinwalls.evidence.hindcast.fit.trajectories import (
    VARIANTS,
    compare_with,
    fitted_names,
    fitted_quantities,
    recorded_cumulative,
)
from thinwalls.evidence.hindcast.judged.forecasts import summaries
from thinwalls.evidence.hindcast.model.measures_inside import measure_effects
from thinwalls.evidence.hindcast.model.reduced_model import (
    REPORT_DELAY_DAYS,
    START,
    reported,
    simulate_outbreaks,
    these_only,
)
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation import housing_quantities, mixing_quantities

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from thinwalls.common import Float, Quantity
    from thinwalls.evidence.hindcast.model.frame import Frame
    from thinwalls.evidence.hindcast.model.weekly_record import OutbreakRecord
    from thinwalls.results import Results


AGREES, PARTLY = 0.8, 0.5
"""Support from which the record is said to agree with a usual prior, or partly: the share of the
posterior inside the usual 90 % interval over the share of the prior of the fit inside it.  Where
the record says nothing it is 1."""
MIDWAY: Final = "2020-07-01"
"""The share of cases up to here says how early the outbreaks came."""
_LEVELS: Final = (0.05, 0.5, 0.95)
_GRID: Final = (np.arange(2_000) + 0.5) / 2_000


@cache
def usual_quantities() -> Mapping[str, Quantity]:
    """The usual prior of every fitted quantity that the simulation has, by its dotted name."""
    known = {
        **mixing_quantities(),
        **housing_quantities(),
        **{f"pathogen.{name}": q for name, q in load_pathogen("covid-2020").parameters.items()},
        **measure_effects(),
    }
    return {name: known[name] for name in fitted_quantities() if name in known}


def compare_priors(posterior: pd.DataFrame) -> pd.DataFrame:
    """Usual prior beside posterior.

    Rows of ``variant, quantity, unit``, the usual prior's ``usual_low, usual_median, usual_high``
    (90 %), the posterior's ``low, median, high``, the shares ``inside`` of the posterior and
    ``prior_inside`` of the prior of the fit in the usual interval, ``agrees``: yes, partly or no.
    """
    rows: list[dict[str, Any]] = []
    for variant in VARIANTS:
        draws = posterior[posterior["variant"] == variant]
        if not len(draws):
            continue
        for name in fitted_names(variant):
            usual = usual_quantities().get(name)
            if usual is None:
                continue
            low, high = usual.interval(0.9)
            values = draws[name].to_numpy()
            inside = float(((values >= low) & (values <= high)).mean())
            before = fitted_quantities()[name].quantile(_GRID)
            prior_inside = float(((before >= low) & (before <= high)).mean())
            support = inside / prior_inside
            rows.append(
                {
                    "variant": variant,
                    "quantity": name,
                    "unit": usual.unit,
                    "usual_low": low,
                    "usual_median": usual.quantile(0.5),
                    "usual_high": high,
                    **_interval(values),
                    "inside": inside,
                    "prior_inside": prior_inside,
                    "agrees": "yes"
                    if support >= AGREES
                    else "partly"
                    if support >= PARTLY
                    else "no",
                }
            )
    return pd.DataFrame(rows)


def predict_with_usual(
    frame: Frame,
    record: OutbreakRecord,
    *,
    draws: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """The reduced model with the usual priors against the record up to 30 September 2020.

    What the simulation does not have (people per unit, what is found and reported when) keeps the
    priors of the fit.  Rows of ``model, quantity, recorded, low, median, high, agrees`` (90 %).
    """
    frame = these_only(frame, record.facility_ids)
    comparison = compare_with(record, frame)
    weeks = record.weeks[: record.fitted_weeks]
    midway = int((weeks <= pd.Timestamp(MIDWAY)).sum()) - 1
    n_weeks = len(weeks)
    seen = np.arange(n_weeks) > comparison.first_report[:, None]
    known = pd.DataFrame(record.people.T).bfill().T.to_numpy()[:, :n_weeks]

    def measured(cumulative: Float, people: Float) -> dict[str, float]:
        weekly = np.diff(cumulative, axis=1, prepend=cumulative[:, :1]) * seen
        total = cumulative.sum(axis=0)
        early = float(total[midway] / total[-1]) if total[-1] > 0 else 0.0
        found = {name: float(one) for name, one in summaries(weekly, people).items()}
        return {**found, "early_share": early}

    recorded = measured(recorded_cumulative(record), known)
    random = np.random.default_rng([seed, 11])
    priors = reduced_priors()
    rows, done = [], 0
    for variant in VARIANTS:
        made = []
        for _ in range(draws):
            values = {name: float(one.quantile(random.random())) for name, one in priors.items()}
            one_seed = int(random.integers(2**31))
            simulated = simulate_outbreaks(
                frame, values, one_seed, well_mixed=variant == VARIANTS[1]
            )
            cases = comparison.cumulative(reported(simulated, values, one_seed))
            held = simulated.people[comparison.rows][:, comparison.week_days]
            made.append(measured(cases, held))
            done += 1
            if progress is not None:
                progress(done)
        for name, values_of in pd.DataFrame(made).items():
            interval = _interval(values_of.to_numpy())
            agrees = interval["low"] <= recorded[str(name)] <= interval["high"]
            rows.append(
                {
                    "model": f"reduced, {variant}",
                    "quantity": str(name),
                    "recorded": recorded[str(name)],
                    **interval,
                    "agrees": "yes" if agrees else "no",
                }
            )
    return pd.DataFrame(rows)


def consistent_draws(
    frame: Frame, *, draws: int, seed: int, progress: Callable[[int], None] | None = None
) -> pd.DataFrame:
    """Which draws of the usual priors go with the counts of spring 2020, in the reduced model.

    A draw does when infections up to each count, :data:`REPORT_DELAY_DAYS` before it, are as many
    as the range of the share found allows.  Rows of ``model, quantity, unit``, the interval of all
    draws ``usual_low, usual_median, usual_high`` and of those that do ``low, median, high`` (90 %;
    not a number when none does), and ``consistent``, their share.
    """
    counted = _counted()
    allowed = counted["share_found"]
    random = np.random.default_rng([seed, 12])
    priors = reduced_priors()
    rows, done = [], 0
    for variant in VARIANTS:
        values, consistent = [], np.zeros(draws, bool)
        for draw in range(draws):
            one = {name: float(q.quantile(random.random())) for name, q in priors.items()}
            simulated = simulate_outbreaks(
                frame, one, int(random.integers(2**31)), well_mixed=variant == VARIANTS[1]
            )
            so_far = np.cumsum(simulated.infections.sum(axis=0))
            shares = [
                count["people"] / max(so_far[_days_before(count["date"]) - 1], 1.0)
                for count in counted["cases"]
            ]
            consistent[draw] = all(allowed["low"] <= share <= allowed["high"] for share in shares)
            values.append(one)
            done += 1
            if progress is not None:
                progress(done)
        table = pd.DataFrame(values)
        for name in fitted_names(variant):
            if name not in usual_quantities():
                continue
            column = table[name].to_numpy()
            usual = {f"usual_{key}": one for key, one in _interval(column).items()}
            rows.append(
                {
                    "model": f"reduced, {variant}",
                    "quantity": name,
                    "unit": priors[name].unit,
                    **usual,
                    **_interval(column[consistent]),
                    "consistent": float(consistent.mean()),
                }
            )
    return pd.DataFrame(rows)


def reduced_priors() -> dict[str, Quantity]:
    """The usual priors, and those of the fit for what the simulation does not have."""
    return {**fitted_quantities(), **usual_quantities()}


def _days_before(date: dt.date) -> int:
    """Days from the start in which those reported by a date were infected."""
    return (date - START).days + 1 - round(REPORT_DELAY_DAYS)


def against_counts(results: Results, scenario: str) -> pd.DataFrame:
    """What the simulation gives for detained people beside what was counted.

    ``results`` are those of the usual priors with ``scenario`` as it happened.  Rows of ``quantity,
    date, recorded, low, median, high`` (90 %), ``allowed_low, allowed_high``, ``agrees, settled,
    source``: the intervals of ours and of what is allowed have to touch.  ``settled`` is whether so
    many draws decide that: the end of ours that does is known to 90 %.
    """
    counted = _counted()
    daily = results.dataset.sel(scenario=scenario, place="all", group="detained")
    infections = daily["new_infections"].transpose("draw", "date").values.astype(np.float64)
    so_far = np.cumsum(infections, axis=1)
    deaths = daily["deaths"].transpose("draw", "date").values.astype(np.float64).sum(axis=1)
    allowed = counted["share_found"]
    rows = []
    for one in counted["cases"]:
        by = _days_before(one["date"])
        rows.append(
            _row(
                "infections that were reported as cases, share",
                one["people"],
                one["date"],
                one["people"] / np.maximum(so_far[:, by - 1], 1.0),
                (allowed["low"], allowed["high"]),
                f"{one['source']}; allowed: {allowed['source']}",
            )
        )
    dead = counted["deaths"]
    most = float(stats.chi2.ppf(0.975, 2 * (dead["people"] + 1)) / 2)
    rows.append(
        _row("deaths so far", dead["people"], dead["date"], deaths, (0.0, most), dead["source"])
    )
    rows.append(
        _row(
            "deaths per infection",
            dead["people"],
            dead["date"],
            deaths / np.maximum(so_far[:, -1], 1.0),
            (0.0, most / dead["cases"]),
            f"{dead['source']}; at most deaths per case found",
        )
    )
    return pd.DataFrame(rows)


@cache
def _counted() -> dict[str, Any]:
    text = resources.files("thinwalls.evidence").joinpath("recorded_totals.toml").read_text("utf-8")
    return tomllib.loads(text)


def _interval(values: Float) -> dict[str, float]:
    if not len(values):
        return dict.fromkeys(("low", "median", "high"), np.nan)
    low, median, high = np.quantile(values, _LEVELS)
    return {"low": float(low), "median": float(median), "high": float(high)}


def _row(
    quantity: str,
    recorded: int,
    date: Any,
    values: Float,
    allowed: tuple[float, float],
    source: str,
) -> dict[str, Any]:
    interval = _interval(values)
    touches = interval["low"] <= allowed[1] and interval["high"] >= allowed[0]
    near = _between_draws(values, _LEVELS[0], allowed[1])
    near = near or _between_draws(values, _LEVELS[-1], allowed[0])
    return {
        "quantity": quantity,
        "date": date.isoformat(),
        "recorded": recorded,
        **interval,
        "allowed_low": allowed[0],
        "allowed_high": allowed[1],
        "agrees": "yes" if touches else "no",
        "settled": not near,
        "source": source,
    }


def _between_draws(values: Float, level: float, limit: float) -> bool:
    """Whether a limit lies in the interval of a quantile that order statistics give.

    The r-th smallest of n values lies above the quantile if fewer than r are below it, which is
    binomial; each end is beyond it with 5 % at most, or is the outermost value.
    """
    n = len(values)
    if not n:
        return False
    ordered = np.sort(values)
    first = max(int(stats.binom.ppf(0.05, n, level)) - 1, 0)
    last = min(int(stats.binom.ppf(0.95, n, level)), n - 1)
    return bool(ordered[first] <= limit <= ordered[last])
