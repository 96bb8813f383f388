"""The outputs of runs, collected in the arrays of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.results import (
    GROUPS,
    HOSPITALS,
    NOWHERE,
    SERIES_BY_GROUP,
    SERIES_BY_PLACE,
    TOTALS,
    WHOLE_SYSTEM,
)
from thinwalls.simulation.outputs.by_age import Ages
from thinwalls.simulation.outputs.counts import joined, leaving_infected, tests_by_output
from thinwalls.simulation.outputs.daily_rows import (
    SelectedRows,
    Selection,
    row_of_output,
    select,
    series_places,
)
from thinwalls.simulation.outputs.what_is_recorded import (
    BED,
    CASES,
    FLOWS,
    ICU,
    OUTPUT_TOTALS,
    STOCKS,
    TESTABLE,
)
from thinwalls.simulation.shared_types.movement_classes import (
    ARREST,
    COURSE_GIVEN,
    MOVEMENTS,
    TRANSFER,
    WITHIN,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from thinwalls.common import Float
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
        region_shape = (scenarios, draws, len(layout.regions))
        self._hospitals = {one.name: np.zeros(region_shape, np.float32) for one in HOSPITALS}
        self._total_selection = select(layout, self._total_places)
        self._region_of_place = self._regions(self._places)
        self._ages = Ages(layout, scenarios, draws, self._places, events=by_age)
        self._rows_of: dict[int, tuple[OutputSpec, SelectedRows]] = {}

    def _regions(self, places: Sequence[str]) -> list[NDArray[np.int64]]:
        layout = self._layout
        cells = layout.cells
        outside_region = int(layout.county_region[layout.outside])
        made = []
        for place in places:
            if place == WHOLE_SYSTEM:
                found = np.array([r for r in range(len(layout.regions)) if r != outside_region])
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
        n_outputs = len(self._layout.outputs)

        def by_output(people: NDArray[np.number]) -> Float:
            summed = np.bincount(inputs.cells.output, weights=people, minlength=n_outputs)
            return np.asarray(summed, dtype=np.float64)

        people_start = by_output(inputs.people.sum(axis=1))
        susceptible = by_output(inputs.people[:, inputs.stages.susceptible])
        days = output.flow.shape[0]
        steps_per_day = inputs.n_steps // days
        capacity = inputs.rates.capacity[inputs.rates.period_of_step[::steps_per_day]]
        dead = ~inputs.stages.alive
        deaths = (output.final - inputs.people)[:, dead].sum(axis=1)
        years_per_death = draw.years_per_death[inputs.cells.severity_row]
        years = by_output(deaths * years_per_death)
        daily = row_of_output(inputs.outputs)
        tests = tests_by_output(compiled, output, daily, TESTABLE, CASES)
        self._add_series(scenario, draw.number, output, inputs.outputs, susceptible)
        self._add_totals(scenario, draw.number, output, people_start)
        self._add_counts(scenario, draw.number, output, years, tests)
        self._ages.add(
            (scenario, draw.number),
            inputs,
            output.final,
            years_per_death,
            output.flow_total,
            lambda rows: rows.members @ people_start + self._arrivals(output, rows),
        )
        for p, regions in enumerate(self._region_of_place):
            days_of = (scenario, draw.number, slice(None), p)
            self._by_place["icu_free"][days_of] = capacity[:, regions, ICU].sum(axis=1)
            self._by_place["beds_free"][days_of] = capacity[:, regions, BED].sum(axis=1)
            self._by_place["overflow"][days_of] = output.overflowed[:, regions, :].sum(axis=(1, 2))
        in_use, full = output.resource_in_use, output.overflowed
        run = (scenario, draw.number)
        for name, k in (("icu", ICU), ("beds", BED)):
            self._hospitals[f"peak_{name}"][run] = in_use[:, :, k].max(axis=0)
            self._hospitals[f"{name}_free"][run] = capacity[:, :, k].min(axis=0)
            self._hospitals[f"days_over_{name}"][run] = (full[:, :, k] > 0).sum(axis=0)
        self._hospitals["turned_away"][run] = full.sum(axis=(0, 2))
        lost = full.sum(axis=0) * draw.deaths_per_turned_away
        self._hospitals["overload_deaths"][run] = lost.sum(axis=1)

    def _rows(self, record: OutputSpec) -> SelectedRows:
        """The daily series in terms of a record; every scenario has one for all draws."""
        known = self._rows_of.get(id(record))
        if known is None:
            known = record, SelectedRows.of(self._series_selection, record)
            self._rows_of[id(record)] = known
        return known[1]

    def _add_series(
        self, scenario: int, draw: int, output: Output, record: OutputSpec, susceptible: Float
    ) -> None:
        rows = self._rows(record)
        weights = rows.weights(susceptible)
        flow, stock, moved, arrived, force = rows.by_day(
            output.flow,
            output.stock,
            output.moved,
            output.arrived[:, :, ARREST : ARREST + 1],
            (output.force * weights)[:, :, None],
        )
        moved = np.moveaxis(joined(np.moveaxis(moved, 0, -1)), -1, 0)
        moved[ARREST] = arrived[0]
        parts = [
            (FLOWS, flow),
            (STOCKS, stock[:TESTABLE]),
            (MOVEMENTS, moved[: len(MOVEMENTS)]),
            (("force_of_infection",), force / (rows.members @ weights)),
        ]
        for names, values in parts:
            for name, series in zip(names, values, strict=True):
                kept = self._series[name]
                kept.values[scenario, draw] = series[:, kept.rows]

    def _add_totals(
        self,
        scenario: int,
        draw: int,
        output: Output,
        people_start: Float,
    ) -> None:
        """Totals that all groups have."""
        chosen = self._total_selection
        at = (chosen.place, chosen.group)
        for name, values in zip(OUTPUT_TOTALS, (chosen.members @ output.flow_total).T, strict=True):
            self._totals[name][scenario, draw][at] = values
        start = chosen.members @ people_start
        days_lived = chosen.members @ output.stock_total[:, STOCKS.index("people")]
        self._totals["people_start"][scenario, draw][at] = start
        self._totals["people_ever"][scenario, draw][at] = start + self._arrivals(output, chosen)
        self._totals["person_days"][scenario, draw][at] = days_lived

    def _add_counts(
        self,
        scenario: int,
        draw: int,
        output: Output,
        years: Float,
        tests: Float,
    ) -> None:
        """Totals that only some groups have; ``years`` and ``tests`` are by output row."""
        chosen = self._total_selection
        whole = chosen.place == self._total_places.index(WHOLE_SYSTEM)
        removed, out, away = (chosen.members @ one for one in leaving_infected(output))
        values = {
            "years_lost": chosen.members @ years,
            "unable_days": chosen.members @ output.stock_total[:, STOCKS.index("unable_to_work")],
            "infected_removed": removed,
            "infected_transferred": np.where(whole, away, out),
            "tests": chosen.members @ tests,
            "vaccine_courses": chosen.members @ output.moved_total[:, COURSE_GIVEN],
        }
        for one in TOTALS:
            if one.name in values:
                rows = chosen.of_group(*one.groups)
                at = (chosen.place[rows], chosen.group[rows])
                self._totals[one.name][scenario, draw][at] = values[one.name][rows]

    def _arrivals(self, output: Output, chosen: Selection) -> Float:
        """[selected] people who joined a place and group; moves within it are no arrivals."""
        arrived = chosen.members @ joined(output.arrived_total)[:, :WITHIN]
        total = np.asarray(arrived.sum(axis=1))
        whole = chosen.place == self._total_places.index(WHOLE_SYSTEM)
        total[whole & chosen.of_group("followed", "everyone", "residents", "staff")] = 0.0
        # Of those transferred in, the ones who came from another place here are no arrivals.
        detained = np.flatnonzero(whole & chosen.of_group("detained"))
        inside = (chosen.members @ output.moved_total[:, TRANSFER])[detained]
        total[detained] = arrived[detained, ARREST] + arrived[detained, TRANSFER] - inside
        return total

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
