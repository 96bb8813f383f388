"""What the parameters of the packaged diseases, actions and places are called on a page.

What those of an action are called, the action says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from thinwalls.policy import effect_names
from thinwalls.reporting.language.names import group_name
from thinwalls.reporting.language.words import mark

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words

_ROOMS = ("mixing.", "pathogen.", "effect.", "system.")
"""Beginnings that only say where a value comes from."""

PARAMETERS = {
    "ascertainment_factor": mark("share of infections that were reported, over its estimate"),
    "by_age.critical_share.position": mark("need of intensive care by age, between its limits"),
    "by_age.death_share.position": mark("deaths of infected people by age, between their limits"),
    "by_age.hospitalised_share.position": mark("need of a hospital by age, between its limits"),
    "by_age.vulnerable_share.position": mark(
        "people of the country with a condition, between the limits"
    ),
    "crowding_exponent": mark("crowding exponent"),
    "children_position": mark("children where families are held, within the stated interval"),
    "hold_room_stay_position": mark("stay in a hold room, within the stated interval"),
    "occupancy_position": mark("hospital beds in use where not known, within the interval"),
    "older_position": mark("detained people over 50, within the stated interval"),
    "prison_transfers_position": mark("moves between prisons, within the stated interval"),
    "staff_home_position": mark("staff who live in the county, within the stated interval"),
    "staff_position": mark("people per member of staff, within the stated interval"),
    "vulnerable_position": mark("detained people with a chronic condition, within the interval"),
    "deaths_over_recorded": mark("deaths caused by the disease, over deaths recorded"),
    "deaths_recorded": mark("deaths recorded"),
    "between_unit_share": mark("share of contact inside that is not within the housing unit"),
    "border_prevalence_ratio": mark(
        "people infected among those arrested at the border, over the rest of the country"
    ),
    "detained_initial_prevalence_ratio": mark(
        "people infected inside on the first day, over outside"
    ),
    "dispersion": mark("how unevenly people infect others (k)"),
    "dwell.before_icu": mark("days in hospital before intensive care"),
    "dwell.hospital": mark("days in hospital"),
    "dwell.icu_die": mark("days in intensive care of those who die"),
    "dwell.icu_recover": mark("days in intensive care of those who recover"),
    "dwell.infectious_after_onset": mark("days contagious after the first symptoms"),
    "dwell.latent": mark("days from infection until contagious"),
    "dwell.onset_to_admission": mark("days from the first symptoms to hospital"),
    "dwell.presymptomatic": mark("days contagious before symptoms"),
    "dwell.untreated": mark("days severely ill without a bed"),
    "dwell.untreated_critical": mark("days critically ill without intensive care"),
    "dwell.ward_die": mark("days in hospital of those who die outside intensive care"),
    "dwell.ward_recover": mark("days in hospital without intensive care"),
    "facility_effect_sd": mark("how much facilities of one kind differ"),
    "detection.delay_days": mark("days from symptoms to being found"),
    "detection.facility_sd": mark("variation between places of the share found"),
    "detection.found_share": mark("share of sick people who are found"),
    "detection.found_share_early": mark("share of sick people who are found, early"),
    "detection.found_share_late": mark("share of sick people who are found, late"),
    "detection.report_delay_days": mark("days from being found to the report"),
    "hospital_reach_miles": mark("distance over which hospitals share patients"),
    "immunity.inside_start_share": mark("share of detained people immune at the start"),
    "immunity.prior_infection": mark("protection after an infection against another"),
    "immunity.prior_infection_severe": mark("protection after an infection against severe illness"),
    "immunity.prior_infection_transmission": mark("protection after an infection of other people"),
    "immunity.start_share": mark("share of people immune at the start"),
    "introductions.community": mark("infections of residents that come from elsewhere"),
    "infection_to_death_days": mark("days from infection to death"),
    "infectiousness.asymptomatic": mark("contagion by people without symptoms"),
    "infectiousness.isolated": mark("contagion by people who are isolated"),
    "infectiousness.presymptomatic_share": mark("share of contagion before symptoms"),
    "initial_prevalence": mark("share of residents infected on the first day"),
    "detained_kept_per_year_after_50": mark(
        "detained people of an age over those one year younger, from 50"
    ),
    "kept_per_year_after_65": mark("people of an age over those one year younger, from 65"),
    "report_delay_days": mark("days from infection to the record"),
    "reproduction_number.cells": mark("people infected by one person, in cells"),
    "reproduction_number.community": mark("people infected by one person, in the community"),
    "reproduction_number.dormitory": mark("people infected by one person, in dormitories"),
    "severity.critical_death_most": mark("largest share who die in intensive care"),
    "severity.critical_deaths_share": mark("share of hospital deaths in intensive care"),
    "severity.delayed_care_death_ratio": mark(
        "risk of death in hospital of detained people, over others"
    ),
    "severity.no_bed_death_odds": mark("odds of death without a hospital bed, over with one"),
    "severity.no_icu_death_odds": mark("odds of death without intensive care, over with it"),
    "severity.scale": mark("severity at every age, over the table"),
    "severity.vulnerable_ratio": mark("risk of hospital of vulnerable people, over others"),
    "prophylaxis.immune_globulin": mark("protection by immune globulin soon after exposure"),
    "prophylaxis.vaccine": mark("protection by a vaccine soon after exposure"),
    "record.book_ins_over_share": mark("book-ins of this part, over its share of the country's"),
    "record.share_of_country": mark("share of the country's detained people who are here"),
    "share_dormitory": mark("share of detained people who sleep in dormitories"),
    "season.after": mark("contagiousness after the season over that in it"),
    "season.days": mark("days from the start to the end of the season"),
    "staff_time_inside_share": mark("share of their contact time that staff spend inside"),
    "symptomatic_share": mark("share of infected people who get symptoms"),
    "unit_moves_per_day": mark("chance per day of being moved to another housing unit"),
    "vaccine.infection": mark("protection by the vaccine against infection"),
    "vaccine.severe": mark("protection by the vaccine against severe illness"),
    "vaccine.transmission": mark("protection of others by the vaccine"),
    "vaccine.waning": mark("protection by the vaccine lost in 5 months"),
}

SYSTEM = {
    "bed_occupancy": mark("share of hospital beds in use"),
    "family_aged_1_5_share": mark("children in family centers aged 1 to 5"),
    "family_child_share": mark("share of children in family centers"),
    "family_under_1_share": mark("children in family centers younger than 1"),
    "federal_age": mark("share of people in federal prisons aged {ages}"),
    "ice_age": mark("share of adults in immigration detention aged {ages}"),
    "hold_room_stay_days": mark("days in a hold room"),
    "ice_stay_spread": mark("how much the turnover of immigration detention differs by place"),
    "ice_people_per_staff": mark("people held for each member of staff"),
    "icu_occupancy": mark("share of intensive-care beds in use"),
    "jail_age": mark("share of people in local jails aged {ages}"),
    "neighbour_miles": mark("distance within which staff live"),
    "federal_people_per_staff": mark("people held for each member of staff of a federal prison"),
    "jail_people_per_staff": mark("people held for each member of staff of a jail"),
    "jail_stay_spread": mark("how much the turnover of jails differs"),
    "prison_stay_spread": mark("how much the turnover of prisons differs"),
    "prison_transfers_per_day": mark("chance per day of being moved to another prison"),
    "size_beds_spread": mark("error of the people of a place where they follow from beds"),
    "size_outline_spread": mark(
        "error of the people of a place where they follow from its outline"
    ),
    "size_population_spread": mark("error of the published people of a place"),
    "staff_home_share": mark("share of staff who live in the county of the facility"),
    "state_people_per_staff": mark("people held for each member of staff of a state prison"),
    "state_age": mark("share of people in state prisons aged {ages}"),
    "unit_people": mark("people who live in one housing unit"),
    "vulnerable": mark("share of people with a chronic condition aged {ages}"),
}
"""Assumptions of the packaged systems; an id may end in ages, such as ``_18_49``."""

_AGES = re.compile(r"_(\d+)_(\d+|plus)$")

_BY_AGE = {
    "by_age.critical_share": mark("hospital patients who need intensive care, from age {age}"),
    "by_age.death_share": mark("infected people who die, from age {age}"),
    "by_age.hospitalised_share": mark("infected people who need a hospital, from age {age}"),
    "by_age.vulnerable_share": mark("people with a condition that adds risk, from age {age}"),
}

_ENDS = {"low": mark("{name}, low end"), "high": mark("{name}, high end")}


_IMMUNE = "immune_share."
_IMMUNE_ALL = mark("share immune at the start: {group}")
_IMMUNE_AT = mark("share immune at the start: {group}, {place}")
_HEALTH = {
    "vulnerable": mark("with a chronic condition"),
    "others": mark("without a chronic condition"),
}


def _immune_name(words: Words, known: str) -> str:
    """Of a row on the immunity of a place: ``immune_share.PLACE.GROUP.AGES.HEALTH``."""
    place, group, *further = known.removeprefix(_IMMUNE).split(".")
    who = [group_name(words, group)]
    who += [words.say(_HEALTH[one]) if one in _HEALTH else one for one in further]
    said = ", ".join(who)
    if place == "all":
        return words.say(_IMMUNE_ALL, group=said)
    return words.say(_IMMUNE_AT, group=said, place=place)


def plain_id(name: str) -> str:
    """The parameter's id without the room that it comes from."""
    for room in _ROOMS:
        name = name.removeprefix(room)
    return name


def parameter_name(words: Words, name: str, long_name: str = "") -> str:
    """What a parameter is called; ``long_name`` is used for one that is not packaged."""
    known = plain_id(name)
    if known in PARAMETERS:
        return words.say(PARAMETERS[known])
    if known.startswith(_IMMUNE):
        return _immune_name(words, known)
    if known in effect_names():
        return words.say(effect_names()[known])
    stem, ages = _without_ages(known)
    if stem in SYSTEM:
        return words.say(SYSTEM[stem], ages=ages)
    group, _, age = known.rpartition(".")
    table, _, end = group.rpartition(".")
    if table in _BY_AGE and end in _ENDS:
        return words.say(_ENDS[end], name=words.say(_BY_AGE[table], age=age))
    if group in _BY_AGE:
        return words.say(_BY_AGE[group], age=age)
    if long_name and long_name != name:
        return long_name
    return known.replace(".", ": ").replace("_", " ")


def _without_ages(name: str) -> tuple[str, str]:
    found = _AGES.search(name)
    if found is None:
        return name, ""
    low, high = found.groups()
    return name[: found.start()], f"{low}+" if high == "plus" else f"{low}–{high}"
