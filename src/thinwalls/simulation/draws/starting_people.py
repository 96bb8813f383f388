"""How many people of each cell are in each stage on the first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls import engine
from thinwalls.simulation.draws.county_epidemics import LEAST
from thinwalls.simulation.draws.sampled_values import randomised_rounding, stream_of_name
from thinwalls.simulation.population.cell_variants import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.draws.county_epidemics import Community
    from thinwalls.simulation.population.immunity import Immunity
    from thinwalls.simulation.population.layout import Layout


def people_at_start(
    layout: Layout,
    people: NDArray[np.int64],
    community: Community,
    stages: engine.Stages,
    recovered: int,
    origins: Float,
    ratio: float,
    immune_inside: float | None,
    seed: int,
    draw: int,
    *,
    immunity: Immunity | None = None,
    values: Mapping[str, float] | None = None,
) -> NDArray[np.int64]:
    """[C, S] whole ``people`` [C] by stage: shares of the home county, rounded at random.

    Detained people have the prevalence of the counties they were arrested in (``origins`` [F, N])
    times ``ratio``, and their immunity unless ``immune_inside`` says how many are immune; nobody
    but residents starts in hospital.  Where ``immunity`` says at the draw's ``values`` who is
    immune that holds, and of the others as many are infected as of others where they come from.
    """
    cells = layout.cells
    group = cells["group"].to_numpy()
    county = {code: n for n, code in enumerate(layout.county_fips)}
    by_county = np.where(stages.alive, community.share_by_stage, 0.0)
    outside_hospital = np.where(stages.resource < 0, by_county, 0.0)
    share = np.zeros((len(cells), len(stages.dwell_days)))
    share[layout.residents] = by_county
    staff = np.flatnonzero(group == "staff")
    homes = [county[str(code)] for code in cells["home"].to_numpy()[staff]]
    share[staff] = outside_hospital[homes]
    inside = origins @ outside_hospital * ratio
    where_from = origins @ by_county[:, recovered]
    inside[:, recovered] = where_from if immune_inside is None else immune_inside
    immune_from = share[:, recovered].copy()
    for f in range(layout.n_facilities):
        share[layout.cells_of(f)] = inside[f]
        immune_from[layout.cells_of(f)] = where_from[f]
    own = np.full(len(cells), np.nan) if immunity is None else immunity.shares(values or {})
    given = ~np.isnan(own)
    left = (1.0 - own[given]) / np.maximum(1.0 - immune_from[given], LEAST)
    share[given] *= left[:, None]
    share[given, recovered] = 0.0
    share[:, stages.susceptible] = 0.0
    ordinary = (cells["variant"] == ORDINARY).to_numpy()
    n_numbers = int(ordinary.sum()) * share.shape[1]
    uniform = np.zeros(share.shape)
    numbers = engine.uniforms(seed, draw, stream_of_name("people at the start"), n_numbers)
    uniform[ordinary] = numbers.reshape(-1, share.shape[1])
    counts = randomised_rounding(people[:, None] * share, uniform)
    if immunity is not None:
        immune = immunity.whole(people, own, seed, draw)
        for cell in np.flatnonzero(given):
            counts[cell] = _trimmed(counts[cell], int(people[cell] - immune[cell]))
        counts[given, recovered] = immune[given]
    excess = np.maximum(counts.sum(axis=1) - people, 0)
    for cell in np.flatnonzero(excess):
        counts[cell] = _trimmed(counts[cell], int(people[cell]))
    counts[:, stages.susceptible] = people - counts.sum(axis=1)
    return np.ascontiguousarray(counts)


def _trimmed(counts: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The first ``most`` people of a cell in the order of its stages."""
    before = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.asarray(np.clip(most - before, 0, counts))
