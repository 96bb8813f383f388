"""Doses of a vaccine on dates: so many people of those without a record, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.simulation.measures.scenario_builder import Work
from thinwalls.simulation.population.cell_variants import (
    APART,
    ORDINARY,
    VACCINATED,
    VACCINATED_APART,
)
from thinwalls.simulation.population.layout import cell_key
from thinwalls.simulation.shared_types.compiled_scenario import MoreCounts, MoreExits
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY
from thinwalls.simulation.shared_types.flow_tables import (
    IMMUNE,
    TO_BE_DOSED,
    CountRow,
    ExitRows,
    FlowTable,
)
from thinwalls.simulation.shared_types.movement_classes import COURSE_GIVEN, WITHIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.pathogens import Stage
    from thinwalls.policy import Action, Doses
    from thinwalls.simulation.shared_types.drawn_effects import Mask, Values
    from thinwalls.simulation.shared_types.flow_tables import Works

EFFECTIVENESS = "pathogen.vaccine.infection"


class DoseBuilder(Work):
    """The part of a scenario's builder for doses that are all or nothing."""

    def give_doses(self, action: Action, doses: Doses) -> None:
        """Give so many doses of a vaccine on dates.

        They move people at once to the vaccinated variant of their cell, where nobody is given
        another.  Of those susceptible the share for whom it works arrives immune.
        """
        field = f"{action.do}.doses"
        by_day = np.zeros(self.days)
        for index, (date, people) in enumerate(doses.by_date):
            if date < self.first:
                raise InputError(
                    "is before the start of the run ({start})",
                    field=f"{field}[{index}].date",
                    value=str(date),
                    start=self.first,
                )
            day = (date - self.first).days + doses.delay_days
            if day < self.days:
                by_day[day] += people
        meant = self.who_can_be_dosed(action, self.cells(doses.who), field=f"{action.do}.order")
        cells, to = self.dosed(meant)
        self.all_or_nothing = True
        first_day = (doses.by_date[0][0] - self.first).days
        if doses.share_with_record and first_day < self.days:
            self.look_at_records(cells, to, doses.share_with_record, first_day)
        share = doses.effectiveness

        def works(values: Values, stages: Sequence[Stage]) -> Float:
            protected = values[EFFECTIVENESS] if share is None else share
            return np.array([protected * (stage.compartment == "S") for stage in stages])

        row = doses_of(cell_key("doses", str(doses.who)), 1.0, cells, to, works)
        self.more_counts.append(MoreCounts([row], by_day))

    def who_can_be_dosed(self, action: Action, meant: Mask, *, field: str) -> Mask:
        """[C] the detained people and staff among those meant.

        Raises
        ------
        InputError
            If residents are meant, or none of those.
        """
        group = self.layout.cells["group"].to_numpy()
        if (meant & (group == "residents")).any():
            raise InputError(
                "residents cannot be vaccinated in this version (what people booked in would "
                'bring along is not followed); add & group("detained") or group("staff")',
                field=field,
            )
        reachable = meant & np.isin(group, ("detained", "staff"))
        if not reachable.any():
            raise InputError("means nobody who is detained or staff", field=f"{action.do}.order")
        return np.asarray(reachable)

    def dosed(self, meant: Mask) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Cells of the people meant who have had no dose, and where they are after one."""
        sources, goals = [], []
        for source, to in ((ORDINARY, VACCINATED), (APART, VACCINATED_APART)):
            cells, twins = self.layout.variants[source], self.layout.variants[to]
            chosen = (cells >= 0) & (twins >= 0) & meant[np.maximum(cells, 0)]
            sources.append(cells[chosen])
            goals.append(twins[chosen])
        return np.concatenate(sources), np.concatenate(goals)

    def look_at_records(
        self, cells: NDArray[np.int32], to: NDArray[np.int32], share: float, day: int
    ) -> None:
        """On a day a share of the immune shows a record, and is like those who had a dose."""
        rows, series = ExitRows(), np.zeros(self.days)
        rows.add(cells, to, 1.0, WITHIN, IMMUNE)
        with np.errstate(divide="ignore"):
            series[day] = min(-np.log1p(-share), MOST_HAZARD_PER_DAY)
        self.more_exits.append(MoreExits(FlowTable.from_rows(rows), series))


def doses_of(
    key: int,
    people_per_day: float,
    cells: NDArray[np.int32],
    to: NDArray[np.int32],
    works: Works,
) -> CountRow:
    """So many doses a day for those in some cells, who are in others afterwards."""
    return CountRow(
        key=key,
        people_per_day=people_per_day,
        profile=0,
        movement=COURSE_GIVEN,
        pool_cell=cells.tolist(),
        pool_weight=[1.0] * len(cells),
        pool_to=to.tolist(),
        fan_cell=(),
        fan_weight=(),
        stage_weight=TO_BE_DOSED,
        works=works,
    )
