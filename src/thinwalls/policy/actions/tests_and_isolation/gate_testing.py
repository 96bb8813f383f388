"""Tests of people who are moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import model_validator
from typing_extensions import override

from thinwalls.common import FieldError, Quantity
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import GateTests, Needs
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Days, Movement, Share, percent
from thinwalls.policy.actions.tests_and_isolation.finding import (
    CITED,
    TEST_NAMES,
    TestKind,
    sensitivity,
)
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class GateTesting(Action):
    """People are tested when they are moved.

    Mechanism: of the people meant who move by the ``movements`` named a share ``uptake`` is tested;
    a test finds the share of infected people that belongs to where they are in the course (see
    testing). After an arrest, a transfer or a release, who is found is isolated where they have
    arrived, at home after a release, when the result is known: ``delay_days`` later on average;
    until then they meet people there. Who is found before a removal is not removed, nor is anybody
    who is known to be infected; they stay where they are.

    Engine inputs: rows of ``Exits`` and ``Counts`` lead into a gate cell of the destination, from
    which ``Exits`` weighted by the sensitivity at each stage tell those found apart; ``Programmes``
    bring them there to their twins of people found; isolation as in isolation. For removals, rows
    with the weight of those missed.

    Limits: one test at the gate; who was infected in the last days is mostly not found. False
    positives are not modelled. Who is found before a removal is not isolated by this action. The
    time to the result is exponential. People taken to places that are not in the system are not
    tested.
    """

    do: ClassVar[str] = "gate_testing"
    position: ClassVar[int] = 230
    cited: ClassVar[dict[str, Cited]] = CITED

    movements: tuple[Movement, ...] = ("release",)
    who: Who = everyone
    delay_days: Days = 0.0
    uptake: Share = 1.0
    kind: TestKind = "pcr"
    exposed: Quantity | None = None
    presymptomatic: Quantity | None = None
    infectious: Quantity | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.movements or len(set(self.movements)) != len(self.movements):
            raise FieldError("movements must name arrest, transfer, release or removal, each once")
        return self

    @override
    def library_name(self, field: str) -> str:
        return f"test_{self.kind}.{field}"

    @property
    def text(self) -> str:
        """The action in plain words."""
        part = "" if self.uptake == 1 else f" of {percent(self.uptake)}"
        who = "" if self.who == everyone else f" of people {self.who.text}"
        later = f", result after {self.delay_days:g} days" if self.delay_days else ""
        moves = " and ".join(self.movements)
        return f"{TEST_NAMES[self.kind]} test{part}{who} at every {moves}{later}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(movements=("release", "transfer"))

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        builder.test_at_gates(
            self,
            self.at_gates(),
            sensitivity=sensitivity(self),
            uptake=self.uptake,
            delay_days=self.delay_days,
        )

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        # Who is found before a removal is not removed.
        arrives = {"arrest": "detained", "transfer": "detained", "release": "released"}
        return Needs(gate=frozenset(arrives[one] for one in self.movements if one in arrives))

    @override
    def at_gates(self) -> GateTests:
        return GateTests(self.movements, self.who)

    @override
    def test_kinds(self) -> tuple[str, ...]:
        return (self.kind,)
