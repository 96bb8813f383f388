"""Likelihood-free fit of the reduced model to recorded outbreaks (rejection, with pyabc)."""

from __future__ import annotations

import logging
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.evidence.hindcast.fit.learned_summaries import (
    SEEDS,
    check_methods,
    run_pilot,
    scale_of,
)
from thinwalls.evidence.hindcast.fit.trajectories import (
    VARIANTS,
    compare_with,
    fitted_names,
    recorded_cumulative,
    simulator,
    trajectories,
    values_at,
)
from thinwalls.evidence.hindcast.model.reduced_model import these_only

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thinwalls.common import Float
    from thinwalls.evidence.hindcast.fit.learned_summaries import Simulate
    from thinwalls.evidence.hindcast.fit.trajectories import Distance
    from thinwalls.evidence.hindcast.model.frame import Frame
    from thinwalls.evidence.hindcast.model.weekly_record import OutbreakRecord


@dataclass(frozen=True)
class Effort:
    """How many simulations a fit makes and keeps."""

    pilot: int
    """at draws from the priors, of each variant: for the scale of the distance and the checks"""
    calibration: int
    """draws whose distances set the tolerance"""
    particles: int
    """accepted draws of both variants together"""
    nearest_share: float
    """of all draws that is accepted, about"""

    @property
    def simulations(self) -> int:
        """About how many simulations one fit takes."""
        return (
            len(VARIANTS) * self.pilot
            + self.calibration
            + round(self.particles / self.nearest_share)
        )


@dataclass(frozen=True)
class Fit:
    """Result of one fit of both variants."""

    seed: int
    draws: Mapping[str, pd.DataFrame]
    """by variant: accepted draws, independent and of the same weight"""
    tolerance: float
    """largest distance that was accepted"""
    simulations: int
    """draws from the priors, without the pilot"""
    pilot: int
    """draws of the pilot, both variants together"""
    methods: pd.DataFrame
    """see :func:`thinwalls.evidence.hindcast.fit.learned_summaries.check_methods`"""
    processor_seconds: float

    def probability(self, variant: str) -> float:
        """Of a variant, both being as likely before: its share of the accepted draws."""
        return len(self.draws[variant]) / sum(map(len, self.draws.values()))


def fit(
    frame: Frame,
    record: OutbreakRecord,
    effort: Effort,
    *,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> Fit:
    """Fit the reduced model to the record up to 30 September 2020.

    Rejection (Pritchard et al., Mol Biol Evol 1999;16:1791) over both variants at once: draws from
    the priors are accepted below a tolerance, the quantile ``effort.nearest_share`` of the
    distances of ``effort.calibration`` first draws.  Accepted draws are independent and have equal
    weights, so every one counts.

    Parameters
    ----------
    frame, record
        The model and what it is compared with; only facilities of the record run.
    effort
        How many simulations.
    seed
        Of everything random.
    progress
        Called with the number of simulations done.

    Raises
    ------
    InputError
        When pyabc or scikit-learn is not installed.
    """
    _library()
    started = time.process_time()
    frame = these_only(frame, record.facility_ids)
    comparison = compare_with(record, frame)
    target = trajectories(comparison, recorded_cumulative(record))
    count = _Count(progress)
    plain = {one: simulator(frame, comparison, well_mixed=one == VARIANTS[1]) for one in VARIANTS}
    models = {one: count.counted(simulate) for one, simulate in plain.items()}
    pilots = {
        one: run_pilot(models[one], one, effort.pilot, [seed, 2, n])
        for n, one in enumerate(VARIANTS)
    }
    distance = scale_of(list(pilots.values()))
    draws, simulations, tolerance = _accepted(models, distance, target, effort, seed)
    methods = pd.concat(
        [
            check_methods(plain[one], pilots[one], distance, target, variant=one, seed=seed)
            for one in VARIANTS
        ],
        ignore_index=True,
    )
    return Fit(
        seed=seed,
        draws=draws,
        tolerance=tolerance,
        simulations=simulations + effort.calibration,
        pilot=len(VARIANTS) * effort.pilot,
        methods=methods,
        processor_seconds=time.process_time() - started,
    )


def _accepted(
    models: Mapping[str, Simulate],
    distance: Distance,
    target: dict[str, Float],
    effort: Effort,
    seed: int,
) -> tuple[dict[str, pd.DataFrame], int, float]:
    """Accepted draws by variant, simulations after the calibration, the tolerance."""
    pyabc = _library()
    # The library draws from the global generator, so that is what has to be seeded.
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        # A file, because the library leaves a database in memory open, with complaints at the end.
        with tempfile.TemporaryDirectory() as folder:
            smc = pyabc.ABCSMC(
                [_model(models[one], one) for one in VARIANTS],
                [
                    pyabc.Distribution(
                        **{name: pyabc.RV("uniform", 0.0, 1.0) for name in fitted_names(one)}
                    )
                    for one in VARIANTS
                ],
                distance,
                population_size=pyabc.ConstantPopulationSize(
                    effort.particles, nr_calibration_particles=effort.calibration
                ),
                eps=pyabc.QuantileEpsilon(alpha=effort.nearest_share),
                sampler=pyabc.sampler.SingleCoreSampler(),
            )
            smc.new(f"sqlite:///{folder}/fit.db", target)
            history = smc.run(max_nr_populations=1)
            draws = {one: _draws(history, n) for n, one in enumerate(VARIANTS)}
            table = history.get_all_populations().set_index("t").loc[history.max_t]
    finally:
        np.random.set_state(before)  # noqa: NPY002
    return draws, int(table["samples"]), float(table["epsilon"])


def _model(simulate: Simulate, variant: str) -> Callable[[Mapping[str, float]], dict[str, Float]]:
    """A model as the library takes it: from shares of priors, with the global generator."""

    def one(shares: Mapping[str, float]) -> dict[str, Float]:
        return simulate(values_at(shares), int(np.random.randint(SEEDS)))  # noqa: NPY002

    one.__name__ = variant
    return one


def _draws(history: Any, model: int) -> pd.DataFrame:
    """Accepted draws of a variant as values."""
    shares, _ = history.get_distribution(m=model, t=history.max_t)
    return pd.DataFrame([values_at(row) for row in shares.to_dict("records")])


class _Count:
    """Counts simulations, for a progress bar."""

    def __init__(self, progress: Callable[[int], None] | None) -> None:
        self._progress = progress
        self._done = 0

    def counted(self, simulate: Simulate) -> Simulate:
        """The same simulation, counted."""

        def one(values: Mapping[str, float], seed: int) -> dict[str, Float]:
            found = simulate(values, seed)
            self._done += 1
            if self._progress is not None:
                self._progress(self._done)
            return found

        return one


def _library() -> Any:
    try:
        import pyabc
    except ImportError:
        raise InputError("needs pyabc: pip install 'thinwalls[evidence]'", field="--fit") from None
    logging.getLogger("ABC").setLevel(logging.ERROR)
    return pyabc
