"""The rows of ``published/recidiviz.toml``: the program as it was, and what each defect does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.evidence.published_results.papers.parts.recidiviz_model import (
    AS_IT_WAS,
    COMPARTMENTS,
    D_E,
    D_I,
    SCENARIOS,
    STAFF,
    Defects,
    Scenario,
    course,
)
from thinwalls.evidence.published_results.papers.parts.recidiviz_rt import (
    SERIAL_DAYS,
    Estimate,
    estimate,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINTED_DAYS = (30, 89)
LAST = 89
S, E, I, H, F = 0, 1, 2, 5, 8  # noqa: E741
CUMULATIVE = {
    "rising": (10, 12, 15, 19, 24, 30, 38, 48, 60, 75, 94, 118, 148, 185, 232),
    "four records": (30, 50, 90, 150),
    "constant": (100,) * 10,
}
WEEK_DAYS = 7.0


def experiment(_: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/recidiviz.toml``."""
    yield from _printed()
    yield from _reproduction()
    yield from _defects()


def _printed() -> Iterator[tuple[str, Found]]:
    for name, scenario in SCENARIOS.items():
        x, total = course(scenario)
        for day in PRINTED_DAYS:
            groups = {"detained": x[day, :STAFF].sum(axis=0), "staff": x[day, STAFF]}
            yield f"total/{name}, day {day}/N", Found(float(total[day]))
            for group, values in groups.items():
                for compartment, value in zip(COMPARTMENTS, values, strict=True):
                    yield f"state/{name}, day {day}, {group}/{compartment}", Found(float(value))
        everybody = x.sum(axis=1)
        for column in (I, H):
            text = COMPARTMENTS[column]
            top = int(everybody[:, column].argmax())
            value = float(everybody[top, column])
            yield f"peak/{name}/{text}", Found(value)
            yield f"peak day/{name}/{text}", Found(float(top))


def _reproduction() -> Iterator[tuple[str, Found]]:
    found = {name: estimate(series) for name, series in CUMULATIVE.items()}
    for name, one in found.items():
        for text, position in (("first", 0), ("last", -1)):
            yield f"Rt/{name}/{text}", Found(_at(one, position))
    rising = found["rising"]
    for text, position in (("first", 0), ("last", -1)):
        yield f"Rt/rising/{text} low", Found(float(rising.low[position]))
        yield f"Rt/rising/{text} high", Found(float(rising.high[position]))
    weekly = estimate(CUMULATIVE["four records"], WEEK_DAYS)
    yield "defect/gaps/on", Found(_at(found["four records"], -1))
    yield "defect/gaps/off", Found(_at(weekly, -1))
    fitted = _at(found["four records"], -1)
    per_day = np.expm1((fitted - 1) / SERIAL_DAYS)
    needed = (1 + per_day * D_E) * (1 + per_day * D_I)
    yield "defect/serial interval/on", Found(fitted)
    yield "defect/serial interval/off", Found(float(needed))


def _at(one: Estimate, position: int) -> float:
    return float(one.middle[position])


def cases(scenario: Scenario, defects: Defects = AS_IT_WAS, day: int = LAST) -> float:
    """Everybody but S and E, detained people and staff, as the program reports cases."""
    state = course(scenario, defects)[0][day].sum(axis=0)
    return float(state[I:].sum())


def fatality(scenario: Scenario, defects: Defects = AS_IT_WAS) -> float:
    """Dead by day 89 per 100 people ever infected."""
    state = course(scenario, defects)[0][LAST].sum(axis=0)
    return float(100 * state[F] / state[E:].sum())


def ever_infected(scenario: Scenario, defects: Defects) -> float:
    """Detained people infected inside by day 89, those released since among them.

    Everybody who has left S for another stage: those of the start, less those who are susceptible
    at the end, less those released while susceptible.
    """
    x, _ = course(scenario, defects)
    detained = x[:, :STAFF].sum(axis=1)
    released = sum(n for _, n in scenario.releases)
    there = detained[:, E:].sum(axis=1)
    if defects.release_of_susceptible_only:
        return float(there[LAST])
    gone = 0.0
    for day, n in scenario.releases:
        before = detained[day - 2]
        alive = before.sum() - before[F]
        gone += n * (alive - before[S]) / alive
    assert gone <= released
    return float(there[LAST] + gone)


def _defects() -> Iterator[tuple[str, Found]]:
    a, b, c = SCENARIOS["A"], SCENARIOS["B"], SCENARIOS["C"]
    off = Defects(competing_exits=False)
    yield "defect/competing exits/on", Found(fatality(a))
    yield "defect/competing exits/off", Found(fatality(a, off))
    off = Defects(cumulative_start_unreachable=False)
    yield "defect/start/on", Found(cases(a, day=7))
    yield "defect/start/off", Found(cases(a, off, day=7))
    off = Defects(release_of_susceptible_only=False)
    yield "defect/who is released/on", Found(ever_infected(c, AS_IT_WAS))
    yield "defect/who is released/off", Found(ever_infected(c, off))
    full = replace(c, capacity=1000.0)
    off = Defects(release_leaves_crowding=False)
    yield "defect/crowding after release/on", Found(cases(full))
    yield "defect/crowding after release/off", Found(cases(full, off))
    off = Defects(dead_counted=False)
    yield "defect/the dead counted/on", Found(cases(a))
    yield "defect/the dead counted/off", Found(cases(a, off))
    overwritten = replace(b, category="high", dormitory_share=0.15)
    yield "defect/choices overwritten/on", Found(cases(overwritten, day=30))
    yield "defect/choices overwritten/off", Found(cases(b, day=30))
