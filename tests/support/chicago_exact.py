"""CDC's model of measles in a shelter in Chicago, event by event: an oracle for these tests.

Written from the description in MMWR 2024;73:430-434 and the parameters of
CDCgov/measles-model-chicago-2024; no line of theirs is here.  Stages: susceptible, susceptible
after a dose that failed, two latent stages, contagious, recovered.  Everybody mixes.  A case is
reported an exponential delay after it becomes contagious.  Doses take effect seven days after
their date, at once: a fixed share of them goes to people susceptible or exposed, in proportion and
rounded.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

START = dt.date(2024, 2, 1)
IMPORT = dt.date(2024, 2, 22)
FINDING = dt.date(2024, 3, 8)
PEOPLE = (8, 13, 704, 1139, 13)
"""under 6 months, 6 to 11 months, 1 to 11 years, 12 and over, pregnant"""
SUSCEPTIBLE = (2, 8, 121, 113, 1)
EFFECTIVE = (0.0, 0.84, 0.925, 0.925, 0.0)
DOSES = (277, 276, 329)
TO_IMMUNE_DAYS = 7
R, LATENT_DAYS, INFECTIOUS_DAYS, REPORT_DAYS = 25.0, 8.0, 5.0, 2.5
SHORTER_BY = 0.25
NO_RECORD = 1 - 0.49
NEVER = 1e9
SIZES = ("0", "1-9", "10-49", "50-99", "100+")
_FROM = (0, 1, 10, 50, 100)


class Outbreaks(NamedTuple):
    """One entry per run."""

    further: NDArray[np.int64]
    """cases reported after the first"""
    last_day: NDArray[np.float64]
    """days from 1 February to the last report"""

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of the runs in each class of :data:`SIZES`."""
        return shares(self.further)


def shares(further: NDArray[Any]) -> NDArray[np.float64]:
    """Share of the runs in each class of :data:`SIZES`, from cases after the first."""
    kind = np.searchsorted(_FROM, further, side="right") - 1
    return np.bincount(kind, minlength=len(SIZES)) / len(further)


def day_of(date: dt.date) -> float:
    return float((date - START).days)


def _one(
    seed: int,
    dose_days: NDArray[np.float64],
    dose_counts: NDArray[np.float64],
    finding_day: float,
    susceptible: NDArray[np.int64],
    effective: NDArray[np.float64],
    people: float,
    share_to_susceptible: float,
    import_day: float,
) -> tuple[int, float]:
    np.random.seed(seed)  # noqa: NPY002 (the generator that compiled code has)
    n = len(susceptible)
    fresh, failed = susceptible.copy(), np.zeros(n, np.int64)
    latent = np.zeros((2, n), np.int64)
    contagious, unreported, reported = 1, 1, 0
    now, last, given = import_day, import_day, 0
    while True:
        leaving = 1.0 / INFECTIOUS_DAYS
        if now >= finding_day:
            leaving /= 1.0 - SHORTER_BY
        open_to_it = fresh.sum() + failed.sum()
        infect = R / INFECTIOUS_DAYS * contagious * open_to_it / people
        first = latent[0].sum() / (LATENT_DAYS / 2)
        second = latent[1].sum() / (LATENT_DAYS / 2)
        recover, report = leaving * contagious, unreported / REPORT_DAYS
        total = infect + first + second + recover + report
        if total == 0:
            return reported - 1, last
        change = dose_days[given] if given < len(dose_days) else NEVER
        if now < finding_day:
            change = min(change, finding_day)
        then = now + np.random.exponential(1.0 / total)  # noqa: NPY002
        if then > change:
            now = change
            if given < len(dose_days) and now == dose_days[given]:
                eligible = 0
                for c in range(n):
                    if effective[c] > 0:
                        eligible += fresh[c] + latent[0, c] + latent[1, c]
                doses = round(dose_counts[given] * share_to_susceptible)
                part = min(1.0, doses / max(eligible, 1))
                for c in range(n):
                    if effective[c] > 0:
                        got = round(part * fresh[c])
                        fresh[c] -= got
                        failed[c] += got - round(got * effective[c])
                given += 1
            continue
        now = then
        pick = np.random.random() * total  # noqa: NPY002
        if pick < infect:
            who = np.random.randint(open_to_it)  # noqa: NPY002
            for c in range(n):
                if who < fresh[c]:
                    fresh[c] -= 1
                    latent[0, c] += 1
                    break
                who -= fresh[c]
                if who < failed[c]:
                    failed[c] -= 1
                    latent[0, c] += 1
                    break
                who -= failed[c]
        elif pick < infect + first + second:
            stage = 0 if pick < infect + first else 1
            who = np.random.randint(latent[stage].sum())  # noqa: NPY002
            for c in range(n):
                if who < latent[stage, c]:
                    latent[stage, c] -= 1
                    if stage == 0:
                        latent[1, c] += 1
                    break
                who -= latent[stage, c]
            if stage == 1:
                contagious += 1
                unreported += 1
        elif pick < infect + first + second + recover:
            contagious -= 1
        else:
            unreported -= 1
            reported += 1
            last = now


_compiled: Any = njit(_one)


def outbreaks(
    runs: int, seed: int, first_doses: dt.date | None = None, *, finding: bool = False
) -> Outbreaks:
    """Run the model: with doses from a date on three days, and with active case-finding or not."""
    can = np.array(EFFECTIVE) > 0
    open_to_it = np.array(SUSCEPTIBLE)
    to_susceptible = open_to_it[can].sum() / np.array(PEOPLE)[can].sum() / NO_RECORD
    dose_days = np.array(
        []
        if first_doses is None
        else [day_of(first_doses) + day + TO_IMMUNE_DAYS for day in range(len(DOSES))]
    )
    finding_day = day_of(FINDING) if finding else NEVER
    further, last = np.zeros(runs, np.int64), np.zeros(runs)
    for run in range(runs):
        further[run], last[run] = _compiled(
            (seed * 1_000_003 + run) % 2**32,
            dose_days,
            np.array(DOSES, dtype=np.float64),
            finding_day,
            open_to_it,
            np.array(EFFECTIVE),
            float(sum(PEOPLE)),
            float(to_susceptible),
            day_of(IMPORT),
        )
    return Outbreaks(further, last)
