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
from thinwalls.common import InputError
from thinwalls.policy import Scenario, dumps_scenarios
from thinwalls.results import Results, labelled_parameters
from thinwalls.simulation.draws.engine_inputs import inputs_of
from thinwalls.simulation.draws.one_draw import make_draw
from thinwalls.simulation.draws.priors import Sampler, load_priors
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
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.draws.priors import Priors
    from thinwalls.simulation.experiments.run_options import Mode
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.system import System


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

    def _draw(self, number: int) -> Draw:
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
            draw = self._draw(number)
            self._values[number] = draw.values
            for n, run in enumerate(self._runs):
                if halt.is_set():
                    return
                if number not in run.done:
                    self._simulate(number, n, run, draw)
                done.add()

        missing = [number for number in range(draws) if number not in self._values]
        run_all(one_draw, missing, workers, halt)

    def _simulate(self, number: int, scenario: int, run: ScenarioRun, draw: Draw) -> None:
        prepared, options = self._run, self.options
        compiled = prepared.compiled[scenario]
        inputs = inputs_of(
            prepared.layout,
            prepared.frame,
            compiled,
            draw,
            prepared.outputs[scenario],
            STEPS_PER_DAY,
            options.days,
        )
        output = engine.run(
            inputs, seed=options.seed, draw=number, mode=options.mode, check=options.check
        )
        with run.lock:
            if number not in run.done:
                run.recorder.add(run.position, draw, output, inputs, compiled)
                run.done.add(number)

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
            provenance=self._provenance | {"command": command, "draws": draws},
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
    report_every_days: int = 1,
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
    report_every_days
        Cases are reported on every so many days, what was found in between at once.
    progress
        Called with the number of (scenario, draw) runs done so far.
    command
        What the user typed, kept in the provenance.

    Raises
    ------
    InputError
        When an argument cannot be used; the message names it.
    """
    options = RunOptions(
        start=start,
        days=days,
        draws=draws,
        seed=seed,
        places=places,
        priors=priors,
        by_age=by_age,
        report_every_days=report_every_days,
        check=check,
        mode=mode,
    )
    return simulate_options(
        system, pathogen, scenarios, options, threads=threads, progress=progress, command=command
    )


def simulate_options(
    system: System,
    pathogen: Pathogen,
    scenarios: Sequence[Scenario],
    options: RunOptions,
    *,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
    command: str = "",
) -> Results:
    """:func:`simulate` with its options as one record.

    Parameters
    ----------
    system, pathogen, scenarios
        What to simulate.
    options
        What decides the numbers of the run beside them.
    threads, progress, command
        As of :func:`simulate`; they change no number.

    Raises
    ------
    InputError
        When something cannot be used; the message names it.
    """
    if threads is not None:
        whole_number("threads", threads, 1, MOST_THREADS)
    experiment = Experiment(Workbench(system, pathogen, remember=False), scenarios, options)
    experiment.extend(options.draws, threads=threads, progress=progress)
    return experiment.results(command=command)
