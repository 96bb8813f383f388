"""``simulate``, and runs that grow: draws added as they are wanted, shared between questions.

The value of everything in a draw depends on its number alone, not on how many draws there are, so
a run of 20 draws is the beginning of a run of 200.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property, partial
from threading import Event
from typing import TYPE_CHECKING, Any

import pandas as pd

from thinwalls import engine
from thinwalls.common import InputError, RunError
from thinwalls.policy import Scenario, dumps_scenarios
from thinwalls.results import Results, labelled_parameters
from thinwalls.simulation.draws.engine_inputs import inputs_of
from thinwalls.simulation.draws.one_draw import make_draw
from thinwalls.simulation.draws.priors import Sampler, load_priors
from thinwalls.simulation.experiments.begun_outbreak import AT_ONCE, MOST_TRIED
from thinwalls.simulation.experiments.prepared_run import prepare
from thinwalls.simulation.experiments.provenance import (
    assumptions_of,
    provenance_of,
    reported_name,
)
from thinwalls.simulation.experiments.run_checks import GIGABYTE, memory_bytes
from thinwalls.simulation.experiments.run_options import MOST_THREADS, RunOptions, whole_number
from thinwalls.simulation.experiments.shared_work import ScenarioRun, Workbench
from thinwalls.simulation.experiments.threads import Counter, run_all
from thinwalls.simulation.finding.reported_cases import Reports
from thinwalls.simulation.outputs.labels import datasets, places_table
from thinwalls.simulation.outputs.recorder import Recorder
from thinwalls.simulation.shared_types.time_step import STEPS_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from thinwalls.engine import Inputs
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.population.layout import Layout


class Experiment:
    """A system, a pathogen and scenarios, prepared; draws are added by :meth:`extend`.

    Parameters
    ----------
    bench
        The system and the pathogen, with what is remembered of them.
    scenarios
        At least one, each with a name of its own.
    options
        Of the run; ``options.draws`` is how many draws there can be.

    Raises
    ------
    InputError
        For what cannot be used; the message names the field.
    """

    def __init__(
        self, bench: Workbench, scenarios: Sequence[Scenario], options: RunOptions
    ) -> None:
        self.options = options
        self._bench = bench
        self._run = prepare(bench, scenarios, options)
        priors = options.priors
        self._priors = load_priors(priors) if isinstance(priors, str) else priors
        if self._priors is not None:
            self._priors.check(self._run.quantities, bench.pathogen.name)
        self._sampler = Sampler(self._run.quantities, options.seed, self._priors)
        self._values: dict[int, Mapping[str, float]] = {}
        self._fitting: list[int] = []
        """numbers of the futures that fit an outbreak that has begun"""
        self._tried = 0
        known = None if self._priors is None else self._priors.checksum
        self._key = (self._run.key, options.seed, known)
        self._check_memory()
        self._runs = self._remembered() if bench.remember else self._new()

    def _recorder(self, scenarios: int, draws: int) -> Recorder:
        dates = pd.date_range(self._run.start, periods=self.options.days, freq="D")
        return Recorder(
            self._run.layout,
            scenarios,
            draws,
            dates,
            self.options.places,
            by_age=self.options.by_age,
            reports=Reports(self.options.seed, self.options.report_every_days),
        )

    def _check_memory(self) -> None:
        """Refuse more draws than the machine can hold, rather than be stopped by it."""
        draws = self.options.draws
        needed = self._recorder(len(self._run.scenarios), 1).nbytes * draws
        there = memory_bytes()
        if there is not None and needed > there:
            raise InputError(
                "needs {needed} GB of memory, this machine has {there}; fewer draws, "
                "days, places or scenarios need less",
                field="draws",
                value=draws,
                needed=f"{needed / GIGABYTE:.1f}",
                there=f"{there / GIGABYTE:.1f}",
            )

    def _new(self) -> list[ScenarioRun]:
        count = len(self._run.scenarios)
        recorder = self._recorder(count, self.options.draws)
        return [ScenarioRun(recorder, position) for position in range(count)]

    def _remembered(self) -> list[ScenarioRun]:
        """Runs of each scenario, by what is done in it, whatever it is called."""
        # Start and priors are in the first part, as they were found.
        key = (self._key, replace(self.options, start=None, priors=None))
        return [
            self._bench.scenario_run(
                (key, dumps_scenarios([Scenario("-", one.actions, seeds=one.seeds)])),
                partial(self._recorder, 1, self.options.draws),
            )
            for one in self._run.scenarios
        ]

    @property
    def layout(self) -> Layout:
        """Cells, places and settings of the run."""
        return self._run.layout

    def _draw(self, number: int, *, for_a_try: bool = False) -> Draw:
        values = self._sampler.values(number)

        def make() -> Draw:
            return make_draw(
                self._run.layout,
                self._bench.pathogen,
                values,
                origins=self._run.origins,
                start=self._run.start,
                days=self.options.days,
                steps_per_day=STEPS_PER_DAY,
                seed=self.options.seed,
                draw=number,
                courses=self._run.courses,
                imputed=self._run.imputed,
                immunity=self._run.immunity,
            )

        draw = make() if for_a_try else self._bench.draw((self._key, number), make)
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
        """Run what is missing of the first draws.

        Parameters
        ----------
        draws
            From 1 to ``options.draws``.
        threads
            Draws at a time (default: the number of processors).
        progress
            Called with the number of (scenario, draw) runs done so far.
        stop
            Ends it early when set.  The first failure (or Ctrl-C) stops the other threads soon.

        Raises
        ------
        InputError
            For a number of draws or threads that cannot be.
        """
        whole_number("draws", draws, 1, self.options.draws)
        own = os.cpu_count() or 1
        workers = whole_number("threads", own if threads is None else threads, 1, MOST_THREADS)
        halt = stop or Event()
        done = Counter(progress)

        def one_draw(number: int) -> None:
            if halt.is_set():
                return
            draw = self._draw(self._fitting[number] if self._run.begun else number)
            self._values[number] = draw.values
            for n, run in enumerate(self._runs):
                if halt.is_set():
                    return
                if number not in run.done:
                    self._simulate(number, n, run, draw)
                done.add()

        self._try_futures(draws, workers, halt)
        missing = [number for number in range(draws) if number not in self._values]
        run_all(one_draw, missing, workers, halt)

    def _try_futures(self, wanted: int, workers: int, halt: Event) -> None:
        """Find as many futures as are wanted that fit the outbreak that has begun."""
        begun, fitting = self._run.begun, dict[int, bool]()
        if begun is None:
            return

        def one_try(number: int) -> None:
            if not halt.is_set():
                draw = self._draw(number, for_a_try=True)
                inputs = begun.part_of(self._inputs(0, draw), STEPS_PER_DAY)
                output = engine.run(
                    inputs, seed=self.options.seed, draw=number, mode=self.options.mode
                )
                fitting[number] = begun.fits(inputs, output)

        while len(self._fitting) < wanted and not halt.is_set():
            if self._tried >= MOST_TRIED * wanted:
                raise RunError(
                    "only {count} of {tried} simulated futures fit {outbreak}; {wanted} are wanted",
                    count=len(self._fitting),
                    tried=f"{self._tried:,}",
                    outbreak=begun.seed.text,
                    wanted=wanted,
                )
            numbers = range(self._tried, self._tried + AT_ONCE)
            run_all(one_try, numbers, workers, halt)
            self._fitting += [number for number in numbers if fitting.get(number)]
            self._tried += AT_ONCE

    def _simulate(self, number: int, scenario: int, run: ScenarioRun, draw: Draw) -> None:
        options = self.options
        inputs = self._inputs(scenario, draw)
        output = engine.run(
            inputs, seed=options.seed, draw=draw.number, mode=options.mode, check=options.check
        )
        compiled = self._run.compiled[scenario]
        with run.lock:
            if number not in run.done:
                # Of an outbreak that has begun, the draws are numbered as they were found.
                run.recorder.add(
                    run.position, replace(draw, number=number), output, inputs, compiled
                )
                run.done.add(number)

    def _inputs(self, scenario: int, draw: Draw) -> Inputs:
        prepared = self._run
        return inputs_of(
            prepared.layout,
            prepared.frame,
            prepared.compiled[scenario],
            draw,
            prepared.outputs[scenario],
            STEPS_PER_DAY,
            self.options.days,
        )

    def results(self, draws: int | None = None, *, command: str = "") -> Results:
        """The first draws, which must have been run.

        Parameters
        ----------
        draws
            How many; all that can be unless given.
        command
            What the user typed, kept in the provenance.
        """
        draws = self.options.draws if draws is None else draws
        recorders = [run.recorder for run in self._runs if run.position == 0]
        names = [one.name for one in self._run.scenarios]
        series, totals, hospitals, ages = datasets(
            recorders, names, draws, lazily=self._bench.remember
        )
        values = {
            reported_name(name): [_told(self._values[number][name]) for number in range(draws)]
            for name in self._run.used(dict.fromkeys(self._sampler.drawn))
        }
        return Results(
            dataset=series,
            totals=totals,
            hospitals=hospitals,
            ages=ages,
            parameters=labelled_parameters(values, self._attributes),
            places=self._places,
            assumptions=self._assumptions,
            provenance=self._provenance
            | {"command": command, "draws": draws}
            | ({} if self._run.begun is None else {"futures_tried": self._tried}),
        )

    @cached_property
    def _places(self) -> pd.DataFrame:
        return places_table(self._run.layout)

    @cached_property
    def _assumptions(self) -> list[dict[str, str]]:
        return assumptions_of(self._bench.system, self._run.used(self._sampler.quantities))

    @cached_property
    def _attributes(self) -> dict[str, dict[str, object]]:
        return {
            reported_name(name): self._sampler.attributes(name) for name in self._run.quantities
        }

    @cached_property
    def _provenance(self) -> dict[str, Any]:
        return provenance_of(
            self._bench.system,
            self._bench.pathogen,
            self._run.scenarios,
            start=self._run.start,
            options=self.options,
            layout=self._run.layout,
            priors=self._priors,
        )


def _told(value: float) -> float:
    """A drawn value to nine digits, as it is stored.

    Processors differ in the last bit of what NumPy and BLAS work out; people are counted the same
    all the same, and so are digits that nobody reads not what a repeated run fails by.
    """
    return float(f"{value:.9g}")
