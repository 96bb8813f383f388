"""What a scenario does to the engine's inputs.

A scenario is compiled once per run; what depends on a draw (the size of an effect) is kept as a
rule and evaluated by :mod:`thinwalls.simulation.inputs`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thinwalls.errors import InputError
from thinwalls.policy import Scenario, Selector
from thinwalls.simulation.actions import APPLY, ContactEffect, IsolationRule, Work
from thinwalls.simulation.flows import (
    BaseFlows,
    book_in_rows,
)
from thinwalls.simulation.tables import RowFactors, counts_table, exits_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from thinwalls.engine import Counts, Exits
    from thinwalls.pathogens import Pathogen
    from thinwalls.quantities import Quantity
    from thinwalls.simulation.layout import Layout

Float = NDArray[np.float64]
THREAT = "threat_"
"""What a system's custody classes have before the level that selectors name."""
_SELECTOR_FIELDS = ("who", "keep", "facilities")


@dataclass(frozen=True)
class CompiledScenario:
    """One scenario, ready for every draw."""

    scenario: Scenario
    quantities: Mapping[str, Quantity]
    """the uncertain effects by the names under which they are sampled"""
    exits: Exits
    counts: Counts
    profile: Float
    """[days, columns] multipliers of movements; column 0 is all ones"""
    contact: tuple[ContactEffect, ...]
    isolation: tuple[IsolationRule, ...]


def attributes_of(layout: Layout) -> Mapping[str, NDArray[np.generic]]:
    """Columns on which selectors decide, one value per cell."""
    columns = [
        "age_low",
        "age_high",
        "vulnerable",
        "custody_class",
        "facility_id",
        "state",
        "kind",
        "group",
    ]
    made: dict[str, NDArray[np.generic]] = {
        name: np.asarray(layout.cells[name].to_numpy()) for name in columns
    }
    made["custody_class"] = np.array(
        [str(value).removeprefix(THREAT) for value in made["custody_class"]], dtype=np.object_
    )
    made["vaccinated"] = np.zeros(len(layout.cells), dtype=np.bool_)
    return made


def check_references(layout: Layout, scenario: Scenario) -> None:
    """Refuse selectors that name facilities, states or kinds that the system does not have."""
    facilities = layout.system.facilities
    for index, action in enumerate(scenario.actions):
        where = f"scenario {scenario.name!r}, actions[{index}]"
        for name in _SELECTOR_FIELDS:
            selector = getattr(action, name, None)
            if not isinstance(selector, Selector):
                continue
            for column, value in sorted(selector.references()):
                if column == "facility_id" and value not in facilities.index:
                    raise InputError(
                        _nearest_facility(layout, value), where=where, field=name, value=value
                    )
                if column in ("state", "kind") and value not in set(facilities[column]):
                    known = ", ".join(sorted(set(facilities[column].astype(str))))
                    raise InputError(
                        f"the system has no {column} of this name; it has {known}",
                        where=where,
                        field=name,
                        value=value,
                    )


def _nearest_facility(layout: Layout, value: str) -> str:
    try:
        nearest = layout.system.facility(value)
    except InputError as problem:
        return problem.problem
    return f"no facility of {layout.system.name} has this id; did you mean {nearest}?"


def compile_scenario(
    layout: Layout,
    flows: BaseFlows,
    pathogen: Pathogen,
    scenario: Scenario,
    first: dt.date,
    days: int,
) -> CompiledScenario:
    """Turn a scenario into movement tables, profiles and rules for effects.

    Raises :class:`~thinwalls.errors.InputError` for an action that the system or the pathogen
    cannot express.
    """
    check_references(layout, scenario)
    work = Work(
        layout,
        flows,
        first,
        days,
        RowFactors(len(flows.book_ins.per_day) * len(layout.detained_classes)),
        RowFactors(len(flows.exits.cell)),
        attributes_of(layout),
    )
    for action in scenario.actions:
        if type(action) not in APPLY:
            raise InputError(
                "is an action that this version cannot simulate",
                where=f"scenario {scenario.name!r}",
                field="do",
                value=action.do,
            )
        APPLY[type(action)](work, action)
    if work.isolation and not any(stage.twin for stage in pathogen.stages):
        raise InputError("has no isolated stages", where=f"pathogen {pathogen.name}")
    columns = [np.ones(days)]
    exit_column, made = work.exit_factors.columns(days, len(columns))
    columns += made
    rows, made = book_in_rows(layout, flows, work.arrest_factors, days, len(columns))
    columns += made
    tables = [(flows.exits, exit_column)]
    for table, series in work.more_exits:
        tables.append((table, np.full(len(table.cell), len(columns), dtype=np.int32)))
        columns.append(series)
    for more, series in work.more_counts:
        rows += [replace(row, profile=len(columns)) for row in more]
        columns.append(series)
    return CompiledScenario(
        scenario=scenario,
        quantities={f"effect.{name}": quantity for name, quantity in scenario.quantities().items()},
        exits=exits_table(tables, len(layout.cells)),
        counts=counts_table(rows),
        profile=np.stack(columns, axis=1),
        contact=tuple(work.contact),
        isolation=tuple(work.isolation),
    )
