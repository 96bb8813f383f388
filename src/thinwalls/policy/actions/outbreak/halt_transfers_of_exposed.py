"""No transfers out of places where a case was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field
from typing_extensions import override

from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Needs, Watch
from thinwalls.policy.actions.movement.halt_transfers import HaltTransfers
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class HaltTransfersOfExposed(Action):
    """Stop moving people out of places where a case was found.

    Mechanism: while ``cases`` were found on a day of the last ``for_days`` in a place (a housing
    unit where people live in units, else a facility), nobody is transferred out of it; with
    ``into``, nobody is transferred there either. It holds from the day after, in the facilities
    meant.

    Engine inputs: for each place a trigger that sets the profile of the transfer rows to 0.

    Limits: as ``when``: it is looked at on every day of the run, so ``start`` and ``end`` are left
    out, and what is not found halts nothing. People who come to a facility are given a unit there,
    so ``into`` holds for facilities without units only.
    """

    do: ClassVar[str] = "halt_transfers_of_exposed"
    position: ClassVar[int] = 193
    can_wait: ClassVar[bool] = False

    facilities: Who = everyone
    cases: Annotated[int, Field(ge=1)] = 1
    for_days: Annotated[int, Field(ge=1, le=3650)] = 21
    into: bool = False

    @property
    def text(self) -> str:
        """The action in plain words."""
        way = "out of or into" if self.into else "out of"
        where = "" if self.facilities == everyone else f", {self.facilities.text}"
        return f"no transfers {way} places with a case in the last {self.for_days} days{where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(for_days=14)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        watch = Watch(
            place="unit" if builder.has_units else "facility",
            cases=self.cases,
            within_days=1,
            hospital=None,
            above=None,
            for_days=self.for_days,
            delay_days=1.0,
            facilities=self.facilities,
            or_facilities=True,
            out_only=not self.into,
        )
        builder.do_when(self, watch, HaltTransfers())

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        return Needs(record_units=True)
