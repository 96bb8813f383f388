"""Draws on threads: counted, and stopped together."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from thinwalls.engine import make_ready

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event


class Counter:
    """Counts finished runs; callable from several threads (list.append is atomic)."""

    def __init__(self, report: Callable[[int], None] | None) -> None:
        self._report = report
        self._done: list[None] = []

    def add(self) -> None:
        """One more run is done."""
        self._done.append(None)
        if self._report is not None:
            self._report(len(self._done))


def run_all(work: Callable[[int], None], numbers: Sequence[int], workers: int, stop: Event) -> None:
    """Run the draws on threads; the first failure (or Ctrl-C) stops the others soon."""
    if not numbers:
        return
    make_ready()
    with ThreadPoolExecutor(max_workers=min(workers, len(numbers))) as pool:
        waiting = [pool.submit(work, number) for number in numbers]
        try:
            finished, _ = wait(waiting, return_when=FIRST_EXCEPTION)
            for one in finished:
                one.result()
        except BaseException:
            stop.set()
            for one in waiting:
                one.cancel()
            raise
