"""Several fits put together: one posterior, how well the fits agree, what the data changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from thinwalls.evidence.hindcast.fit.trajectories import VARIANTS, fitted_names, fitted_quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float
    from thinwalls.evidence.hindcast.fit.rejection import Fit


N_DRAWS: Final = 400
"""Equally likely draws of each variant that are kept."""
LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


def joint_posterior(fits: Sequence[Fit], variant: str, n: int = N_DRAWS) -> pd.DataFrame:
    """Draws of a variant, as many from each of its fits, in random order; at most ``n``."""
    parts = _draws_of(fits, variant)
    if not parts:
        return pd.DataFrame(columns=[*fitted_quantities(), "variant"])
    random = np.random.default_rng([fits[0].seed, 7])
    kept = min(n // len(parts), *(len(part) for part in parts))
    chosen = [part.iloc[random.permutation(len(part))[:kept]] for part in parts]
    whole = pd.concat(chosen, ignore_index=True).assign(variant=variant)
    return whole.iloc[random.permutation(len(whole))].reset_index(drop=True)


def _draws_of(fits: Sequence[Fit], variant: str) -> list[pd.DataFrame]:
    return [one.draws[variant] for one in fits if len(one.draws[variant])]


def agreement(fits: Sequence[Fit], variant: str) -> dict[str, float]:
    """Potential scale reduction of independent fits by quantity (Gelman and Rubin 1992).

    R = sqrt(1 + variance between the means of the fits / mean variance within them): 1 when they
    agree.  Quantities are taken as shares of their priors, so that long tails do not decide.
    NaN with fewer than two fits that have the variant.
    """
    found = {}
    parts = _draws_of(fits, variant)
    for name in fitted_names(variant):
        shares = [_prior_share(name, part[name].to_numpy()) for part in parts]
        within = np.mean([one.var() for one in shares])
        between = np.var([one.mean() for one in shares], ddof=1) if len(parts) > 1 else np.nan
        found[name] = float(np.sqrt(1.0 + between / within))
    return found


def _prior_share(name: str, values: Float) -> Float:
    """Share of the prior below each value (the quantile function inverted by interpolation)."""
    shares = np.linspace(0.0, 1.0, 2_001)
    return np.interp(values, fitted_quantities()[name].quantile(shares), shares)


def summarise(fits: Sequence[Fit], draws: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Prior and posterior of every quantity.

    Rows of ``variant, quantity, unit``, the prior's ``prior_low, prior_median, prior_high``, the
    posterior's ``low, q25, median, q75, high`` (90 % and 50 % intervals), ``shrinkage`` (1 −
    variance of the share of the prior over that of the prior: 0 when the data say nothing) and
    ``agreement`` of the fits.
    """
    rows: list[dict[str, Any]] = []
    for variant in VARIANTS:
        table = draws[variant]
        if not len(table):
            continue
        ratios = agreement(fits, variant)
        for name in fitted_names(variant):
            quantity = fitted_quantities()[name]
            values = table[name].to_numpy()
            low, q25, median, q75, high = np.quantile(values, LEVELS)
            prior_low, prior_high = quantity.interval(0.9)
            rows.append(
                {
                    "variant": variant,
                    "quantity": name,
                    "unit": quantity.unit,
                    "prior_low": prior_low,
                    "prior_median": quantity.quantile(0.5),
                    "prior_high": prior_high,
                    "low": float(low),
                    "q25": float(q25),
                    "median": float(median),
                    "q75": float(q75),
                    "high": float(high),
                    "shrinkage": float(1.0 - 12.0 * _prior_share(name, values).var()),
                    "agreement": ratios[name],
                }
            )
    return pd.DataFrame(rows)


def diagnostics(fits: Sequence[Fit]) -> pd.DataFrame:
    """Per fit and variant: simulations of both variants, effective draws, tolerance, probability.

    Accepted draws are independent and have the same weight, so all of them are effective.
    """
    return pd.DataFrame(
        [
            {
                "seed": one.seed,
                "variant": variant,
                "simulations": one.simulations,
                "tolerance": one.tolerance,
                "effective": len(one.draws[variant]),
                "probability": one.probability(variant),
            }
            for one in fits
            for variant in VARIANTS
        ]
    )
