"""Options of every command that simulates: on the system and its part, and those of the run.

Options of the run are made from what :class:`~thinwalls.simulation.RunOptions` says of its fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from thinwalls.simulation import option_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thinwalls.runs import SystemSelection
    from thinwalls.simulation import OptionField

    Option = Callable[[Callable[..., Any]], Callable[..., Any]]

SYSTEM = click.option(
    "--system",
    "system_name",
    default="ice-2020",
    show_default=True,
    help="Name, a CSV file, or a folder of `data build-system`.",
)
AROUND = click.option(
    "--around", default=None, metavar="FACILITY", help="Only places within 50 miles."
)
STATES = click.option(
    "--state", "states", multiple=True, metavar="XX", help="Only this state (repeatable)."
)
PART = (
    AROUND,
    STATES,
    click.option(
        "--facility",
        "facilities",
        multiple=True,
        metavar="NAME",
        help="Only this one (repeatable).",
    ),
    click.option(
        "--county", default=None, metavar="FIPS", help="Only the facilities of this county."
    ),
    click.option(
        "--kind",
        "kinds",
        multiple=True,
        metavar="KIND",
        help="Only facilities of this kind, like prison (repeatable).",
    ),
)
HOUSING = (
    click.option(
        "--housing",
        type=click.Choice(["units", "mixed"]),
        default=None,
        help="Facilities in housing units, or each as one setting "
        "[default: as the system says; the packaged ones: mixed].",
    ),
    click.option(
        "--unit-people",
        type=float,
        default=None,
        metavar="N",
        help="With --housing units: people per unit where the system does not say.",
    ),
)
IMMUNE = click.option(
    "--immune",
    "immune",
    multiple=True,
    metavar="[FACILITY[:GROUP[:AGES]]=]SHARE",
    help="Share immune on the first day, of everybody detained or as said, such as "
    "stewart:staff=0.95 (repeatable); SHARE:LOW:HIGH is drawn [default: as the pathogen says].",
)
THREADS = click.option(
    "--threads", type=int, default=None, help="Draws at a time [default: all cores]."
)


def run_option(name: str, default: object = None, text: str | None = None) -> Option:
    """An option of the run; ``default`` and ``text`` where a command has others than usual."""
    about = option_fields()[name]
    return click.option(
        about.flag,
        name,
        help=about.text if text is None else text,
        **_kind_of(about, about.default if default is None else default),
    )


def _kind_of(about: OptionField, default: Any) -> dict[str, Any]:
    if isinstance(default, bool):
        return {"is_flag": True}
    if about.each:
        return {"multiple": True, "metavar": about.value}
    if isinstance(default, int):
        return {"type": int, "default": default, "show_default": True}
    if about.allowed:
        return {"type": click.Choice(about.allowed), "default": default, "show_default": True}
    return {"default": default, "metavar": about.value}


def other_run_options(*taken: str) -> list[Option]:
    """Every option of the run but those named here."""
    return [run_option(name) for name in option_fields() if name not in taken]


def with_options(*options: Option) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that adds options in this order."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def selected(system_name: str, given: Mapping[str, Any]) -> SystemSelection:
    """The system that a command's options select."""
    from thinwalls.runs import SystemSelection

    fields = {name: given[name] for name in SystemSelection.model_fields if name in given}
    return SystemSelection(**{**fields, "name": system_name})
