"""Contact tracing and active case-finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


class CaseFinding(InsideAction):
    """Contact tracing and active case-finding.

    Mechanism: contacts are traced and people are looked at every day, so infected people are among
    the others for a shorter time. A share ``shorter_by x strength`` of the mean time in which
    detained people are contagious with symptoms, or without ever having any, is left out: they go
    on in the course of the disease at a further hazard.

    Engine inputs: ``Programmes`` from every such stage to the one after it.

    Limits: the days before symptoms, and those until a severely ill person is in hospital, stay as
    they were; so do those of staff. It finds no case by itself: what is found is counted by
    symptoms, tests and screening.
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
        builder.shorten_contagion(self, self.value("shorter_by"))
