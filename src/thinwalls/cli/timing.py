"""How long a command took, said on standard error when it is done."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def time_taken() -> Iterator[None]:
    """Say how long the body took, and how much processor time with that of its children."""
    wall, processor = perf_counter(), _processor_seconds()
    yield
    wall, processor = perf_counter() - wall, _processor_seconds() - processor
    click.echo(f"took {_text(wall)}; processor time {_text(processor)}", err=True)


def _processor_seconds() -> float:
    return sum(os.times()[:4])


def _text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@contextmanager
def progress_bar(total: int, doing: str = "simulating") -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, or nothing when that is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda done: bar.update(task, completed=done)
