"""Isolation of people with symptoms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field
from typing_extensions import override

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.base import InsideAction
from thinwalls.policy.actions.demands import Place
from thinwalls.policy.actions.effect_library import Cited
from thinwalls.policy.actions.tests_and_isolation.finding import SYMPTOMS, found_with_symptoms

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder, Values


class Isolation(InsideAction):
    """Keeping people with symptoms apart.

    Mechanism: while it is in force, whoever detained there is known to be infected is isolated and
    keeps only the share of contagiousness that the pathogen's ``infectiousness.isolated`` says, at
    a strength ``s`` a share ``1 - s + s x isolated``. Besides those who are found without any
    measure, a share ``found`` of the people with symptoms is found by it, on average ``delay_days``
    after symptoms begin; the chances of both add up. Nobody is found by symptoms while there is no
    room: ``places_per_100`` people of the facility's population at the start (None: always room).

    Engine inputs: rows of ``Programmes`` from stages with symptoms to their twins of people found,
    with a hazard under which a share ``found`` is found, and a limit; a column of profiles
    (``Cells.found_profile``) on the contagion of people found.

    Limits: people hide symptoms for fear of isolation; who never has symptoms is not found.
    Whoever is moved to a place without isolation infects as before; people who were found and are
    released are isolated at home as strictly as anywhere inside, but for conditions.
    """

    do: ClassVar[str] = "isolation"
    position: ClassVar[int] = 180
    switched_in: ClassVar[frozenset[Place]] = frozenset({"unit", "facility", "county"})
    cited: ClassVar[dict[str, Cited]] = {
        "isolation.found": Cited(
            mark("share of sick people who are isolated"),
            Quantity(
                distribution="uniform",
                low=0.13,
                high=0.63,
                unit=mark("share of people with symptoms"),
                source=(
                    "Symptom-based testing found 8 % (1 of 12.1, Hagan LM et al. MMWR "
                    "2020;69(33):1139) to 38 % (510 of 1,342, Connecticut) of infections; over "
                    "60 % with symptoms, CDC planning scenarios 2020"
                ),
                tag="derived",
            ),
        ),
        "isolation.delay_days": Cited(
            mark("days from symptoms to isolation"),
            Quantity(
                distribution="uniform",
                low=1.0,
                high=3.0,
                unit=mark("days from symptoms to isolation, mean"),
                source=(
                    "Low end: within 1 day, Ferguson NM et al. Imperial College Report 9, "
                    "2020, 10.25561/77482"
                ),
                tag="assumption",
                note="Sick call, not daily screening.",
            ),
        ),
    }

    found: Quantity | None = None
    delay_days: Quantity | None = None
    places_per_100: Annotated[float, Field(ge=0, le=100)] | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        room = (
            ""
            if self.places_per_100 is None
            else (f", {self.places_per_100:g} places per 100 people")
        )
        return f"isolation of people with symptoms {self.where}{room}"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(places_per_100=4)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        found, delay = self.value("found"), self.value("delay_days")

        def hazard(values: Values, _: str, ill_days: float) -> float:
            return found_with_symptoms(values[found], values[delay], ill_days)

        if self.places_per_100 is not None:
            builder.limit_isolation(self, self.places_per_100)
        builder.isolate(self, hazard, compartments=SYMPTOMS)
