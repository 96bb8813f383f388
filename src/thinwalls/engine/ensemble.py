"""Many draws: threads over draws; no result depends on their number or the order of work."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

from thinwalls.engine.errors import EngineError
from thinwalls.engine.run import Mode, Prepared, check_draw, execute, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from thinwalls.engine.inputs import Inputs, Output


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

    At most ``2 * threads`` outputs exist at a time, so what the caller does not keep is freed.

    Args:
        build: makes the inputs of a draw; called in the worker threads.
        draws: numbers of the draws, each at most once.
        seed: of the whole experiment.
        threads: how many draws run at the same time, at least 1.
        mode, check: as for :func:`thinwalls.engine.run`.
        progress: called in the thread of the caller with the number of draws done so far.

    Raises:
        EngineError: an argument or the inputs of a draw cannot be used.
        RunError: with ``check``, an invariant is broken.
    """
    if threads < 1:
        raise EngineError("threads", "must be at least 1", value=threads)
    if len(set(draws)) != len(draws):
        raise EngineError("draws", "must be different from each other")

    last = threading.local()

    def one(draw: int) -> Output:
        check_draw(seed, draw)
        inputs = build(draw)
        prepared: Prepared | None = getattr(last, "prepared", None)
        if prepared is None or prepared.inputs is not inputs:
            prepared = prepare(inputs, mode)
            last.prepared = prepared
        return execute(prepared, seed, draw, check)

    return _in_order(one, draws, threads, progress)


def _in_order(
    one: Callable[[int], Output],
    draws: Sequence[int],
    threads: int,
    progress: Callable[[int], None] | None,
) -> Iterator[tuple[int, Output]]:
    if threads == 1:
        for done, draw in enumerate(draws, start=1):
            output = one(draw)
            if progress is not None:
                progress(done)
            yield draw, output
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[tuple[int, Future[Output]]] = deque()
        ahead = iter(draws)
        done = 0
        try:
            while True:
                for draw in islice(ahead, 2 * threads - len(waiting)):
                    waiting.append((draw, pool.submit(one, draw)))
                if not waiting:
                    return
                draw, future = waiting.popleft()
                output = future.result()
                done += 1
                if progress is not None:
                    progress(done)
                yield draw, output
        finally:
            for _, future in waiting:
                future.cancel()
