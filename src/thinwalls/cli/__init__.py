"""The command line: thin; it reads what a person typed, calls the library and prints."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from thinwalls.common import ThinwallsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

EXIT_BY_SIGNAL = 128
"""Exit code of a command that a signal stopped, less the number of the signal."""


class _Stopped(KeyboardInterrupt):
    """A signal that asks for an end, so that what was begun is cleaned up as after Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _stop(number: int, _: FrameType | None) -> None:
    raise _Stopped(number)


def _listen() -> None:
    for name in ("SIGTERM", "SIGHUP"):
        # Windows has no SIGHUP; a command under nohup is not to hear it.
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: every expected failure is one line on standard error and an exit code.

    Exit codes: 0 done, 1 failed, 2 what was given cannot be used, 130 interrupted, 128 and the
    number of another signal that ended it.
    """
    import click

    # Started with a closed stream (>&-) Python has none, which nothing that prints expects.
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if threading.current_thread() is threading.main_thread():
        _listen()

    from thinwalls.cli.app import app

    try:
        code = app.main(args=arguments, prog_name="thinwalls", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (click.Abort, KeyboardInterrupt) as stopped:
        _complain("stopped; nothing was written")
        cause = stopped if isinstance(stopped, _Stopped) else stopped.__context__
        number = cause.number if isinstance(cause, _Stopped) else signal.SIGINT
        sys.exit(EXIT_BY_SIGNAL + number)
    except ThinwallsError as problem:
        _complain(str(problem))
        sys.exit(problem.exit_code)
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        _complain(f"{where}{problem.strerror or problem}")
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def _complain(text: str) -> None:
    print(f"thinwalls: {text}", file=sys.stderr)
