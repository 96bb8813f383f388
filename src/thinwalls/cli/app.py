"""The list of commands.  Each lives in its own module, which is imported only when it is used."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from thinwalls._version import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": (
        "thinwalls.cli.simulate.run:demo",
        "Run the main job: seven scenarios on ICE detention in 2020.",
    ),
    "run": ("thinwalls.cli.simulate.run:run", "Run scenarios from a file on a system."),
    "report": ("thinwalls.cli.simulate.run:report", "Write the report of a saved result again."),
    "systems": ("thinwalls.cli.look.lists:systems", "List the systems that are packaged."),
    "scenarios": (
        "thinwalls.cli.look.lists:scenarios",
        "List the scenario sets that are packaged.",
    ),
    "pathogens": ("thinwalls.cli.look.lists:pathogens", "List the pathogens that are packaged."),
    "facilities": (
        "thinwalls.cli.look.lists:facilities",
        "Find facilities by name, city, county or state.",
    ),
    "show": (
        "thinwalls.cli.look.show:show",
        "Show a system, facility, pathogen, scenario set or the step.",
    ),
    "map": (
        "thinwalls.cli.look.map:draw",
        "Draw a system: places by kind and size, moves between them.",
    ),
    "explain": (
        "thinwalls.cli.look.explain:explain",
        "What a scenario changes: which flows and contacts, when, by how much.",
    ),
    "claims": (
        "thinwalls.cli.evidence.claims:claims",
        "Try claims about detention and disease as experiments.",
    ),
    "compare": (
        "thinwalls.cli.look.saved_results:compare",
        "Scenarios of a saved result against a baseline.",
    ),
    "flattening": (
        "thinwalls.cli.look.saved_results:flattening",
        "Peak demand for hospital beds against free beds.",
    ),
    "cost": (
        "thinwalls.cli.look.saved_results:cost",
        "What each scenario of a saved result costs.",
    ),
    "equity": (
        "thinwalls.cli.look.saved_results:equity",
        "Who carries the burden in a saved result.",
    ),
    "sensitivity": (
        "thinwalls.cli.look.saved_results:sensitivity",
        "Which parameters decide a difference, and where its sign turns.",
    ),
    "delay": (
        "thinwalls.cli.simulate.delay_and_person:delay",
        "What each further week before acting costs.",
    ),
    "person": (
        "thinwalls.cli.simulate.delay_and_person:person",
        "One person's risk if they stay, are transferred or are released.",
    ),
    "hindcast": (
        "thinwalls.cli.evidence.hindcast:hindcast",
        "Fitted to recorded outbreaks, judged on what came later; single outbreaks; 2020.",
    ),
    "verify": (
        "thinwalls.cli.evidence.verify:verify",
        "Repeat a run from its record, bit for bit.",
    ),
    "validate": ("thinwalls.cli.evidence.validate:validate", "Published results beside ours."),
    "web": (
        "thinwalls.cli.simulate.web:web",
        "The page on this machine: find a place, ask what if.",
    ),
    "site": ("thinwalls.cli.simulate.web:site", "Write precomputed pages of many facilities."),
    "template": ("thinwalls.cli.look.data:template", "Write the table of a system of one's own."),
    "data": ("thinwalls.cli.look.data:data", "Rebuild, check, fetch and reconcile data."),
}
"""Name of the command -> where it is, one line about it."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of :data:`COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None when there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{name} is not a command")
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; that the reader of its output (head, less) has gone is no failure."""
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except BrokenPipeError:
            # Python would complain again when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: thinwalls demo --out out/",
)
@click.version_option(__version__, prog_name="thinwalls")
def app() -> None:
    """How disease moves through jails, prisons and detention, and the communities around them.

    And what release, fewer arrests, soap, testing or vaccines would change.

    Numbers are simulations on public data with 90 % intervals.  They answer "what if", they do not
    predict.
    """
