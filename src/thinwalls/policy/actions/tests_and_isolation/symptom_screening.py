"""Screening for symptoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Interval
from thinwalls.policy.actions.tests_and_isolation.finding import LEAST, SYMPTOMS
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class SymptomScreening(InsideAction):
    """Everyone is asked and looked at for symptoms.

    Mechanism: every ``interval_days`` a share ``sensitivity`` of the people with symptoms who are
    not yet known is found and isolated, ``who`` says among whom; whoever else is known to be
    infected there is isolated, too.

    Engine inputs: ``Programmes`` from stages with symptoms to their twins of people found, hazard
    ``-ln(1 - sensitivity) / interval_days``; isolation as in isolation.

    Limits: who has no symptoms yet, or never, is not found; people hide symptoms for fear of
    isolation; isolation needs places (see isolation).
    """

    do: ClassVar[str] = "symptom_screening"
    position: ClassVar[int] = 160
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "symptom_screening.sensitivity": Cited(
            mark("sick people found at one screening"),
            Quantity(
                distribution="uniform",
                low=0.2,
                high=0.8,
                unit=mark("share of people with symptoms found at one screening"),
                tag="assumption",
                note=(
                    "People hide symptoms for fear of isolation (Liu YE et al. medRxiv "
                    "2022.01.11.22269106, in words); 18.8 % to 55 % of those positive had any "
                    "symptoms (Tompkins 2021; Njuguna 2020), which is in the pathogen's "
                    "symptomatic share."
                ),
            ),
        )
    }

    who: Who = everyone
    interval_days: Interval = 1.0
    sensitivity: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        days = f"every {self.interval_days:g} days"
        return f"symptom screening of {self.who.text} {days} {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(interval_days=1)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        sensitivity, interval = self.value("sensitivity"), self.interval_days

        def hazard(values: Values, _: str, days: float) -> float:
            del days
            return float(-np.log(max(1.0 - values[sensitivity], LEAST)) / interval)

        builder.isolate(self, hazard, compartments=SYMPTOMS, who=self.who)
