"""Which uncertain values decide a difference, and where its sign turns, as a table of a report."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.reporting.language.names import scenario_title
from thinwalls.reporting.language.parameter_names import parameter_name
from thinwalls.reporting.report.document import Block, Cell, Column, Fold, Row, Table, Text
from thinwalls.reporting.report.tables.cells import interval_cell, span
from thinwalls.results import flip_value, sensitivity

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import Results

GROUP, OUTCOME = "followed", "infections"
_MOST = 3
_LIBRARY = "SALib"


def deciding_blocks(answers: Answers) -> tuple[Block, ...]:
    """The values that decide most, or what is needed to tell them."""
    words, table = answers.words, deciding_table(answers)
    if table is not None:
        text = words.say(
            "Difference in infections of the people detained on the first day. Share of the "
            "variance that a value decides alone (first-order Sobol’ index), only where it is "
            "more than chance would give; interval from resampling. The sign turns where the "
            "middle difference is zero."
        )
        return (Fold(words.say("What decides the differences"), (Text(text, "note"), table)),)
    if not answers.others:
        return ()
    text = words.say(
        "Which share of the differences each value decides is told with 40 simulated futures or "
        "more and the extra thinwalls[sensitivity]."
    )
    return (Text(text, "note"),)


def deciding_table(answers: Answers) -> Table | None:
    """The values that decide most, per scenario; None where that cannot be worked out."""
    if find_spec(_LIBRARY) is None:
        return None
    words, rows = answers.words, []
    for scenario in answers.others:
        rows += _rows(words, answers.results, scenario, answers.baseline)
    heads = (
        words.say("scenario and value"),
        words.say("people at risk"),
        words.say("share of the variance"),
        words.say("rank correlation"),
        words.say("where the sign turns"),
    )
    return Table(tuple(Column(head) for head in heads), tuple(rows)) if rows else None


def _rows(words: Words, results: Results, scenario: str, baseline: str) -> list[Row]:
    try:
        found = sensitivity(results, scenario, baseline, group=GROUP, outcome=OUTCOME, most=_MOST)
    except InputError:
        # Too few draws, or nothing varies: then there is nothing to tell.
        return []
    rows = []
    for row in found.table.to_dict("records"):
        if not row["above_noise"]:
            continue
        name = parameter_name(words, row["parameter"], row["long_name"])
        rows.append(
            Row(
                f"{scenario_title(words, scenario)}: {name}",
                (
                    words.people(found.population_at_risk),
                    interval_cell(words, row, "first_order", words.percent),
                    words.number(row["rank_correlation"], 2),
                    _turn(words, results, row["parameter"], scenario, baseline),
                ),
            )
        )
    return rows


def _turn(
    words: Words, results: Results, parameter: str, scenario: str, baseline: str
) -> Cell | str:
    flip = flip_value(results, parameter, scenario, baseline, group=GROUP, outcome=OUTCOME)
    if flip.at is None:
        return words.say(
            "nowhere between {low} and {high}",
            low=words.value(flip.sampled_low),
            high=words.value(flip.sampled_high),
        )
    ends = (np.nan if end is None else end for end in (flip.low, flip.high))
    low, high = (words.value(end) for end in ends)
    return Cell(words.value(flip.at), span(words, low, high))
