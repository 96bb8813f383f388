"""Options on how the people of a facility are housed, for every command that simulates."""

from __future__ import annotations

import click

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
