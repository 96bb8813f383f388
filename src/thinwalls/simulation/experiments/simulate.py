"""``simulate``: all draws of a run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.simulation.experiments.experiment import Experiment
from thinwalls.simulation.experiments.run_options import MOST_THREADS, RunOptions, whole_number
from thinwalls.simulation.experiments.shared_work import Workbench

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from thinwalls.pathogens import Pathogen
    from thinwalls.policy import Scenario
    from thinwalls.results import Results
    from thinwalls.simulation.draws.priors import Priors
    from thinwalls.simulation.experiments.run_options import Mode
    from thinwalls.system import System


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
