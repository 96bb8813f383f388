"""What actions do to where people are: release, arrests, transfers, removals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.measures.recorded_flows import recorded_flows
from thinwalls.simulation.measures.scenario_builder import Work
from thinwalls.simulation.movement.recorded_history import (
    BOOK_INS_OF_PART,
    book_ins_of_part,
    recorded_factors,
    share_assumed,
)
from thinwalls.simulation.population.cell_variants import APART, VACCINATED
from thinwalls.simulation.population.layout import cell_key
from thinwalls.simulation.shared_types.compiled_scenario import MoreCounts, MoreExits
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY, release_profile
from thinwalls.simulation.shared_types.flow_tables import CountRow, ExitRows, FlowTable
from thinwalls.simulation.shared_types.movement_classes import (
    RELEASE,
    REMOVAL,
    TRANSFER,
    WITHIN,
)
from thinwalls.system import CLASSES_OF, TRANSFER_IN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.policy import Action, Selector
    from thinwalls.simulation.population.layout import Inside, Layout
    from thinwalls.simulation.shared_types.drawn_effects import Mask


class MovementBuilder(Work):
    """The part of a scenario's builder for movements."""

    def multiply_arrests(
        self, action: Action, factor: float, *, who: Selector, agencies: tuple[str, ...]
    ) -> None:
        """Multiply the arrests of people by some agencies (none named: all)."""
        self.scale_arrests(agencies, self.cells(who), self.factor(action, float(factor)))

    def multiply_transfers(
        self, action: Action, factor: float, *, who: Selector, facilities: Selector
    ) -> None:
        """Multiply transfers of people out of and into facilities."""
        here, flows = self.cells(facilities), self.flows
        rows = self.exit_rows(TRANSFER, self.cells(who))
        rows &= here[flows.exits.cell] | here[flows.exits.to]
        self.scale_exits(rows, self.factor(action, float(factor)))
        from_elsewhere = tuple(
            str(name)
            for name in np.unique(flows.book_ins.agency[flows.book_ins.movement == TRANSFER])
        )
        if from_elsewhere:
            pairs = self.book_in_pairs(from_elsewhere, self.cells(who) & here)
            self.scale_book_ins(pairs, self.factor(action, float(factor)))

    def multiply_removals(self, action: Action, factor: float, *, who: Selector) -> None:
        """Multiply removals from the country."""
        rows = self.exit_rows(REMOVAL, self.cells(who))
        self.scale_exits(rows, self.factor(action, float(factor)))

    def multiply_releases(self, action: Action, factor: float, *, who: Selector) -> None:
        """Multiply ordinary releases."""
        rows = self.exit_rows(RELEASE, self.cells(who))
        self.scale_exits(rows, self.factor(action, float(factor)))

    def avoid_care(self, action: Action, *, affected_share: float, avoiding: str) -> None:
        """Let residents who avoid care move to a variant with the course of late care."""
        if self.avoiding:
            raise InputError(
                "two surges with affected_share in one scenario cannot be told apart",
                field=f"{action.do}.affected_share",
                value=affected_share,
            )
        self.avoiding = True
        layout, days = self.layout, self.days
        chosen = self.days_in_force(action)
        there, back = ExitRows(), ExitRows()
        variants = layout.variants[APART, layout.residents]
        there.add(layout.residents, variants, 1.0, WITHIN)
        back.add(variants, layout.residents, 1.0, WITHIN)

        def leaving(values: Mapping[str, float]) -> Float:
            return release_profile(affected_share * values[avoiding], 1.0, chosen.start, days)

        self.more_exits.append(MoreExits(FlowTable.from_rows(there), leaving))
        returning = np.zeros(days)
        returning[chosen.stop :] = MOST_HAZARD_PER_DAY
        self.more_exits.append(MoreExits(FlowTable.from_rows(back), returning))

    def follow_record(self, action: Action, *, arrests: bool, population: bool) -> None:
        """Let book-ins by agency, releases and removals of those held for ICE follow the record."""
        layout = self.layout
        flows = recorded_flows(layout, self.recorded_flows)
        factors = recorded_factors(layout.system, flows, self.first, self.days)
        assumed = share_assumed(factors)
        if assumed is not None:
            self.quantities["record.share_of_country"] = assumed
            self.quantities[BOOK_INS_OF_PART] = book_ins_of_part()
        theirs = np.isin(layout.cells["custody_class"].to_numpy(), CLASSES_OF["ice"])
        if arrests:
            for agency, series in factors.arrests.items():
                self.scale_arrests((agency,), theirs, self.factor(action, series))
        if population:
            rows = self.exit_rows(RELEASE, theirs) | self.exit_rows(REMOVAL, theirs)
            self.scale_exits(rows, self.factor(action, factors.exits))
            pairs = self.book_in_pairs((TRANSFER_IN,), theirs)
            self.scale_book_ins(pairs, self.factor(action, factors.from_elsewhere))

    def release_share(
        self, action: Action, share: float, *, who: Selector, over_days: float, home: bool
    ) -> None:
        """Release a share of people, evenly; ``home`` or into the facility's county."""
        meant = self.cells(who)
        self.note_release(meant & (self.layout.facility_of >= 0), share, action.start)
        rows = ExitRows()
        for _, _, cells, to, part in self._ways_out(meant, home):
            rows.add(cells, to, part, RELEASE)
        if rows.cell:
            start = self.days_in_force(action).start
            series = release_profile(share, over_days, start, self.days)
            self.more_exits.append(MoreExits(FlowTable.from_rows(rows), series))
            self.share_released = share

    def release_number(
        self, action: Action, people_per_day: float, *, who: Selector, home: bool
    ) -> None:
        """Release so many people a day while there are any."""
        layout, meant = self.layout, self.cells(who)
        held = layout.cells["people"].to_numpy()
        total = held[meant & (layout.facility_of >= 0)].sum()
        if 0 < total < people_per_day:
            raise InputError(
                "is more than all of those meant, {count} people on the first day",
                field=f"{action.do}.people_per_day",
                value=people_per_day,
                count=f"{total:,}",
            )
        to_county = "home" if home else "facility county"
        began = () if action.start is None else (action.start, to_county)
        counts = [
            CountRow(
                key=cell_key("release", str(who), facility_id, layout.county_fips[county], *began),
                people_per_day=people_per_day * (part * held[cells].sum() / max(total, 1)),
                profile=0,
                movement=RELEASE,
                pool_cell=cells.tolist(),
                pool_weight=[1.0] * len(cells),
                pool_to=to.tolist(),
                fan_cell=(),
                fan_weight=(),
            )
            for facility_id, county, cells, to, part in self._ways_out(meant, home)
        ]
        if counts:
            self.more_counts.append(MoreCounts(counts, self.in_force(action)))

    def _ways_out(
        self, who: Mask, home: bool
    ) -> Iterator[tuple[str, int, NDArray[np.int64], NDArray[np.int32], float]]:
        """Facility, county, cells there and in the county, share of the people who go there."""
        layout = self.layout
        for f, facility_id in enumerate(layout.facility_ids):
            meant = list(self.detained(f, who))
            shares = (
                self.flows.shares("release", "*", facility_id)
                if home
                else {int(layout.facility_county[f]): 1.0}
            )
            for county, share in shares.items():
                cells, to = _goals(layout, meant, county)
                if len(cells):
                    yield facility_id, county, cells, to, share


def _goals(
    layout: Layout, meant: list[tuple[int, Inside]], county: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Cells of the people meant in a facility, and their cells in the county they go to."""
    sources, goals = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
    for variant, people in meant:
        person = layout.person_class_of[people.detained_class]
        to = layout.released[county][people.cohort, person]
        sources.append(people.cell)
        goals.append(layout.variants[variant & VACCINATED, to])
    return np.concatenate(sources), np.concatenate(goals)
