"""Answers under way: a bounded queue, shared by visitors who ask the same, stopped when all left.

Every job makes one step (some draws) at a time, and the job with the fewest draws goes first, so
a first answer never waits for the last draws of another.  Who finds it full gets a ticket for the
line (:mod:`~thinwalls.web.answers.waiting_line`).
"""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from queue import PriorityQueue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from thinwalls.common import ThinwallsError
from thinwalls.web.answers.service import Stopped
from thinwalls.web.answers.waiting_line import Line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

MOST_WAITING = 24
MOST_BYTES_UNDER_WAY = 2_000_000_000
"""Recorded runs of all questions under way; one alone may always start."""
MOST_REMEMBERED = 400
_LAST = 1_000_000


class Busy(Exception):  # noqa: N818 (not an error of the program)
    """More questions wait than can be answered soon.

    ``ticket`` keeps the visitor's place until a while after ``seconds``; None when the line is
    full.
    """

    def __init__(self, ticket: str | None, seconds: int) -> None:
        super().__init__("more questions wait than can be answered soon")
        self.ticket = ticket
        self.seconds = seconds


@dataclass
class Job:
    """One question being answered; ``messages`` grow, the last one is final."""

    key: str
    steps: Callable[[Event], Iterator[Any]]
    nbytes: int
    messages: list[Any] = field(default_factory=list)
    finished: bool = False
    problem: Exception | None = None
    stop: Event = field(default_factory=Event)
    listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = field(default_factory=dict)
    """who waits for news, and in which loop"""
    iterator: Iterator[Any] | None = None


class Jobs:
    """Runs jobs on ``workers`` threads.

    At most ``most_waiting`` are under way, and not more than ``most_bytes`` of recorded runs.
    """

    def __init__(
        self,
        *,
        workers: int = 1,
        most_waiting: int = MOST_WAITING,
        most_bytes: int = MOST_BYTES_UNDER_WAY,
    ) -> None:
        self._most = most_waiting
        self._most_bytes = most_bytes
        self._line = Line()
        self._queue: PriorityQueue[tuple[int, int, Job | None]] = PriorityQueue()
        self._count = itertools.count()
        self._jobs: dict[str, Job] = {}
        self._final: LRUCache[str, Any] = LRUCache(MOST_REMEMBERED)
        self._lock = Lock()
        self._workers = workers
        self._threads: list[Thread] = []

    @property
    def under_way(self) -> int:
        """How many questions are being answered or wait."""
        return len(self._jobs)

    def close(self) -> None:
        """Stop all jobs and the threads; the next question starts them again."""
        for job in list(self._jobs.values()):
            job.stop.set()
        with self._lock:
            for _ in self._threads:
                self._queue.put((-1, next(self._count), None))
            self._threads = []

    async def listen(
        self,
        key: str,
        steps: Callable[[Event], Iterator[Any]],
        *,
        nbytes: int = 0,
        ticket: str | None = None,
    ) -> AsyncIterator[tuple[Any, bool]]:
        """Messages of the answer with this key, and whether each is the last.

        ``nbytes`` is about what the answer records; ``ticket`` is that of an earlier :class:`Busy`.
        Leaving the iteration stops the computation when nobody else listens.

        Raises
        ------
        Busy
            Beyond capacity; and what ``steps`` raises.
        """
        with self._lock:
            final = self._final.get(key)
        if final is not None:
            yield final, True
            return
        job = self._join(key, steps, nbytes, ticket)
        news = asyncio.Event()
        job.listeners[news] = asyncio.get_running_loop()
        shown = 0
        try:
            while True:
                news.clear()
                finished = job.finished
                if shown < len(job.messages):
                    # Whoever reads slowly gets the newest, not every step.
                    shown = len(job.messages)
                    yield job.messages[-1], finished
                elif finished:
                    if job.problem is not None:
                        raise job.problem
                    return
                else:
                    await news.wait()
        finally:
            job.listeners.pop(news, None)
            if not job.listeners and not job.finished:
                job.stop.set()

    def _join(
        self,
        key: str,
        steps: Callable[[Event], Iterator[Any]],
        nbytes: int,
        ticket: str | None,
    ) -> Job:
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not job.stop.is_set():
                return job
            free = self._most - len(self._jobs)
            left = self._most_bytes - sum(one.nbytes for one in self._jobs.values())
            if not self._line.may_enter(ticket, nbytes, free, left, empty=not self._jobs):
                raise Busy(*self._line.wait(ticket, nbytes, free))
            job = Job(key, steps, nbytes)
            self._jobs[key] = job
            if not self._threads:
                self._threads = [
                    Thread(target=self._work, daemon=True) for _ in range(self._workers)
                ]
                for thread in self._threads:
                    thread.start()
        self._queue.put((0, next(self._count), job))
        return job

    def _work(self) -> None:
        while True:
            _, _, job = self._queue.get()
            if job is None:
                return
            self._step(job)

    def _step(self, job: Job) -> None:
        try:
            if job.stop.is_set():
                raise Stopped
            if job.iterator is None:
                job.iterator = job.steps(job.stop)
            job.messages.append(next(job.iterator))
        except StopIteration:
            self._finish(job, None)
        except (ThinwallsError, Stopped) as problem:
            self._finish(job, problem)
        except Exception as problem:  # the visitor gets an answer whatever went wrong
            self._finish(job, problem)
        else:
            self._tell(job)
            self._queue.put((min(len(job.messages), _LAST), next(self._count), job))

    def _finish(self, job: Job, problem: Exception | None) -> None:
        with self._lock:
            if self._jobs.get(job.key) is job:
                del self._jobs[job.key]
                self._line.finished()
            if problem is None and job.messages:
                self._final[job.key] = job.messages[-1]
        job.problem = problem
        job.iterator = None
        job.finished = True
        self._tell(job)

    def _tell(self, job: Job) -> None:
        for news, loop in list(job.listeners.items()):
            with suppress(RuntimeError):  # the loop was closed: nobody waits in it
                loop.call_soon_threadsafe(news.set)
