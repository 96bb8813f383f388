"""What every draw of a run shares: cells, compiled scenarios, and what the engine keeps of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from thinwalls.simulation.draws.engine_inputs import build_frame
from thinwalls.simulation.draws.imputed_places import Imputed
from thinwalls.simulation.draws.one_draw import IMMUNE_INSIDE
from thinwalls.simulation.experiments.begun_outbreak import begun_outbreak
from thinwalls.simulation.experiments.provenance import quantities_of
from thinwalls.simulation.experiments.run_checks import (
    check_dates_recorded,
    check_scenarios,
    start_date,
)
from thinwalls.simulation.experiments.used_quantities import unused
from thinwalls.simulation.measures.compile_scenario import attributes_of, compile_scenario
from thinwalls.simulation.movement.base_flows import origins
from thinwalls.simulation.movement.index_cases import with_place_ids
from thinwalls.simulation.outputs.by_age import with_ages_apart
from thinwalls.simulation.outputs.counts import with_tested_apart
from thinwalls.simulation.outputs.daily_rows import daily_rows, select, series_places
from thinwalls.simulation.outputs.what_is_recorded import output_spec
from thinwalls.simulation.population.cell_variants import needs_of
from thinwalls.simulation.population.immunity import immunity_of
from thinwalls.simulation.population.severity_rows import SeverityRows

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from thinwalls.common import Float, Quantity
    from thinwalls.engine import OutputSpec
    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Scenario
    from thinwalls.simulation.draws.engine_inputs import Frame
    from thinwalls.simulation.experiments.begun_outbreak import BegunOutbreak
    from thinwalls.simulation.experiments.run_options import RunOptions
    from thinwalls.simulation.experiments.shared_work import Workbench
    from thinwalls.simulation.population.immunity import Immunity
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.population.severity_rows import SeverityRow
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario


Value = TypeVar("Value")


@dataclass(frozen=True)
class PreparedRun:
    """A system, a pathogen and scenarios as arrays, the same for all draws."""

    scenarios: tuple[Scenario, ...]
    start: dt.date
    layout: Layout
    origins: Float
    """[F, N] where in the country the people of a facility were arrested"""
    imputed: Imputed
    immunity: Immunity | None
    """who is immune on the first day, where the system says so"""
    compiled: Sequence[CompiledScenario]
    """by scenario"""
    courses: tuple[SeverityRow, ...]
    begun: BegunOutbreak | None
    """what has to have been found in every draw"""
    frame: Frame
    outputs: Sequence[OutputSpec]
    """what the engine keeps, by scenario; the same object where it is the same"""
    quantities: Mapping[str, Quantity]
    """every uncertain or fixed quantity by its dotted name"""
    unused: frozenset[str]
    """those of them that change no number of the run"""
    key: Hashable
    """equal for runs whose draws hold the same arrays if they have the same seed and priors"""

    def used(self, quantities: Mapping[str, Value]) -> dict[str, Value]:
        """Those of some quantities that change a number of the run."""
        return {name: one for name, one in quantities.items() if name not in self.unused}


def prepare(bench: Workbench, scenarios: Sequence[Scenario], options: RunOptions) -> PreparedRun:
    """Compile the scenarios for a system.

    Parameters
    ----------
    bench
        The system and the pathogen.
    scenarios
        At least one, each with a name of its own.
    options
        Of the run; start, days, places and ``by_age`` are used here.

    Raises
    ------
    InputError
        For scenarios that cannot matter in the run, places that the system does not have, and days
        outside the record of cases.
    """
    chosen, pathogen, days = check_scenarios(scenarios), bench.pathogen, options.days
    start = start_date(bench.system, options.start)
    check_dates_recorded(bench.system, pathogen, start, days)
    for scenario in chosen:
        scenario.check(start, start + dt.timedelta(days=days - 1))
    needs = needs_of(chosen)
    layout, flows = bench.layout(needs)
    apart = with_ages_apart(layout) if options.by_age else layout
    layout = with_tested_apart(apart, attributes_of(apart), chosen)
    chosen = tuple(with_place_ids(layout, one) for one in chosen)
    courses = SeverityRows(layout.courses)
    compiled = [
        compile_scenario(layout, flows, pathogen, one, start, days, courses) for one in chosen
    ]
    visits = any(one.visits.any() for one in compiled)
    begun = begun_outbreak(chosen, layout, start, days)
    imputed = Imputed(layout)
    immunity = immunity_of(layout, pathogen)
    quantities = {**quantities_of(pathogen, compiled), **imputed.quantities}
    if immunity is not None:
        quantities |= immunity.quantities
        if immunity.speaks_of_all_detained:
            # Nothing in the run depends on it any more.
            quantities.pop(IMMUNE_INSIDE, None)
    return PreparedRun(
        scenarios=chosen,
        start=start,
        layout=layout,
        origins=origins(layout, flows),
        imputed=imputed,
        immunity=immunity,
        compiled=compiled,
        courses=courses.all,
        begun=begun,
        frame=build_frame(layout, pathogen, visits=visits),
        outputs=_outputs_of(
            layout, pathogen, compiled, [*options.places, *([begun.seed.place] if begun else [])]
        ),
        quantities=dict(sorted(quantities.items())),
        unused=unused(quantities, pathogen, layout, compiled, courses.all, start, days),
        key=(needs, courses.all, start, days, layout.cells["output"].to_numpy().tobytes(), visits),
    )


def _outputs_of(
    layout: Layout,
    pathogen: Pathogen,
    compiled: Sequence[CompiledScenario],
    places: Sequence[str],
) -> list[OutputSpec]:
    selection = select(layout, series_places(layout, places))
    known: dict[bytes, OutputSpec] = {}
    made = []
    for one in compiled:
        daily = daily_rows(selection, one)
        key = daily.tobytes()
        if key not in known:
            known[key] = output_spec(
                pathogen.stages, len(layout.outputs), pathogen.susceptible, daily
            )
        made.append(known[key])
    return made
