"""Options on how the people of a facility are housed, for every command that simulates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from thinwalls.errors import InputError

if TYPE_CHECKING:
    from thinwalls.system import System

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


def housed(system: System, housing: str | None, unit_people: float | None) -> System:
    """The system housed as the options say."""
    if unit_people is not None and housing != "units":
        raise InputError("needs --housing units", field="--unit-people", value=unit_people)
    if housing == "units":
        return system.with_units(unit_people)
    return system.without_units() if housing == "mixed" else system
