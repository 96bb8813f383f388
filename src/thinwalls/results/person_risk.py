"""One person's risk as numbers: what a simulation gives and a page or a table shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PersonRisk:
    """``table``: one row per way and outcome with ``risk``, ``difference`` and ``ratio``.

    The last two are against staying, paired draw by draw; each has ``_low`` and ``_high`` (90 %).
    ``probability_lower`` is the share of draws with a lower risk than staying,
    ``population_at_risk`` the people of the place where the way ends (median over draws).
    ``risks`` are the draws: [ways, outcomes, draws].
    """

    table: pd.DataFrame
    risks: NDArray[np.float64]
    ways: tuple[str, ...]
    """``"stay: stewart-detention-center-ga"`` and so on, the first is staying"""
    days: int
    draws: int
    age: int
    vulnerable: bool
    after_days: int
    scenario: str

    @property
    def facility(self) -> str:
        """Id of the facility where the person is."""
        return self.ways[0].partition(": ")[2]
