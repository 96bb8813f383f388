"""Questions that a run can answer beside its scenarios: one person's risk, what waiting costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from thinwalls.results import Equity, Results
    from thinwalls.simulation import PersonPlan

_PERSON = "FACILITY, age=58, vulnerable, transfer-to=NAME, release-to=FIPS, after-days=10"
WEEKS = "1,2,4"
PEOPLE = click.option(
    "--person",
    "people",
    multiple=True,
    metavar="TEXT",
    help=f"Also one person's risk in the report (repeatable): '{_PERSON}'; all but facility and "
    "age can be left out.",
)
_MOST_AGE = 100


def whole_numbers(_: object, __: object, text: str) -> list[int]:
    """``1,2,4`` as numbers."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise click.BadParameter("must be whole numbers with commas, like 0,1,2,4") from None


def plans_of(people: Sequence[str]) -> list[PersonPlan]:
    """What was written after ``--person``, each as a plan."""
    return [_plan(text) for text in people]


def _plan(text: str) -> PersonPlan:
    from thinwalls.common import InputError
    from thinwalls.simulation import PersonPlan

    facility, *rest = (part.strip() for part in text.split(","))
    given: dict[str, Any] = {}
    readers: dict[str, Callable[[str], Any]] = {
        "age": _whole,
        "after-days": _whole,
        "transfer-to": str,
        "release-to": str,
    }
    for part in rest:
        name, equals, value = (one.strip() for one in part.partition("="))
        if name == "vulnerable" and not equals:
            given["vulnerable"] = True
        elif name in readers and value:
            given[name.replace("-", "_")] = readers[name](value)
        else:
            raise InputError(
                "must be like {person}", field="--person", value=part, person=repr(_PERSON)
            )
    if not facility or not 0 <= given.get("age", -1) <= _MOST_AGE:
        raise InputError(
            "needs a facility and an age from 0 to {most_age}, like {person}",
            field="--person",
            value=text,
            most_age=_MOST_AGE,
            person=repr(_PERSON),
        )
    return PersonPlan(facility, **given)


def _whole(text: str) -> int:
    from thinwalls.common import InputError

    try:
        return int(text)
    except ValueError:
        raise InputError("must be a whole number", field="--person", value=text) from None


def burdens_of(results: Results, saved: Path, baseline: str | None) -> list[Equity]:
    """Who carries what, as far as it is known; nothing for a system of one's own."""
    from thinwalls.cli.saved_run import used_by
    from thinwalls.common import InputError
    from thinwalls.simulation import known_equity

    try:
        system, pathogen = used_by(results, saved)
    except InputError:
        return []
    return known_equity(results, system, pathogen, baseline)
