"""An answer at some number of draws: its numbers, sentences, figures and tables in one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from thinwalls.reporting import (
    bed_table,
    capacity_figure,
    differences_figure,
    general,
    group_tables,
    headline,
    infected_figure,
    limits,
    needed_figure,
    objections,
)
from thinwalls.results import compare, flattening

if TYPE_CHECKING:
    from thinwalls.reporting import BedRow, Figure, GroupTable, Headline, Objection, Words
    from thinwalls.results import Comparison, Flattening, Results

FIGURES = ("infected", "needed", "beds", "icu", "differences")
GROUPS = ("followed", "detained", "staff", "residents")


@dataclass(frozen=True)
class Snapshot:
    """What is known after some draws; everything is worked out when it is asked for."""

    results: Results
    words: Words
    done: bool
    """all draws of the question were made"""

    @property
    def baseline(self) -> str:
        """The scenario that the others are compared with."""
        return self.results.scenarios[0]

    @cached_property
    def comparison(self) -> Comparison:
        """Paired differences of every scenario against the first."""
        return compare(self.results, self.baseline, groups=GROUPS)

    @cached_property
    def flat(self) -> Flattening:
        """Beds needed against beds free."""
        return flattening(self.results, self.baseline)

    @cached_property
    def headline(self) -> Headline:
        """The answer in sentences."""
        return headline(self.words, self.results, self.comparison, self.flat)

    def figure(self, name: str) -> Figure | None:
        """A figure by its name in :data:`FIGURES`; None when this answer has none of it."""
        if name == "infected":
            return infected_figure(self.words, self.results, self.baseline, group="followed")
        if name == "needed":
            return needed_figure(self.words, self.results, self.baseline, group="followed")
        if name in ("beds", "icu"):
            kind = "hospital" if name == "beds" else "icu"
            return capacity_figure(self.words, self.results, self.baseline, kind=kind)
        if name == "differences" and len(self.results.scenarios) > 1:
            return differences_figure(self.words, self.comparison)
        return None

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """The figures of the page; the one of differences comes with the last draws."""
        wanted = ("infected", "beds", "differences") if self.done else ("infected", "beds")
        found = {name: self.figure(name) for name in wanted}
        return {name: figure for name, figure in found.items() if figure is not None}

    @cached_property
    def groups(self) -> tuple[GroupTable, ...]:
        """One table per group of people."""
        return group_tables(self.words, self.comparison)

    @cached_property
    def beds(self) -> tuple[BedRow, ...]:
        """Most intensive-care beds needed at once."""
        return bed_table(self.words, self.flat, "icu")

    @cached_property
    def objections(self) -> tuple[Objection, ...]:
        """What speaks against each difference."""
        return objections(self.words, self.results, self.comparison)

    @cached_property
    def general(self) -> tuple[str, ...]:
        """What speaks against every number."""
        return general(self.words, self.results)

    @property
    def limits(self) -> tuple[str, ...]:
        """What this cannot tell."""
        return limits(self.words)

    def data(self) -> dict[str, Any]:
        """The answer for a program: unrounded numbers, curves, and the sentences of the page."""
        said = self.headline
        found: dict[str, Any] = {
            "draws": self.results.draws,
            "done": self.done,
            "question": said.question,
            "sentences": [*said.baseline, *said.hospitals],
            "scenarios": dict(said.scenarios),
            "cannot_tell": list(self.limits),
            "comparison": self.comparison.to_dict(),
            "curves": self._curves(),
            "language": self.words.tag,
        }
        if self.done:
            found["checksum"] = self.results.checksum
            found["provenance"] = dict(self.results.provenance)
            found["against"] = [
                {"scenario": one.scenario, "sentences": list(one.sentences)}
                for one in self.objections
            ]
        return found

    def _curves(self) -> dict[str, Any]:
        from thinwalls.reporting import bands

        shown = {
            "infected_followed": bands(self.results, "prevalence", "followed"),
            "hospital_beds_everyone": bands(self.results, "hospital_beds", "everyone"),
            "beds_free": bands(self.results, "beds_free", None),
        }
        return {
            name: {scenario: band.rows(scenario) for scenario in self.results.scenarios}
            for name, band in shown.items()
        }
