"""Questions answered step by step, without HTTP: few draws first, then more of the same."""

from __future__ import annotations

import itertools
from threading import Event, Lock
from typing import TYPE_CHECKING

from cachetools import LRUCache

from thinwalls.common import InputError
from thinwalls.pathogens import Pathogen, list_pathogens, load_pathogen
from thinwalls.runs import SystemSelection
from thinwalls.simulation import Workbench
from thinwalls.system import System, load_system
from thinwalls.web.answers.question import MOST_DRAWS, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from thinwalls.results import Results
    from thinwalls.simulation import Experiment

MOST_BYTES = 1_500_000_000
"""Recorded runs and draws that are remembered; beyond it, those of the parts not asked about
longest go."""
MOST_PARTS = 24
MOST_SYSTEMS = 3
REMEMBER_COUNTIES = 60
"""Parts with more counties are not remembered draw by draw: their draws are large."""
_WARM_PEOPLE = 100
STEPS = (4, 60, MOST_DRAWS)
STEPS_LARGE = (2, 6, 16, 40, 100, MOST_DRAWS)


class Stopped(Exception):  # noqa: N818 (not an error: the visitor left)
    """Nobody waits for the answer any more."""


class Service:
    """Answers questions; keeps the systems, parts and runs that visitors asked about last.

    Safe to use from several threads.
    """

    def __init__(self, *, threads: int | None = None, most_bytes: int = MOST_BYTES) -> None:
        self.threads = threads
        self.most_bytes = most_bytes
        self._systems: LRUCache[str, System] = LRUCache(MOST_SYSTEMS)
        self._parts: LRUCache[tuple[str, ...], Workbench] = LRUCache(MOST_PARTS)
        self._lock = Lock()

    def warm(self, name: str = "ice-2020") -> None:
        """Load what the first visitor would wait for, and compile the engine."""
        system = self.system(name)
        facility = str((system.facilities["population_start"] - _WARM_PEOPLE).abs().idxmin())
        self.answer(Question(system=name, where=f"facility:{facility}", days=7, draws=1))

    def system(self, name: str) -> System:
        """A packaged system."""
        with self._lock:
            found = self._systems.get(name)
            if found is None:
                found = self._systems[name] = load_system(name, folders=False)
            return found

    def pathogen(self, name: str) -> Pathogen:
        """A packaged pathogen; a file is never read."""
        known = list_pathogens()
        if name not in known:
            raise InputError(
                "must be one of: {names}", field="pathogen", value=name, names=", ".join(known)
            )
        return load_pathogen(name)

    def bench(self, question: Question) -> Workbench:
        """The part of the system that is asked about, with what is remembered of it.

        Raises
        ------
        InputError
            For a place or pathogen that there is not.
        """
        key = _part_key(question)
        return self._kept(key, question, lambda: question.part(self.system(question.system)))

    def bench_beside(
        self, question: Question, facilities: Sequence[str], counties: Sequence[str]
    ) -> Workbench:
        """The facility that is asked about with other facilities and counties beside it."""
        system = self.system(question.system)
        ids = [system.facility(question.name), *facilities]
        beside = "+".join([*ids, *counties])
        key = (question.system, f"beside:{beside}", question.pathogen, *question.immunity)

        def make() -> System:
            immune = SystemSelection(name=question.system, immune=question.immunity)
            return immune.part_of(system.facilities_only(ids, counties))

        return self._kept(key, question, make)

    def _kept(
        self, key: tuple[str, ...], question: Question, make: Callable[[], System]
    ) -> Workbench:
        with self._lock:
            found = self._parts.get(key)
        if found is not None:
            return found
        part = make()
        pathogen = self.pathogen(question.pathogen)
        made = Workbench(part, pathogen, remember=len(part.counties) <= REMEMBER_COUNTIES)
        with self._lock:
            # Another thread may have been faster; then all share what it made.
            return self._parts.setdefault(key, made)

    def _make_room(self, question: Question) -> None:
        key = _part_key(question)
        with self._lock:
            others = [bench for name, bench in self._parts.items() if name != key]
            benches = list(self._parts.values())
        for bench in [*others, *benches]:
            if sum(one.nbytes for one in benches) <= self.most_bytes:
                return
            bench.forget()

    def places(self, part: System) -> list[str]:
        """What is kept day by day besides the whole: a single facility and its county."""
        if len(part.facilities) != 1:
            return []
        facility = str(part.facilities.index[0])
        return [facility, str(part.facilities["county_fips"].iloc[0])]

    def experiment(
        self,
        question: Question,
        bench: Workbench | None = None,
        places: Sequence[str] | None = None,
    ) -> Experiment:
        """The run that answers a question, without any draws yet.

        ``places`` are kept day by day, those of :meth:`places` unless given.
        """
        bench = bench or self.bench(question)
        self._make_room(question)
        kept = self.places(bench.system) if places is None else places
        return question.request(kept).with_options(draws=MOST_DRAWS).experiment(bench)

    def answer_steps(
        self,
        question: Question,
        stop: Event | None = None,
        bench: Workbench | None = None,
        file: str | None = None,
        hurry: Callable[[], bool] = lambda: False,
        places: Sequence[str] | None = None,
    ) -> Iterator[Results]:
        """Results after more and more draws, the last with all that were asked for.

        ``bench`` holds a system that is not packaged, ``file`` is what that is called.  While
        ``hurry`` says so, no step is made between the first answer and the last.  ``places`` as
        for :meth:`experiment`.

        Raises
        ------
        InputError
            For what cannot be answered and :class:`Stopped` soon after ``stop`` is set.
        """
        halt = stop or Event()
        experiment = self.experiment(question, bench, places)
        command = question.request(file=file).command_line()
        large = not (bench or self.bench(question)).remember
        for number, draws in enumerate(steps(question.draws, large=large)):
            if number > 0 and draws < question.draws and hurry():
                continue
            experiment.extend(draws, threads=self.threads, stop=halt)
            if halt.is_set():
                raise Stopped
            yield experiment.results(draws, command=command)
            self._make_room(question)

    def answer(
        self,
        question: Question,
        stop: Event | None = None,
        bench: Workbench | None = None,
        file: str | None = None,
        places: Sequence[str] | None = None,
    ) -> Results:
        """All draws that were asked for; otherwise as :meth:`answer_steps`."""
        *_, last = self.answer_steps(question, stop, bench, file, hurry=lambda: True, places=places)
        return last


def _part_key(question: Question) -> tuple[str, ...]:
    """Equal for questions about the same people and the same disease."""
    return (question.system, question.where, question.pathogen, *question.immunity)


def steps(draws: int, *, large: bool = False) -> list[int]:
    """Numbers of draws after which an answer is shown."""
    wanted = STEPS_LARGE if large else STEPS
    return [*itertools.takewhile(lambda step: step < draws, wanted), draws]
