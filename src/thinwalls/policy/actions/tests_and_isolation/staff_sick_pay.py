"""Paid sick leave for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Needs, Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.tests_and_isolation.finding import SYMPTOMS, found_with_symptoms

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class StaffSickPay(InsideAction):
    """Staff who are ill are paid to stay at home.

    Mechanism: a further share ``stay_home`` of staff with symptoms stays at home from the day after
    symptoms begin until recovery, and so do those who are found without it.

    Engine inputs: ``Programmes`` from stages with symptoms of staff cells to their twins of people
    found; ``Exits`` of people found to a cell that attends no setting at work.

    Limits: how many go to work ill without pay was not found for custody; the known effect of
    paid leave is on cases in whole states.
    """

    do: ClassVar[str] = "staff_sick_pay"
    position: ClassVar[int] = 220
    switched_in: ClassVar[frozenset[Place]] = frozenset({"facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "staff_sick_pay.stay_home": Cited(
            mark("share of sick staff who stay home with sick pay"),
            Quantity(
                distribution="uniform",
                low=0.05,
                high=0.5,
                unit=mark("further share of staff with symptoms who stay at home"),
                source=(
                    "Direction only: Pichler S et al. Health Aff 2020;39:2197, "
                    "10.1377/hlthaff.2020.00863 (about 400 cases fewer per state and day)"
                ),
                tag="assumption",
            ),
        )
    }

    stay_home: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"paid sick leave for staff {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls()

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        stay_home = self.value("stay_home")

        def hazard(values: Values, _: str, ill_days: float) -> float:
            return found_with_symptoms(values[stay_home], 1.0, ill_days)

        builder.keep_staff_home(self, hazard, compartments=SYMPTOMS)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        del in_unit
        return Needs(apart=frozenset({"staff"}))
