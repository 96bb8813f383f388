"""``simulate``, and runs that grow: draws added as they are wanted, shared between questions.

The value of everything in a draw depends on its number alone, not on how many draws there are, so
a run of 20 draws is the beginning of a run of 200.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Literal

import pandas as pd

from thinwalls import engine
from thinwalls.common import InputError
from thinwalls.policy import Scenario, dumps_scenarios
from thinwalls.results import Results, labelled_parameters
from thinwalls.simulation.draws.engine_inputs import build_frame, inputs_of
from thinwalls.simulation.draws.imputed_places import Imputed
from thinwalls.simulation.draws.one_draw import make_draw
from thinwalls.simulation.draws.priors import Priors, Sampler, load_priors
from thinwalls.simulation.experiments.provenance import (
    assumptions_of,
    provenance_of,
    quantities_of,
    reported_name,
)
from thinwalls.simulation.experiments.run_checks import (
    GIGABYTE,
    MOST_DAYS,
    MOST_DRAWS,
    MOST_THREADS,
    STEPS_PER_DAY,
    check_in_record,
    check_scenarios,
    memory_bytes,
    start_date,
    whole_number,
)
from thinwalls.simulation.experiments.shared_work import ScenarioRun, Workbench
from thinwalls.simulation.experiments.threads import Counter, run_all
from thinwalls.simulation.measures.compile_scenario import attributes_of, compile_scenario
from thinwalls.simulation.movement.base_flows import origins
from thinwalls.simulation.outputs.by_age import with_ages_apart
from thinwalls.simulation.outputs.counts import with_tested_apart
from thinwalls.simulation.outputs.daily_rows import daily_rows, select, series_places
from thinwalls.simulation.outputs.labels import datasets, places_table
from thinwalls.simulation.outputs.recorder import Recorder
from thinwalls.simulation.outputs.what_is_recorded import record_of
from thinwalls.simulation.population.cell_variants import needs_of
from thinwalls.simulation.population.severity_rows import CourseBook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from thinwalls.engine import OutputSpec
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario
    from thinwalls.system import System

Mode = Literal["stochastic", "mean_field"]


class Experiment:
    """A system, a pathogen and scenarios, prepared; draws are added by :meth:`extend`.

    ``most_draws`` is how many draws there can be; the other arguments are those of
    :func:`simulate`.  Raises :class:`~thinwalls.common.errors.InputError` for what cannot be used.
    """

    def __init__(
        self,
        bench: Workbench,
        scenarios: Sequence[Scenario],
        *,
        days: int = 180,
        seed: int = 1,
        start: str | dt.date | None = None,
        places: Sequence[str] = (),
        most_draws: int = 200,
        mode: Mode = "stochastic",
        check: bool = False,
        priors: str | Priors | None = None,
        by_age: bool = False,
    ) -> None:
        self.scenarios = check_scenarios(scenarios)
        self.days = whole_number("days", days, 1, MOST_DAYS)
        self.seed = whole_number("seed", seed, 0, 2**63 - 1)
        self.most_draws = whole_number("draws", most_draws, 1, MOST_DRAWS)
        self.start = start_date(bench.system, start)
        check_in_record(bench.system, bench.pathogen, self.start, self.days)
        for scenario in self.scenarios:
            scenario.check(self.start, self.start + dt.timedelta(days=self.days - 1))
        self._mode, self._check, self._bench = mode, check, bench
        needs = needs_of(self.scenarios)
        layout, flows = bench.layout(needs)
        self._by_age = by_age
        apart = with_ages_apart(layout) if by_age else layout
        self._layout = with_tested_apart(apart, attributes_of(apart), self.scenarios)
        self._origins = origins(self._layout, flows)
        self._imputed = Imputed(self._layout)
        courses = CourseBook(self._layout.courses)
        self._compiled: list[CompiledScenario] = [
            compile_scenario(
                self._layout, flows, bench.pathogen, scenario, self.start, self.days, courses
            )
            for scenario in self.scenarios
        ]
        self._courses = courses.all
        pathogen = bench.pathogen
        visits = any(one.visits.any() for one in self._compiled)
        self._frame = build_frame(self._layout, pathogen, visits=visits)
        self._records = self._records_of(tuple(places))
        found = {**quantities_of(pathogen, self._compiled), **self._imputed.quantities}
        self.quantities = dict(sorted(found.items()))
        self._priors = load_priors(priors) if isinstance(priors, str) else priors
        if self._priors is not None:
            self._priors.check(self.quantities, pathogen.name)
        self._sampler = Sampler(self.quantities, self.seed, self._priors)
        self._values: dict[int, Mapping[str, float]] = {}
        outputs = self._layout.cells["output"].to_numpy().tobytes()
        known = None if self._priors is None else self._priors.checksum
        self._key = (needs, self._courses, self.start, self.days, self.seed, outputs, known, visits)
        self._places = places_table(self._layout)
        self._assumptions = assumptions_of(bench.system, self._sampler.quantities)
        self._attributes = {
            reported_name(name): self._sampler.attributes(name) for name in self.quantities
        }
        self._recorded_places = tuple(places)
        self._provenance = provenance_of(
            bench.system,
            pathogen,
            self.scenarios,
            start=self.start,
            days=self.days,
            seed=self.seed,
            layout=self._layout,
            priors=self._priors,
        )
        self._check_memory()
        self._runs = self._remembered() if bench.remember else self._new()

    def _records_of(self, places: Sequence[str]) -> list[OutputSpec]:
        """What is recorded of each scenario; the same object where it is the same."""
        layout, pathogen = self._layout, self._bench.pathogen
        selection = select(layout, series_places(layout, places))
        known: dict[bytes, OutputSpec] = {}
        made = []
        for compiled in self._compiled:
            daily = daily_rows(selection, compiled)
            key = daily.tobytes()
            if key not in known:
                known[key] = record_of(
                    pathogen.stages, len(layout.outputs), pathogen.susceptible, daily
                )
            made.append(known[key])
        return made

    def _recorder(self, scenarios: int, draws: int | None = None) -> Recorder:
        dates = pd.date_range(self.start, periods=self.days, freq="D")
        return Recorder(
            self._layout,
            scenarios,
            self.most_draws if draws is None else draws,
            dates,
            self._recorded_places,
            by_age=self._by_age,
        )

    def _check_memory(self) -> None:
        """Refuse more draws than the machine can hold, rather than be stopped by it."""
        needed = self._recorder(len(self.scenarios), draws=1).nbytes * self.most_draws
        there = memory_bytes()
        if there is not None and needed > there:
            raise InputError(
                "needs {needed} GB of memory, this machine has {there}; fewer draws, "
                "days, places or scenarios need less",
                field="draws",
                value=self.most_draws,
                needed=f"{needed / GIGABYTE:.1f}",
                there=f"{there / GIGABYTE:.1f}",
            )

    def _new(self) -> list[ScenarioRun]:
        recorder = self._recorder(len(self.scenarios))
        return [ScenarioRun(recorder, position) for position in range(len(self.scenarios))]

    def _remembered(self) -> list[ScenarioRun]:
        """Runs of each scenario, by what is done in it, whatever it is called."""
        key = (self._key, self._recorded_places, self.most_draws, self._mode, self._check)
        return [
            self._bench.scenario_run(
                (key, dumps_scenarios([Scenario("-", one.actions)])), partial(self._recorder, 1)
            )
            for one in self.scenarios
        ]

    @property
    def layout(self) -> Layout:
        """Cells, places and settings of the run."""
        return self._layout

    def _draw(self, number: int) -> Draw:
        values = self._sampler.values(number)

        def make() -> Draw:
            return make_draw(
                self._layout,
                self._bench.pathogen,
                values,
                origins=self._origins,
                start=self.start,
                days=self.days,
                steps_per_day=STEPS_PER_DAY,
                seed=self.seed,
                draw=number,
                courses=self._courses,
                imputed=self._imputed,
            )

        draw = self._bench.draw((self._key, number), make)
        # A draw that is remembered was made for other scenarios: it lacks the values of these.
        return replace(draw, values={**values, **draw.values})

    def extend(
        self,
        draws: int,
        *,
        threads: int | None = None,
        progress: Callable[[int], None] | None = None,
        stop: Event | None = None,
    ) -> None:
        """Run what is missing of the first ``draws`` draws; ``stop`` ends it early.

        The first failure (or Ctrl-C) stops the other threads soon.
        """
        whole_number("draws", draws, 1, self.most_draws)
        own = os.cpu_count() or 1
        workers = whole_number("threads", own if threads is None else threads, 1, MOST_THREADS)
        halt = stop or Event()
        done = Counter(progress)

        def one_draw(number: int) -> None:
            if halt.is_set():
                return
            draw = self._draw(number)
            self._values[number] = draw.values
            for n, run in enumerate(self._runs):
                if halt.is_set():
                    return
                if number not in run.done:
                    self._run(number, n, run, draw)
                done.add()

        missing = [number for number in range(draws) if number not in self._values]
        run_all(one_draw, missing, workers, halt)

    def _run(self, number: int, scenario: int, run: ScenarioRun, draw: Draw) -> None:
        compiled, record = self._compiled[scenario], self._records[scenario]
        inputs = inputs_of(
            self._layout, self._frame, compiled, draw, record, STEPS_PER_DAY, self.days
        )
        output = engine.run(inputs, seed=self.seed, draw=number, mode=self._mode, check=self._check)
        with run.lock:
            if number not in run.done:
                run.recorder.add(run.position, draw, output, inputs, compiled)
                run.done.add(number)

    def results(self, draws: int | None = None, *, command: str = "") -> Results:
        """The first ``draws`` draws (all that can be unless given), which must have been run."""
        draws = self.most_draws if draws is None else draws
        recorders = [run.recorder for run in self._runs if run.position == 0]
        names = [one.name for one in self.scenarios]
        series, totals, hospitals, ages = datasets(
            recorders, names, draws, lazily=self._bench.remember
        )
        return Results(
            dataset=series,
            totals=totals,
            hospitals=hospitals,
            ages=ages,
            parameters=labelled_parameters(
                {
                    reported_name(name): [self._values[number][name] for number in range(draws)]
                    for name in self._sampler.drawn
                },
                self._attributes,
            ),
            places=self._places,
            assumptions=self._assumptions,
            provenance=self._provenance | {"command": command, "draws": draws},
        )


def simulate(
    system: System,
    pathogen: Pathogen,
    scenarios: Sequence[Scenario],
    *,
    days: int = 180,
    draws: int = 200,
    seed: int = 1,
    start: str | dt.date | None = None,
    places: Sequence[str] = (),
    threads: int | None = None,
    mode: Mode = "stochastic",
    check: bool = False,
    priors: str | Priors | None = None,
    by_age: bool = False,
    progress: Callable[[int], None] | None = None,
    command: str = "",
) -> Results:
    """Simulate every scenario with the same draws of parameters and the same random numbers.

    Parameters
    ----------
    system, pathogen, scenarios
        What to simulate; none of them is changed.
    days
        Length of the run from ``start`` (the system's start date unless given).
    draws
        How many times; each draw has its own parameters and random numbers, shared by all
        scenarios, so that differences between scenarios are paired.
    seed
        Same inputs and seed give the same bits, whatever the number of threads.
    places
        Ids of facilities and counties to keep day by day besides the whole system.
    threads
        Draws that run at the same time (default: the number of processors).
    mode
        ``"stochastic"``: whole people and chance; ``"mean_field"``: expectations, so that what
        differs between scenarios is not chance (parameters are drawn all the same).
    check
        Verify conservation and the other invariants of the model after every step (slower).
    priors
        Distributions instead of the usual ones of some quantities: the name of packaged priors
        (``"ice-2020 fitted"``), a TOML file, or what :func:`load_priors` gives.
    by_age
        Count every event of detained and released people by age band (``results.ages``), which
        takes some 3 % more time.  Whole numbers stay the same bit for bit; the mean force of
        infection inside becomes a mean over ages, each with its people of the first day.
        Deaths, years of life lost and infections of people followed are counted by age anyway.
    progress
        Called with the number of (scenario, draw) runs done so far.
    command
        What the user typed, kept in the provenance.

    Raises
    ------
    InputError
        When an argument cannot be used; the message names it.
    """
    if threads is not None:
        whole_number("threads", threads, 1, MOST_THREADS)
    experiment = Experiment(
        Workbench(system, pathogen, remember=False),
        scenarios,
        days=days,
        seed=seed,
        start=start,
        places=places,
        most_draws=draws,
        mode=mode,
        check=check,
        priors=priors,
        by_age=by_age,
    )
    experiment.extend(draws, threads=threads, progress=progress)
    return experiment.results(command=command)
