"""Who is in every place, as far as it is known, and how finely: by facility or by custody system.

Age, vulnerability, custody class and sex are those of the facility where the system has them.
Race and ethnicity, and citizenship, are published for whole custody systems only
(``composition.toml``); what is not known is said, and can be given by the user.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args

import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.pathogens import PersonClass
from thinwalls.simulation.population.layout import (
    RESIDENT_AGES,
    RESIDENT_COLUMNS,
    age_band_text,
    parse_age_band,
)
from thinwalls.simulation.questions.one_person import course_of
from thinwalls.system import OUTSIDE

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

By = Literal["age", "vulnerable", "custody_class", "sex", "race_ethnicity", "citizenship"]
VULNERABLE, OTHERS = "vulnerable", "not vulnerable"
MEN, WOMEN = "men", "women"
ASSUMED = "assumption:"
GIVE = Message("give your own shares for each place (--composition FILE, equity(results, shares))")
_LEAST = 1e-12


@dataclass(frozen=True)
class Composition:
    """Shares of the people of every place, and how finely they are known."""

    shares: pd.DataFrame
    """indexed by place, one column per category; the form that equity takes"""
    detail: str
    """one sentence"""
    source: str


def composition_of(system: System, by: By, group: str = "detained") -> Composition:
    """What is known of the people of every place on the first day.

    Raises
    ------
    InputError
        For what is not known, saying what can be done.
    """
    if by not in get_args(By):
        raise InputError(
            "must be one of {names}", field="by", value=by, names=", ".join(get_args(By))
        )
    if group == "residents" and by == "age":
        return _residents(system)
    if group != "detained":
        raise InputError(
            "is not known of {group} by place; {hint}, or ask about people detained",
            field="by",
            value=by,
            group=group,
            hint=GIVE,
        )
    if by in ("race_ethnicity", "citizenship"):
        return _national(system, by)
    return _by_facility(system, by)


def known_composition(system: System, by: By, group: str = "detained") -> pd.DataFrame:
    """The shares of :func:`composition_of`: one row per place, one column per category."""
    return composition_of(system, by, group).shares


def _places(system: System) -> list[str]:
    held = system.population.groupby("facility_id")["people_start"].sum()
    return [str(place) for place in held.index[held > 0]]


def _by_facility(system: System, by: By) -> Composition:
    places = _places(system)
    said = Message(
        "Shares are those of each facility where the system has them, else of all of them."
    )
    if by == "custody_class":
        table = system.population.pivot_table(
            index="facility_id", columns=by, values="people_start", aggfunc="sum", observed=True
        )
        counts = table.reindex(places).fillna(0.0)
        return Composition(counts.div(counts.sum(axis=1), axis=0), said, "the system's population")
    if by == "sex":
        women = system.facilities["share_female"].reindex(places).dropna().astype(float)
        shares = pd.DataFrame({MEN: 1.0 - women, WOMEN: women})
        source, note = system.source_of("facilities", "*", "share_female")
        if source.startswith(ASSUMED):
            said = Message(
                "Shares are means of each custody system, the same in all of its facilities."
            )
        text = str(system.sources["title"].get(source, source.removeprefix(ASSUMED)))
        return Composition(shares, said, f"{text}, {note}" if note else text)
    rows = {}
    for place in places:
        own = system.composition_of(place)
        if by == "age":
            rows[place] = own.groupby("age_band")["share"].sum()
        else:
            share = float((own["share"] * own["vulnerable_share"]).sum())
            rows[place] = pd.Series({OTHERS: 1.0 - share, VULNERABLE: share})
    return Composition(pd.DataFrame(rows).T.fillna(0.0), said, "the system's composition")


def _residents(system: System) -> Composition:
    counties = system.counties[system.counties.index != OUTSIDE]
    counts = counties[list(RESIDENT_COLUMNS)].astype(float)
    counts.columns = [age_band_text(*band) for band in RESIDENT_AGES]
    shares = counts.div(counts.sum(axis=1), axis=0).dropna()
    said = Message(
        "Shares are those of each county; residents are one group there, infected alike at every "
        "age."
    )
    return Composition(shares, said, "the system's counties")


@lru_cache
def _table() -> dict[str, Any]:
    text = (files("thinwalls.simulation") / "composition.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _national(system: System, by: By) -> Composition:
    known: dict[str, Any] = _table()[by]
    # A jail that also holds people for ICE counts as a jail.
    custody = system.facilities["custody"].reindex(_places(system)).str.partition(",")[0]
    rows = {place: known[one]["shares"] for place, one in custody.items() if one in known}
    used = sorted({str(one) for one in custody if one in known})
    if not rows:
        raise InputError(
            "is in no public table for people held by {names}; {hint}",
            where=Message("system {name}", name=system.name),
            field="by",
            value=by,
            names=", ".join(sorted(set(custody))),
            hint=GIVE,
        )
    shares = pd.DataFrame(rows).T.fillna(0.0).astype(float)
    what = "; ".join(known[one]["what"] for one in used)
    said = Message(
        "Shares are national, the same in every facility of a custody system ({what}), so they say "
        "nothing about differences between facilities of one system.",
        what=what,
    )
    return Composition(shares, said, "; ".join(known[one]["source"] for one in used))


def relative_severity(
    pathogen: Pathogen, categories: list[str], by: By, outcome: str
) -> dict[str, float]:
    """Share of the infections of each category that end in ``outcome``, at central values.

    1 for all where the outcome is an infection, or for categories that say nothing about severity
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
