"""The section of what was assumed: values that are not known exactly, and those that are fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.report.document import Block, Fold, Heading, Section, Text
from thinwalls.reporting.report.parts.objections import deciding_parameters
from thinwalls.reporting.report.tables.assumptions import (
    SOURCE_LANGUAGES,
    assumed_table,
    fixed_values,
    sampled_values,
)

if TYPE_CHECKING:
    from thinwalls.reporting.report.answers import Answers


def section(answers: Answers) -> Section:
    """Values on which the differences depend most come first."""
    words = answers.words
    return Section(
        "assumed",
        words.say("What was assumed"),
        (Text(words.say(SOURCE_LANGUAGES)), *_sampled(answers), *_fixed(answers)),
    )


def _sampled(answers: Answers) -> list[Block]:
    words = answers.words
    rows = sampled_values(words, answers.results, deciding_parameters(answers))
    if not rows:
        return []
    title = words.say("Values that are not known exactly")
    blocks: list[Block] = [
        Heading(title),
        Text(
            words.say(
                "Every simulated future has its own value from this range (9 of 10 lie inside)."
            )
        ),
    ]
    deciding = [row for row in rows if row.decides]
    further = [row for row in rows if not row.decides]
    if deciding:
        caption = words.say("Those on which the differences of this run depend most")
        blocks += [Heading(caption, 4), assumed_table(words, deciding, caption)]
    if further:
        count = (
            words.plural("{count} further value", "{count} further values", len(further))
            if deciding
            else words.plural("{count} value", "{count} values", len(further))
        )
        blocks.append(Fold(count, (assumed_table(words, further, title),), main=False))
    return blocks


def _fixed(answers: Answers) -> list[Block]:
    words = answers.words
    rows = fixed_values(words, answers.results)
    if not rows:
        return []
    title = words.say("Values that are the same in every future")
    count = words.plural("{count} value", "{count} values", len(rows))
    return [Heading(title), Fold(count, (assumed_table(words, rows, title),), main=False)]
