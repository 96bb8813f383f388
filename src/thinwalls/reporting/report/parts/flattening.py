"""The section of the curves: whether it flattened, and whether there are beds enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.charts.curves import capacity_figure, infected_figure, needed_figure
from thinwalls.reporting.language.names import scenario_name
from thinwalls.reporting.report.document import Fold, Heading, Section, Sentences, Text
from thinwalls.reporting.report.parts.headline import hospitals
from thinwalls.reporting.report.tables.beds import bed_table
from thinwalls.reporting.report.tables.groups import people_at_risk

if TYPE_CHECKING:
    from thinwalls.reporting.report.answers import Answers


def section(answers: Answers) -> Section:
    """People infected at the same time, beds needed and free, most beds needed at once."""
    words, results, baseline = answers.words, answers.results, answers.baseline
    everyone = answers.comparison.row(baseline, "everyone", "infections")
    note = words.say(
        "A free bed elsewhere helps nobody at once: regions can run out while there are beds in "
        "all. Lower peak: against {baseline}, in the same simulated futures.",
        baseline=scenario_name(words, baseline),
    )
    return Section(
        "curves",
        words.say("Did it flatten?"),
        (
            Sentences(hospitals(answers)),
            infected_figure(words, results, baseline, group="followed"),
            needed_figure(words, results, baseline, group="followed"),
            capacity_figure(words, results, baseline, kind="icu"),
            Heading(words.say("Most intensive-care beds needed at once")),
            Text(f"{people_at_risk(words, 'everyone', everyone)}. {note}", "note"),
            bed_table(answers, "icu"),
            Fold(words.say("Most hospital beds needed at once"), (bed_table(answers, "hospital"),)),
        ),
    )
