"""One person in the facility of a question: staying in it, moved to another, or going home."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thinwalls.common import InputError
from thinwalls.simulation import PersonPlan
from thinwalls.web.answers.places import county_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event

    from thinwalls.results import Results
    from thinwalls.simulation import Workbench
    from thinwalls.web.answers.api_models import PersonQuestion
    from thinwalls.web.answers.service import Service

_COLUMNS = ("risk", "risk_low", "risk_high", "difference", "difference_low", "difference_high")


@dataclass(frozen=True)
class Plan:
    """Where the person is and could be."""

    facility: str
    county: str
    transfer_to: str | None
    bench: Workbench | None
    """a part that holds these places, where that of the question does not"""


def plan_of(service: Service, asked: PersonQuestion) -> Plan:
    """The places of a person's question.

    Raises
    ------
    InputError
        When the question is not about one facility, or names a place that there is not.
    """
    question = asked.question
    part = service.bench(question).system
    if len(part.facilities) != 1:
        raise InputError(
            "one person's risk needs one facility", field="where", value=question.where
        )
    if asked.after_days >= question.days:
        raise InputError(
            "must be less than the days of the question",
            field="after_days",
            value=asked.after_days,
        )
    facility, home = service.places(part)
    system = service.system(question.system)
    county = county_of(system, asked.release_to) if asked.release_to.strip() else home
    other = system.facility(asked.transfer_to) if asked.transfer_to.strip() else None
    if other == facility:
        raise InputError(
            "is where the person is already", field="transfer_to", value=asked.transfer_to
        )
    if county == home and other is None:
        return Plan(facility, county, None, None)
    facilities = [] if other is None else [other]
    counties = [] if county == home else [county]
    return Plan(facility, county, other, service.bench_beside(question, facilities, counties))


def answered(
    service: Service, asked: PersonQuestion, stop: Event
) -> tuple[Plan, Results, list[dict[str, Any]]]:
    """The plan, the run that it is read from, and rows of risks per scenario, way and outcome."""
    plan = plan_of(service, asked)
    places = [one for one in (plan.facility, plan.transfer_to, plan.county) if one is not None]
    results = service.answer(
        asked.question, stop, plan.bench, places=None if plan.bench is None else places
    )
    pathogen = service.pathogen(asked.question.pathogen)
    person = PersonPlan(
        plan.facility, asked.age, asked.vulnerable, plan.transfer_to, plan.county, asked.after_days
    )
    rows = []
    for scenario in results.scenarios:
        found = person.risk_in(results, pathogen, scenario=scenario)
        for row in found.table.to_dict("records"):
            numbers = {name: _plain(row[name]) for name in _COLUMNS}
            way = str(row["way"]).partition(":")[0]
            rows.append({"scenario": scenario, "way": way, "outcome": row["outcome"], **numbers})
    return plan, results, rows


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def person_steps(service: Service, asked: PersonQuestion) -> Callable[[Event], Iterator[bytes]]:
    """One step: the whole answer as JSON."""

    def steps(stop: Event) -> Iterator[bytes]:
        _, results, rows = answered(service, asked, stop)
        content = {"draws": results.draws, "days": results.days, "rows": rows}
        yield json.dumps(content, allow_nan=False).encode()

    return steps
