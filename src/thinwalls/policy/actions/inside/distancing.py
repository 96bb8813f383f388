"""Keeping apart inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Share, percent
from thinwalls.policy.selectors.words import kind

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class Distancing(InsideAction):
    """Keeping apart inside: meals in shifts, head-to-foot beds, no gatherings.

    Mechanism: transmission inside the facilities is multiplied by
    ``1 - effect x adherence x strength``.

    Engine inputs: ``Rates.multiplier`` of the settings of the facilities.

    Limits: no trial in custody; the people are as many as before, so this is not what fewer
    people in the same rooms do (that comes with release, through crowding).
    """

    do: ClassVar[str] = "distancing"
    position: ClassVar[int] = 120
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "distancing.effect": Cited(
            mark("effect of keeping distance inside"),
            Quantity(
                distribution="uniform",
                low=0.0,
                high=0.41,
                unit=mark("reduction of transmission"),
                source=(
                    "High end: (1 - 0.38) for 16 of 24 hours awake, with 0.18 (0.09-0.38) for "
                    "1 m or more, Chu DK et al. Lancet 2020;395:1973, "
                    "10.1016/S0140-6736(20)31142-9"
                ),
                tag="assumption",
                note=("Never measured in custody. 0: beds and queues leave no distance to keep."),
            ),
        )
    }

    effect: Quantity | None = None
    adherence: Share = 1.0

    @property
    def text(self) -> str:
        """The action in plain words."""
        part = "" if self.adherence == 1 else f", adherence {percent(self.adherence)}"
        return f"distancing {self.where}{part}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(start="2020-04-01", facilities=kind("jail"))

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        effect, adherence = self.value("effect"), self.adherence

        def factor(values: Values, strength: Float) -> Float:
            return 1.0 - values[effect] * adherence * strength

        builder.multiply_contact(self, factor)
