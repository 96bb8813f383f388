"""Who is immune on the first day, as the system's table ``immunity`` has it: rows to cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from thinwalls.common import InputError, Quantity, did_you_mean
from thinwalls.engine import uniforms
from thinwalls.pathogens import list_pathogens
from thinwalls.simulation.draws.sampled_values import stream_of_name
from thinwalls.simulation.population.cell_variants import ORDINARY
from thinwalls.simulation.population.layout import parse_age_band
from thinwalls.system import EVERY, table_at

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.population.layout import Layout

IMMUNE = "system.immune_share."
"""Beginning of the names of the quantities, one for every row that speaks of somebody."""
UNIT = "share"
NOT_GIVEN = -1
_DIGITS = 1e-6
"""A share written with six digits means whole people where it can: 0.384615 of 13 are 5."""


@dataclass(frozen=True)
class Immunity:
    """What the rows of a system's table say of the cells of a layout."""

    row: NDArray[np.int64]
    """[C] which of the quantities holds for a cell, -1 where none does"""
    group: NDArray[np.int64]
    """[C] cells of one facility under one row are counted together; -1 where there is no row"""
    group_names: tuple[str, ...]
    quantities: Mapping[str, Quantity]
    """by name, in the order in which ``row`` counts them"""
    detained: NDArray[np.int64]
    """[C] people detained on the first day, by cell"""

    def shares(self, values: Mapping[str, float]) -> Float:
        """[C] share immune at the values of a draw, NaN where no row says it."""
        by_row = np.array([values[name] for name in self.quantities] + [np.nan])
        return np.asarray(by_row[self.row])

    def whole(
        self, people: NDArray[np.int64], share: Float, seed: int, draw: int
    ) -> NDArray[np.int64]:
        """[C] immune people: together, in each facility, people times share, rounded at random.

        Where that is a whole number it is met exactly.  What is left of a cell is carried to the
        next (systematic sampling), so no cell is off by one or more.
        """
        made = np.zeros(len(people), dtype=np.int64)
        members = np.argsort(self.group, kind="stable")
        members = members[self.group[members] >= 0]
        begin = np.searchsorted(self.group[members], np.arange(len(self.group_names) + 1))
        for g, name in enumerate(self.group_names):
            cells = members[begin[g] : begin[g + 1]]
            running = np.cumsum(people[cells] * share[cells])
            nearest = np.rint(running[-1])
            if abs(running[-1] - nearest) <= _DIGITS * people[cells].sum():
                # What ends on a whole number ends there whatever is drawn.
                running[-1] = nearest
                running = np.minimum(running, nearest)
            start = uniforms(seed, draw, stream_of_name(name), 1)[0]
            ends = np.floor(np.concatenate([[0.0], running]) + start)
            made[cells] = np.diff(ends).astype(np.int64)
        return np.minimum(made, people)

    @cached_property
    def speaks_of_all_detained(self) -> bool:
        """Whether a row holds for everybody who is detained on the first day."""
        return bool(self.detained.sum()) and not (self.detained[self.row < 0] > 0).any()

    def arriving(self, values: Mapping[str, float]) -> float | None:
        """Share immune of people who are booked in later, None where the pathogen says it.

        Where rows hold for everybody detained on the first day it is their mean; people who come
        later are arrested among the same.  Where they hold for some places only, nothing is known
        of who comes: the pathogen's own share holds.
        """
        if not self.speaks_of_all_detained:
            return None
        share = np.nan_to_num(self.shares(values))
        return float((share * self.detained).sum() / self.detained.sum())


def immunity_of(layout: Layout, pathogen: Pathogen) -> Immunity | None:
    """What a system's table says of its people in a run of a pathogen; None if nothing.

    Raises
    ------
    InputError
        When a row is about a pathogen that there is not.
    """
    table = layout.system.immunity
    if not len(table):
        return None
    known = [*list_pathogens(), pathogen.name]
    for name in table["pathogen"]:
        if name != EVERY and name not in known:
            raise InputError(
                "no such pathogen: {hint}",
                where=table_at(layout.system.name, "immunity"),
                field="pathogen",
                value=name,
                hint=did_you_mean(str(name), known),
            )
    table = table[table["pathogen"].isin([EVERY, pathogen.name])]
    keys = ["facility_id", "age_band", "vulnerable", "pathogen"]
    # The more specific row comes later and so holds: by facility first, then by age and so on.
    given = (table[keys] != EVERY).to_numpy() @ np.array([8, 4, 2, 1])
    table = table.iloc[np.argsort(given, kind="stable")]
    cells = layout.cells
    row = np.full(len(cells), NOT_GIVEN, dtype=np.int64)
    for n, one in enumerate(table.to_dict("records")):
        row[_meant(cells, one)] = n
    used = np.unique(row[row >= 0])
    if not len(used):
        return None
    number = np.full(len(table) + 1, NOT_GIVEN)
    number[used] = np.arange(len(used))
    row = number[row]
    quantities = {_name(one): _quantity(one) for one in table.iloc[used].to_dict("records")}
    names = list(quantities)
    group, group_names = np.full(len(cells), NOT_GIVEN, dtype=np.int64), dict[str, int]()
    places = cells["facility_id"].to_numpy()
    for cell in np.flatnonzero(row >= 0):
        name = f"immune {places[cell]} {names[row[cell]]}"
        group[cell] = group_names.setdefault(name, len(group_names))
    held = (cells["group"] == "detained") & (cells["variant"] == ORDINARY)
    return Immunity(
        row=row,
        group=group,
        group_names=tuple(group_names),
        quantities=quantities,
        detained=np.where(held, cells["people"], 0).astype(np.int64),
    )


def _meant(cells: pd.DataFrame, row: Mapping[Hashable, Any]) -> NDArray[np.bool_]:
    """Cells of whom a row of the table speaks."""
    meant = (cells["group"] == row["group"]) & (cells["variant"] == ORDINARY)
    if row["facility_id"] != EVERY:
        meant &= cells["facility_id"] == row["facility_id"]
    if row["age_band"] != EVERY:
        low, high = parse_age_band(str(row["age_band"]))
        meant &= (cells["age_low"] == low) & (cells["age_high"] == high)
    if row["vulnerable"] != EVERY:
        meant &= cells["vulnerable"] == (row["vulnerable"] == "true")
    return np.asarray(meant.to_numpy(dtype=bool))


def _name(row: Mapping[Hashable, Any]) -> str:
    """Dotted name of the quantity of a row: place, group, and who of them."""
    place = "all" if row["facility_id"] == EVERY else str(row["facility_id"])
    parts = [place, str(row["group"])]
    if row["age_band"] != EVERY:
        parts.append(str(row["age_band"]))
    if row["vulnerable"] != EVERY:
        parts.append("vulnerable" if row["vulnerable"] == "true" else "others")
    return IMMUNE + ".".join(parts)


def _quantity(row: Mapping[Hashable, Any]) -> Quantity:
    """A row's share: fixed, or between its ends with the share itself the likeliest."""
    share, low, high = (float(str(row[name])) for name in ("immune_share", "low", "high"))
    about = {"unit": UNIT, "source": str(row["source"]), "tag": str(row["tag"])}
    if np.isnan(low) or low == high:
        return Quantity.model_validate({"distribution": "fixed", "value": share, **about})
    if about["tag"] == "counted":
        # An interval says that the count is of a part of them.
        about["tag"] = "seen"
    shape = {"distribution": "triangular", "low": low, "mode": share, "high": high}
    return Quantity.model_validate({**shape, **about})
