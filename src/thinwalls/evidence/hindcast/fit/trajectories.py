"""What a simulation is compared with the record in, and the quantities that are fitted.

Everything is compared as whole trajectories, not as a few summaries: new cases of every week over
all facilities, the cases of every facility at four dates, and over facilities the sorted attack
shares and the sorted largest weekly incidences.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Quantity
from thinwalls.evidence.hindcast.model.measures_inside import measure_effects
from thinwalls.evidence.hindcast.model.reduced_model import START, reported, simulate_outbreaks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.evidence.hindcast.model.frame import Frame
    from thinwalls.evidence.hindcast.model.weekly_record import OutbreakRecord


VARIANTS: Final = ("units", "well-mixed")
"""How a facility is housed: in units, or everybody meets everybody."""
LARGE_PEOPLE: Final = 50
"""Facilities that hold fewer on the first day are left out of shares per person."""
DATES: Final = ("2020-05-27", "2020-07-08", "2020-08-19", "2020-09-30")
"""When the cases of every facility are compared: every six weeks."""


@cache
def fitted_quantities() -> Mapping[str, Quantity]:
    """Priors of the fit by dotted name; those of measures inside are the packaged effects."""
    text = resources.files("thinwalls.evidence").joinpath("outbreak_priors.toml").read_text("utf-8")
    own = {name: Quantity.model_validate(form) for name, form in tomllib.loads(text).items()}
    return {**own, **measure_effects()}


def values_at(shares: Mapping[str, float]) -> dict[str, float]:
    """Values of all quantities at shares of their priors in [0, 1]; the middle if not given."""
    return {
        name: float(one.quantile(shares.get(name, 0.5)))
        for name, one in fitted_quantities().items()
    }


def as_values(draws: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table of draws as values by name."""
    return [{str(name): one for name, one in row.items()} for row in draws.to_dict("records")]


def fitted_names(variant: str) -> list[str]:
    """Quantities that a variant has."""
    without = ("mixing.between_unit_share", "mixing.unit_people") if variant == VARIANTS[1] else ()
    return [name for name in fitted_quantities() if name not in without]


@dataclass(frozen=True)
class Comparison:
    """What of the record is compared, and where it is in a simulation."""

    rows: NDArray[np.int64]
    """[f] facilities of the record in the frame"""
    first_report: NDArray[np.int64]
    """[f] week of the first report; beyond the last for those that had none yet"""
    week_days: NDArray[np.int64]
    """[W] index of the days on which weeks end"""
    people: Float
    """[f] people on the first day"""

    def cumulative(self, cases: Float) -> Float:
        """[f, W] cases so far at the end of each week, from cases by facility and day."""
        return np.asarray(np.cumsum(cases[self.rows], axis=1)[:, self.week_days])


def compare_with(record: OutbreakRecord, frame: Frame) -> Comparison:
    """Line up the record up to the last week that a fit may see with a frame."""
    row = {name: n for n, name in enumerate(frame.facility_ids)}
    missing = [name for name in record.facility_ids if name not in row]
    if missing:
        raise InputError("holds nobody in the system", field="facility", value=missing[0])
    weeks = record.weeks[: record.fitted_weeks]
    known = np.isfinite(record.cumulative[:, : len(weeks)])
    rows = np.array([row[name] for name in record.facility_ids])
    return Comparison(
        rows=rows,
        first_report=np.where(known.any(axis=1), known.argmax(axis=1), len(weeks)),
        week_days=(weeks - pd.Timestamp(START)).days.to_numpy(),
        people=frame.people[rows],
    )


def recorded_cumulative(record: OutbreakRecord) -> Float:
    """[f, W] cases so far up to the last week that a fit may see; 0 before the first report."""
    return np.nan_to_num(record.cumulative[:, : record.fitted_weeks])


def trajectories(comparison: Comparison, cumulative: Float) -> dict[str, Float]:
    """What is compared, from cases so far by facility and week ([f, W]).

    Cases of a week count from the week after a facility's first report, as in the record.
    """
    n_weeks = cumulative.shape[1]
    week = np.arange(n_weeks)
    seen = week[None, :] > comparison.first_report[:, None]
    weekly = np.diff(cumulative, axis=1, prepend=cumulative[:, :1]) * seen
    large = comparison.people >= LARGE_PEOPLE
    people = comparison.people[large, None]
    days = [(pd.Timestamp(date) - pd.Timestamp(START)).days for date in DATES]
    at = np.searchsorted(comparison.week_days, days)
    # Between nothing and the first report the record does not say when cases came.
    silent = (comparison.first_report[:, None] > at) & (comparison.first_report < n_weeks)[:, None]
    size = np.where(silent, 0.0, np.log1p(cumulative[:, at]))
    return {
        "cases by week": np.sqrt(weekly.sum(axis=0)[1:]),
        "cases by facility": size.ravel(),
        "attack shares": np.sort(np.sqrt(cumulative[large, -1] / people[:, 0])),
        "largest weeks": np.sort(np.sqrt((weekly[large] / people).max(axis=1))),
    }


@dataclass(frozen=True)
class Distance:
    """Mean over the compared trajectories of the mean absolute difference, each in its own scale.

    The scale is the mean absolute deviation of simulations from the priors around their median, so
    1 is as far as a draw from the priors is from their middle.
    """

    scale: Mapping[str, float]

    def parts(self, one: Mapping[str, Float], other: Mapping[str, Float]) -> dict[str, float]:
        """Distance of each trajectory."""
        return {
            name: float(np.abs(one[name] - other[name]).mean() / scale)
            for name, scale in self.scale.items()
        }

    def __call__(self, one: Mapping[str, Float], other: Mapping[str, Float]) -> float:
        """Distance of all."""
        return float(np.mean(list(self.parts(one, other).values())))


def simulator(
    frame: Frame, comparison: Comparison, *, well_mixed: bool
) -> Callable[[Mapping[str, float], int], dict[str, Float]]:
    """Return a function from values and a seed to what is compared."""

    def simulate(values: Mapping[str, float], seed: int) -> dict[str, Float]:
        cases = reported(
            simulate_outbreaks(frame, values, seed, well_mixed=well_mixed), values, seed
        )
        return trajectories(comparison, comparison.cumulative(cases))

    return simulate
