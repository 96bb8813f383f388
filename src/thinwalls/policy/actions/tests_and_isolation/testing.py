"""Tests of people detained."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place, Tested
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
from thinwalls.policy.selectors.selectors import Selector, everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class Testing(InsideAction):
    """Everyone is tested again and again, with or without symptoms.

    Mechanism: every ``interval_days`` a share ``uptake`` of the people meant is tested; who is
    found is isolated ``delay_days`` later, and so is whoever else is known to be infected there.
    The share of infected people that a test finds depends on where they are in the course:
    ``exposed`` before they are contagious, ``presymptomatic`` before symptoms, ``infectious`` from
    then on (with or without symptoms).

    Engine inputs: ``Programmes`` from stages E, P, A and I to their twins of people found, mean
    time to being found ``interval_days / (sensitivity x uptake) + delay_days``; isolation as in
    isolation. People found while exposed leave the last exposed stage for the first contagious one
    of people found.

    Limits: false positives take isolation places and are not modelled; isolation needs places.
    """

    do: ClassVar[str] = "testing"
    position: ClassVar[int] = 170
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    cited: ClassVar[dict[str, Cited]] = CITED

    who: Who = everyone
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
            f"{TEST_NAMES[self.kind]} test of {self.who.text} every {self.interval_days:g} days, "
            f"result after {self.delay_days:g} days, {self.where}"
        )

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(interval_days=7, kind="antigen", delay_days=0)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        hazard = found_by_tests(sensitivity(self), self.interval_days, self.delay_days, self.uptake)
        tested = Tested(self.uptake, self.interval_days)
        builder.isolate(self, hazard, compartments=INFECTED, who=self.who, tested=tested)

    @override
    def tested_apart(self) -> Selector:
        return self.who

    @override
    def test_kinds(self) -> tuple[str, ...]:
        return (self.kind,)
