"""Published national totals of jails and prisons, by which imputed populations are scaled.

The numbers are in ``national_totals.toml``, each with its unit and what it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from thinwalls.common import TypedRecord, parse_toml, read_as

DAYS_A_YEAR = 365
TITLES = {"jail": "local jails", "state": "state prisons", "federal": "federal prisons"}
Kind = Literal["jail", "state", "federal"]


class PublishedFigure(TypedRecord):
    """One published number."""

    value: float
    unit: str
    source: str
    """What it rests on: publication, year, how it was worked out."""
    cited_as: str | None = None
    """Its id in the table ``sources``; none where it is cited in its text only."""


class National(TypedRecord):
    """National totals for one system."""

    year: int
    people: Mapping[Kind, PublishedFigure]
    """People held by kind: jail (county, city, regional), state, federal."""
    stays: Mapping[Kind, PublishedFigure]
    """Mean stays, in days or years."""
    pretrial_share: PublishedFigure
    """Of the people in local jails, those not convicted."""
    handed_over: Mapping[Kind, PublishedFigure]
    """Of the arrests by ICE, shares out of jails and out of prisons."""
    admissions: PublishedFigure
    """Into local jails a year, as published."""

    @property
    def stay_days(self) -> dict[str, float]:
        """Mean stays in days by kind."""
        return {
            kind: one.value * DAYS_A_YEAR if one.unit == "years" else one.value
            for kind, one in self.stays.items()
        }


class NationalTotals(TypedRecord):
    """The file ``national_totals.toml``."""

    women: Mapping[Kind, PublishedFigure]
    """Share of women by kind."""
    systems: Mapping[str, National]
    """By name of the packaged system."""


@cache
def national_totals() -> NationalTotals:
    """The published totals that the packaged systems rest on."""
    path = files(__package__) / "national_totals.toml"
    text = path.read_text(encoding="utf-8")
    return read_as(NationalTotals, parse_toml(text, path.name), where=path.name)


def values_of(figures: Mapping[Kind, PublishedFigure]) -> dict[str, float]:
    """The bare numbers by kind."""
    return {kind: one.value for kind, one in figures.items()}
