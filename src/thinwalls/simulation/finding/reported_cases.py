"""When cases are reported: after a delay that differs between cases, and in batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thinwalls import engine
from thinwalls.results import GROUPS
from thinwalls.simulation.draws.sampled_values import stream_of_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.common import Float, Key
    from thinwalls.simulation.draws.one_draw import Draw
    from thinwalls.simulation.outputs.daily_rows import SelectedRows, Selection


@dataclass(frozen=True)
class Reports:
    """How cases are reported in a run."""

    seed: int = 1
    every_days: int = 1


@dataclass(frozen=True)
class ReportedRows:
    """People who always add up to the same places and groups of a result, whatever a scenario does.

    Delays are drawn for each such row, so that the reports of a group are the sum over its people
    and scenarios share their chance.
    """

    of_daily: Float
    """[Y, rows] ones: rows of the daily record"""
    members: Float
    """[selected, rows] ones"""
    which: Key
    """[rows] identity for the random numbers, by the names of places and groups"""

    @classmethod
    def of(cls, selection: Selection, rows: SelectedRows, places: Sequence[str]) -> ReportedRows:
        """For the rows of a daily record that make up a selection of ``places``."""
        patterns, of = np.unique(rows.members.toarray(), axis=1, return_inverse=True)
        names = [
            f"{places[place]} {GROUPS[group]}"
            for place, group in zip(selection.place, selection.group, strict=True)
        ]
        keys = [
            stream_of_name("reported " + "|".join(names[n] for n in np.flatnonzero(pattern)))
            for pattern in patterns.T
        ]
        one_hot = of.ravel()[:, None] == np.arange(patterns.shape[1])
        return cls(one_hot.astype(np.float64), patterns, np.array(keys, dtype=np.uint64))

    def by_day(self, cases: Float, draw: Draw, reports: Reports) -> Float:
        """[D, selected] cases reported, from the new cases [D, Y] of a daily record."""
        detection = draw.disease.detection
        reported = engine.delayed_counts(
            cases @ self.of_daily,
            self.which,
            mean_delay_days=0.0 if detection is None else detection.report_delay_days,
            every_days=reports.every_days,
            seed=reports.seed,
            draw=draw.number,
        )
        return np.asarray(reported @ self.members.T)
