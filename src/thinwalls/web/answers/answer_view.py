"""An answer at some number of draws: its numbers, sentences, figures and tables in one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from thinwalls.policy import loads_scenarios
from thinwalls.reporting import (
    Answers,
    Block,
    Fold,
    Heading,
    Sentences,
    Text,
    bed_table,
    capacity_figure,
    changes,
    differences_figure,
    general,
    group_blocks,
    headline_blocks,
    hospitals,
    infected_figure,
    leads,
    limits,
    needed_figure,
    objection_blocks,
    objections,
    question,
    scenario_title,
)
from thinwalls.web.answers.form_controls import labels_of

if TYPE_CHECKING:
    from thinwalls.reporting import Figure, Words
    from thinwalls.results import Results

FIGURES = ("infected", "needed", "beds", "icu", "differences")
GROUPS = ("followed", "detained", "staff", "residents")


@dataclass(frozen=True)
class Snapshot:
    """What is known after some draws; everything is worked out when it is asked for."""

    results: Results
    words: Words
    done: bool
    """all draws of the question were made"""

    @cached_property
    def answers(self) -> Answers:
        """The answers that the report is made from, too, for the groups that are shown."""
        return Answers(self.words, self.results, self.results.scenarios[0], groups=GROUPS)

    def figure(self, name: str) -> Figure | None:
        """A figure by its name in :data:`FIGURES`; None when this answer has none of it."""
        run = self.words, self.results, self.answers.baseline
        if name == "infected":
            return infected_figure(*run, group="followed")
        if name == "needed":
            return needed_figure(*run, group="followed")
        if name in ("beds", "icu"):
            return capacity_figure(*run, kind="hospital" if name == "beds" else "icu")
        if name == "differences" and self.answers.others:
            return differences_figure(self.words, self.answers.comparison)
        return None

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """The figures of the page; the one of differences comes with the last draws."""
        wanted = ("infected", "beds", "differences") if self.done else ("infected", "beds")
        found = {name: self.figure(name) for name in wanted}
        return {name: figure for name, figure in found.items() if figure is not None}

    def said(self) -> tuple[Block, ...]:
        """The answer in sentences."""
        note = self.words.say(
            "“Likely between” means: in 9 of 10 simulated futures. Numbers are rounded."
        )
        return (
            *headline_blocks(self.answers, self._contents()),
            Sentences(hospitals(self.answers)),
            Text(note, "note"),
        )

    def shown(self) -> tuple[Block, ...]:
        """Figures, tables and what speaks against the answer."""
        say = self.words.say
        beds = bed_table(self.answers).select("needed", "free", "peak_day", "enough")
        always = general(self.words, self.results)
        return (
            *self.figures.values(),
            *group_blocks(self.answers, "note"),
            Fold(say("Most intensive-care beds needed at once"), (beds,)),
            Heading(say("What speaks against this")),
            *(objection_blocks(self.answers, level=4) if self.done else ()),
            Fold(say("For every number here"), (Sentences(always),)),
        )

    @property
    def limits(self) -> tuple[str, ...]:
        """What this cannot tell."""
        return limits(self.words)

    def _contents(self) -> dict[str, str]:
        """What is done in each scenario, in the words of the form."""
        said = {}
        for scenario in loads_scenarios(str(self.results.provenance["scenario_file"])):
            labels = (self.words.say(label).lower() for label in labels_of(scenario))
            said[scenario.name] = "; ".join(labels)
        return said

    def data(self) -> dict[str, Any]:
        """The answer for a program: unrounded numbers, curves, and the sentences of the page."""
        titles = {name: scenario_title(self.words, name) for name in self.answers.others}
        found: dict[str, Any] = {
            "draws": self.results.draws,
            "done": self.done,
            "question": question(self.answers),
            "sentences": [*leads(self.answers), *hospitals(self.answers)],
            "scenarios": {titles[name]: said for name, said in changes(self.answers).items()},
            "cannot_tell": list(self.limits),
            "comparison": self.answers.comparison.to_dict(),
            "curves": self._curves(),
            "language": self.words.tag,
        }
        if self.done:
            found["checksum"] = self.results.checksum
            found["provenance"] = dict(self.results.provenance)
            found["against"] = [
                {"scenario": titles[name], "sentences": list(said)}
                for name, said in objections(self.answers).items()
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
