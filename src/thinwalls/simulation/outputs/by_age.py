"""What happened to people of each age band: detained, released, removed, and those followed.

These people stay in cells of one age band wherever they go, so deaths (the dead stay in their
cell) and years of life lost are counted from the cells at the end of a run.  The people detained
on the first day are joined by nobody, so their infections are those who are no longer susceptible
at the end, but for index cases.  Everything else is an event that the engine counts by output, and
is known by age only when the outputs are divided by age (:func:`with_ages_apart`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, vstack

from thinwalls.results import AGE_GROUPS, BY_AGE, DECLARED, GROUPS, WHOLE_SYSTEM
from thinwalls.simulation.outputs.daily_rows import Selection, select
from thinwalls.simulation.population.layout import COHORTS, age_band_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.outputs.counts import OneRun
    from thinwalls.simulation.population.layout import Layout

_NO_BAND = -1
_WHEN_ASKED = tuple(
    (one.total.name, one.measure)
    for one in DECLARED
    if one.total is not None and one.by_age == "when asked"
)
NOT_ALWAYS = tuple(name for name, _ in _WHEN_ASKED)
"""What is not known, but for the people followed, unless outputs are divided by age."""
ALWAYS = ("people_start", "deaths", "years_lost")
"""What is counted from the cells of any run."""


def age_bands(layout: Layout) -> list[tuple[int, int]]:
    """Youngest and oldest age of the bands of detained people, in order."""
    return sorted({(one.age_low, one.age_high) for one in layout.detained_classes})


def _band_of_cell(layout: Layout) -> NDArray[np.int64]:
    """[C] age band of the people of a cell, -1 for staff and residents."""
    number = {band: a for a, band in enumerate(age_bands(layout))}
    cells = layout.cells
    held = cells["group"].isin(AGE_GROUPS).to_numpy()
    ages = zip(cells["age_low"].tolist(), cells["age_high"].tolist(), strict=True)
    found = np.array([number.get(band, _NO_BAND) for band in ages], dtype=np.int64)
    return np.where(held, found, _NO_BAND)


def with_ages_apart(layout: Layout) -> Layout:
    """The layout with output rows divided by age band, so that every event is counted by age."""
    band = _band_of_cell(layout)
    code = layout.cells["output"].to_numpy(dtype=np.int64) * (band.max() + 2) + band + 1
    _, first, number = np.unique(code, return_index=True, return_inverse=True)
    was = layout.cells["output"].to_numpy()[first]
    outputs = layout.outputs.iloc[was].reset_index(drop=True)
    return replace(layout, cells=layout.cells.assign(output=number), outputs=outputs)


class Ages:
    """Collects what happened to people of each age band in (scenario, draw) runs."""

    def __init__(
        self, layout: Layout, scenarios: int, draws: int, places: Sequence[str], *, events: bool
    ) -> None:
        self.labels = [age_band_text(*band) for band in age_bands(layout)]
        self._places = list(places)
        whole = select(layout, places)
        chosen = np.flatnonzero(whole.of_group(*AGE_GROUPS))
        self._group = np.array(
            [AGE_GROUPS.index(GROUPS[g]) for g in whole.group[chosen]], dtype=np.int64
        )
        self._place = whole.place[chosen]
        members = whole.members[chosen]
        output = layout.cells["output"].to_numpy(dtype=np.int64)
        self._cell_band = _one_hot(_band_of_cell(layout), len(self.labels))
        of_cells = members[:, output]
        by_band = [of_cells * self._cell_band[:, a] for a in range(len(self.labels))]
        self._cells: csr_array = vstack(by_band, format="csr")
        self._everyone = _one_hot(_by_output(self._cell_band, output), len(self.labels))
        self._by_row = [
            Selection(
                whole.place[chosen],
                whole.group[chosen],
                whole.whole_system[chosen],
                csr_array(members * self._everyone[:, a]),
            )
            for a in range(len(self.labels) if events else 0)
        ]
        start = layout.cells["cohort"].to_numpy() == COHORTS[0]
        self._followed = np.where(start[:, None], self._cell_band, 0.0)
        shape = (scenarios, draws, len(places), len(AGE_GROUPS), len(self.labels))
        self.values = {one.name: np.zeros(shape, np.float32) for one in BY_AGE}
        if not events:
            for name in NOT_ALWAYS:
                self.values[name][:] = np.nan

    def add(self, at: tuple[int, int], run: OneRun) -> None:
        """Store one run as number ``at`` (scenario, draw)."""
        inputs, final = run.inputs, run.output.final
        start = inputs.people.sum(axis=1).astype(np.float64)
        values = {name: array[at] for name, array in self.values.items()}
        for a, selection in enumerate(self._by_row):
            for name, measure in _WHEN_ASKED:
                values[name][self._place, self._group, a] = run.total(measure, selection)
        dead = run.deaths
        counted = self._cells @ np.stack([start, dead, dead * run.years_per_death], axis=1)
        by_band = counted.reshape(len(self.labels), len(self._place), 3)
        for n, name in enumerate(ALWAYS):
            values[name][self._place, self._group] = by_band[:, :, n].T
        stages = inputs.stages
        if WHOLE_SYSTEM in self._places and stages.susceptible not in stages.branch_to:
            whole = (self._places.index(WHOLE_SYSTEM), AGE_GROUPS.index("followed"))
            infected = (inputs.people - final)[:, stages.susceptible] - run.output.seeded
            values["infections"][whole] = infected @ self._followed
            values["people_ever"][whole] = start @ self._followed


def _one_hot(band: NDArray[np.int64], n_bands: int) -> Float:
    return np.asarray(band[:, None] == np.arange(n_bands), dtype=np.float64)


def _by_output(cell_band: Float, output: NDArray[np.int64]) -> NDArray[np.int64]:
    """[O] age band of the people of each output; of mixed outputs that of some of them."""
    found = np.full(int(output.max()) + 1, _NO_BAND, dtype=np.int64)
    cells, bands = np.nonzero(cell_band)
    found[output[cells]] = bands
    return found
