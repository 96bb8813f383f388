"""Many draws: threads over draws; no result depends on their number or the order of work."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields
from typing import TYPE_CHECKING, Final

from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.running.draws import Mode, Prepared, check_draw, execute, prepare
from thinwalls.engine.running.warm_up import make_ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from thinwalls.engine.contract.inputs import Inputs
    from thinwalls.engine.contract.output import Output

_MOST_DRAWS: Final = 64
"""Draws of the same inputs that one compiled call runs at most; more gain nothing."""
_MOST_BYTES: Final = 2**22
"""Most memory for the outputs of such a call."""


def run_ensemble(
    build: Callable[[int], Inputs],
    draws: Sequence[int],
    *,
    seed: int,
    threads: int = 1,
    mode: Mode = "stochastic",
    progress: Callable[[int], None] | None = None,
    check: bool = False,
) -> Iterator[tuple[int, Output]]:
    """Run the inputs that ``build`` makes for each draw; yields (draw, output) in order.

    At most ``2 * threads`` outputs exist at a time, so what the caller does not keep is freed;
    small ones whose draws have the same inputs (``build`` returns the same object) are computed up
    to 64 at a time, 4 MB together, as by :func:`thinwalls.engine.run_draws`.

    Parameters
    ----------
    build
        Makes the inputs of a draw; called in the worker threads.
    draws
        Numbers of the draws, each at most once.
    seed
        Of the whole experiment.
    threads
        How many draws run at the same time, at least 1.
    mode, check
        As for :func:`thinwalls.engine.running.draws`.
    progress
        Called in the thread of the caller with the number of draws done so far.

    Raises
    ------
    EngineError
        An argument or the inputs of a draw cannot be used.
    RunError
        With ``check``, an invariant is broken.
    """
    if threads < 1:
        raise EngineError("threads", "must be at least 1", value=threads)
    if len(set(draws)) != len(draws):
        raise EngineError("draws", "must be different from each other")

    make_ready()
    last = threading.local()

    def some(part: Sequence[int]) -> tuple[list[Output], bool]:
        """Outputs of consecutive draws, and whether all had the inputs of the draw before."""
        prepared: Prepared | None = getattr(last, "prepared", None)
        outputs: list[Output] = []
        waiting: list[int] = []
        same = True
        for draw in part:
            check_draw(seed, draw)
            inputs = build(draw)
            # Draws with the same object wait for one compiled call; another object ends that.
            if prepared is None or prepared.inputs is not inputs:
                if prepared is not None and waiting:
                    outputs += execute(prepared, seed, waiting, check)
                    waiting = []
                same = False
                prepared = prepare(inputs, mode)
                last.prepared = prepared
            waiting.append(draw)
        if prepared is not None:
            outputs += execute(prepared, seed, waiting, check)
        return outputs, same

    return _in_order(some, draws, threads, progress)


def _together(outputs: Sequence[Output], same: bool, left: int) -> int:
    """How many draws the next call is to run, after these; ``left``: for every thread."""
    if not same:
        return 1
    size = sum(getattr(outputs[-1], each.name).nbytes for each in fields(outputs[-1]))
    return int(max(1, min(_MOST_DRAWS, _MOST_BYTES // max(size, 1), left // 2)))


def _in_order(
    some: Callable[[Sequence[int]], tuple[list[Output], bool]],
    draws: Sequence[int],
    threads: int,
    progress: Callable[[int], None] | None,
) -> Iterator[tuple[int, Output]]:
    together = 1
    given = 0
    done = 0
    waiting: deque[tuple[Sequence[int], Future[tuple[list[Output], bool]]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            while True:
                while given < len(draws) and len(waiting) < (2 * threads if threads > 1 else 1):
                    part = draws[given : given + together]
                    given += len(part)
                    waiting.append((part, pool.submit(some, part)))
                if not waiting:
                    return
                part, future = waiting.popleft()
                outputs, same = future.result()
                del future
                together = _together(outputs, same, (len(draws) - given) // threads)
                # Popped from the end, so each can be freed as soon as it is handed out.
                outputs.reverse()
                for draw in part:
                    done += 1
                    if progress is not None:
                        progress(done)
                    yield draw, outputs.pop()
        finally:
            for _, future in waiting:
                future.cancel()
