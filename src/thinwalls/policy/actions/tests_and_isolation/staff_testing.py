"""Tests of staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Needs, Place, Tested
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Days, Interval, Share
from thinwalls.policy.actions.tests_and_isolation.finding import (
    CITED,
    INFECTED,
    TEST_NAMES,
    TestKind,
    found_by_tests,
    sensitivity,
)

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class StaffTesting(InsideAction):
    """Staff are tested again and again; who is found stays at home.

    Mechanism: as testing, for staff of the facilities: staff who are found, by tests or by
    symptoms, stay at home and come back when they have recovered.

    Engine inputs: ``Programmes`` from stages E, P, A and I of staff cells to their twins of people
    found; ``Exits`` of people found to a cell that attends no setting at work.

    Limits: an effect on the people detained was not measured; 1 of 593 and 13 of 10,000 staff
    were positive in Connecticut in 2020.
    """

    do: ClassVar[str] = "staff_testing"
    position: ClassVar[int] = 210
    switched_in: ClassVar[frozenset[Place]] = frozenset({"facility", "county"})
    cited: ClassVar[dict[str, Cited]] = CITED

    interval_days: Interval = 7.0
    delay_days: Days = 2.0
    uptake: Share = 1.0
    kind: TestKind = "pcr"
    exposed: Quantity | None = None
    presymptomatic: Quantity | None = None
    infectious: Quantity | None = None

    @override
    def library_name(self, field: str) -> str:
        return f"test_{self.kind}.{field}"

    @property
    def text(self) -> str:
        """The action in plain words."""
        return (
            f"{TEST_NAMES[self.kind]} test of staff every {self.interval_days:g} days, "
            f"result after {self.delay_days:g} days, {self.where}"
        )

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(interval_days=3.5)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        hazard = found_by_tests(sensitivity(self), self.interval_days, self.delay_days, self.uptake)
        tested = Tested(self.uptake, self.interval_days)
        builder.keep_staff_home(self, hazard, compartments=INFECTED, tested=tested)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        return Needs(apart=frozenset({"staff"}))

    @override
    def test_kinds(self) -> tuple[str, ...]:
        return (self.kind,)
