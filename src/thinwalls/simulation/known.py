"""Who is in every facility, as far as the system knows: by age, vulnerability, custody class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from thinwalls.errors import InputError
from thinwalls.pathogens import PersonClass
from thinwalls.simulation.layout import parse_age_band
from thinwalls.simulation.one_person import course_of

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

By = Literal["age", "vulnerable", "custody_class"]
VULNERABLE, OTHERS = "vulnerable", "not vulnerable"
_LEAST = 1e-12


def known_composition(system: System, by: By) -> pd.DataFrame:
    """Shares of the people of every facility on the first day, one column per category.

    The form that :func:`thinwalls.results.equity` takes.  Ages and vulnerability are those of the
    facility where the system has them, else those of all facilities.  Raises
    :class:`~thinwalls.errors.InputError` for what the system does not know.
    """
    held = system.population.groupby("facility_id")["people_start"].sum()
    places = [str(place) for place in held.index[held > 0]]
    if by == "custody_class":
        table = system.population.pivot_table(
            index="facility_id", columns=by, values="people_start", aggfunc="sum", observed=True
        )
        counts = table.reindex(places).fillna(0.0)
        return counts.div(counts.sum(axis=1), axis=0)
    if by not in ("age", "vulnerable"):
        raise InputError("must be age, vulnerable or custody_class", field="by", value=by)
    rows = {}
    for place in places:
        own = system.composition_of(place)
        if by == "age":
            rows[place] = own.groupby("age_band")["share"].sum()
        else:
            share = float((own["share"] * own["vulnerable_share"]).sum())
            rows[place] = pd.Series({OTHERS: 1.0 - share, VULNERABLE: share})
    return pd.DataFrame(rows).T.fillna(0.0)


def relative_severity(
    pathogen: Pathogen, categories: list[str], by: By, outcome: str
) -> dict[str, float]:
    """Share of the infections of each category that end in ``outcome``, at central values.

    1 for all where the outcome is an infection, or for classes, which say nothing about severity
    here; the weights of :func:`thinwalls.results.equity`.
    """
    severe = {"admissions": "admission", "deaths": "death"}.get(outcome)
    if severe is None or by not in ("age", "vulnerable"):
        return dict.fromkeys(categories, 1.0)
    disease = pathogen.at()
    weights = {}
    for category in categories:
        if by == "age":
            low, high = parse_age_band(category)
            person = PersonClass(low, high, vulnerable=None)
        else:
            person = PersonClass(18, 64, vulnerable=category == VULNERABLE)
        weights[category] = max(float(getattr(course_of(disease, person), severe)), _LEAST)
    return weights
