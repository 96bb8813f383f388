"""Stay-at-home orders in counties."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.fields import Days, Share
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who
from thinwalls.policy.selectors.words import state

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class CommunityDistancing(Action):
    """A stay-at-home order or the like in counties.

    Mechanism: transmission in the counties meant by ``states`` is multiplied by
    ``1 - effect x adherence``, growing over ``ramp_days``.

    Engine inputs: ``Rates.multiplier`` of county settings.

    Limits: where a county follows its recorded epidemic, the orders of that time are in the
    record already; this comes on top. Effects of spring 2020, beside voluntary change.
    """

    do: ClassVar[str] = "community_distancing"
    position: ClassVar[int] = 260
    switched_in: ClassVar[frozenset[Place]] = frozenset({"county"})
    cited: ClassVar[dict[str, Cited]] = {
        "community_distancing.effect": Cited(
            mark("effect of keeping distance in a county"),
            Quantity(
                distribution="uniform",
                low=0.16,
                high=0.36,
                unit=mark("reduction of transmission in a county"),
                source=(
                    "Fowler JH et al. PLoS One 2021, 10.1371/journal.pone.0248849 (0.84) to "
                    "Courtemanche C et al. Health Aff 2020, 10.1377/hlthaff.2020.00608 (0.64), "
                    "growth turned into a reproduction number with 5.5 days"
                ),
                tag="derived",
                note="On top of what people changed by themselves.",
            ),
        )
    }

    states: Who = everyone
    effect: Quantity | None = None
    adherence: Share = 1.0
    ramp_days: Days = 0.0

    @property
    def text(self) -> str:
        """The action in plain words."""
        place = "every county" if self.states == everyone else f"counties {self.states.text}"
        return f"stay-at-home order in {place}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(states=state("LA"), ramp_days=14)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        effect, adherence = self.value("effect"), self.adherence

        def factor(values: Values, strength: Float) -> Float:
            return 1.0 - values[effect] * adherence * strength

        builder.multiply_contact_outside(self, factor, states=self.states, ramp_days=self.ramp_days)
