"""Several fits put together: one posterior, how well the fits agree, what the data changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from thinwalls.evidence.fitting import VARIANTS, Fit, fitted_names, fitted_quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

Float = NDArray[np.float64]

N_DRAWS: Final = 400
"""Equally likely draws of each variant that are kept."""
LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


def effective_size(weights: Float) -> float:
    """Effective number of independent draws: (Σ w)² / Σ w²."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def equally_likely(table: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Systematic resampling of weighted rows (Douc and Cappé 2005), in random order."""
    random = np.random.default_rng([seed, 7])
    edges = np.cumsum(table["weight"].to_numpy())
    at = (np.arange(n) + random.random()) / n * edges[-1]
    rows = np.searchsorted(edges, at, side="right").clip(max=len(table) - 1)
    return table.iloc[random.permutation(rows)].drop(columns="weight").reset_index(drop=True)


def joint_posterior(fits: Sequence[Fit], variant: str, n: int = N_DRAWS) -> pd.DataFrame:
    """Equally likely draws of a variant, as many from each fit that has it."""
    parts = [one.draws[one.draws["variant"] == variant] for one in fits]
    whole = [
        part.assign(weight=part["weight"] / part["weight"].sum()) for part in parts if len(part)
    ]
    if not whole:
        return pd.DataFrame(columns=[*fitted_quantities(), "variant"])
    return equally_likely(pd.concat(whole, ignore_index=True), n, fits[0].seed)


def agreement(fits: Sequence[Fit], variant: str) -> dict[str, float]:
    """Potential scale reduction of independent fits by quantity (Gelman and Rubin 1992).

    R = sqrt(1 + variance between the means of the fits / mean variance within them): 1 when they
    agree.  Quantities are taken as shares of their priors, so that long tails do not decide.
    NaN with fewer than two fits that have the variant.
    """
    found = {}
    parts = [one.draws[one.draws["variant"] == variant] for one in fits]
    parts = [part for part in parts if len(part)]
    for name in fitted_names(variant):
        means, variances = [], []
        for part in parts:
            weights = part["weight"].to_numpy()
            values = _prior_share(name, part[name].to_numpy())
            mean = float(np.average(values, weights=weights))
            means.append(mean)
            variances.append(float(np.average((values - mean) ** 2, weights=weights)))
        ratio = np.var(means, ddof=1) / np.mean(variances) if len(parts) > 1 else np.nan
        found[name] = float(np.sqrt(1.0 + ratio))
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
    """Per fit: simulations, accepted, tolerance, effective sizes, odds of the variants."""
    rows = []
    for one in fits:
        row: dict[str, Any] = {
            "seed": one.seed,
            "simulations": one.simulations,
            "accepted": len(one.draws),
            "tolerance": one.tolerance,
        }
        for variant in VARIANTS:
            part = one.draws[one.draws["variant"] == variant]
            name = variant.replace("-", "_")
            row[f"probability_{name}"] = one.variant_probability.get(variant, 0.0)
            row[f"particles_{name}"] = len(part)
            row[f"effective_{name}"] = (
                effective_size(part["weight"].to_numpy()) if len(part) else 0.0
            )
        rows.append(row)
    return pd.DataFrame(rows)
