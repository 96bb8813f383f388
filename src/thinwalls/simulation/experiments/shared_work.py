"""What questions about one system and pathogen have in common: layouts, draws, scenarios run."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from thinwalls.simulation.movement.base_flows import read_flows
from thinwalls.simulation.population.build_cells import build_layout

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.movement.base_flows import BaseFlows
    from thinwalls.simulation.outputs.recorder import Recorder
    from thinwalls.simulation.population.cell_variants import Needs
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.system import System


@dataclass
class ScenarioRun:
    """One scenario with the draws that were run of it."""

    recorder: Recorder
    position: int = 0
    """of the scenario in the recorder"""
    done: set[int] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)


class Workbench:
    """What questions about one system and pathogen share; safe to use from several threads.

    ``remember`` keeps draws and scenario runs for the next question (memory grows with every
    different question; :meth:`forget` empties it).
    """

    def __init__(self, system: System, pathogen: Pathogen, *, remember: bool = True) -> None:
        self.system = system
        self.pathogen = pathogen
        self.remember = remember
        self._layouts: dict[Needs, tuple[Layout, BaseFlows]] = {}
        self._draws: dict[Hashable, Draw] = {}
        self._draw_bytes = 0
        self._runs: dict[Hashable, ScenarioRun] = {}
        self._lock = Lock()

    def layout(self, needs: Needs) -> tuple[Layout, BaseFlows]:
        """The layout with the variants that a run needs, and its flows."""
        with self._lock:
            if needs not in self._layouts:
                layout = build_layout(self.system, needs)
                self._layouts[needs] = layout, read_flows(layout)
            return self._layouts[needs]

    def draw(self, key: Hashable, make: Callable[[], Draw]) -> Draw:
        """The draw of this key, made when it is not known."""
        known = self._draws.get(key)
        if known is None:
            known = make()
            if self.remember:
                with self._lock:
                    if key not in self._draws:
                        self._draw_bytes += known.nbytes
                    self._draws[key] = known
        return known

    def scenario_run(self, key: Hashable, recorder: Callable[[], Recorder]) -> ScenarioRun:
        """The runs of one scenario made so far."""
        with self._lock:
            if key not in self._runs:
                self._runs[key] = ScenarioRun(recorder())
            return self._runs[key]

    @property
    def nbytes(self) -> int:
        """Bytes of the recorded runs and of the draws that are remembered."""
        return self._draw_bytes + sum(run.recorder.nbytes for run in list(self._runs.values()))

    def forget(self) -> None:
        """Drop all draws and runs; experiments that are under way keep theirs."""
        with self._lock:
            self._runs = {}
            self._draws = {}
            self._draw_bytes = 0
