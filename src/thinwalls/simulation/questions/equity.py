"""Who carries the burden of a run, by everything that is known about who is where."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from thinwalls.common import InputError
from thinwalls.results import equity
from thinwalls.simulation.questions.known_composition import By, composition_of, relative_severity

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Equity, Results
    from thinwalls.system import System

_ASKED: tuple[tuple[By, str], ...] = (
    ("sex", "infections"),
    ("citizenship", "infections"),
    ("race_ethnicity", "infections"),
)
_GROUP = "detained"


def equity_of(
    results: Results,
    system: System,
    pathogen: Pathogen,
    by: By,
    baseline: str | None = None,
    *,
    group: str = _GROUP,
    outcome: str = "infections",
    reference: str | None = None,
    weights: dict[str, float] | None = None,
) -> Equity:
    """An outcome of a run spread over the people of each place as far as they are known.

    ``weights`` are risks within a place; unless given, how likely admission or death is for each
    category.

    Raises
    ------
    InputError
        For what is not known.
    """
    known = composition_of(system, by, group)
    shares = known.shares[known.shares.index.isin(results.totals["place"].values)]
    names = [str(one) for one in shares.columns]
    risks = weights or relative_severity(pathogen, names, by, outcome)
    found = equity(
        results,
        shares,
        baseline,
        group=group,
        outcome=outcome,
        reference=reference,
        weights=risks,
    )
    return replace(found, by=by, detail=known.detail, source=known.source)


def known_equity(
    results: Results, system: System, pathogen: Pathogen, baseline: str | None = None
) -> list[Equity]:
    """What a report tells besides ages: by sex, by citizenship, by race and ethnicity.

    What is known of none of the people is left out.  Conditions and custody classes are too: some
    scenarios are for one of them, and who leaves is not told apart by shares of the first day.
    """
    found = []
    for by, outcome in _ASKED:
        try:
            found.append(equity_of(results, system, pathogen, by, baseline, outcome=outcome))
        except InputError:
            # Nobody publishes it for these custody systems.
            continue
    return found


def known_burdens(
    results: Results, system: System, pathogen: Pathogen, baseline: str | None = None
) -> list[Equity]:
    """:func:`known_equity` under its old name."""
    warnings.warn("known_burdens is called known_equity now", DeprecationWarning, stacklevel=2)
    return known_equity(results, system, pathogen, baseline)
