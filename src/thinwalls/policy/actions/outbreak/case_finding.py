"""Contact tracing and active case-finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class CaseFinding(InsideAction):
    """Contact tracing and active case-finding.

    Mechanism: contacts are traced and people are looked at every day, so infected people are taken
    from the others sooner. A share ``shorter_by`` of the time in which they would infect others is
    left out: what infected people inside pass on is multiplied by ``1 - shorter_by x strength``.

    Engine inputs: ``Rates.multiplier`` of the settings of the facilities.

    Limits: the days on which people infect others stay as they were, so an epidemic that goes on is
    as fast as without; where the time of an exponential stage is shortened, the numbers that each
    person infects are distributed as here. It finds no case by itself: what is found is counted
    by isolation, tests and screening.
    """

    do: ClassVar[str] = "case_finding"
    position: ClassVar[int] = 192
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "case_finding.shorter_by": Cited(
            mark("time of infecting others that case-finding saves"),
            Quantity(
                distribution="triangular",
                low=0.0,
                mode=0.2,
                high=0.8,
                unit=mark("reduction of the infectious period"),
                source=(
                    "Masters NB et al. MMWR 2024;73:430, 10.15585/mmwr.mm7319a2 (0.25 in the "
                    "published runs; calibration by CDCgov/measles-model-chicago-2024 from 0, "
                    "0.2, 0.8)"
                ),
                tag="assumption",
                note="Least, mode and most of that calibration's prior, which rests on no data.",
            ),
        )
    }

    shorter_by: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"contact tracing and active case-finding {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(start="2020-03-27")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        shorter_by = self.value("shorter_by")

        def factor(values: Values, strength: Float) -> Float:
            return 1.0 - values[shorter_by] * strength

        builder.multiply_contact(self, factor)
