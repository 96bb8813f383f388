"""Another way to a posterior, tried beside rejection: summaries learned by regression.

The regression of a quantity on the shape of the trajectories is its posterior mean as a linear
regression knows it (Fearnhead and Prangle, J R Stat Soc B 2012;74:419).  What is left of the
difference between an accepted simulation and the record is taken out by local-linear regression
(Beaumont, Zhang and Balding, Genetics 2002;162:2025), on the logit of the share of the prior, so
that draws stay inside their priors.  Both methods are checked in two ways: on simulated records,
whose parameters are known, and by how near simulations from their draws come to the record itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from thinwalls.common import InputError
from thinwalls.evidence.hindcast.fit.scoring import covered, crps
from thinwalls.evidence.hindcast.fit.trajectories import DATES, Distance, fitted_names, values_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float

    Simulate = Callable[[Mapping[str, float], int], dict[str, NDArray[np.float64]]]


METHODS: Final = ("rejection", "adjusted by regression")
PENALTIES: Final = np.logspace(-1.0, 4.0, 11)
"""Ridge penalties among which leave-one-out error chooses."""
CHECKED: Final = 50
"""Simulated records with which the methods are checked, at the most."""
NEAREST_SHARE: Final = 0.1
"""Share of a pilot that the methods keep when they are checked."""
SEEDS: Final = 2**31
_PIECES: Final = 8
_EDGE: Final = 1e-4
"""Shares of a prior nearer to 0 or 1 count as this far from it, so that their logit is finite."""


@dataclass(frozen=True)
class Pilot:
    """Simulations at independent draws from the priors of one variant."""

    shares: Float
    """[n, P] of the priors of the variant's quantities"""
    trajectories: Sequence[Mapping[str, Float]]


def run_pilot(simulate: Simulate, variant: str, number: int, seed: Sequence[int]) -> Pilot:
    """Simulate a variant at draws from its priors."""
    random = np.random.default_rng(seed)
    shares = random.random((number, len(fitted_names(variant))))
    seeds = random.integers(SEEDS, size=number)
    return Pilot(shares, _simulated(simulate, variant, shares, seeds))


def _simulated(
    simulate: Simulate, variant: str, shares: Float, seeds: NDArray[np.int64]
) -> list[dict[str, Float]]:
    names = fitted_names(variant)
    return [
        simulate(values_at(dict(zip(names, row, strict=True))), int(seed))
        for row, seed in zip(shares, seeds, strict=True)
    ]


def scale_of(pilots: Sequence[Pilot]) -> Distance:
    """Mean absolute deviation of each trajectory around its median over all pilots."""
    every = [one for pilot in pilots for one in pilot.trajectories]
    scale = {}
    for name in every[0]:
        parts = np.array([one[name] for one in every])
        scale[name] = float(np.abs(parts - np.median(parts, axis=0)).mean())
    return Distance(scale)


def shape(trajectories: Mapping[str, Float]) -> Float:
    """Trajectories without the names of facilities, as a regression takes them.

    Cases of every week; over facilities the mean, standard deviation and quartiles of the cases at
    each date; eight means of the sorted attack shares and of the sorted largest weeks.
    """
    size = trajectories["cases by facility"].reshape(-1, len(DATES))
    quartiles = np.quantile(size, (0.25, 0.5, 0.75), axis=0)
    sorted_means = [
        np.array(
            [piece.mean() for piece in np.array_split(trajectories[name], _PIECES) if len(piece)]
        )
        for name in ("attack shares", "largest weeks")
    ]
    return np.concatenate(
        [
            trajectories["cases by week"],
            size.mean(axis=0),
            size.std(axis=0),
            quartiles.ravel(),
            *sorted_means,
        ]
    )


def _means_of_pieces(values: Float) -> Float:
    pieces = np.array_split(values, min(_PIECES, len(values)))
    return np.array([piece.mean() for piece in pieces])


def shapes(trajectories: Sequence[Mapping[str, Float]]) -> Float:
    """[n, features]."""
    return np.array([shape(one) for one in trajectories])


def learn(pilot_shapes: Float, shares: Float) -> Any:
    """Regression of the shares of priors on shapes (ridge; scikit-learn).

    Raises
    ------
    InputError
        When scikit-learn is not installed.
    """
    try:
        from sklearn.linear_model import RidgeCV
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError:
        raise InputError(
            "needs scikit-learn: pip install 'thinwalls[evidence]'", field="--fit"
        ) from None
    return make_pipeline(StandardScaler(), RidgeCV(alphas=PENALTIES)).fit(pilot_shapes, shares)


def adjusted(shares: Float, summaries: Float, target: Float) -> Float:
    """Accepted shares of priors moved to where the summaries are those of the record.

    Local-linear regression (Beaumont, Zhang and Balding 2002) on the logit of the shares.

    Parameters
    ----------
    shares
        [k, P] of accepted draws.
    summaries
        [k, S] of their simulations.
    target
        [S] of the record.

    Returns
    -------
    NDArray
        [k, P] shares between 0 and 1.
    """
    clipped = np.clip(shares, _EDGE, 1.0 - _EDGE)
    logit = np.log(clipped / (1.0 - clipped))
    away = summaries - target
    design = np.column_stack([np.ones(len(away)), away])
    slopes = np.linalg.lstsq(design, logit, rcond=None)[0][1:]
    return np.asarray(1.0 / (1.0 + np.exp(-(logit - away @ slopes))))


def check_methods(
    simulate: Simulate,
    pilot: Pilot,
    distance: Distance,
    target: Mapping[str, Float],
    *,
    variant: str,
    seed: int,
) -> pd.DataFrame:
    """How well each method finds known parameters, and how near its draws come to the record.

    Simulated records are drawn from the tenth of the pilot nearest to the record, and fitted with
    the rest of the pilot.  Rows of ``variant, method, crps, covered_50, covered_90, to_record,
    checked``: ``crps`` is the mean continuous ranked probability score over quantities in shares
    of their priors (a prior alone has 1/6), ``covered`` the share of known values inside intervals,
    ``to_record`` the mean distance of new simulations from the record.
    """
    random = np.random.default_rng([seed, 8])
    summed = shapes(pilot.trajectories)
    away = _away(distance, pilot, target)
    near = np.argsort(away, kind="stable")[: max(2, round(NEAREST_SHARE * len(away)))]
    tested = random.choice(near, min(CHECKED, len(near) // 2), replace=False)
    rest = np.setdiff1d(np.arange(len(away)), tested)
    regression = learn(summed[rest], pilot.shares[rest])
    summaries = np.asarray(regression.predict(summed))
    kept = max(pilot.shares.shape[1] + 2, round(NEAREST_SHARE * len(away)))

    def by_method(from_it: Float, own: Float) -> tuple[Float, Float]:
        nearest = rest[np.argsort(from_it[rest], kind="stable")[:kept]]
        shares = pilot.shares[nearest]
        return shares, adjusted(shares, summaries[nearest], own)

    found = [by_method(_away(distance, pilot, pilot.trajectories[n]), summaries[n]) for n in tested]
    real = by_method(away, np.asarray(regression.predict(shapes([target]))[0]))
    truth = pilot.shares[tested]
    rows = []
    for m, method in enumerate(METHODS):
        draws = np.stack([each[m] for each in found], axis=1)
        # The same chance for both methods.
        seeds = np.random.default_rng([seed, 10]).integers(SEEDS, size=kept)
        again = _simulated(simulate, variant, real[m], seeds)
        rows.append(
            {
                "variant": variant,
                "method": method,
                "crps": float(crps(draws, truth).mean()),
                "covered_50": float(covered(draws, truth, 0.5).mean()),
                "covered_90": float(covered(draws, truth, 0.9).mean()),
                "to_record": float(np.mean([distance(one, target) for one in again])),
                "checked": len(tested),
            }
        )
    return pd.DataFrame(rows)


def _away(distance: Distance, pilot: Pilot, target: Mapping[str, Float]) -> Float:
    """[n] distances of a pilot's whole trajectories."""
    return np.array([distance(one, target) for one in pilot.trajectories])
