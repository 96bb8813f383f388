"""Cases, and facilities in which one had been found, by when in 2020: counted, and simulated.

No prior was chosen with these counts.  The weekly record that is fitted begins on 6 May 2020.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from thinwalls.evidence.hindcast.fit.trajectories import VARIANTS, as_values
from thinwalls.evidence.hindcast.judged.usual_priors import reduced_priors
from thinwalls.evidence.hindcast.model.reduced_model import START, reported, simulate_outbreaks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from thinwalls.common import Float
    from thinwalls.evidence.hindcast.model.frame import Frame


KINDS: Final = ("facilities", "cases")
_LEVELS: Final = (0.05, 0.5, 0.95)


@cache
def _counted() -> list[dict[str, Any]]:
    text = resources.files("thinwalls.evidence").joinpath("recorded_totals.toml").read_text("utf-8")
    counts: list[dict[str, Any]] = tomllib.loads(text)["found"]
    return counts


def found_early(
    frame: Frame,
    posterior: pd.DataFrame,
    *,
    draws: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Cases so far and facilities with one, with the usual priors and with fitted draws.

    Rows of ``model, what`` (one of :data:`KINDS`), ``date, recorded, low, median, high`` (90 %),
    ``agrees, source``; ``progress`` is called with the number of simulations done, two times
    ``draws`` for every variant.
    """
    rows: list[dict[str, Any]] = []
    done = 0

    def report(now: int) -> None:
        if progress is not None:
            progress(done + now)

    for variant in VARIANTS:
        fitted = as_values(posterior[posterior["variant"] == variant])
        for name, values in (("usual", _usual(draws, seed)), ("fitted", fitted)):
            if not values:
                continue
            found = _simulated(frame, values, variant, draws, seed, report)
            done += draws
            for count, simulated in zip(_counted(), found.T, strict=True):
                what = next(kind for kind in KINDS if kind in count)
                low, median, high = np.quantile(simulated, _LEVELS)
                rows.append(
                    {
                        "model": f"reduced, {variant}, {name}",
                        "what": what,
                        "date": count["date"].isoformat(),
                        "recorded": count[what],
                        "low": float(low),
                        "median": float(median),
                        "high": float(high),
                        "agrees": "yes" if low <= count[what] <= high else "no",
                        "source": count["source"],
                    }
                )
    return pd.DataFrame(rows)


def _usual(draws: int, seed: int) -> list[dict[str, float]]:
    random = np.random.default_rng([seed, 13])
    return [
        {name: float(one.quantile(random.random())) for name, one in reduced_priors().items()}
        for _ in range(draws)
    ]


def _simulated(
    frame: Frame,
    values: Sequence[Mapping[str, Any]],
    variant: str,
    draws: int,
    seed: int,
    progress: Callable[[int], None],
) -> Float:
    """[draws, counts] what had been reported at the end of each day counted."""
    found = np.zeros((draws, len(_counted())))
    for draw in range(draws):
        one, one_seed = values[draw % len(values)], seed * 1_000_003 + draw
        simulated = simulate_outbreaks(frame, one, one_seed, well_mixed=variant == VARIANTS[1])
        so_far = np.cumsum(reported(simulated, one, one_seed), axis=1)
        for n, count in enumerate(_counted()):
            here = so_far[:, (count["date"] - START).days]
            found[draw, n] = (here > 0).sum() if "facilities" in count else here.sum()
        progress(draw + 1)
    return found
