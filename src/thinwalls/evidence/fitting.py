"""Likelihood-free fit of the reduced model to recorded outbreaks (rejection, with pyabc).

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
from numpy.typing import NDArray

from thinwalls.errors import InputError
from thinwalls.evidence.outbreak_model import (
    START,
    Frame,
    reported,
    simulate_outbreaks,
    these_only,
)
from thinwalls.quantities import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from thinwalls.evidence.outbreaks import OutbreakRecord

Float = NDArray[np.float64]

VARIANTS: Final = ("units", "well-mixed")
"""How a facility is housed: in units, or everybody meets everybody."""
LARGE_PEOPLE: Final = 50
"""Facilities that hold fewer on the first day are left out of shares per person."""
DATES: Final = ("2020-05-27", "2020-07-08", "2020-08-19", "2020-09-30")
"""When the cases of every facility are compared: every six weeks."""
PILOT_DRAWS: Final = 200
_SEEDS: Final = 2**31


@cache
def fitted_quantities() -> Mapping[str, Quantity]:
    """Priors of the fit by dotted name."""
    text = resources.files(__package__).joinpath("outbreak_priors.toml").read_text("utf-8")
    return {name: Quantity.model_validate(form) for name, form in tomllib.loads(text).items()}


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


@dataclass(frozen=True)
class Fit:
    """Result of one fit."""

    draws: pd.DataFrame
    """weighted particles: columns of all quantities, ``variant``, ``weight`` (adds up to 1 in each
    variant)"""
    variant_probability: Mapping[str, float]
    tolerance: float
    """largest distance that was accepted"""
    simulations: int
    """draws from the priors"""
    seed: int


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


def distance_of(
    frame: Frame, comparison: Comparison, seed: int, draws: int = PILOT_DRAWS
) -> Distance:
    """Scales from simulations at the priors, half of them of each variant."""
    random = np.random.default_rng([seed, 2])
    names = list(fitted_quantities())
    found: dict[str, list[Float]] = {}
    for draw in range(draws):
        simulate = simulator(frame, comparison, well_mixed=bool(draw % 2))
        values = values_at(dict(zip(names, random.random(len(names)), strict=True)))
        for name, part in simulate(values, int(random.integers(_SEEDS))).items():
            found.setdefault(name, []).append(part)
    return Distance(
        {
            name: float(np.abs(np.array(parts) - np.median(parts, axis=0)).mean())
            for name, parts in found.items()
        }
    )


def fit(
    frame: Frame,
    record: OutbreakRecord,
    *,
    seed: int,
    particles: int = 300,
    nearest_share: float = 0.05,
    variants: tuple[str, ...] = VARIANTS,
    pilot_draws: int = PILOT_DRAWS,
    store: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> Fit:
    """Fit the reduced model to the record up to 30 September 2020.

    Rejection (Pritchard et al., Mol Biol Evol 1999;16:1791) over both variants at once: draws from
    the priors are accepted below a tolerance, the quantile ``nearest_share`` of the distances of
    ``particles`` first draws.  Accepted draws have equal weights, so every one counts; sequential
    Monte Carlo was tried and left a tenth of its particles effective in so many dimensions.

    Args:
        frame, record: the model and what it is compared with; only facilities of the record run.
        seed: of everything random.
        particles: draws that are accepted.
        nearest_share: share of all draws that is accepted, about.
        variants: which of :data:`VARIANTS`.
        pilot_draws: simulations at the priors that give the scales of the distance.
        store: new SQLite file for the accepted draws; in memory if not given.
        progress: called with the number of simulations done.

    Raises
    ------
    InputError
        When pyabc is not installed.
    """
    pyabc = _library()
    frame = these_only(frame, record.facility_ids)
    comparison = compare_with(record, frame)
    distance = distance_of(frame, comparison, seed, pilot_draws)
    done = 0

    def model(variant: str) -> Callable[[Mapping[str, float]], dict[str, Float]]:
        simulate = simulator(frame, comparison, well_mixed=variant == VARIANTS[1])

        def one(shares: Mapping[str, float]) -> dict[str, Float]:
            nonlocal done
            done += 1
            if progress is not None:
                progress(done)
            return simulate(values_at(shares), int(np.random.randint(_SEEDS)))  # noqa: NPY002

        one.__name__ = variant
        return one

    priors = [
        pyabc.Distribution(**{name: pyabc.RV("uniform", 0.0, 1.0) for name in fitted_names(one)})
        for one in variants
    ]
    # The library draws from the global generator, so that is what has to be seeded.
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        smc = pyabc.ABCSMC(
            [model(variant) for variant in variants],
            priors,
            distance,
            population_size=particles,
            eps=pyabc.QuantileEpsilon(alpha=nearest_share),
            sampler=pyabc.sampler.SingleCoreSampler(),
        )
        smc.new(
            "sqlite://" if store is None else f"sqlite:///{store}",
            trajectories(comparison, recorded_cumulative(record)),
        )
        history = smc.run(max_nr_populations=1)
    finally:
        np.random.set_state(before)  # noqa: NPY002
    return _result(history, variants, seed)


def _library() -> Any:
    import logging

    try:
        import pyabc
    except ImportError:
        raise InputError("needs pyabc: pip install 'thinwalls[evidence]'", field="--fit") from None
    logging.getLogger("ABC").setLevel(logging.ERROR)
    return pyabc


def _result(history: Any, variants: tuple[str, ...], seed: int) -> Fit:
    parts = []
    probability = history.get_model_probabilities(history.max_t)["p"]
    for m, variant in enumerate(variants):
        if m not in probability.index or probability[m] <= 0:
            continue
        shares, weights = history.get_distribution(m=m, t=history.max_t)
        rows = [values_at(row) for row in shares.to_dict("records")]
        part = pd.DataFrame(rows)
        part["variant"], part["weight"] = variant, np.asarray(weights) / np.sum(weights)
        parts.append(part)
    table = history.get_all_populations().set_index("t").loc[history.max_t]
    return Fit(
        draws=pd.concat(parts, ignore_index=True),
        variant_probability={v: float(probability.get(m, 0.0)) for m, v in enumerate(variants)},
        tolerance=float(table["epsilon"]),
        simulations=int(table["samples"]),
        seed=seed,
    )
