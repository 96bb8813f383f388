"""Pathogens in words and tables: what is known, how, and side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thinwalls.pathogens.schema import POSITION
from thinwalls.pathogens.severity import PersonClass, by_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.pathogens.catalogue import Pathogen

GROUPS = {
    "reproduction_number": "How contagious",
    "facility_effect_sd": "How contagious",
    "dispersion": "How contagious",
    "infectiousness": "How contagious",
    "symptomatic_share": "How contagious",
    "introductions": "How it comes in",
    "detection": "How it is found",
    "dwell": "How long",
    "severity": "How severe",
    "by_age": "How severe, by age",
    "immunity": "Immunity",
    "vaccine": "Vaccination",
    "prophylaxis": "After exposure",
    "season": "Season",
}
"""Heading of a parameter by the first part of its name."""

LABELS = {
    "reproduction_number.community": "people infected by one, in a community",
    "reproduction_number.cells": "people infected by one, in cells",
    "reproduction_number.dormitory": "people infected by one, in dormitories",
    "facility_effect_sd": "variation between places (sd of log R)",
    "dispersion": "variation between people (k)",
    "infectiousness.presymptomatic": "contagiousness before symptoms",
    "infectiousness.presymptomatic_share": "share passed on before symptoms",
    "infectiousness.asymptomatic": "contagiousness without symptoms",
    "infectiousness.isolated": "contagiousness left in isolation",
    "symptomatic_share": "share with symptoms",
    "introductions.community": "brought in from elsewhere",
    "detection.found_share": "share of sick people who are found",
    "detection.found_share_early": "share of sick people who are found, early",
    "detection.found_share_late": "share of sick people who are found, late",
    "detection.facility_sd": "share found, variation between places",
    "detection.delay_days": "symptoms to being found",
    "detection.report_delay_days": "being found to the report",
    "dwell.latent": "infection to contagiousness",
    "dwell.presymptomatic": "contagious before symptoms",
    "dwell.infectious_after_onset": "contagious after symptoms begin",
    "dwell.onset_to_admission": "symptoms to hospital, severely ill",
    "dwell.hospital": "in hospital",
    "dwell.ward_recover": "on a ward, recovering",
    "dwell.ward_die": "on a ward, dying",
    "dwell.before_icu": "on a ward before intensive care",
    "dwell.icu_recover": "in intensive care, recovering",
    "dwell.icu_die": "in intensive care, dying",
    "dwell.untreated": "severely ill without a bed",
    "dwell.untreated_critical": "critically ill without intensive care",
    "severity.scale": "factor on severity at every age",
    "severity.vulnerable_ratio": "hospital need, vulnerable over not",
    "severity.critical_deaths_share": "share of hospital deaths in intensive care",
    "severity.critical_death_most": "largest share who die in intensive care",
    "severity.delayed_care_death_ratio": "deaths in hospital when care comes late",
    "severity.no_bed_death_odds": "odds of death without a bed",
    "severity.no_icu_death_odds": "odds of death without intensive care",
    "by_age.hospitalised_share.position": "hospitalised share, place between its ends",
    "by_age.death_share.position": "death share, place between its ends",
    "by_age.critical_share.position": "critical share, place between its ends",
    "by_age.vulnerable_share.position": "vulnerable share, place between its ends",
    "immunity.start_share": "immune at the start",
    "immunity.inside_start_share": "immune at the start, detained people",
    "immunity.prior_infection": "protection after infection",
    "immunity.prior_infection_transmission": "less contagious after infection",
    "immunity.prior_infection_severe": "less severe after infection",
    "vaccine.infection": "vaccine against infection",
    "vaccine.transmission": "vaccine against passing on",
    "vaccine.severe": "vaccine against severe disease",
    "vaccine.waning": "vaccine, loss in five months",
    "prophylaxis.vaccine": "vaccine soon after exposure",
    "prophylaxis.immune_globulin": "immune globulin after exposure",
    "season.days": "season ends after",
    "season.after": "contagiousness after the season",
}
"""Parameters in a few words."""

NOT_FOUND = "A source was not found."
"""What is said of an assumption of which a file says nothing."""

TAGS = {
    "seen": "read in the source",
    "seen-2": "read in a second place",
    "derived": "worked out from values read",
    "assumption": "assumed",
    "counted": "counted",
    "definition": "by definition",
}
"""How a value is known, in words."""

AGES = ((20, 39), (40, 59), (60, 79), (80, 100))


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One line of a pathogen's sheet."""

    group: str
    name: str
    """as in the file"""
    label: str
    value: str
    unit: str
    tag: str
    source: str
    note: str


def parameter_sheet(pathogen: Pathogen) -> list[ParameterRow]:
    """Every number of a pathogen, tables by age as one line each."""
    rows: list[ParameterRow] = []
    seen: set[str] = set()
    for name, quantity in pathogen.parameters.items():
        first = name.split(".")[0]
        unsaid = quantity.tag == "assumption" and not quantity.source and not quantity.note
        note = NOT_FOUND if unsaid else quantity.note
        known = (quantity.unit, quantity.tag, quantity.source, note)
        table = age_table_of(name)
        if table is None:
            value = str(quantity.model_copy(update={"unit": ""}))
            rows.append(ParameterRow(GROUPS[first], name, label(name), value, *known))
        elif table not in seen:
            seen.add(table)
            entries = ", ".join(
                f"{age}+: {text}" for age, text in age_table_entries(pathogen, table)
            )
            whole = f"by_age.{table}"
            rows.append(
                ParameterRow(GROUPS[first], whole, table.replace("_", " "), entries, *known)
            )
    order = list(dict.fromkeys(GROUPS.values()))
    return sorted(rows, key=lambda row: order.index(row.group))


def age_table_of(name: str) -> str | None:
    """The table by age of which a parameter is a number; its position stands for itself."""
    parts = name.split(".")
    return parts[1] if parts[0] == "by_age" and parts[-1] != POSITION else None


def age_table_entries(pathogen: Pathogen, table: str) -> list[tuple[int, str]]:
    """Ages of a table with the share in per cent and the 90 % interval of its draws."""
    centres = {name: item.central for name, item in pathogen.parameters.items()}
    position = pathogen.parameters.get(f"by_age.{table}.{POSITION}")
    places = (None,) if position is None else (position.central, *position.interval())
    rows = [
        by_year({**centres, **({} if at is None else {f"by_age.{table}.{POSITION}": at})}, table)
        for at in places
    ]
    lead = f"by_age.{table}."
    ages = [name.removeprefix(lead) for name in centres if name.startswith(lead)]
    found = []
    for age in (int(text) for text in ages if text.isdigit()):
        middle, *ends = (f"{100 * row[age]:.3g}" for row in rows)
        low, high = sorted(ends, key=float) if ends else ("", "")
        found.append((age, f"{middle} ({low} to {high}) %" if low != high else f"{middle} %"))
    return found


def label(name: str) -> str:
    """A parameter in a few words; parameters of a user's own keep their name."""
    return LABELS.get(name, name.removeprefix("dwell.").replace("_", " "))


def compare_pathogens(pathogens: Sequence[Pathogen]) -> list[tuple[str, list[str]]]:
    """Pathogens side by side: (what, text for each); "" where a pathogen has no such value."""
    rows = _derived(pathogens)
    names = list(dict.fromkeys(name for one in pathogens for name in one.parameters))
    for name in names:
        if name.startswith("by_age."):
            continue
        rows.append((label(name), [_text(one, name) for one in pathogens]))
    return rows


def _text(pathogen: Pathogen, name: str) -> str:
    if name not in pathogen.parameters:
        return ""
    text = str(pathogen.parameters[name].model_copy(update={"unit": ""}))
    return f"{text} d" if name.startswith("dwell.") or name == "season.days" else text


def _derived(pathogens: Sequence[Pathogen]) -> list[tuple[str, list[str]]]:
    diseases = [pathogen.at() for pathogen in pathogens]
    classes = [PersonClass(low, high, vulnerable=False) for low, high in AGES]
    fatality = [disease.infection_fatality(classes) for disease in diseases]
    rows = [
        ("title", [pathogen.title for pathogen in pathogens]),
        ("generation time", [f"{disease.mean_generation_days:.1f} d" for disease in diseases]),
    ]
    for row, (low, high) in enumerate(AGES):
        ages = f"{low}+" if high == AGES[-1][1] else f"{low}-{high}"
        texts = [f"{100 * shares[row]:.2g} %" for shares in fatality]
        rows.append((f"infections that end in death, {ages}, not vulnerable", texts))
    return rows
