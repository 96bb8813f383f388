"""What becomes of people who are found: where they are isolated, which staff stay at home.

People with symptoms are found in every scenario (:func:`find_by_symptoms`); they infect less only
where something isolates those who are found (:func:`profile_of_found`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from thinwalls.engine import NONE
from thinwalls.simulation.population.cell_variants import (
    APART,
    ORDINARY,
    VACCINATED,
    VACCINATED_APART,
    is_apart,
    with_variants,
)
from thinwalls.simulation.shared_types.compiled_scenario import Finding, InPlaces, MoreExits
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY
from thinwalls.simulation.shared_types.flow_tables import KNOWN, WELL, ExitRows, FlowTable
from thinwalls.simulation.shared_types.movement_classes import WITHIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.measures.scenario_builder import Work
    from thinwalls.simulation.shared_types.drawn_effects import Values

_LEFT = "pathogen.infectiousness.isolated"
"""Contagion left of people who are isolated."""


class AddColumn(Protocol):
    """Adds a profile column to a scenario; its number."""

    def __call__(
        self,
        series: Float | Callable[[Values], Float],
        mark: int | None = None,
        *,
        while_off: bool = False,
        falls_with: Iterable[int] = (),
    ) -> int:
        """A series by day, or how a draw makes it, and triggers that switch it."""


def staff_stay_home(work: Work) -> None:
    """Where staff who are found stay at home they leave for a twin that does not go to work.

    They come back when they are well; at home they are isolated.  Where exposed staff are excluded,
    that says when they come back.
    """
    if not work.staff_home:
        return
    layout, back = work.layout, ExitRows()
    pairs = ((ORDINARY, APART), (VACCINATED, VACCINATED_APART))
    free = layout.staff[~np.isin(layout.staff_facility, list(work.excluding))]
    for at_work, at_home in pairs:
        cells = layout.variants[at_work, free]
        back.add(layout.variants[at_home, free], cells, MOST_HAZARD_PER_DAY, WITHIN, WELL)
    work.more_exits.append(MoreExits(FlowTable.from_rows(back), np.ones(work.days)))
    home = with_variants(layout.variants, layout.staff)
    home = home[is_apart(layout.cells["variant"].to_numpy()[home])]
    work.isolating.append(InPlaces({0: home}, np.ones(work.days)))
    for one in work.staff_home:
        rows = ExitRows()
        meant = np.isin(layout.staff, np.concatenate(list(one.cells.values())))
        for at_work, at_home in pairs:
            cells = layout.variants[at_work, layout.staff[meant]]
            to = layout.variants[at_home, layout.staff[meant]]
            rows.add(cells, to, MOST_HAZARD_PER_DAY, WITHIN, KNOWN)
        work.more_exits.append(MoreExits(FlowTable.from_rows(rows), one.series, one.mark))


def profile_of_found(work: Work, add: AddColumn) -> NDArray[np.int32] | None:
    """[C] column that multiplies the contagion of people found; None where nobody is isolated.

    At strength ``s`` it is ``1 - s (1 - iota)`` with the contagion ``iota`` left in isolation; of
    several measures the strongest counts.  A trigger that is on makes it nothing, which the engine
    takes for ``iota``.  People who were found and are released are isolated at home as strictly as
    anywhere inside, but for conditions.
    """
    if not work.isolating:
        return None
    layout, days = work.layout, work.days
    held = layout.facility_of >= 0
    member = np.zeros((len(work.isolating) + 1, len(layout.cells)), dtype=bool)
    for row, one in enumerate(work.isolating):
        member[row, np.concatenate(list(one.cells.values()))] = True
    inside = [
        row
        for row, one in enumerate(work.isolating)
        if one.mark is None and bool(held[member[row]].any())
    ]
    strictest = _strongest([work.isolating[row] for row in inside], days)
    entries = [*work.isolating, InPlaces({}, strictest)]
    member[-1] = (layout.cells["group"] == "released").to_numpy()
    sets, of = np.unique(member, axis=1, return_inverse=True)
    column = np.full(sets.shape[1], NONE, dtype=np.int32)
    for number in range(sets.shape[1]):
        here = [entries[row] for row in np.flatnonzero(sets[:, number])]
        series = _strongest([one for one in here if one.mark is None], days)
        marks = sorted({one.mark for one in here if one.mark is not None})
        if marks or series.any():
            column[number] = add(_contagion_left(series), falls_with=marks)
    return column[of.ravel()]


def _strongest(entries: Sequence[InPlaces], days: int) -> Float:
    return np.asarray(np.max([np.zeros(days), *(one.series for one in entries)], axis=0))


def _contagion_left(strength: Float) -> Callable[[Values], Float]:
    return lambda values: 1.0 - strength * (1.0 - values[_LEFT])


def find_by_symptoms(work: Work, add: AddColumn) -> tuple[Finding, ...]:
    """Detained people and staff of every facility, with the columns of their hazards.

    Where places for isolation are limited nobody is found while they are full, as by the measures
    for which they are.
    """
    layout = work.layout
    found: list[Finding] = []
    for f in range(layout.n_facilities):
        cells = np.flatnonzero(layout.facility_of == f).astype(np.int32)
        limits = [one for one in work.limiting if f in one.cells]
        part = next((one for one in limits if one.mark is not None or not one.series.all()), None)
        if part is None or len(limits) > 1:
            found.append(Finding(f, cells, 0, limited=bool(limits)))
        else:
            free = add(
                1.0 - part.series if part.mark is None else part.series, part.mark, while_off=True
            )
            full = add(part.series, part.mark)
            found.append(Finding(f, cells, free, limited=False))
            found.append(Finding(f, cells, full, limited=True))
        staff = layout.staff[layout.staff_facility == f]
        if len(staff):
            members = with_variants(layout.variants, staff)
            found.append(Finding(f, members, 0, limited=False))
    return tuple(found)
