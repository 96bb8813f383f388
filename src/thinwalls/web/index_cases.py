"""Index cases in a form: how many, who, how ill and when, at the place that is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from thinwalls.common import InputError, read_as
from thinwalls.policy import ANYWHERE, Seed
from thinwalls.reporting import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PEOPLE, GROUP, STAGE, DATE = "cases", "cases_who", "cases_how", "cases_on"
"""Fields of the form."""
MOST: Final = 1_000
"""Index cases that a form takes; a scenario file takes more."""
GROUPS: Final = {
    "detained": mark("people in detention"),
    "staff": mark("staff"),
    "booked in": mark("people newly brought in"),
}
STAGES: Final = {
    "contagious": mark("contagious"),
    "exposed": mark("just infected"),
    "symptoms": mark("with symptoms"),
}
CHOICES: Final = {"most": MOST, "groups": GROUPS, "stages": STAGES}
"""What a template needs."""
_FIELDS: Final = {GROUP: "group", STAGE: "stage", DATE: "date"}


def seeds_of_form(params: Mapping[str, str], where: str) -> tuple[Seed, ...]:
    """The index cases that a form asks for at the place of a question; none if it says none.

    Parameters
    ----------
    params
        Fields of the form.
    where
        Of the question: a facility, or several places, to one of which they come.

    Raises
    ------
    InputError
        That names the field of the form.
    """
    text = params.get(PEOPLE, "").strip()
    if text in ("", "0"):
        return ()
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST:
        raise InputError(
            "must be a whole number from 0 to {most}", field=PEOPLE, value=text[:40], most=MOST
        )
    given: dict[str, Any] = {"place": _place(where), "people": int(text)}
    given |= {name: params[field] for field, name in _FIELDS.items() if params.get(field)}
    for field, allowed in ((GROUP, GROUPS), (STAGE, STAGES)):
        value = params.get(field)
        if value and value not in allowed:
            raise InputError(
                "must be one of: {names}", field=field, value=value[:40], names=", ".join(allowed)
            )
    try:
        return (read_as(Seed, given, where=None),)
    except InputError as problem:
        back = {name: field for field, name in _FIELDS.items()}
        field = back.get(problem.field or "", PEOPLE)
        raise InputError.of(problem.problem, field=field, value=problem.value) from None


def _place(where: str) -> str:
    kind, _, name = where.partition(":")
    return name if kind == "facility" else ANYWHERE


def form_of_seeds(seeds: Sequence[Seed], where: str) -> dict[str, str] | None:
    """The fields of the form that ask for these index cases; None when it cannot say them."""
    if not seeds:
        return {}
    seed = seeds[0]
    values = {PEOPLE: str(seed.people), GROUP: seed.group or "", STAGE: seed.stage or ""}
    values[DATE] = "" if seed.date is None else seed.date.isoformat()
    try:
        same = seeds_of_form(values, where) == tuple(seeds)
    except InputError:
        return None
    return values if same else None
