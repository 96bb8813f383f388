"""Which uncertain values decide a difference, and where its sign turns, as a table of a report."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError
from thinwalls.reporting.language.names import capitalized, scenario_name
from thinwalls.reporting.language.parameter_names import parameter_name
from thinwalls.reporting.report.parts.tables import CardRow, Cards, Cell
from thinwalls.results import flip_value, sensitivity

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Results

GROUP, OUTCOME = "followed", "infections"
_MOST = 3
_LIBRARY = "SALib"


def deciding_table(words: Words, results: Results, baseline: str) -> Cards | None:
    """The values that decide most, per scenario; None where that cannot be worked out."""
    if find_spec(_LIBRARY) is None:
        return None
    rows = []
    for scenario in results.scenarios:
        if scenario != baseline:
            rows += _rows(words, results, scenario, baseline)
    heads = (
        words.say("people at risk"),
        words.say("share of the variance"),
        words.say("rank correlation"),
        words.say("where the sign turns"),
    )
    return Cards(heads, tuple(rows)) if rows else None


def _rows(words: Words, results: Results, scenario: str, baseline: str) -> list[CardRow]:
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
            CardRow(
                f"{capitalized(scenario_name(words, scenario))}: {name}",
                (
                    words.people(found.population_at_risk),
                    Cell(
                        words.percent(row["first_order"]),
                        words.say(
                            "{low} to {high}",
                            low=words.percent(row["first_order_low"]),
                            high=words.percent(row["first_order_high"]),
                        ),
                    ),
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
    return Cell(words.value(flip.at), words.say("{low} to {high}", low=low, high=high))
