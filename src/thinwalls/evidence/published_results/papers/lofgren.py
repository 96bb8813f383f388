"""Lofgren's 67-state model of a jail and its county as inputs alone.

Source: Lofgren et al. 2022, Epidemiology 33:480-492, 10.1097/EDE.0000000000001476, structure and
parameters as in its authors' public code (github.com/epimodels/COVID19-Jails, 561491b).

How the model becomes inputs: forces are density-dependent with nominal sizes, so every setting has
crowding exponent 1 and its nominal size as reference; arrest, processing, trial and release are
movements by hazard in which people in hospital take no part; hospital admission differs by group
and place and is a change of stage by hazard; people who died stay where they are and keep moving,
as they do in the model, in a stage of their own that counts them.  The counters of the model leave
out infections between staff at work and from staff to detained people: these are integrals of
recorded stocks and are taken off.  The mean field is first order in the step; two step lengths and
Richardson extrapolation give the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.integrate import simpson

from thinwalls.engine import run
from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.evidence.published_results.small_systems import (
    Change,
    Group,
    Plan,
    Pool,
    Way,
    compile_plan,
    stage_graph,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from thinwalls.common import Float


HOUR = 24.0
"""times a rate per hour = a rate per day"""
POP = 1_218_452.0
CONTACT = np.array([[1.0, 0.51, 0.08], [0.57, 2.43, 1.05], [0.02, 0.30, 0.49]])
"""[source, recipient] of children, adults, elderly"""
C0 = HOUR / (24 * 4.5)
PROCESSING_SIZE, JAIL_SIZE = 250.0, 2600.0
BETA_PROCESSING = 2.43 * C0 / PROCESSING_SIZE * 6
BETA_JAIL = 2.43 * C0 / JAIL_SIZE * 3
SIGMA = 0.5
GAMMA, GAMMA_A, DELTA = 1 / 5.1, 1 / 6.7, 1 / 10
ADMIT = {"l": 0.0625 / 5.9, "o": 0.0625 / 5.9, "e": 0.118 / 5.9, "h": 0.118 / 5.9}
SURVIVE = {"l": 0.95, "o": 0.95, "e": 0.6666, "h": 0.6666}
DISCHARGE, DIE, DIE_UNTREATED = 1 / 9, 1 / 4.2, 1 / 4.2
ARREST = {
    "l": HOUR * 2.5 / (POP * 0.574),
    "e": HOUR * 0.041667 / (POP * 0.189),
    "h": HOUR * 1.667 / (POP * 0.05),
}
BACK, ON = HOUR * 0.6 / 12, HOUR * 0.4 / 12
TO_TRIAL, FROM_TRIAL = HOUR * 6.5 / 2500 / 12, HOUR * 6.5 / 2500
RELEASE = HOUR / (62 * 24)
SHIFT_ENDS, SHIFT_STARTS = HOUR / 8, HOUR / 16

S, E, I, H, R, DEAD = range(6)  # noqa: E741
COMMUNITY, PROCESSING, JAIL = range(3)
ADULT_ROLE, CHILD_ROLE, ELDERLY_ROLE = 1, 0, 2
ROLE = {"k": CHILD_ROLE, "l": ADULT_ROLE, "o": ADULT_ROLE, "h": ADULT_ROLE, "e": ELDERLY_ROLE}
START = {
    "kc": 0.18 * POP, "lc": 0.60 * POP, "ec": 0.18 * POP, "hc": 0.04 * POP, "oc": 256.0,
    "oj": 128.0, "lj": 1650.0, "ej": 25.0, "hj": 825.0,
}  # fmt: skip
CELLS = ("kc", "lc", "ec", "hc", "oc", "oj", *(g + p for p in "pjt" for g in "leh"))
AT = {name: number for number, name in enumerate(CELLS)}


@dataclass(frozen=True)
class Scenario:
    """Multipliers of one of the authors' scenarios."""

    contact: float = 1.0
    """multiplies contact in the community"""
    arrests: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """of l, e, h"""
    faster_release: float = 1.0
    """of l only (a quirk of the authors' scenarios)"""
    inside: float = 1.0
    """multiplies contact in processing, trial and jail"""
    treated: float = 1.0
    high_risk: float = 1.0


COUNTERS = (
    "infections community",
    "infections staff",
    "infections detained",
    "deaths community",
    "deaths staff",
    "deaths detained",
    "hospitalised community",
    "hospitalised detained",
    "arrests",
)
SIP, PUBLISHED = 1 / 1.6, 1 / 2.5

SCENARIOS = {
    "BAU": Scenario(),
    "SIP": Scenario(SIP),
    "SIP, arrests x .1": Scenario(SIP, (0.1, 0.1, 0.1)),
    "SIP, vulnerable x .1": Scenario(SIP, (1.0, 0.1, 0.1)),
    "SIP, bail x .75": Scenario(SIP, (0.75, 0.75, 0.75)),
    "SIP, low-level x .1658": Scenario(SIP, (0.1658, 0.1658, 0.1658)),
    "SIP, bail, release x 2": Scenario(SIP, (0.75, 0.75, 0.75), 2.0),
    "SIP, low-level, release x 2": Scenario(SIP, (0.1658, 0.1658, 0.1658), 2.0),
    "SIP, bail, mixing / 1.6": Scenario(SIP, (0.75, 0.75, 0.75), inside=1 / 1.6),
    "SIP, treated .95": Scenario(SIP, treated=0.95),
    "SIP, treated .99": Scenario(SIP, treated=0.99),
    "contact / 2.5": Scenario(PUBLISHED),
    "contact / 2.5, arrests x .1": Scenario(PUBLISHED, (0.1, 0.1, 0.1)),
    "contact / 2.5, bail x .75": Scenario(PUBLISHED, (0.75, 0.75, 0.75)),
    "contact / 2.5, vulnerable x .1": Scenario(PUBLISHED, (1.0, 0.1, 0.1)),
}


def ways(scenario: Scenario) -> list[Way]:
    """Arrest, processing, trial, release and shifts."""
    out = [Way(AT["oc"], AT["oj"], SHIFT_STARTS), Way(AT["oj"], AT["oc"], SHIFT_ENDS)]
    for g, cut in zip("leh", scenario.arrests, strict=True):
        release = RELEASE * (scenario.faster_release if g == "l" else 1.0)
        out += [
            Way(AT[g + "c"], AT[g + "p"], ARREST[g] * cut, movement=1),
            Way(AT[g + "p"], AT[g + "c"], BACK),
            Way(AT[g + "p"], AT[g + "j"], ON),
            Way(AT[g + "j"], AT[g + "t"], TO_TRIAL),
            Way(AT[g + "t"], AT[g + "j"], FROM_TRIAL),
            Way(AT[g + "j"], AT[g + "c"], release),
        ]
    return out


def changes(scenario: Scenario) -> list[Change]:
    """Admission, death and discharge by group and place."""
    out = []
    for name, cell in AT.items():
        g, place = name[0], name[1]
        if g == "k" or place in "pt":
            continue
        detained = place == "j" and g != "o"
        treated = scenario.treated if detained else 1.0
        out += [
            Change(cell, I, H, ADMIT[g] * treated),
            Change(cell, H, DEAD, DIE * (1 - SURVIVE[g])),
            Change(cell, H, R, DISCHARGE * SURVIVE[g]),
        ]
        if treated < 1.0:
            out.append(Change(cell, I, DEAD, (1 - treated) * DIE_UNTREATED))
    return out


def plan(scenario: Scenario, steps_per_day: int, days: int = 180) -> Plan:
    """The 67 states as a small system."""
    leave = GAMMA + GAMMA_A
    stages = stage_graph(
        [np.inf, 1 / leave, 1 / DELTA, np.inf, np.inf, np.inf],
        [0, SIGMA, 1, 0, 0, 0],
        [(E, I, [GAMMA / leave]), (E, R, [GAMMA_A / leave]), (I, R, [1.0])],
    )
    setting = {"c": COMMUNITY, "p": PROCESSING, "t": PROCESSING, "j": JAIL}
    groups = []
    for name in CELLS:
        people = [START.get(name, 0.0), 0.0, 1.0 if name == "kc" else 0.0, 0.0, 0.0, 0.0]
        where = setting[name[1]]
        role = ROLE[name[0]] if where == COMMUNITY else 0
        risk = scenario.high_risk if name[0] == "h" else 1.0
        groups.append(Group(people, [(where, role, 1.0, 1.0)], susceptibility=risk))
    recipient = CONTACT.T.copy()
    recipient[CHILD_ROLE, ELDERLY_ROLE] = CONTACT[ADULT_ROLE, CHILD_ROLE]
    recipient *= scenario.contact
    return Plan(
        stages=stages,
        groups=groups,
        pools=[
            Pool(C0, 1.0, POP, kind=0),
            Pool(BETA_PROCESSING * scenario.inside * PROCESSING_SIZE, 1.0, PROCESSING_SIZE, kind=1),
            Pool(BETA_JAIL * scenario.inside * JAIL_SIZE, 1.0, JAIL_SIZE, kind=1),
        ],
        contact=[recipient.tolist(), np.ones((3, 3)).tolist()],
        days=days,
        step_days=1 / steps_per_day,
        ways=[Way(w.origin, w.to, w.hazard_per_day, w.movement, 1) for w in ways(scenario)],
        changes=changes(scenario),
        flows=[(S, E), (I, H), (H, DEAD), (I, DEAD)],
        stage_weights=[[1.0, 1.0, 1.0, 0.0, 1.0, 1.0]],
        movements=2,
        integer=False,
    )


def rows(*names: str) -> list[int]:
    """Cell numbers of some cells."""
    return [AT[name] for name in names]


COMMUNITY_ROWS = rows("kc", "lc", "ec", "hc")
STAFF_ROWS = rows("oc", "oj")
JAILED_ROWS = rows("lj", "ej", "hj")
DETAINED_ROWS = rows(*(g + p for p in "pjt" for g in "leh"))


def counters(scenario: Scenario, steps_per_day: int, days: int = 180) -> Float:
    """[9] the model's counters at the end, in the order of :data:`COUNTERS`."""
    case = plan(scenario, steps_per_day, days)
    output = run(compile_plan(case), seed=0, draw=0, mode="mean_field")
    total = output.flow.sum(axis=0)
    start = np.array([group.people for group in case.groups])
    stock = np.concatenate([start[None], output.stock])
    by_staff = stock[:, AT["oj"], I] + SIGMA * stock[:, AT["oj"], E]
    beta = BETA_JAIL * scenario.inside
    between_staff = beta * simpson(stock[:, AT["oj"], S] * by_staff)
    risk = np.array([1.0, 1.0, scenario.high_risk])
    of_detained = beta * simpson((stock[:, JAILED_ROWS, S] @ risk) * by_staff)
    deaths = total[:, 2] + total[:, 3]
    return np.array(
        [
            total[COMMUNITY_ROWS, 0].sum(),
            total[STAFF_ROWS, 0].sum() - between_staff,
            total[DETAINED_ROWS, 0].sum() - of_detained,
            deaths[COMMUNITY_ROWS].sum(),
            deaths[STAFF_ROWS].sum(),
            deaths[DETAINED_ROWS].sum(),
            total[COMMUNITY_ROWS, 1].sum(),
            total[DETAINED_ROWS, 1].sum(),
            2500 + output.moved[:, :, 1].sum(),
        ]
    )


def limit(scenario: Scenario, days: int = 180) -> Float:
    """Counters as the step goes to 0: Richardson extrapolation of first order."""
    return 2 * counters(scenario, 256, days) - counters(scenario, 128, days)


def symptomatic(scenario: Scenario, steps_per_day: int, days: int = 180) -> Float:
    """[days + 1, 3] people in stage I by day: in jail cells, all detained people, community."""
    case = plan(scenario, steps_per_day, days)
    output = run(compile_plan(case), seed=0, draw=0, mode="mean_field")
    start = np.array([group.people for group in case.groups])
    stock = np.concatenate([start[None], output.stock])[:, :, I]
    places = (JAILED_ROWS, DETAINED_ROWS, COMMUNITY_ROWS)
    return np.stack([stock[:, place].sum(axis=1) for place in places], axis=1)


COURSE = (0, 1, 2, 3, 5)
"""Counters of which the time course is known."""
COURSE_DAYS = (30, 60, 90, 120)
QUICK = ("BAU", "SIP, treated .95")


def attack_percent(high_risk: float, day: int) -> float:
    """Cumulative infections per 100 people of the county."""
    return float(100 * limit(Scenario(high_risk=high_risk), day)[:3].sum() / POP)


def experiment(effort: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/lofgren.toml``."""
    for name in QUICK if effort.quick else SCENARIOS:
        for counter, value in zip(COUNTERS, limit(SCENARIOS[name]), strict=True):
            yield f"day 180/{name}/{counter}", Found(float(value))
    if effort.quick:
        return
    for day in COURSE_DAYS:
        found = limit(Scenario(), day)
        for position in COURSE:
            yield f"course/day {day}/{COUNTERS[position]}", Found(float(found[position]))
    daily = 2 * symptomatic(Scenario(), 256) - symptomatic(Scenario(), 128)
    for column, place in enumerate(("jail cells", "detained", "community")):
        yield f"peak/{place}/people", Found(float(daily[:, column].max()))
        if place != "jail cells":
            yield f"peak/{place}/day", Found(float(daily[:, column].argmax()))
    for factor in (1.4, 1.0):
        for day in (150, 180):
            value = attack_percent(factor, day)
            yield f"attack/high-risk factor {factor:g}/day {day}", Found(value)
            if (factor, day) == (1.4, 150):
                yield "author/76.7 %", Found(value)
