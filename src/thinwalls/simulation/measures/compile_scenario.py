"""What a scenario does to the engine's inputs.

A scenario is compiled once per run; what depends on a draw (the size of an effect) is kept as a
rule and evaluated by :mod:`thinwalls.simulation.draws.engine_inputs`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError, Message
from thinwalls.pathogens import DELAY_DAYS as DETECTION_DELAY
from thinwalls.simulation.draws.programme_rows import programme_table
from thinwalls.simulation.finding.people_found import (
    find_by_symptoms,
    profile_of_found,
    staff_stay_home,
)
from thinwalls.simulation.measures.builder import Builder
from thinwalls.simulation.measures.gate_tests import open_gate, with_gate
from thinwalls.simulation.measures.place_names import check_references, in_scenario
from thinwalls.simulation.measures.visits import quantities as visit_quantities, usual_visits
from thinwalls.simulation.movement.base_flows import (
    BaseFlows,
    book_in_rows,
    mirrored,
    with_quarantine,
)
from thinwalls.simulation.movement.index_cases import imports_of
from thinwalls.simulation.movement.recorded_history import of_record
from thinwalls.simulation.population.cell_variants import (
    APART,
    ORDINARY,
    VACCINATED,
    is_apart,
)
from thinwalls.simulation.population.contact_in_units import MOVES
from thinwalls.simulation.population.severity_rows import SeverityRows
from thinwalls.simulation.shared_types.compiled_scenario import (
    CompiledScenario,
    Factor,
    MoreExits,
)
from thinwalls.simulation.shared_types.drawn_effects import (
    OFF,
    DrawnSeries,
)
from thinwalls.simulation.shared_types.flow_tables import (
    GATE_FOUND,
    GATE_MISSED,
    FlowTable,
    RowFactors,
    counts_table,
    exits_table,
)
from thinwalls.simulation.shared_types.movement_classes import (
    ARREST,
    AWAY,
    GATE_TEST,
    REMOVAL,
    REMOVED_AFTER_TEST,
    TRANSFER,
    WITHIN,
)
from thinwalls.simulation.shared_types.quantity_library import housing_quantities
from thinwalls.simulation.shared_types.routes import routes_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine import Exits
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Action, Scenario
    from thinwalls.simulation.measures.scenario_builder import Work
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.drawn_effects import UnitSwitches
    from thinwalls.simulation.shared_types.routes import Route

THREAT = "threat_"
"""What a system's custody classes have before the level that selectors name."""


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
    made["vaccinated"] = layout.cells["vaccinated"].to_numpy(dtype=np.bool_)
    return made


def compile_scenario(
    layout: Layout,
    flows: BaseFlows,
    pathogen: Pathogen,
    scenario: Scenario,
    first: dt.date,
    days: int,
    courses: SeverityRows | None = None,
) -> CompiledScenario:
    """Turn a scenario into movement tables, profiles and rules for effects.

    Courses that only this scenario needs are added to ``courses``, which all scenarios of a run
    share.  An action that begins after the last day leaves no trace.

    Raises
    ------
    InputError
        For an action that the system or the pathogen cannot express.
    """
    check_references(layout, scenario)
    in_time = _in_time(scenario, first, days)
    quarantine = any("detained" in action.needs().apart for action in in_time.values())
    gates = [tests for action in in_time.values() if (tests := action.at_gates()) is not None]
    attributes, own = attributes_of(layout), with_quarantine(layout, flows) if quarantine else flows
    for gate in gates:
        own = with_gate(layout, own, gate, gate.who.mask(attributes))
    work = Builder(
        layout,
        own,
        flows,
        pathogen,
        first,
        days,
        attributes,
        courses or SeverityRows(layout.courses),
        layout.cells["course"].to_numpy(dtype=np.int32),
        visits=np.repeat(usual_visits(first, days)[:, None], layout.n_facilities, axis=1),
    )
    for index, action in in_time.items():
        try:
            action.compile(work)
        except InputError as problem:
            raise InputError.of(
                problem.problem,
                where=problem.where or in_scenario(scenario, index),
                field=problem.field,
                value=problem.value,
            ) from None
    routes = routes_of(pathogen)
    if work.rules and not routes:
        raise InputError(
            "has no stages of people who are found",
            where=Message("pathogen {name}", name=pathogen.name),
        )
    _quarantine_shares(work)
    if work.gate is not None:
        open_gate(work, work.gate)
    staff_stay_home(work)
    if layout.housing.n_units:
        _live_in_units(work)
    if work.all_or_nothing and work.leaky:
        raise InputError(
            "with doses on dates and with people_per_day cannot be in one scenario",
            where=scenario.name,
            field="vaccination",
        )
    immune = [stage.name for stage in pathogen.stages].index(pathogen.recovered)
    finds = DETECTION_DELAY in pathogen.parameters
    made = _assembled(work, scenario, routes, immune, finds=finds)
    if not scenario.seeds:
        return made
    seeds = imports_of(layout, flows, pathogen, scenario, made.counts, made.profile, first)
    return replace(made, seeds=seeds)


def _in_time(scenario: Scenario, first: dt.date, days: int) -> dict[int, Action]:
    """Actions by position, without those that begin after the last day.

    Their rows would stand idle, but with them chance is dealt out in another order.
    """
    return {
        index: action
        for index, action in enumerate(scenario.actions)
        if action.begins is None or (action.begins - first).days < days
    }


def _quarantine_shares(work: Work) -> None:
    """Of those who arrive where quarantine is in force, all or a share goes to its cell."""
    flows, layout = work.flows, work.layout
    apart_cell = is_apart(layout.cells["variant"].to_numpy())
    into_apart = apart_cell[flows.exits.to]
    goal = layout.facility_of[flows.exits.to]
    arrives = np.isin(flows.exits.movement, (TRANSFER, ARREST)) & (goal >= 0)
    apart_pairs = np.repeat(flows.book_ins.into == APART, len(layout.detained_classes))
    facility = np.repeat(flows.book_ins.facility, len(layout.detained_classes))
    groups: dict[bytes, list[int]] = {}
    for f in range(layout.n_facilities):
        share = work.quarantine.get(f, np.zeros(work.days))
        groups.setdefault(share.tobytes(), []).append(f)
    for content, members in groups.items():
        share = np.frombuffer(content)
        here = np.isin(np.arange(layout.n_facilities), members)
        pairs, rows = here[facility], arrives & here[goal]
        work.scale_book_ins(pairs & ~apart_pairs, 1.0 - share)
        work.scale_book_ins(pairs & apart_pairs, share)
        work.scale_exits(rows & ~into_apart, 1.0 - share)
        work.scale_exits(rows & into_apart, share)


def _live_in_units(work: Work) -> None:
    """People who come are given a unit; people in units are moved to others now and then.

    Nobody is moved out of a unit that is kept apart, or out of quarantine into a unit.
    """
    layout, days = work.layout, work.days
    variant = layout.cells["variant"].to_numpy()

    def of_all(table: FlowTable) -> FlowTable:
        """With the vaccinated; who is kept apart or waits for a test stays where they are."""
        both = mirrored(layout, table)
        return both.at(np.isin(variant[both.cell], (ORDINARY, VACCINATED)))

    come = of_all(layout.housing.into_units(WITHIN))
    go = of_all(layout.housing.out_of_units(WITHIN))
    work.more_exits.append(MoreExits(come, np.ones(days)))
    work.more_exits.append(MoreExits(go, lambda values: np.full(days, values[MOVES])))
    work.quantities.update(housing_quantities())


class _Columns:
    """Profile columns of a scenario, and what triggers do to them."""

    def __init__(self, days: int) -> None:
        self.series = [np.ones(days)]
        self.drawn: list[DrawnSeries] = []
        self.switched: dict[int, list[tuple[int, float]]] = {}

    def add(
        self,
        series: Float | Callable[[Mapping[str, float]], Float],
        mark: int | None = None,
        *,
        while_off: bool = False,
        falls_with: Iterable[int] = (),
    ) -> int:
        """A new column; with a mark it is off until the trigger switches it on, or the reverse.

        Triggers of ``falls_with`` each make it :data:`OFF` times what it is.
        """
        column = len(self.series)
        for one in falls_with:
            self.switched.setdefault(one, []).append((column, OFF))
        if callable(series):
            self.drawn.append(DrawnSeries(column, series))
            self.series.append(np.ones(len(self.series[0])))
            return column
        if mark is not None:
            if not while_off:
                series = series * OFF
            factor = OFF if while_off else 1.0 / OFF
            self.switched.setdefault(mark, []).append((column, factor))
        self.series.append(series)
        return column

    def under(self, factors: Sequence[Factor], n_rows: int) -> RowFactors:
        """Factors over rows; those of a trigger are 1 until it switches them."""
        made = RowFactors(n_rows)
        for one in factors:
            if one.mark is None:
                made.add(one.rows, one.series)
            else:
                mark = (one.mark, float(one.series[0]))
                made.add(one.rows, np.ones(len(one.series)), mark)
        return made

    def take(self, factors: RowFactors, made: Sequence[Float]) -> None:
        """Append the columns that factors made."""
        self.series += made
        for (mark, factor), column in factors.marked():
            self.switched.setdefault(mark, []).append((column, factor))


def _classed(layout: Layout, exits: Exits) -> Exits:
    """Transfers out of the system and removals after a test are counted in classes of their own."""
    movement, weight = exits.movement.copy(), exits.stage_weight
    movement[(movement == TRANSFER) & (layout.facility_of[exits.to] < 0)] = AWAY
    removal = movement == REMOVAL
    movement[removal & (weight == GATE_MISSED)] = REMOVED_AFTER_TEST
    movement[removal & (weight == GATE_FOUND)] = GATE_TEST
    return replace(exits, movement=movement)


def _as_unvaccinated(layout: Layout) -> NDArray[np.int32]:
    """[C] for every cell the same people without a vaccine."""
    vaccinated = layout.cells["vaccinated"].to_numpy(dtype=bool)
    base = layout.cells["base"].to_numpy()
    return np.where(vaccinated, base, np.arange(len(base))).astype(np.int32)


def _assembled(
    work: Work, scenario: Scenario, routes: Sequence[Route], immune: int, *, finds: bool
) -> CompiledScenario:
    """Put everything into tables; with ``finds`` people are found by symptoms everywhere."""
    layout, flows, days = work.layout, work.flows, work.days
    as_unvaccinated = _as_unvaccinated(layout) if work.all_or_nothing else None
    columns = _Columns(days)
    exit_factors = columns.under(work.exits, len(flows.exits.cell))
    exit_column, made = exit_factors.columns(days, len(columns.series))
    columns.take(exit_factors, made)
    n_pairs = len(flows.book_ins.per_day) * len(layout.detained_classes)
    arrest_factors = columns.under(work.book_ins, n_pairs)
    rows, made = book_in_rows(
        layout, flows, arrest_factors, days, len(columns.series), avoiding=work.avoiding
    )
    columns.take(arrest_factors, made)
    tables = [(flows.exits, exit_column)]
    for more in work.more_exits:
        column = columns.add(more.series, more.mark, while_off=more.while_off)
        tables.append((more.table, np.full(len(more.table.cell), column, dtype=np.int32)))
    for counts in work.more_counts:
        column = columns.add(counts.series, counts.mark)
        rows += [replace(row, profile=column) for row in counts.rows]
    rules = tuple(
        (rule.programme, columns.add(rule.programme.strength, rule.mark)) for rule in work.rules
    )
    found_profile = profile_of_found(work, columns.add)
    findings = find_by_symptoms(work, columns.add) if finds else ()
    unit_switches = tuple(_with_columns(one, columns) for one in work.unit_switches)
    effects = {f"effect.{name}": quantity for name, quantity in scenario.quantities().items()}
    exits, order = exits_table(tables, len(layout.cells))
    usual = (order < len(flows.exits.cell)) & (exits.movement != WITHIN)
    by_number = counts_table(rows)
    return CompiledScenario(
        scenario=scenario,
        quantities={**effects, **work.quantities, **visit_quantities(work.visits)},
        exits=_classed(layout, exits),
        usual=usual,
        # Second rows come after those of the start.
        second=usual & (order >= len(work.recorded_flows.exits.cell)),
        counts=by_number,
        of_record=of_record(layout, by_number, work.quantities),
        profile=np.stack(columns.series, axis=1),
        drawn=tuple(columns.drawn),
        inside=tuple(work.inside),
        outside=tuple(work.outside),
        rules=rules,
        tests=tuple(work.tests),
        away=tuple(work.away),
        gate=work.gate,
        visits=work.visits,
        places_per_100=work.places_per_100,
        beds=tuple(work.beds),
        switches=tuple(
            replace(switch, columns=tuple(columns.switched.get(mark, ())))
            for mark, switch in enumerate(work.switches)
        ),
        course=work.course if as_unvaccinated is None else work.course[as_unvaccinated],
        intake=work.intake,
        doses=tuple((i, row.works) for i, row in enumerate(rows) if row.works is not None),
        immune=immune,
        as_unvaccinated=as_unvaccinated,
        together=np.isin(np.arange(layout.n_facilities), list(work.together)),
        kept_apart=work.kept_apart,
        found_profile=found_profile,
        programmes=programme_table(layout, routes, rules, findings, work.places_per_100),
        unit_switches=unit_switches,
    )


def _with_columns(switches: UnitSwitches, columns: _Columns) -> UnitSwitches:
    """The switches of units with the columns that each of them multiplies."""
    switched = tuple(
        (at, *column)
        for at in range(len(switches.places.unit))
        for column in columns.switched.get(switches.first_mark - at, ())
    )
    chance = -1 if switches.chance is None else columns.add(switches.chance)
    return replace(switches, switched=switched, chance_column=chance)
