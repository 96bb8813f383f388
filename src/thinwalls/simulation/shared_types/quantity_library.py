"""Packaged quantities: mixing, measures, housing, ascertainment."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from thinwalls.common import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def mixing_quantities() -> Mapping[str, Quantity]:
    """How people meet and move where neither the system nor the pathogen says so."""
    return _read("mixing.toml")


@cache
def measure_quantities() -> Mapping[str, Quantity]:
    """Numbers that only some actions need."""
    return _read("measures.toml")


@cache
def housing_quantities() -> Mapping[str, Quantity]:
    """Numbers that only systems with housing units need."""
    return _read("housing.toml")


def _read(file: str) -> Mapping[str, Quantity]:
    text = resources.files("thinwalls.simulation").joinpath(file).read_text("utf-8")
    return {
        f"mixing.{name}": Quantity.model_validate(fields)
        for name, fields in tomllib.loads(text).items()
    }


@dataclass(frozen=True)
class Ascertainment:
    """Share of infections that were reported, by month of the report."""

    share_by_month: Mapping[str, float]
    source: str
    tag: str
    unit: str


@cache
def ascertainment() -> Ascertainment:
    """The packaged series for the United States in 2020."""
    text = resources.files("thinwalls.simulation").joinpath("ascertainment.toml").read_text("utf-8")
    return Ascertainment(**tomllib.loads(text))
