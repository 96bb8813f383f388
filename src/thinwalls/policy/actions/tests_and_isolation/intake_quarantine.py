"""Quarantine on arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field, model_validator
from typing_extensions import override

from thinwalls.common import FieldError, Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Needs
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.tests_and_isolation.finding import LEAST

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class IntakeQuarantine(InsideAction):
    """People who arrive are kept apart first.

    Mechanism: those who arrive by arrest or transfer spend ``days`` in a quarantine unit before
    they join the others. With ``alone`` they meet nobody there but staff; otherwise they meet the
    other people in quarantine. With ``test_out`` a share ``missed`` of those who are infected when
    they arrive goes on to the others, the rest is isolated, like whoever else is known to be
    infected there.

    Engine inputs: a quarantine cell and setting per facility, ``Exits`` from it after ``days`` on
    average; with ``test_out`` ``Programmes`` from infected stages to their twins of people found;
    isolation as in isolation.

    Limits: the time in quarantine is exponential; those in it together meet each other whatever
    their day of arrival. Where rooms are lacking, quarantine of many together spreads what it
    should stop.
    """

    do: ClassVar[str] = "intake_quarantine"
    position: ClassVar[int] = 150
    cited: ClassVar[dict[str, Cited]] = {
        "intake_quarantine.missed": Cited(
            mark("infected arrivals whom quarantine misses"),
            Quantity(
                distribution="beta",
                mean=0.201,
                low=0.098,
                high=0.326,
                unit=mark("share of infected arrivals who leave quarantine undetected"),
                source=(
                    "McGowan LD et al. medRxiv 2021.01.29.21250764 (negative PCR on day 5, no "
                    "symptoms to day 7)"
                ),
                tag="seen",
            ),
        )
    }

    days: Annotated[float, Field(gt=0, le=60)] = 14.0
    alone: bool = False
    test_out: bool = False
    missed: Quantity | None = None

    @model_validator(mode="after")
    def _missed_needs_a_test(self) -> Self:
        if self.missed is not None and not self.test_out:
            raise FieldError("missed goes with test_out = true")
        return self

    @override
    def effect_names(self) -> dict[str, str]:
        return super().effect_names() if self.test_out else {}

    @property
    def text(self) -> str:
        """The action in plain words."""
        how = "alone" if self.alone else "together"
        test = ", then a test" if self.test_out else ""
        return f"{self.days:g} days of quarantine {how} on arrival{test}, {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(days=14, test_out=True)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        if not self.test_out:
            builder.quarantine_arrivals(self, days=self.days, alone=self.alone, found=None)
            return
        missed, days = self.value("missed"), self.days

        def hazard(values: Values, _: str, ill_days: float) -> float:
            # A share missed of those infected on arrival leaves before it is found.
            del ill_days
            return (1.0 / max(values[missed], LEAST) - 1.0) / days

        builder.quarantine_arrivals(self, days=days, alone=self.alone, found=hazard)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        return Needs(apart=frozenset({"detained"}))

    @override
    def test_kinds(self) -> tuple[str, ...]:
        return ("pcr",) if self.test_out else ()
