"""Soap and sanitizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Share, percent

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class Hygiene(InsideAction):
    """Soap and sanitizer.

    Mechanism: transmission inside the facilities is multiplied by
    ``1 - effect x adherence x strength``. ``effect`` is what trials found by giving soap and
    advice, so the adherence of the trials is already in it; ``adherence`` is relative to theirs.

    Engine inputs: ``Rates.multiplier`` of the settings of the facilities.

    Limits: trials in homes, schools and barracks, not in cells; sanitizer is often contraband.
    """

    do: ClassVar[str] = "hygiene"
    position: ClassVar[int] = 100
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "hygiene.effect": Cited(
            mark("effect of soap and sanitizer"),
            Quantity(
                distribution="normal",
                mean=0.21,
                low=0.05,
                high=0.34,
                min=0.0,
                max=1.0,
                unit=mark("reduction of transmission, at the adherence of trials"),
                source=(
                    "Aiello AE et al. Am J Public Health 2008;98:1372, "
                    "10.2105/AJPH.2007.124610, PMC2446461"
                ),
                tag="seen",
                note=(
                    "Respiratory illness, 30 trials in communities. Laboratory-confirmed "
                    "influenza 0.91 (0.63-1.30) in Jefferson T et al. Cochrane 2020 "
                    "CD006207.pub5: no effect is not excluded."
                ),
            ),
        )
    }

    effect: Quantity | None = None
    adherence: Share = 1.0

    @property
    def text(self) -> str:
        """The action in plain words."""
        part = "" if self.adherence == 1 else f", adherence {percent(self.adherence)}"
        return f"soap and sanitizer {self.where}{part}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(start="2020-03-20", ramp_days=7)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        effect, adherence = self.value("effect"), self.adherence

        def factor(values: Values, strength: Float) -> Float:
            return 1.0 - values[effect] * adherence * strength

        builder.multiply_contact(self, factor)
