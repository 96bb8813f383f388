"""Actions on how people are housed inside."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from thinwalls.common import Quantity
from thinwalls.policy.actions.base import InsideAction, percent


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

    added_share: Annotated[float, Field(gt=0, le=1)]
    effect: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"{percent(self.added_share)} more people alone in a cell {self.where}"


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

    effect: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"housing units kept apart {self.where}"
