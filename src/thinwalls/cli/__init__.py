"""The command line: thin; it reads what a person typed, calls the library and prints."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from thinwalls.common import ThinwallsError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: every expected failure is one line on standard error and an exit code.

    Exit codes: 0 done, 1 failed, 2 what was given cannot be used, 130 interrupted.
    """
    import click

    from thinwalls.cli.app import app

    try:
        code = app.main(args=arguments, prog_name="thinwalls", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _complain("stopped; nothing was written")
        sys.exit(EXIT_INTERRUPTED)
    except ThinwallsError as problem:
        _complain(str(problem))
        sys.exit(problem.exit_code)
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        _complain(f"{where}{problem.strerror or problem}")
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(text: str) -> None:
    print(f"thinwalls: {text}", file=sys.stderr)
