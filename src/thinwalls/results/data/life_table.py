"""Years of life lost: how many years a person of an age has ahead of them on average.

A simulation knows the age of those who die, so it counts the years; a result holds them as
``totals["years_lost"]`` and :func:`thinwalls.results.compare` treats them like any outcome.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np

from thinwalls.common import InputError


@dataclass(frozen=True)
class LifeTable:
    """Expectation of life by age, with where it is from."""

    ages: tuple[float, ...]
    years: tuple[float, ...]
    source: str
    tag: str
    note: str

    def remaining(self, age: float) -> float:
        """Remaining years of life at ``age``, straight lines between the ages of the table."""
        if not age >= 0:
            raise InputError("must not be negative", field="age", value=age)
        return float(np.interp(age, self.ages, self.years))

    def mean_remaining(self, low: float, high: float) -> float:
        """Mean over the ages ``low`` to below ``high``, every age counting the same."""
        if not 0 <= low < high:
            raise InputError("must be two ages in order", field="ages", value=(low, high))
        steps = np.arange(low, min(high, self.ages[-1] + 1.0), 1.0) + 0.5
        return float(np.mean(np.interp(steps, self.ages, self.years)))


@lru_cache
def life_table() -> LifeTable:
    """The packaged table: United States 2019, total population."""
    text = (files("thinwalls.results") / "life_table.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    rows = sorted((float(age), float(years)) for age, years in content["remaining"].items())
    return LifeTable(
        ages=tuple(age for age, _ in rows),
        years=tuple(years for _, years in rows),
        source=content["source"],
        tag=content["tag"],
        note=content["note"],
    )
