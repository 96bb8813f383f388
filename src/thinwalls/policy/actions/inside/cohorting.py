"""Housing units kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import IN_UNITS, NOTHING, Needs, Place
from thinwalls.policy.actions.effect_library import Cited

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class Cohorting(InsideAction):
    """Housing units kept apart.

    Mechanism: of the contact in a facility a share is in spaces that units have in common (yard,
    meals, programmes); it is multiplied by ``1 - effect x strength``. Contact inside a unit stays.
    Staff still go between units, and people are still moved between them. Begun by a condition in
    one unit (``place = "unit"``), only that unit is kept apart, and nobody is moved out of it.

    Engine inputs: ``Rates.multiplier`` of the spaces that units share, where the system is housed
    in units; else ``Rates.multiplier`` of the settings of the facilities. In one unit: exits into
    twins that attend the shared spaces less.

    Limits: never measured. In systems that are not housed in units the share in common is an
    assumption (0.1 to 0.6, the same everywhere), and that an outbreak in one unit uses up the
    people there is not seen.
    """

    do: ClassVar[str] = "cohorting"
    position: ClassVar[int] = 140
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    apart_by: ClassVar[str] = "effect"
    cited: ClassVar[dict[str, Cited]] = {
        "cohorting.effect": Cited(
            mark("effect of keeping units apart"),
            Quantity(
                distribution="uniform",
                low=0.3,
                high=0.9,
                unit=mark("reduction of contact in shared spaces"),
                tag="assumption",
                note=(
                    "Never measured. Units share staff, corridors and kitchens even when kept "
                    "apart."
                ),
            ),
        )
    }

    effect: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"housing units kept apart {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls()

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        effect = self.value("effect")
        if builder.has_units:

            def between(values: Values, strength: Float) -> Float:
                return 1.0 - values[effect] * strength

            builder.multiply_contact(self, between, between_units=True)
            return
        share = builder.measured("mixing.shared_spaces_share")

        def factor(values: Values, strength: Float) -> Float:
            return 1.0 - values[share] * values[effect] * strength

        builder.multiply_contact(self, factor)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        return Needs(apart=frozenset({IN_UNITS})) if in_unit else NOTHING
