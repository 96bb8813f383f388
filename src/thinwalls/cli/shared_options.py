"""Options on the system and how its people are housed, for every command that simulates."""

from __future__ import annotations

import click

SYSTEM = click.option(
    "--system", "system_name", default="ice-2020", show_default=True, help="Name, or a CSV file."
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
