"""Variants of cells: the same people vaccinated, or kept apart from the others.

A cell has variants only where a scenario of the run needs them; nobody is in one at the start, so a
scenario that puts nobody there gives the same bits with them and without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.policy import IN_UNITS, NOTHING as NOTHING, Needs as Needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from thinwalls.policy import Scenario
    from thinwalls.simulation.population.severity_rows import SeverityRows

ORDINARY, VACCINATED, APART, VACCINATED_APART, GATE, VACCINATED_GATE, FOUND, VACCINATED_FOUND = (
    range(8)
)
"""Variants of a cell.  Apart: detained people in quarantine on arrival, or in a housing unit that
is kept apart from the others; staff who stay at home; residents who avoid care.  Gate: people who
have just arrived and are about to be tested.  Found: those whose test will be positive, until it is
known."""
VARIANTS = 8


def variants_of(needs: Needs, group: str) -> tuple[int, ...]:
    """Variants that a cell of a group needs besides the ordinary one."""
    wanted = [ORDINARY]
    if group in needs.apart:
        wanted.append(APART)
    if group in needs.gate:
        wanted += [GATE, FOUND]
    if group in needs.vaccinated:
        wanted += [one | VACCINATED for one in wanted]
    return tuple(one for one in wanted if one != ORDINARY)


def is_apart(variant: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether people of a variant of a cell are kept apart, vaccinated or not."""
    return np.asarray((variant & ~VACCINATED) == APART, dtype=bool)


def is_gate(variant: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether people of a variant of a cell are about to be tested, vaccinated or not."""
    return np.asarray((variant & ~VACCINATED) == GATE, dtype=bool)


def needs_of(scenarios: Iterable[Scenario]) -> Needs:
    """What the actions of a run's scenarios need."""
    needs = NOTHING
    for scenario in scenarios:
        for action in scenario.actions:
            needs |= action.needs()
    return needs


def add_variants(cells: pd.DataFrame, courses: SeverityRows, needs: Needs) -> pd.DataFrame:
    """The cells with their variants after them; ``variant`` and ``base`` say which is which.

    ``base`` is the row of the cell that a variant belongs to.
    """
    import pandas as pd

    own = cells.assign(variant=ORDINARY, base=np.arange(len(cells)), vaccinated=False)
    parts = [own]
    groups = np.where(cells["unit"] >= 0, IN_UNITS, cells["group"])
    for variant in range(1, VARIANTS):
        wanted = [variant in variants_of(needs, group) for group in groups]
        if not any(wanted):
            continue
        variants = own[wanted].assign(
            variant=variant, people=0, vaccinated=bool(variant & VACCINATED)
        )
        variants["course"] = [
            _course_of(courses, int(course), str(group), variant)
            for course, group in zip(variants["course"], variants["group"], strict=True)
        ]
        parts.append(variants)
    return pd.concat(parts, ignore_index=True)


def _course_of(courses: SeverityRows, course: int, group: str, variant: int) -> int:
    known = courses[course]
    person = known.person
    if variant & VACCINATED:
        person = replace(person, vaccinated=True)
    if variant & ~VACCINATED == APART and group == "residents":
        person = replace(person, delayed_care=True)
    return courses.index(replace(known, person=person))


def variant_table(variant: NDArray[np.integer], base: NDArray[np.integer]) -> NDArray[np.int32]:
    """[variants, C] cell that is a variant of an ordinary cell, -1 where there is none.

    ``base`` is the index of the ordinary cell of every cell.
    """
    table = np.full((VARIANTS, len(variant)), -1, dtype=np.int32)
    table[variant, base] = np.arange(len(variant), dtype=np.int32)
    return table


def with_variants(
    variants: NDArray[np.int32], cells: Sequence[int] | NDArray[np.integer]
) -> NDArray[np.int32]:
    """Ordinary cells and, after them, all their variants."""
    found = variants[:, np.asarray(cells, dtype=np.int64)].ravel()
    return np.asarray(found[found >= 0], dtype=np.int32)
