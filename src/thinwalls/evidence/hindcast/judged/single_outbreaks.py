"""Single outbreaks with known seeds, simulated with the fitted parameters.

Size and timing of each are predicted from what was known of the place, its first infections and
what was done there; nothing is adjusted to the outbreak.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 (read by pydantic)
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from thinwalls import engine
from thinwalls.common import FieldError, TypedRecord
from thinwalls.evidence.hindcast.fit.trajectories import as_values
from thinwalls.evidence.hindcast.model.frame import Frame
from thinwalls.evidence.hindcast.model.measures_inside import contact_inside
from thinwalls.evidence.hindcast.model.outbreak_arrays import housing, inputs_of
from thinwalls.evidence.hindcast.model.reduced_model import (
    DORMITORY_OVER_CELLS,
    REPORT_DELAY_DAYS,
    START,
    STEP_DAYS,
    Simulated,
    reported,
    simulate_outbreaks,
    stages_of,
)
from thinwalls.policy import ACTIONS, InsideAction
from thinwalls.simulation import BURN_IN_DAYS, infections_per_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thinwalls.common import Float

Range = tuple[float, float]

DAYS_AFTER: Final = 1
_DAYS_BETWEEN_REPORTS: Final = "detection.days_between_reports"
_DWELL_SHARES: Final = (0.25, 0.25, 0.2, 0.15, 0.15)
"""Where people who bring an infection are in its course: E1, E2, P, I1, I2 [assumption]."""


class RecordedOutbreak(TypedRecord):
    """One recorded number."""

    date: dt.date
    cases: int | None = None
    """so far"""
    peak: int | None = None
    """largest number of active cases up to the date"""


class Measure(TypedRecord):
    """What was done from a day on: a factor on contact, or measures with their packaged effects."""

    date: dt.date
    factor: Range | None = None
    do: tuple[Literal["hygiene", "distancing", "masks", "isolation"], ...] = ()
    kept: Range = (1.0, 1.0)
    """share of the effect that was reached"""

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        if (self.factor is None) == (not self.do):
            raise FieldError("needs either a factor or something to do")
        return self

    def contact(
        self, values: Mapping[str, float], random: np.random.Generator, start: dt.date, days: int
    ) -> Float:
        """[days] factor on contact in one draw."""
        if self.factor is not None:
            factor = np.ones(days)
            factor[max((self.date - start).days, 0) :] = random.uniform(*self.factor)
            return factor
        actions = [ACTIONS[name](start=self.date) for name in self.do]
        inside = [one for one in actions if isinstance(one, InsideAction)]
        full = contact_inside(values, days, start=start, measures=inside)
        return 1.0 - random.uniform(*self.kept) * (1.0 - full)


class SingleOutbreak(TypedRecord):
    """What goes in, and what was recorded."""

    name: str
    place: str
    facility_id: str | None = None
    """of ice-2020: simulated within the whole system instead of by itself"""
    start: dt.date
    people: int = Field(default=0, ge=0)
    people_source: str = ""
    staff: int = Field(default=0, ge=0)
    staff_source: str = ""
    people_per_unit: Range = (50.0, 50.0)
    people_per_unit_source: str = ""
    leave_people: int = 0
    leave_days: int = 1
    leave_source: str = ""
    arrive_per_day: float = Field(default=0.0, ge=0)
    """people booked in, and as many more released"""
    arrive_source: str = ""
    county_fips: str | None = None
    """county of us-2020 whose record staff and people booked in bring; None: they bring nothing"""
    dormitory_share: Range = (1.0, 1.0)
    dormitory_share_source: str = ""
    seeds: Range = (1.0, 1.0)
    seeds_source: str = ""
    measures: tuple[Measure, ...] = ()
    measures_source: str = ""
    found: Literal["all", "reported"]
    found_source: str
    counted_daily: bool = False
    """whether cases were published every day instead of in batches as in the fit"""
    active_days: int = 14
    source: str
    recorded: tuple[RecordedOutbreak, ...]
    note: str = ""

    @model_validator(mode="after")
    def _has_people(self) -> Self:
        if self.facility_id is None and self.people < 1:
            raise FieldError("needs people, or the facility_id of a place in ice-2020")
        return self

    @property
    def days(self) -> int:
        """From the start to the last recorded number."""
        return (max(one.date for one in self.recorded) - self.start).days + DAYS_AFTER


def load_single_outbreaks() -> tuple[SingleOutbreak, ...]:
    """Read the packaged outbreaks."""
    text = (
        resources.files("thinwalls.evidence").joinpath("single_outbreaks.toml").read_text("utf-8")
    )
    return tuple(SingleOutbreak.model_validate(one) for one in tomllib.loads(text)["outbreak"])


def predict_single(
    outbreak: SingleOutbreak,
    posterior: pd.DataFrame,
    *,
    draws: int,
    seed: int,
    system_frame: Frame | None = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Predictive intervals beside what was recorded.

    Returns rows of ``outbreak, date, what, recorded, low, median, high, inside`` (90 %),
    ``population``, and ``percentile``: the share of simulations below the recorded number, those
    equal to it counted half.  ``system_frame`` is needed by outbreaks with a ``facility_id``.
    """
    random = np.random.default_rng([seed, 6])
    rows = as_values(posterior)
    cases = np.zeros((draws, outbreak.days))
    people = 0.0
    for draw in range(draws):
        values = rows[draw % len(rows)]
        if outbreak.counted_daily:
            values = {**values, _DAYS_BETWEEN_REPORTS: 1.0}
        one_seed = seed * 1_000_003 + draw
        if outbreak.facility_id is not None:
            assert system_frame is not None
            simulated = simulate_outbreaks(system_frame, values, one_seed)
            place = system_frame.facility_ids.index(outbreak.facility_id)
            people = float(system_frame.people[place])
        else:
            simulated = _alone(outbreak, values, random, one_seed)
            place = 0
            people = float(outbreak.people)
        if outbreak.found == "all":
            found = simulated.infections
        else:
            shift = (outbreak.start - START).days
            found = reported(simulated, values, one_seed, first_day=shift)
        cases[draw] = found[place, : outbreak.days]
        if progress is not None:
            progress(draw + 1)
    return pd.DataFrame([_row(outbreak, one, cases, people) for one in outbreak.recorded])


def _row(
    outbreak: SingleOutbreak, one: RecordedOutbreak, cases: Float, people: float
) -> dict[str, Any]:
    day = (one.date - outbreak.start).days
    total = np.cumsum(cases[:, : day + 1], axis=1)
    if one.peak is not None:
        earlier = np.zeros_like(total)
        earlier[:, outbreak.active_days :] = total[:, : -outbreak.active_days]
        simulated, seen, what = (total - earlier).max(axis=1), one.peak, "most active cases"
    else:
        simulated, seen, what = total[:, -1], one.cases or 0, "cases so far"
    if outbreak.found == "all":
        what = "infections so far"
    low, median, high = np.quantile(simulated, (0.05, 0.5, 0.95))
    return {
        "outbreak": outbreak.name,
        "date": one.date.isoformat(),
        "what": what,
        "population": int(people),
        "recorded": int(seen),
        "low": float(low),
        "median": float(median),
        "high": float(high),
        "inside": bool(low <= seen <= high),
        "percentile": float((simulated < seen).mean() + 0.5 * (simulated == seen).mean()),
    }


def _alone(
    outbreak: SingleOutbreak, values: Mapping[str, float], random: np.random.Generator, seed: int
) -> Simulated:
    """One facility by itself; the seeds are in the first units."""
    frame = _frame(outbreak)
    incidence = frame.incidence / values["mixing.ascertainment_factor"]
    units = housing(frame.people, random.uniform(*outbreak.people_per_unit), well_mixed=False)
    dormitory = values["pathogen.reproduction_number.dormitory"]
    share = random.uniform(*outbreak.dormitory_share)
    sd = values["mixing.facility_effect_sd"]
    effect = np.exp(sd * random.standard_normal() - 0.5 * sd * sd)
    reproduction = dormitory * (share + (1.0 - share) / DORMITORY_OVER_CELLS) * effect
    low, high = outbreak.seeds
    # Every factor of two alike where the range is wide.
    n_seeds = round(np.exp(random.uniform(np.log(low), np.log(high))))
    people = np.zeros((len(units.people), len(frame.stages.dwell_days)), np.int64)
    people[:, 0] = units.people
    for stage, number in enumerate(random.multinomial(n_seeds, _DWELL_SHARES), start=1):
        for unit in range(len(people)):
            moved = min(int(number), int(people[unit, 0]))
            people[unit, 0] -= moved
            people[unit, stage] += moved
            number -= moved
    contact = np.ones(frame.days)
    for measure in outbreak.measures:
        contact *= measure.contact(values, random, outbreak.start, frame.days)
    inputs = inputs_of(
        frame,
        units,
        reproduction=np.array([reproduction]),
        between=values["mixing.between_unit_share"],
        crowding=values["mixing.crowding_exponent"],
        border=1.0,
        incidence=incidence,
        people=people,
        contact=contact,
    )
    output = engine.run(inputs, seed=seed, draw=0)
    return Simulated(output.flow[:, :1, 0].T, output.flow[:, :1, 1].T, output.stock[:, :1, 0].T)


@cache
def _county_incidence(fips: str, start: dt.date, days: int) -> Float:
    """[BURN_IN_DAYS + days] infections per resident and day at an ascertainment factor of 1."""
    from thinwalls.system import load_system

    system = load_system("us-2020")
    values = {"mixing.report_delay_days": REPORT_DELAY_DAYS, "mixing.ascertainment_factor": 1.0}
    daily = infections_per_day(system.cases.loc[[fips]], start, days, values)[0]
    return np.asarray(daily / float(system.counties["population"][fips]))


def _frame(outbreak: SingleOutbreak) -> Frame:
    days = outbreak.days
    leave_per_day = outbreak.leave_people / outbreak.leave_days + outbreak.arrive_per_day
    incidence = np.zeros((BURN_IN_DAYS + days, 2))
    if outbreak.county_fips is not None:
        # The facility's county, and the pool of people who are arrested.
        incidence[:] = _county_incidence(outbreak.county_fips, outbreak.start, days)[:, None]
    stages = stages_of()
    return Frame(
        facility_ids=(outbreak.name,),
        people=np.array([float(outbreak.people)]),
        staff=np.array([float(outbreak.staff)]),
        book_ins=np.array([[outbreak.arrive_per_day, 0.0]]),
        book_in_factor=np.ones((days, 2)),
        exit_hazard=np.array([leave_per_day / max(outbreak.people, 1)]),
        exit_factor=np.ones(days),
        transfer_out_hazard=np.zeros(1),
        transfer_in_share=np.ones(1),
        incidence=incidence,
        stages=stages,
        activity_days=float(engine.activity_days(stages, STEP_DAYS)[0]),
    )
