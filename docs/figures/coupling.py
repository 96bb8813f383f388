"""Prints and draws what the sampler does to a paired difference (docs/samplers.md).

The reference experiment of docs/model.md, section 4.2: one county of 500,000 people, SEIR,
transmission 1.15 / 7 per day, latent 4 and infectious 7 days, daily steps, 200 infectious people,
180 days; the difference is 5 imported cases a day for 60 days.  Three ways of drawing the same
binomials.
"""

from __future__ import annotations

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.random import counter_based as rng, quantile_samplers as samplers

DRAWS = 3000
PEOPLE, INFECTIOUS, DAYS = 500_000, 200, 180
RATE, LEAVE_E, LEAVE_I = 1.15 / 7, 1 - np.exp(-1 / 4), 1 - np.exp(-1 / 7)


@standalone
def coupled(seed, draw, imports):
    """Infections, every binomial the quantile of a keyed uniform."""
    stream = rng.stream(rng.key(np.uint64(seed), np.uint64(draw)), np.uint64(1))
    s, e, i, total = PEOPLE - INFECTIOUS, 0, INFECTIOUS, 0
    for day in range(DAYS):
        a = samplers.binomial_hazard(s, RATE * i / PEOPLE, rng.uniform_of(stream, day, 0))
        b = samplers.binomial(e, LEAVE_E, rng.uniform_of(stream, day, 1))
        c = samplers.binomial(i, LEAVE_I, rng.uniform_of(stream, day, 2))
        s, e, i = s - a, e + a - b, i + b - c
        e += imports if day < 60 else 0
        total += a
    return total


def shared_stream(seed: int, draw: int, imports: int) -> int:
    """Infections, binomials drawn one after another by numpy's rejection sampler."""
    random = np.random.Generator(np.random.Philox(key=seed * 10**6 + draw))
    s, e, i, total = PEOPLE - INFECTIOUS, 0, INFECTIOUS, 0
    for day in range(DAYS):
        a = random.binomial(s, 1 - np.exp(-RATE * i / PEOPLE))
        b = random.binomial(e, LEAVE_E)
        c = random.binomial(i, LEAVE_I)
        s, e, i = s - a, e + a - b, i + b - c
        e += imports if day < 60 else 0
        total += a
    return total


def differences() -> pd.DataFrame:
    """Paired differences in infections by way of drawing."""
    draws = range(DRAWS)
    base = np.array([coupled(1, d, 0) for d in draws])
    ways = {
        "independent noise": np.array([coupled(2, d, 5) for d in draws]) - base,
        "one stream, rejection sampler": np.array(
            [shared_stream(1, d, 5) - shared_stream(1, d, 0) for d in draws]
        ),
        "keyed uniforms, quantile sampler": np.array([coupled(1, d, 5) for d in draws]) - base,
    }
    return pd.concat(
        [pd.DataFrame({"way": way, "difference": values}) for way, values in ways.items()]
    )


def main() -> None:
    table = differences()
    spread = table.groupby("way", sort=False)["difference"].agg(["mean", "std"])
    spread["times sharper"] = spread["std"].iloc[0] / spread["std"]
    print(spread.round(1).to_string())
    counts = []
    edges = np.arange(-10_000, 45_001, 500)
    for way, part in table.groupby("way", sort=False):
        height, _ = np.histogram(part["difference"], edges)
        counts.append(
            pd.DataFrame({"way": way, "infections": edges[:-1] + 250, "share": height / DRAWS})
        )
    chart = (
        alt.Chart(pd.concat(counts))
        .mark_area(interpolate="step", opacity=0.75)
        .encode(
            x=alt.X("infections:Q", title="Infections caused by 300 imported cases"),
            y=alt.Y("share:Q", title="Share of draws", axis=alt.Axis(format="%")),
            row=alt.Row(
                "way:N",
                title=None,
                sort=list(table["way"].unique()),
                header=alt.Header(labelAngle=0, labelAlign="left"),
            ),
        )
        .properties(width=460, height=90)
        .resolve_scale(y="independent")
    )
    chart.save(Path(__file__).with_suffix(".svg"))


if __name__ == "__main__":
    main()
