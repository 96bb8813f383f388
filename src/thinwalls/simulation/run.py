"""``simulate``: the one place where a system, a pathogen and scenarios meet."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from importlib import metadata
from threading import Event
from typing import TYPE_CHECKING, Literal

import pandas as pd

from thinwalls import engine
from thinwalls._version import __version__
from thinwalls.errors import InputError
from thinwalls.policy import Scenario, dumps_scenarios
from thinwalls.results import Results, labelled_parameters
from thinwalls.simulation.building import build_layout
from thinwalls.simulation.compiling import CompiledScenario, attributes_of, compile_scenario
from thinwalls.simulation.counting import with_tested_apart
from thinwalls.simulation.courses import CourseBook
from thinwalls.simulation.drawing import make_draw
from thinwalls.simulation.flows import origins, read_flows
from thinwalls.simulation.inputs import build_frame, inputs_of
from thinwalls.simulation.recording import Recorder, places_table, record_of
from thinwalls.simulation.sampling import ascertainment, mixing_quantities, sample
from thinwalls.simulation.twins import needs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from thinwalls.pathogens import Pathogen
    from thinwalls.quantities import Quantity
    from thinwalls.system import System

STEPS_PER_DAY = 2
"""Half-day steps: infections in the first weeks come about a quarter of a day late against steps
of an eighth of a day, totals differ by half a per cent (docs: the simulation, "How fine a step").
"""
MOST_DRAWS = 1_000_000
MOST_DAYS = 3_660
NOT_MODELLED = (
    "Housing units within a facility: everybody in a facility can meet everybody else.",
    "Households of staff and of people released, apart from the county they live in.",
    "Infections after removal from the country; the course of those brought along is followed.",
    "Differences between people of one cell, superspreading among them.",
    "Ways into a facility other than staff, book-ins, transfers and social visits: lawyers, "
    "deliveries. From 13 March 2020 to 10 May 2022 there are no visits unless a scenario has them.",
    "Patients of counties that are not in the system but use the same hospitals.",
    "Crime, court cases, money, and every harm or good of detention that is not this disease.",
)
"""Sentences for the report; each is a limit of every result of this version."""


def quantities_of(pathogen: Pathogen, compiled: Sequence[CompiledScenario]) -> dict[str, Quantity]:
    """Every uncertain or fixed quantity of a run by its dotted name."""
    found = {f"pathogen.{name}": quantity for name, quantity in pathogen.parameters.items()}
    found.update(mixing_quantities())
    for scenario in compiled:
        found.update(scenario.quantities)
    return dict(sorted(found.items()))


def _whole(name: str, value: int, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(
            f"must be a whole number between {low} and {high}", field=name, value=value
        )
    return value


def check_scenarios(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """At least one scenario, each with a name of its own."""
    chosen = tuple(scenarios)
    if not chosen:
        raise InputError("needs at least one scenario", field="scenarios")
    names = [scenario.name for scenario in chosen]
    for name in names:
        if names.count(name) > 1:
            raise InputError("two scenarios have this name", field="scenarios", value=name)
    return chosen


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
    mode: Literal["stochastic", "mean_field"] = "stochastic",
    check: bool = False,
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
    progress
        Called with the number of (scenario, draw) runs done so far.
    command
        What the user typed, kept in the provenance.

    Raises
    ------
    InputError
        When an argument cannot be used; the message names it.
    """
    chosen = check_scenarios(scenarios)
    days = _whole("days", days, 1, MOST_DAYS)
    draws = _whole("draws", draws, 1, MOST_DRAWS)
    seed = _whole("seed", seed, 0, 2**63 - 1)
    workers = _whole("threads", threads or os.cpu_count() or 1, 1, 1024)
    first = start_date(system, start)
    for scenario in chosen:
        scenario.check(first, first + dt.timedelta(days=days - 1))

    layout = build_layout(system, needs_of(chosen))
    layout = with_tested_apart(layout, attributes_of(layout), chosen)
    flows = read_flows(layout)
    arrested_in = origins(layout, flows)
    courses = CourseBook(layout.courses)
    compiled = [
        compile_scenario(layout, flows, pathogen, scenario, first, days, courses)
        for scenario in chosen
    ]
    visits = any(one.visits.any() for one in compiled)
    frame = build_frame(layout, pathogen, visits=visits)
    quantities = quantities_of(pathogen, compiled)
    record = record_of(pathogen.stages, len(layout.outputs), pathogen.susceptible)
    dates = pd.date_range(first, periods=days, freq="D")
    recorder = Recorder(layout, [one.name for one in chosen], draws, dates, places)
    drawn: list[Mapping[str, float]] = [{}] * draws
    stop = Event()
    done = _Counter(progress)

    def one_draw(number: int) -> None:
        values = sample(quantities, seed, number)
        draw = make_draw(
            layout,
            pathogen,
            values,
            origins=arrested_in,
            start=first,
            days=days,
            steps_per_day=STEPS_PER_DAY,
            seed=seed,
            draw=number,
            courses=courses.all,
        )
        drawn[number] = draw.values
        for index, one in enumerate(compiled):
            if stop.is_set():
                return
            inputs = inputs_of(layout, frame, one, draw, record, STEPS_PER_DAY, days)
            output = engine.run(inputs, seed=seed, draw=number, mode=mode, check=check)
            recorder.add(index, draw, output, inputs, one)
            done.add()

    _run_all(one_draw, draws, workers, stop)
    series, totals, hospitals = recorder.datasets()
    return Results(
        dataset=series,
        totals=totals,
        hospitals=hospitals,
        parameters=labelled_parameters(
            {
                reported_name(name): [values[name] for values in drawn]
                for name, quantity in quantities.items()
                if not quantity.is_fixed
            },
            {
                reported_name(name): _attributes(name, quantity)
                for name, quantity in quantities.items()
            },
        ),
        places=places_table(layout),
        assumptions=assumptions_of(system, quantities),
        provenance={
            "command": command,
            "versions": versions(),
            "system": system.title,
            "system_name": system.name,
            "system_checksum": system.content_hash,
            "pathogen": pathogen.title,
            "pathogen_name": pathogen.name,
            "pathogen_checksum": pathogen_checksum(pathogen),
            "scenarios": {scenario.name: scenario.text for scenario in chosen},
            "scenario_file": dumps_scenarios(chosen),
            "start": first.isoformat(),
            "days": days,
            "draws": draws,
            "seed": seed,
            "step_days": 1.0 / STEPS_PER_DAY,
            "created_from": sorted(set(system.sources["attribution"].dropna())),
            "not_modelled": list(NOT_MODELLED),
        },
    )


def reported_name(name: str) -> str:
    """Name of a quantity in results: without the room that it comes from."""
    return name.removeprefix("mixing.").removeprefix("pathogen.").removeprefix("effect.")


def versions() -> dict[str, str]:
    """What can change the bits of a result."""
    names = ("numpy", "numba", "scipy", "pandas", "xarray")
    return {"thinwalls": __version__, **{name: metadata.version(name) for name in names}}


def pathogen_checksum(pathogen: Pathogen) -> str:
    """SHA-256 of a pathogen's stages and quantities."""
    parts = [repr(pathogen.stages)]
    parts += [f"{name} {quantity!r}" for name, quantity in sorted(pathogen.parameters.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def start_date(system: System, start: str | dt.date | None) -> dt.date:
    """The first day of a run: as given, else the system's."""
    given = system.start_date if start is None else start
    try:
        return dt.date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise InputError("must be a date like 2020-03-20", field="start", value=given) from None


class _Counter:
    """Counts finished runs; callable from several threads (list.append is atomic)."""

    def __init__(self, report: Callable[[int], None] | None) -> None:
        self._report = report
        self._done: list[None] = []

    def add(self) -> None:
        self._done.append(None)
        if self._report is not None:
            self._report(len(self._done))


def _run_all(work: Callable[[int], None], draws: int, workers: int, stop: Event) -> None:
    """Run the draws on threads; the first failure (or Ctrl-C) stops the others soon."""
    with ThreadPoolExecutor(max_workers=min(workers, draws)) as pool:
        waiting = [pool.submit(work, number) for number in range(draws)]
        try:
            finished, _ = wait(waiting, return_when=FIRST_EXCEPTION)
            for one in finished:
                one.result()
        except BaseException:
            stop.set()
            for one in waiting:
                one.cancel()
            raise


def _attributes(name: str, quantity: Quantity) -> dict[str, object]:
    low, high = (quantity.central,) * 2 if quantity.is_fixed else quantity.interval(0.9)
    return {
        "units": quantity.unit,
        "long_name": name.rpartition(".")[2].replace("_", " "),
        "source": quantity.source,
        "tag": quantity.tag,
        "note": quantity.note,
        "distribution": str(quantity),
        "low": low,
        "high": high,
    }


def assumptions_of(system: System, quantities: Mapping[str, Quantity]) -> list[dict[str, str]]:
    """Everything that no source gives, for the report."""
    series = ascertainment()
    made = [
        {
            "name": "share of infections reported, by month",
            "value": ", ".join(
                f"{month}: {share:.2f}" for month, share in series.share_by_month.items()
            ),
            "unit": series.unit,
            "source": series.source,
            "tag": series.tag,
            "note": "multiplied by the ascertainment factor of each draw",
        }
    ]
    for name, quantity in quantities.items():
        if quantity.tag == "assumption":
            made.append(
                {
                    "name": name,
                    "value": str(quantity),
                    "unit": quantity.unit,
                    "source": quantity.source,
                    "tag": quantity.tag,
                    "note": quantity.note,
                }
            )
    for key, row in system.assumptions.iterrows():
        made.append(
            {
                "name": f"system.{key}",
                "value": f"{row['value']:g} ({row['low']:g} to {row['high']:g})",
                "unit": str(row["unit"]),
                "source": str(row["rests_on"]),
                "tag": "assumption",
                "note": str(row["meaning"]),
            }
        )
    return made
