"""``python -m thinwalls.sources build``: rebuild the packaged systems."""

from __future__ import annotations

import argparse
import sys
from importlib import resources
from pathlib import Path

from thinwalls.errors import ThinwallsError
from thinwalls.sources.build import build


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m thinwalls.sources", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "build", help="rebuild the packaged systems from publishers' files"
    )
    command.add_argument(
        "--shared", required=True, help="folder with publishers' files (ice/, hifld/, ...)"
    )
    packaged = Path(str(resources.files("thinwalls.system") / "data"))
    command.add_argument(
        "--out", default=str(packaged), help="folder to write into (default: the package)"
    )
    command.add_argument("--system", action="append", help="build this one only (may be repeated)")
    given = parser.parse_args(arguments)
    try:
        for folder in build(given.shared, given.out, given.system):
            print(folder)
    except ThinwallsError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
