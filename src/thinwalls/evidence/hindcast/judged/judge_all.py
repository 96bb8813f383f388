"""What really happened: fit to recorded outbreaks, forecasts judged on what came later."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from thinwalls._version import __version__
from thinwalls.evidence.hindcast.fit.learned_summaries import run_pilot, scale_of
from thinwalls.evidence.hindcast.fit.packaged_fit import Fitted
from thinwalls.evidence.hindcast.fit.posterior import diagnostics, joint_posterior, summarise
from thinwalls.evidence.hindcast.fit.rejection import Effort as FitEffort, Fit, fit
from thinwalls.evidence.hindcast.fit.trajectories import (
    VARIANTS,
    as_values,
    compare_with,
    recorded_cumulative,
    simulator,
    trajectories,
)
from thinwalls.evidence.hindcast.judged.forecasts import (
    FORECAST_DAYS,
    by_own_past,
    judge,
    judge_naive,
    naive_forecasts,
    predict,
    summary_table,
)
from thinwalls.evidence.hindcast.judged.usual_priors import predict_with_usual
from thinwalls.evidence.hindcast.model.reduced_model import build_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from thinwalls.common import Float
    from thinwalls.evidence.hindcast.model.frame import Frame
    from thinwalls.evidence.hindcast.model.weekly_record import OutbreakRecord
    from thinwalls.system import System

    Progress = Callable[[int], None]

FIT_SEEDS: Final = (1, 2)
"""Two independent fits, so that their agreement can be told."""
NAIVE_DRAWS: Final = 1_000


@dataclass(frozen=True)
class Effort:
    """How much is computed."""

    fit: FitEffort
    """of each fit"""
    draws: int
    """simulations per variant that forecasts are made of"""
    scale: int
    """simulations of each variant at the priors that give the scales of the distance"""
    checks: int
    """pairs of simulations of each variant whose distances from the record are shown"""


FULL: Final = Effort(
    fit=FitEffort(pilot=1_500, calibration=2_000, particles=600, nearest_share=0.03),
    draws=300,
    scale=100,
    checks=50,
)
QUICK: Final = Effort(
    fit=FitEffort(pilot=40, calibration=30, particles=40, nearest_share=0.25),
    draws=40,
    scale=10,
    checks=5,
)


def fit_all(
    frame: Frame, record: OutbreakRecord, effort: Effort, progress: Progress | None = None
) -> list[Fit]:
    """Independent fits of both variants; only quantities known on 30 September 2020 are used."""
    fits = []
    for n, seed in enumerate(FIT_SEEDS):

        def report(done: int, n: int = n) -> None:
            if progress is not None:
                progress(n * effort.fit.simulations + done)

        fits.append(fit(frame, record, effort.fit, seed=seed, progress=report))
    return fits


def how_made(fits: Sequence[Fit], effort: FitEffort) -> dict[str, Any]:
    """The record of a fit: what a page says of how it was made."""
    names = ("pyabc", "scikit-learn", "numpy", "numba")
    return {
        "seeds": [one.seed for one in fits],
        "pilot": effort.pilot,
        "calibration": effort.calibration,
        "nearest_share": effort.nearest_share,
        "simulations": [one.pilot + one.simulations for one in fits],
        "accepted": [sum(map(len, one.draws.values())) for one in fits],
        "processor_seconds": round(sum(one.processor_seconds for one in fits)),
        "versions": {"thinwalls": __version__, **{name: version(name) for name in names}},
    }


def summarise_fits(fits: Sequence[Fit]) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The posterior of all variants, and the tables ``diagnostics, quantities, methods``."""
    draws = {variant: joint_posterior(fits, variant) for variant in VARIANTS}
    tables = {
        "diagnostics": diagnostics(fits),
        "quantities": summarise(fits, draws),
        "methods": _methods(fits),
    }
    return pd.concat([one for one in draws.values() if len(one)], ignore_index=True), tables


def _methods(fits: Sequence[Fit]) -> pd.DataFrame:
    """Checks of the methods, means over the fits."""
    every = pd.concat([one.methods for one in fits], ignore_index=True)
    together = every.groupby(["variant", "method"], sort=False)
    return together.mean().assign(checked=together["checked"].sum()).reset_index()


def judge_all(
    system: System,
    record: OutbreakRecord,
    posterior: pd.DataFrame,
    effort: Effort,
    *,
    seed: int = 1,
    progress: Progress | None = None,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Tables ``summaries, scores, distances, usual``, and the weeks that were forecast."""
    long_frame = build_frame(system, FORECAST_DAYS)
    frame = build_frame(system)
    comparison = compare_with(record, long_frame)
    forecasts: dict[str, Float] = {}
    summaries, weeks = [], []
    done = 0
    present = [one for one in VARIANTS if (posterior["variant"] == one).any()]
    for variant in present:

        def report(draw: int, before: int = done) -> None:
            if progress is not None:
                progress(before + draw)

        predicted = predict(
            long_frame,
            comparison,
            record,
            posterior[posterior["variant"] == variant],
            draws=effort.draws,
            seed=seed,
            progress=report,
        )
        done += effort.draws
        n = record.fitted_weeks
        named = {
            f"{variant}, own past": by_own_past(predicted, record),
            f"{variant}, parameters only": predicted.weekly,
        }
        forecasts |= {name: one[..., n:] for name, one in named.items()}
        summaries.append(summary_table(predicted, record).assign(variant=variant))
        weeks += [_weekly(name, one, record) for name, one in named.items()]
    naive = naive_forecasts(record, NAIVE_DRAWS, seed)
    scores = pd.concat([judge(forecasts, record), judge_naive(naive, record)], ignore_index=True)
    tables = {
        "summaries": pd.concat(summaries, ignore_index=True),
        "scores": scores,
        "distances": distances(frame, record, posterior, effort, seed),
        "usual": predict_with_usual(frame, record, draws=effort.checks * 2, seed=seed),
    }
    return tables, pd.concat(weeks, ignore_index=True)


def _weekly(name: str, draws: Float, record: OutbreakRecord) -> pd.DataFrame:
    low, q25, median, q75, high = np.quantile(
        draws.sum(axis=1), (0.05, 0.25, 0.5, 0.75, 0.95), axis=0
    )
    return pd.DataFrame(
        {
            "week": record.weeks.strftime("%Y-%m-%d"),
            "forecast": name,
            "low": low,
            "q25": q25,
            "median": median,
            "q75": q75,
            "high": high,
        }
    )


def distances(
    frame: Frame, record: OutbreakRecord, posterior: pd.DataFrame, effort: Effort, seed: int
) -> pd.DataFrame:
    """Posterior predictive check: distance from the record, and of simulations from each other.

    Rows of ``variant, trajectory, to_record, to_each_other, share_as_far``: where the model is
    right the first two are alike, and ``share_as_far`` (simulations at least as far from another
    one as the record is on average) is not near 0.
    """
    comparison = compare_with(record, frame)
    models = {
        variant: simulator(frame, comparison, well_mixed=variant == VARIANTS[1])
        for variant in VARIANTS
    }
    distance = scale_of(
        [
            run_pilot(model, variant, effort.scale, [seed, 9, n])
            for n, (variant, model) in enumerate(models.items())
        ]
    )
    seen = trajectories(comparison, recorded_cumulative(record))
    rows = []
    for variant, simulate in models.items():
        table = as_values(posterior[posterior["variant"] == variant])
        if not table:
            continue
        made = [simulate(table[n % len(table)], seed * 7_001 + n) for n in range(2 * effort.checks)]
        away = pd.DataFrame([distance.parts(one, seen) for one in made])
        apart = pd.DataFrame(
            [distance.parts(made[n], made[n + effort.checks]) for n in range(effort.checks)]
        )
        for name in away.columns:
            rows.append(
                {
                    "variant": variant,
                    "trajectory": name,
                    "to_record": float(away[name].mean()),
                    "to_each_other": float(apart[name].mean()),
                    "share_as_far": float((apart[name] >= away[name].mean()).mean()),
                }
            )
    return pd.DataFrame(rows)


def evaluate(
    system: System,
    record: OutbreakRecord,
    fits: Sequence[Fit],
    effort: Effort,
    progress: Progress | None = None,
) -> Fitted:
    """Everything that rests on the record, from fits."""
    posterior, tables = summarise_fits(fits)
    judged, weekly = judge_all(system, record, posterior, effort, progress=progress)
    return Fitted(posterior, {**tables, **judged}, weekly, how_made(fits, effort.fit))
