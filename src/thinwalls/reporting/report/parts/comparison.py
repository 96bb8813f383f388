"""The section of what each scenario changes: by group, by age, who carries it, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.charts.differences import differences_figure
from thinwalls.reporting.report.document import Block, Section
from thinwalls.reporting.report.tables.ages import age_blocks
from thinwalls.reporting.report.tables.equity import equity_blocks
from thinwalls.reporting.report.tables.groups import further_blocks, group_blocks
from thinwalls.reporting.report.tables.money import money_blocks

if TYPE_CHECKING:
    from thinwalls.reporting.report.answers import Answers


def section(answers: Answers) -> Section:
    """The figure of differences, where there are any, and all tables that compare scenarios."""
    figure: tuple[Block, ...] = ()
    if answers.others:
        figure = (differences_figure(answers.words, answers.comparison),)
    return Section(
        "differences",
        answers.words.say("What each scenario changes"),
        (
            *figure,
            *group_blocks(answers),
            *further_blocks(answers),
            *age_blocks(answers),
            *equity_blocks(answers),
            *money_blocks(answers),
        ),
    )
