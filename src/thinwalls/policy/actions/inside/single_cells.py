"""More people alone in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field
from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import percent

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


_POINTS_PER_SHARE = 10.0
"""Steps of ten percentage points in a share of 1."""


class SingleCells(InsideAction):
    """More people alone in a cell.

    Mechanism: the share of people who are alone rises by ``added_share``; transmission inside the
    facilities is multiplied by ``(1 - effect) ^ (10 x added_share x strength)``, ``effect`` being
    the reduction for every ten percentage points.

    Engine inputs: ``Rates.multiplier`` of the settings of the facilities.

    Limits: measured on weekly cases in 14 Massachusetts prisons, not on transmission, so the true
    effect on transmission is larger; beyond 50 points it is extrapolation. Whether the cells
    exist is not checked. California prisons showed little difference late in the epidemic.
    """

    do: ClassVar[str] = "single_cells"
    position: ClassVar[int] = 130
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "single_cells.effect": Cited(
            mark("effect of single cells"),
            Quantity(
                distribution="normal",
                mean=0.18,
                low=0.07,
                high=0.27,
                min=0.0,
                max=1.0,
                unit=mark("reduction for every ten percentage points more people in single cells"),
                source=(
                    "1 - 0.82 (0.73-0.93) of weekly cases, 14 Massachusetts prisons, Leibowitz "
                    "AI et al. JAMA Intern Med 2021;181:1315, 10.1001/jamainternmed.2021.4392, "
                    "PMC8353573"
                ),
                tag="seen",
                note=(
                    "A ratio of cases, used for transmission; the true effect on transmission "
                    "is larger."
                ),
            ),
        )
    }

    added_share: Annotated[float, Field(gt=0, le=1)]
    effect: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"{percent(self.added_share)} more people alone in a cell {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(added_share=0.2)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        effect, steps = self.value("effect"), _POINTS_PER_SHARE * self.added_share

        def factor(values: Values, strength: Float) -> Float:
            made: Float = (1.0 - values[effect]) ** (steps * strength)
            return made

        builder.multiply_contact(self, factor)
