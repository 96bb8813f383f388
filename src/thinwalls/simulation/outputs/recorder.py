"""The outputs of runs, collected in the arrays of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.results import (
    DECLARED,
    GROUPS,
    HOSPITALS,
    NOWHERE,
    SERIES_BY_GROUP,
    SERIES_BY_PLACE,
    TOTALS,
    WHOLE_SYSTEM,
    Measure,
)
from thinwalls.simulation.finding.reported_cases import ReportedRows, Reports
from thinwalls.simulation.outputs.by_age import Ages
from thinwalls.simulation.outputs.counts import OneRun, joined
from thinwalls.simulation.outputs.daily_rows import (
    SelectedRows,
    Selection,
    select,
    series_places,
)
from thinwalls.simulation.outputs.what_is_recorded import (
    BED,
    CASES,
    FLOWS,
    ICU,
    STOCKS,
    TESTABLE,
)
from thinwalls.simulation.population.hospital_beds import local_regions
from thinwalls.simulation.shared_types.movement_classes import (
    ARREST,
    MOVEMENTS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from thinwalls.engine import Inputs, Output, OutputSpec
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario


class _Series:
    """One variable day by day, of the places and groups that have it."""

    def __init__(
        self,
        chosen: Selection,
        groups: Sequence[str],
        shape: tuple[int, int, int],
        n_places: int,
    ) -> None:
        self.rows = np.flatnonzero(chosen.of_group(*groups))
        """rows of the selection that are kept"""
        # Empty memory is not touched before a run is written to it.
        self.values = np.empty((*shape, len(self.rows)), np.float32)
        """[scenarios, draws, days, rows]"""
        self.row_of = np.full((n_places, len(GROUPS)), NOWHERE)
        at = (chosen.place[self.rows], chosen.group[self.rows])
        self.row_of[at] = np.arange(len(self.rows))

    @property
    def nbytes(self) -> int:
        """Bytes of the numbers."""
        return self.values.nbytes


class Recorder:
    """Collects the outputs of (scenario, draw) runs into the arrays of a result.

    Parts of one recorder may be filled from several threads: each run writes its own slices.
    """

    def __init__(
        self,
        layout: Layout,
        scenarios: int,
        draws: int,
        dates: pd.DatetimeIndex,
        places: Sequence[str] = (),
        *,
        by_age: bool = False,
        reports: Reports | None = None,
    ) -> None:
        self._layout = layout
        self._dates = dates
        self._places = series_places(layout, places)
        shape = (scenarios, draws, len(dates))
        self._series_selection = select(layout, self._places)
        self._series = {
            one.name: _Series(self._series_selection, one.groups, shape, len(self._places))
            for one in SERIES_BY_GROUP
        }
        self._by_place = {
            one.name: np.full((*shape, len(self._places)), np.nan, np.float32)
            for one in SERIES_BY_PLACE
        }
        self._total_places = [WHOLE_SYSTEM, *dict.fromkeys(layout.outputs["place"])]
        total_shape = (scenarios, draws, len(self._total_places), len(GROUPS))
        self._totals = {}
        for one in TOTALS:
            has = np.isin(GROUPS, one.groups)
            self._totals[one.name] = np.full(total_shape, np.where(has, 0.0, np.nan), np.float32)
        self._local = local_regions(layout)
        region_shape = (scenarios, draws, len(self._local))
        self._hospitals = {one.name: np.zeros(region_shape, np.float32) for one in HOSPITALS}
        self._total_selection = select(layout, self._total_places)
        self._region_of_place = self._regions(self._places)
        self._ages = Ages(layout, scenarios, draws, self._places, events=by_age)
        self._rows_of: dict[int, tuple[OutputSpec, SelectedRows, ReportedRows]] = {}
        self._reports = reports or Reports()

    def _regions(self, places: Sequence[str]) -> list[NDArray[np.int64]]:
        layout = self._layout
        cells = layout.cells
        made = []
        for place in places:
            if place == WHOLE_SYSTEM:
                found = self._local
            else:
                found = np.unique(cells.loc[cells["place"] == place, "region"].to_numpy())
            made.append(found[found >= 0].astype(np.int64))
        return made

    def add(
        self,
        scenario: int,
        draw: Draw,
        output: Output,
        inputs: Inputs,
        compiled: CompiledScenario,
    ) -> None:
        """Store one run: the output of ``inputs``, made from a draw and a compiled scenario."""
        days = output.flow.shape[0]
        steps_per_day = inputs.n_steps // days
        capacity = inputs.rates.capacity[inputs.rates.period_of_step[::steps_per_day]]
        one_run = OneRun(inputs, output, draw, compiled)
        self._add_series(scenario, draw.number, one_run)
        self._add_totals(scenario, draw.number, one_run)
        self._ages.add((scenario, draw.number), one_run)
        for p, regions in enumerate(self._region_of_place):
            days_of = (scenario, draw.number, slice(None), p)
            self._by_place["icu_free"][days_of] = capacity[:, regions, ICU].sum(axis=1)
            self._by_place["beds_free"][days_of] = capacity[:, regions, BED].sum(axis=1)
            self._by_place["overflow"][days_of] = output.overflowed[:, regions, :].sum(axis=(1, 2))
        local = self._local
        in_use, full = output.resource_in_use[:, local], output.overflowed[:, local]
        capacity = capacity[:, local]
        run = (scenario, draw.number)
        for name, k in (("icu", ICU), ("beds", BED)):
            self._hospitals[f"peak_{name}"][run] = in_use[:, :, k].max(axis=0)
            self._hospitals[f"{name}_free"][run] = capacity[:, :, k].min(axis=0)
            self._hospitals[f"days_over_{name}"][run] = (full[:, :, k] > 0).sum(axis=0)
        self._hospitals["turned_away"][run] = full.sum(axis=(0, 2))
        lost = full.sum(axis=0) * draw.deaths_per_turned_away[local]
        self._hospitals["overload_deaths"][run] = lost.sum(axis=1)

    def _rows(self, record: OutputSpec) -> tuple[SelectedRows, ReportedRows]:
        """The daily series in terms of a record; every scenario has one for all draws."""
        known = self._rows_of.get(id(record))
        if known is None:
            rows = SelectedRows.of(self._series_selection, record)
            reported = ReportedRows.of(self._series_selection, rows, self._places)
            known = record, rows, reported
            self._rows_of[id(record)] = known
        return known[1], known[2]

    def _add_series(self, scenario: int, draw: int, run: OneRun) -> None:
        output, inputs = run.output, run.inputs
        rows, reported = self._rows(inputs.outputs)
        weights = rows.weights(run.by_output(inputs.people[:, inputs.stages.susceptible]))
        flow, stock, moved, arrived, force = rows.by_day(
            output.flow,
            output.stock,
            output.moved,
            output.arrived[:, :, ARREST : ARREST + 1],
            (output.force * weights)[:, :, None],
        )
        moved = np.moveaxis(joined(np.moveaxis(moved, 0, -1)), -1, 0)
        moved[ARREST] = arrived[0]
        values = {
            **dict(zip(FLOWS, flow, strict=True)),
            **dict(zip(STOCKS, stock[:TESTABLE], strict=True)),
            **{Measure("moved", name): moved[k] for k, name in enumerate(MOVEMENTS)},
            Measure("reported"): reported.by_day(output.flow[:, :, CASES], run.draw, self._reports),
            Measure("force"): force[0] / (rows.members @ weights),
        }
        for one in DECLARED:
            if one.daily is not None:
                kept = self._series[one.daily.name]
                kept.values[scenario, draw] = values[one.measure][:, kept.rows]

    def _add_totals(self, scenario: int, draw: int, run: OneRun) -> None:
        chosen = self._total_selection
        for one in DECLARED:
            if one.total is not None and one.kept:
                rows = chosen.of_group(*one.total.groups)
                at = (chosen.place[rows], chosen.group[rows])
                values = run.total(one.measure, chosen)[rows]
                self._totals[one.total.name][scenario, draw][at] = values

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        tables = (
            self._series,
            self._by_place,
            self._totals,
            self._hospitals,
            self._ages.values,
        )
        return sum(array.nbytes for table in tables for array in table.values())
