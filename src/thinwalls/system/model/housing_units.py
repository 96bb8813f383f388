"""How facilities are housed: one setting, or units of so many people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.system.tables.assumptions import Assumption

LEAST_PEOPLE = 2.0
UNIT_PEOPLE = "unit_people"
"""Column of the table, and key of the assumption for facilities that have no number."""
SIZE = Assumption(
    50.0,
    24.0,
    110.0,
    "people per unit",
    "people who live together in a housing unit on the first day, where nobody says",
    "assumed from what was reported of dormitories in immigration detention in 2020: six with "
    "143 people together, one of them with 45 (Louisiana, Wallace M et al. Emerg Infect Dis "
    "2021;27:421, doi 10.3201/eid2702.204158); one of about 40 and one of 50 (Pine Prairie, WWNO "
    "12 August 2020, WRKF 20 July 2020); units of over 100 (Otay Mesa, The Appeal, May 2020). No "
    "public table gives housing by facility; capacity is missing for half of them and counts "
    "beds for others than those held here",
)


def no_units() -> pd.DataFrame:
    """The table of a system in which every facility is one setting."""
    index = pd.Index(np.array([], dtype="str"), name="facility_id")
    return pd.DataFrame(
        {UNIT_PEOPLE: np.zeros(0), "source": np.array([], dtype="str")}, index=index
    )


def units_of(
    own: pd.DataFrame, facilities: pd.DataFrame, people: float | None = None
) -> pd.DataFrame:
    """A size for every facility: its own, else ``people``, else the assumption."""
    size = SIZE.value if people is None else float(people)
    _check(size, where=None)
    source = f"assumption:{UNIT_PEOPLE}" if people is None else "given"
    table = pd.DataFrame({UNIT_PEOPLE: size, "source": source}, index=facilities.index)
    table.loc[own.index, [UNIT_PEOPLE, "source"]] = own
    return table


def with_size(assumptions: pd.DataFrame) -> pd.DataFrame:
    """The table of assumptions with that on the size of units."""
    row = {name: getattr(SIZE, name) for name in assumptions.columns}
    added = pd.DataFrame([row], index=pd.Index([UNIT_PEOPLE], name=assumptions.index.name))
    return pd.concat([assumptions.drop(index=UNIT_PEOPLE, errors="ignore"), added])


def check_units(table: pd.DataFrame, facilities: pd.DataFrame, where: str) -> None:
    """Refuse a table of units with a size or a facility that cannot be.

    Raises
    ------
    InputError
        Names the system ``where``, the facility and the size.
    """
    for facility, size in table[UNIT_PEOPLE].items():
        if facility not in facilities.index:
            raise InputError(
                "is not in the table facilities",
                where=Message("{system}, table {table}", system=where, table="units"),
                field="facility_id",
                value=facility,
            )
        _check(float(size), f"{where}, table units, row {facility}")


def _check(size: float, where: str | None) -> None:
    if not (np.isfinite(size) and size >= LEAST_PEOPLE):
        raise InputError(
            "must be {low} people or more",
            where=where,
            field=UNIT_PEOPLE,
            value=size,
            low=f"{LEAST_PEOPLE:g}",
        )
