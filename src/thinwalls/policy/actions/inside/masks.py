"""Masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, Self

from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import group

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class Masks(InsideAction):
    """Masks for the people whom ``who`` means.

    Mechanism: with a share ``w`` of contacts in which a mask is worn (``wearing``) by the people
    meant, transmission between two of them is multiplied by ``1 - effect x w x strength``, and
    between one of them and another person by the square root of that. ``fit``: ``loose`` for
    cloth and surgical masks, ``fitted`` for respirators that close tightly (N95).

    Engine inputs: ``Settings.contact`` or ``Rates.multiplier`` of the settings of the facilities.

    Limits: masks come off for sleep and meals; how much better fitted ones are outside health
    care was not found.
    """

    do: ClassVar[str] = "masks"
    position: ClassVar[int] = 110
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "masks.effect": Cited(
            mark("effect of masks when all wear one"),
            Quantity(
                distribution="triangular",
                low=0.0,
                mode=0.31,
                high=0.6,
                unit=mark("reduction of transmission when everyone wears one all the time"),
                source=(
                    "Abaluck J et al. Science 2022;375:eabi9069, 10.1126/science.abi9069, "
                    "PMC9036942 (9 % for 29 points more wearing); high end 1 - 0.40 from 0.56 "
                    "(0.40-0.79), Chu DK et al. Lancet 2020;395:1973, "
                    "10.1016/S0140-6736(20)31142-9, outside health care; low end: 17 trials "
                    "0.957 (0.810-1.131), Ollila HM et al. medRxiv 2020.07.31.20166116"
                ),
                tag="derived",
                note=(
                    "Transfers to dormitories with care only: masks come off for sleep and meals."
                ),
            ),
        ),
        "masks.wearing": Cited(
            mark("share of contacts with a mask"),
            Quantity(
                distribution="uniform",
                low=0.133,
                high=0.58,
                unit=mark("share of contacts in which a mask is worn"),
                source=(
                    "Low end: 13.3 % before promotion, Abaluck J et al. Science 2022, "
                    "10.1126/science.abi9069; 58.0 % of people in an Arkansas dormitory prison "
                    "wore a cloth cover 8 h a day or less, Tompkins LK et al. Am J Public "
                    "Health 2021;111:907, PMC8033997"
                ),
                tag="derived",
                note="Promotion in villages reached 42.3 %.",
            ),
        ),
        "masks_fitted.effect": Cited(
            mark("effect of fitted masks when all wear one"),
            Quantity(
                distribution="uniform",
                low=0.31,
                high=0.96,
                unit=mark("reduction of transmission when everyone wears one all the time"),
                source=(
                    "Low end: as a loose mask (masks.effect); high end: N95 or similar 96 %, "
                    "health care, Chu DK et al. Lancet 2020;395:1973, "
                    "10.1016/S0140-6736(20)31142-9, through a summary"
                ),
                tag="assumption",
                note=(
                    "Between two ends that were read. Health care with training and short use "
                    "is the upper bound."
                ),
            ),
        ),
    }

    who: Who = everyone
    fit: Literal["loose", "fitted"] = "loose"
    effect: Quantity | None = None
    wearing: Quantity | None = None

    @override
    def library_name(self, field: str) -> str:
        if field == "effect" and self.fit == "fitted":
            return "masks_fitted.effect"
        return super().library_name(field)

    @property
    def text(self) -> str:
        """The action in plain words."""
        fitted = "fitted " if self.fit == "fitted" else ""
        return f"{fitted}masks for {self.who.text} {self.where}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(who=group("staff"), fit="fitted")

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        effect, wearing = self.value("effect"), self.value("wearing")

        def factor(values: Values, strength: Float) -> Float:
            return 1.0 - values[effect] * values[wearing] * strength

        builder.multiply_contact(self, factor, who=self.who)
