"""What brings infections into facilities: who is booked in from where, and staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.simulation.draws.county_epidemics import RECORD_OF
from thinwalls.simulation.shared_types.movement_classes import ARREST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine import Counts
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.movement.base_flows import BaseFlows
    from thinwalls.simulation.population.layout import Layout

_WINDOW_DAYS: Final = 28
"""Days of the record of cases that count, up to the day in question."""


@dataclass(frozen=True)
class BookedIn:
    """People who are booked in on a day."""

    layout: Layout
    counts: Counts
    profile: Float
    """[columns] multipliers of that day"""

    def to_facility(self, f: int) -> tuple[int, NDArray[np.int64], Float]:
        """Where most come from, the cells that they arrive in, and the weight of each.

        Weights are per resident of the place that they come from.  Where nobody is booked in on
        the day, people arrive as they would otherwise; where nobody ever is, they come from the
        county and are composed as the facility's people are.
        """
        layout, counts = self.layout, self.counts
        rows = self._rows(f)
        if not len(rows):
            origin = int(layout.residents[layout.facility_county[f]])
            classes = np.flatnonzero(layout.detained[f, 1] >= 0)
            cells, weights = layout.housing.homes(
                layout.detained[f, 1, classes].tolist(), layout.composition[f, classes].tolist()
            )
            goals, weight = np.array(cells, dtype=np.int64), np.asarray(weights)
        else:
            per_day = counts.people_per_day[rows]
            of_day = per_day * self.profile[counts.profile[rows]]
            per_day = of_day if of_day.sum() > 0.0 else per_day
            origin = self._origin(int(rows[np.argmax(per_day)]))
            spans = [slice(*counts.fan_start[row : row + 2]) for row in rows]
            goals = np.concatenate([counts.fan_cell[span] for span in spans]).astype(np.int64)
            weight = np.concatenate(
                [
                    counts.fan_weight[span] * (number / counts.fan_weight[span].sum())
                    for span, number in zip(spans, per_day, strict=True)
                ]
            )
        residents = float(layout.cells["people"].to_numpy()[origin])
        return origin, goals, np.asarray(weight / max(weight.sum() * residents, 1e-300))

    def _rows(self, f: int) -> NDArray[np.int64]:
        """Rows of book-ins of a facility."""
        counts = self.counts
        if not len(counts.people_per_day):
            return np.zeros(0, dtype=np.int64)
        goes_to = self.layout.facility_of[counts.fan_cell[counts.fan_start[:-1]]]
        return np.flatnonzero((counts.movement == ARREST) & (goes_to == f))

    def _origin(self, row: int) -> int:
        """The cell that most people of a row come from."""
        counts = self.counts
        span = slice(*counts.pool_start[row : row + 2])
        cells = counts.pool_cell[span]
        people = self.layout.cells["people"].to_numpy()[cells]
        return int(cells[np.argmax(counts.pool_weight[span] * people)])


def brought_in(
    layout: Layout, flows: BaseFlows, pathogen: Pathogen, group: str, date: dt.date
) -> Float:
    """[F] how much infection comes into each facility, in proportion.

    People who are booked in bring the infections of about one generation time, staff those of
    each day, both in proportion to the recorded cases per resident of their counties.  Without a
    record all counties are alike.  Of the group ``booked in`` only the first count, of ``staff``
    only the second.  Where neither is known, people detained count.
    """
    rate = _recent_cases(layout, pathogen, date)
    found = np.zeros(layout.n_facilities)
    if group != "staff":
        days = pathogen.at().mean_generation_days
        book_ins = flows.book_ins
        for row in np.flatnonzero(book_ins.movement == ARREST):
            f, agency = int(book_ins.facility[row]), str(book_ins.agency[row])
            shares = flows.shares("book_in", agency, layout.facility_ids[f])
            mean = sum(share * rate[n] for n, share in shares.items())
            found[f] += days * book_ins.per_day[row] * mean
    if group != "booked in":
        people = layout.cells["people"].to_numpy(dtype=np.float64)[layout.staff]
        np.add.at(found, layout.staff_facility, people * rate[layout.staff_county])
    return found if found.any() else layout.held.sum(axis=1)


def _recent_cases(layout: Layout, pathogen: Pathogen, date: dt.date) -> Float:
    """[N] recorded cases per resident and day in the weeks before; ones without a record."""
    record = layout.system.cases
    if pathogen.name != RECORD_OF or not len(record.columns):
        return np.ones(len(layout.county_fips))
    days = [dt.date.fromisoformat(str(day)) for day in (record.columns[0], record.columns[-1])]
    last = min(max((date - days[0]).days, 0), (days[1] - days[0]).days)
    first = max(last - _WINDOW_DAYS, 0)
    table = record.reindex(list(layout.county_fips)).to_numpy(dtype=np.float64)
    cases = np.nan_to_num(table[:, last] - table[:, first])
    if not cases.any():
        return np.ones(len(layout.county_fips))
    return np.asarray(cases / np.maximum(layout.county_population, 1.0))
