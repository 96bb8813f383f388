"""Controls in human words: what a visitor can switch on, and the actions that it means.

A form has two sides, ``a`` and ``b``: two packages to compare with "nothing changes".  A control is
a tick and a few fields: ``a.release=on&a.release.share=100&a.release.start=2020-03-20``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from thinwalls.common import InputError
from thinwalls.policy import Scenario, action_from_table, parse_selector
from thinwalls.reporting import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from thinwalls.policy import Action

SIDES = ("a", "b")
NAMES = {"a": mark("package A"), "b": mark("package B")}
"""What a package is called when the visitor gives it no name."""
LONGEST_NAME = 80

WHO = {
    "everyone": mark("everyone"),
    "(age >= 50) | vulnerable": mark("people aged 50 or older, or at higher medical risk"),
    "age >= 50": mark("people aged 50 or older"),
    "vulnerable": mark("people at higher medical risk"),
    'threat_level == "none"': mark("people without a threat level (according to ICE)"),
}
"""Groups that can be chosen; people at higher medical risk: diabetes, asthma, heart disease ..."""


@dataclass(frozen=True)
class Field:
    """One field of a control."""

    name: str
    label: str
    kind: Literal["date", "number", "who"]
    default: str = ""
    low: float = 0.0
    high: float = 0.0
    unit: str = ""


@dataclass(frozen=True)
class Control:
    """One thing that can be done."""

    name: str
    label: str
    about: str
    """what it means, and what it does not"""
    fields: tuple[Field, ...]
    make: Callable[[Mapping[str, Any]], dict[str, Any]]


def _number(
    name: str, label: str, default: float, low: float, high: float, unit: str = ""
) -> Field:
    return Field(name, label, "number", f"{default:g}", low, high, unit)


_START = Field("start", mark("from"), "date")
_WHO = Field("who", mark("who"), "who", "everyone")
_SHARE = _number("share", mark("how many of them"), 100, 1, 100, "%")


def _starting(do: str, **fixed: Any) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda given: {"do": do, **fixed, "start": given["start"]}


CONTROLS: tuple[Control, ...] = (
    Control(
        "release",
        mark("Release people"),
        mark("They go home, to the counties people came from, with whatever infection they have."),
        (_WHO, _SHARE, _START, _number("over", mark("spread over"), 30, 0, 365, mark("days"))),
        lambda given: {
            "do": "release",
            "who": given["who"],
            "share": given["share"] / 100,
            "start": given["start"],
            "over_days": given["over"],
        },
    ),
    Control(
        "halt_arrests",
        mark("Stop arrests"),
        mark("Nobody new is brought in; people stay at home."),
        (_START,),
        _starting("halt_arrests"),
    ),
    Control(
        "halt_transfers",
        mark("Stop transfers"),
        mark("Nobody is moved from one facility to another."),
        (_START,),
        _starting("halt_transfers"),
    ),
    Control(
        "hygiene",
        mark("Soap and sanitizer"),
        mark("For everyone, free of charge. The effect is that of trials in homes and barracks."),
        (_START,),
        _starting("hygiene"),
    ),
    Control(
        "masks",
        mark("Masks"),
        mark("Cloth or surgical masks inside; they come off for meals and sleep."),
        (_START,),
        _starting("masks"),
    ),
    Control(
        "distancing",
        mark("Keeping distance inside"),
        mark("Meals in shifts, beds head to foot, no gatherings; as many people as before."),
        (_START,),
        _starting("distancing"),
    ),
    Control(
        "single_cells",
        mark("More people alone in a cell"),
        mark("Whether the cells exist is not checked. Alone is not punishment: it must not be."),
        (_number("added", mark("how many more of 100 people"), 30, 1, 100), _START),
        lambda given: {
            "do": "single_cells",
            "added_share": given["added"] / 100,
            "start": given["start"],
        },
    ),
    Control(
        "testing",
        mark("Test everyone"),
        mark("With and without symptoms (PCR); whoever is found is kept apart from the others."),
        (_number("every", mark("every"), 7, 1, 90, mark("days")), _START),
        lambda given: {
            "do": "testing",
            "interval_days": given["every"],
            "start": given["start"],
        },
    ),
    Control(
        "isolation",
        mark("Keep the sick apart"),
        mark("People with symptoms are moved to a place of their own. People hide symptoms."),
        (_START,),
        _starting("isolation"),
    ),
    Control(
        "intake",
        mark("Quarantine on arrival"),
        mark("Whoever arrives is kept apart first, together with others who arrive."),
        (_number("days", mark("for"), 14, 1, 60, mark("days")), _START),
        lambda given: {
            "do": "intake_quarantine",
            "days": given["days"],
            "start": given["start"],
        },
    ),
    Control(
        "vaccination",
        mark("Vaccinate"),
        mark("People in detention are offered the vaccine; not everyone takes it."),
        (_number("per_day", mark("people a day"), 50, 1, 100_000), _START),
        lambda given: {
            "do": "vaccination",
            "people_per_day": given["per_day"],
            "start": given["start"],
        },
    ),
    Control(
        "care",
        mark("Medical care in time"),
        mark("The severely ill reach a hospital as early as other people do, not late."),
        (),
        lambda given: {"do": "medical_care", "late": False},
    ),
    Control(
        "sick_pay",
        mark("Paid sick leave for staff"),
        mark("More of the staff who are ill stay at home."),
        (_START,),
        _starting("staff_sick_pay"),
    ),
    Control(
        "raids",
        mark("More raids"),
        mark(
            "More arrests. Some residents who fear for themselves or their family avoid doctors "
            "and come to hospital late."
        ),
        (
            _number("factor", mark("times as many arrests"), 2, 1, 20),
            _number("affected", mark("residents who fear them"), 0, 0, 100, "%"),
            _START,
        ),
        lambda given: {
            "do": "enforcement_surge",
            "factor": given["factor"],
            "affected_share": given["affected"] / 100,
            "start": given["start"],
        },
    ),
    Control(
        "record",
        mark("Arrests and releases as recorded"),
        mark(
            "Book-ins and people held go as ICE recorded them for the whole country; a single "
            "place is taken to go as the country went. What was done inside in 2020 is not in it; "
            "it can be switched on: soap and isolation from March, distance and masks from April."
        ),
        (_START,),
        _starting("follow_record"),
    ),
)


def scenario_of(side: str, params: Mapping[str, str], taken: Sequence[str]) -> Scenario | None:
    """What one side of the form says; None when nothing is switched on.

    Raises
    ------
    InputError
        That names the field of the form.
    """
    actions = [
        _action(side, control, params)
        for control in CONTROLS
        if params.get(f"{side}.{control.name}")
    ]
    if not actions:
        return None
    given = params.get(f"{side}.name", "").strip()[:LONGEST_NAME]
    name = given or NAMES[side]
    if name in taken:
        raise InputError("is the name of another package", field=f"{side}.name", value=name)
    return Scenario(name, actions)


def _action(side: str, control: Control, params: Mapping[str, str]) -> Action:
    values = {
        field.name: _value(
            field,
            params.get(f"{side}.{control.name}.{field.name}", field.default),
            f"{side}.{control.name}.{field.name}",
        )
        for field in control.fields
    }
    table = {name: value for name, value in control.make(values).items() if value is not None}
    return action_from_table(table, where=None, field=f"{side}.{control.name}")


def _value(field: Field, text: str, where: str) -> Any:
    text = text.strip()
    if field.kind == "date":
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise InputError(
                "must be a date like 2020-03-20", field=where, value=text[:40]
            ) from None
    if field.kind == "who":
        if text not in WHO:
            raise InputError(
                "must be one of: {names}", field=where, value=text[:80], names=", ".join(WHO)
            )
        return text
    try:
        number = float(text)
    except ValueError:
        raise InputError("must be a number", field=where, value=text[:40]) from None
    if not field.low <= number <= field.high:
        raise InputError(
            "must be between {low} and {high}",
            field=where,
            value=text[:40],
            low=f"{field.low:g}",
            high=f"{field.high:g}",
        )
    return number


def labels_of(scenario: Scenario) -> list[str]:
    """What a scenario does as labels of controls, each once; empty when no control says it."""
    found: list[str] = []
    for action in scenario.actions:
        for control in CONTROLS:
            if _said(action, "a")(control) is not None and control.label not in found:
                found.append(control.label)
    return found


def form_of(scenario: Scenario, side: str) -> dict[str, str] | None:
    """The fields of the form that say the same as a scenario; None when the form cannot say it."""
    plain = scenario.name in NAMES.values()
    found = {f"{side}.name": "" if plain else scenario.name}
    for action in scenario.actions:
        said = next((one for one in map(_said(action, side), CONTROLS) if one is not None), None)
        if said is None or said.keys() & found.keys():
            return None
        found |= said
    return found


def _said(action: Action, side: str) -> Callable[[Control], dict[str, str] | None]:
    def said(control: Control) -> dict[str, str] | None:
        # The form is tried out: what it makes of these values has to be the action itself.
        table = {name: getattr(action, name) for name in type(action).model_fields}
        lead = f"{side}.{control.name}"
        values = {f"{lead}.{field.name}": _back(field.name, table) for field in control.fields}
        given = {lead: "on", **{name: text for name, text in values.items() if text is not None}}
        try:
            made = _action(side, control, given)
        except InputError:
            return None
        return given if made == action else None

    return said


_PERCENT = {"share": "share", "added": "added_share", "affected": "affected_share"}
_PLAIN = {
    "over": "over_days",
    "every": "interval_days",
    "days": "days",
    "per_day": "people_per_day",
    "factor": "factor",
    "who": "who",
    "start": "start",
}


def _back(field: str, table: Mapping[str, Any]) -> str | None:
    if field in _PERCENT:
        share = table.get(_PERCENT[field])
        return None if share is None else f"{100 * share:.10g}"
    value = table.get(_PLAIN[field])
    if field == "who":
        return next((text for text in WHO if parse_selector(text) == value), None)
    if value is None:
        return "" if field == "start" else None
    return f"{value:.10g}" if isinstance(value, float) else str(value)
