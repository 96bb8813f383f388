"""What stays the same over all runs of the reduced model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thinwalls import engine
    from thinwalls.common import Float


@dataclass(frozen=True)
class Frame:
    """What all simulations share."""

    facility_ids: tuple[str, ...]
    """[F] with people on the first day"""
    people: Float
    """[F] on the first day"""
    staff: Float
    """[F]"""
    book_ins: Float
    """[F, 2] people per day on the first day: arrested inland, by CBP"""
    book_in_factor: Float
    """[days, 2]"""
    exit_hazard: Float
    """[F]"""
    exit_factor: Float
    """[days]"""
    transfer_out_hazard: Float
    """[F]"""
    transfer_in_share: Float
    """[F] adds up to 1"""
    incidence: Float
    """[BURN_IN_DAYS + days, F + 1] recorded infections per resident and day at an ascertainment
    factor of 1, of the facility's county; last column the United States"""
    stages: engine.Stages
    activity_days: float
    """infectious activity of one infection, days"""

    @property
    def days(self) -> int:
        """Length of a run."""
        return len(self.exit_factor)
