"""Exposed staff stay away: facility by facility, when a case was found there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.policy import Watch
from thinwalls.simulation.measures.conditions import places_of
from thinwalls.simulation.measures.scenario_builder import Work
from thinwalls.simulation.population.cell_variants import (
    APART,
    ORDINARY,
    VACCINATED,
    VACCINATED_APART,
)
from thinwalls.simulation.shared_types.compiled_scenario import DaysAway, MoreExits
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY, Switch
from thinwalls.simulation.shared_types.flow_tables import NOT_IMMUNE, WELL, ExitRows, FlowTable
from thinwalls.simulation.shared_types.movement_classes import WITHIN

if TYPE_CHECKING:
    from thinwalls.policy import Action, StaffAway


class ExclusionBuilder(Work):
    """The part of a scenario's builder for staff who stay away after exposure."""

    def exclude_staff(self, action: Action, away: StaffAway) -> None:
        """Let staff who are not immune stay away where a case was found.

        Raises
        ------
        InputError
            If no facility with staff is meant, or one twice.
        """
        layout, series = self.layout, self.in_force(action)
        where = self.facilities(away.facilities)
        where &= np.isin(np.arange(layout.n_facilities), layout.staff_facility)
        if not where.any():
            raise InputError("means no facility with staff", field=f"{action.do}.facilities")
        watch = Watch(
            place="facility",
            cases=away.cases,
            within_days=1,
            hospital=None,
            above=None,
            for_days=away.to_day - away.from_day + 1,
            delay_days=away.from_day,
        )
        for place in places_of(layout, watch):
            (f,) = np.flatnonzero(place.facilities)
            if not where[f]:
                continue
            if f in self.excluding:
                raise InputError(
                    "two exclusions of staff in one facility", field=f"{action.do}.facilities"
                )
            self.excluding.add(int(f))
            staff = layout.staff[layout.staff_facility == f]
            there, back = ExitRows(), ExitRows()
            for at_work, at_home in ((ORDINARY, APART), (VACCINATED, VACCINATED_APART)):
                cells, home = layout.variants[at_work, staff], layout.variants[at_home, staff]
                there.add(cells, home, MOST_HAZARD_PER_DAY, WITHIN, NOT_IMMUNE)
                back.add(home, cells, MOST_HAZARD_PER_DAY, WITHIN, WELL)
            mark = len(self.switches)
            self.switches.append(Switch(place.condition, ()))
            self.more_exits.append(MoreExits(FlowTable.from_rows(there), series, mark))
            always = np.ones(self.days)
            self.more_exits.append(
                MoreExits(FlowTable.from_rows(back), always, mark, while_off=True)
            )
            rows = np.unique(layout.cells["output"].to_numpy(dtype=np.int64)[staff])
            self.away.append(DaysAway(rows, series, mark, away.share))
