"""Who meets whom inside facilities that are housed in units.

Such a facility has a setting for every unit and one for the spaces that units share.  A detained
person spends a share ``1 - e`` of their contact in the unit and ``e`` in shared spaces
(``mixing.between_unit_share``); staff spread what they spend inside over the units, in proportion
to the people there on the first day, and the shared spaces alike.  Both settings have the
transmission of the facility, so its reproduction number is what it would be as one setting, and
with equal prevalence in all units nothing differs from that.

The presence of a detained person is 1 in both settings and that of staff in proportion: only
shares of presence count.  People in quarantine meet staff of the whole facility in its own
setting, in which others who live in units meet nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.drawn_effects import Values

BETWEEN = "mixing.between_unit_share"
MOVES = "mixing.unit_moves_per_day"
MEET_STAFF_ONLY = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
"""Detained people, staff, people in quarantine, in the own setting of a facility with units."""


@dataclass(frozen=True)
class UnitSettings:
    """Settings of facilities with units: ``H`` shared spaces, then ``K`` units."""

    first: int
    """number of the first of them"""
    facilities: NDArray[np.int32]
    """[H]"""
    facility: NDArray[np.int32]
    """[H + K] facility of each setting"""
    share: Float
    """[H + K] share of the facility's people on the first day who live there; 1 for shared spaces
    """

    @property
    def n_shared(self) -> int:
        """Facilities with units."""
        return len(self.facilities)

    def shared(self, facility: int) -> int:
        """Setting of the shared spaces of a facility."""
        return self.first + int(np.searchsorted(self.facilities, facility))

    def unit(self, unit: int) -> int:
        """Setting of a unit, by its number over all facilities."""
        return self.first + self.n_shared + unit

    def of(self, facility: int) -> NDArray[np.intp]:
        """Every setting of a facility: shared spaces first, then its units."""
        return np.asarray(self.first + np.flatnonzero(self.facility == facility))

    def is_unit(self, setting: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Which of these settings are units."""
        return np.asarray(setting >= self.first + self.n_shared)

    def expanded(self, inside: Float, between: Float) -> Float:
        """[.., H + K] factors on contact from those of facilities ([.., F]).

        Those between units act in shared spaces only.
        """
        factors = inside[..., self.facility]
        factors[..., : self.n_shared] *= between[..., self.facilities]
        return np.asarray(factors)


def unit_settings(layout: Layout, first: int) -> UnitSettings:
    """Settings of the facilities with units, numbered from ``first``."""
    housing = layout.housing
    people = layout.cells["people"].to_numpy(dtype=np.float64)
    held = np.bincount(housing.unit, weights=people[housing.cell], minlength=housing.n_units)
    total = np.bincount(housing.unit_facility, weights=held, minlength=layout.n_facilities)
    share = held / np.maximum(total[housing.unit_facility], 1.0)
    facilities = housing.facilities
    return UnitSettings(
        first=first,
        facilities=facilities,
        facility=np.concatenate([facilities, housing.unit_facility]),
        share=np.concatenate([np.ones(len(facilities)), share]),
    )


def activity_in_units(
    settings: UnitSettings, setting: NDArray[np.int32], staff: NDArray[np.bool_], values: Values
) -> tuple[NDArray[np.intp], Float, Float]:
    """Rows of attendance in settings of units, and the activity and presence of each.

    ``setting`` and ``staff`` [A] say of every row of attendance where it is and whether it is
    that of staff.
    """
    rows = np.flatnonzero(setting >= settings.first)
    where = setting[rows]
    between = values[BETWEEN]
    spent = np.where(settings.is_unit(where), 1.0 - between, between)
    share = settings.share[where - settings.first]
    presence = np.where(staff[rows], values["mixing.staff_time_inside_share"] * share, 1.0)
    return rows, np.asarray(presence * spent), np.asarray(presence)
