"""What no public table gives: values used instead, their intervals, what they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from thinwalls.common import Message


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value with its interval, and the citation or the plain statement that it is assumed."""

    value: float
    low: float
    high: float
    unit: str
    meaning: str
    rests_on: str

    @property
    def title(self) -> Message:
        """One line: what it is, its value with the interval, its unit."""
        return Message(
            "{meaning}: {value} ({low} to {high}) {unit}",
            meaning=Message.given(self.meaning),
            value=f"{self.value:g}",
            low=f"{self.low:g}",
            high=f"{self.high:g}",
            unit=Message.given(self.unit),
        )


_TRAC = "ICE removals FY2013 by age, TRAC report 350 (median age 30)"
_GUPTA = (
    "log-normal, mean 33.1, SD 10.8 years, from 18: age of people in ICE custody with "
    "influenza 2019-23, "
    "Gupta et al., JAMA Netw Open 2025, doi 10.1001/jamanetworkopen.2025.44278"
)
_NWADIUKO = (
    "normal, mean 36, SD 13.7 years, from 18: hospitalised from ICE detention TX+LA 2015-18, "
    "Nwadiuko et al. 2022"
)
_PATLER = (
    "42.5 % of detained adults have a chronic condition (California 2013-14, n = 529), Patler "
    "and Saadi 2021, "
    "doi 10.1007/s10903-021-01173-z; how it rises with age is assumed (1 : 1.6 : 2), scaled to "
    "42.5 %"
)

_BERKS = (
    "23 children by age and an infant held in Berks in October 2019 (Philadelphia Inquirer, 29 "
    "October 2019, www.inquirer.com/news/berks-detention-center-child-migrants-20191029.html); "
    "that other centers are alike is assumed; not drawn"
)

_YEARS = {"18_49": "18-49", "50_64": "50-64", "65_plus": "65 and over"}
_Interval = tuple[float, float, float]
_AGES: dict[str, tuple[str, str, tuple[_Interval, _Interval, _Interval]]] = {
    "jail": (
        "local jails",
        "18-34 53 %, 55+ 7 %, mid-2020 (BJS NCJ 303308); that 50-54 are 6 % and 65+ 1 % is assumed",
        ((0.87, 0.84, 0.90), (0.12, 0.09, 0.14), (0.01, 0.005, 0.02)),
    ),
    "state": (
        "state prisons",
        "middle of federal prisons 2021 (PMC8363472) and California prisons 2020 (Chin et al., "
        "NEJM 2021)",
        ((0.763, 0.733, 0.793), (0.191, 0.173, 0.208), (0.046, 0.034, 0.059)),
    ),
    "federal": (
        "federal prisons",
        "BOP April 2021: < 40 49.9 %, 40-49 29.4, 50-59 14.2, 60-74 6.1, 75+ 0.4 (PMC8363472); "
        "half of "
        "60-74 taken as 60-64",
        ((0.793, 0.78, 0.80), (0.173, 0.16, 0.185), (0.034, 0.025, 0.045)),
    ),
}


ASSUMPTIONS: dict[str, Assumption] = {
    "ice_people_per_staff": Assumption(
        2.8,
        1.7,
        3.8,
        "people per staff member",
        Message("people held for each member of staff in a place that holds people for ICE"),
        "1,425 people / 510 staff in Eloy 2016 (MMWR 2017;66(20):543), the only figure for "
        "ICE; interval: "
        "Connecticut 2020 (1.7) to private prisons 2000 (3.8)",
    ),
    "staff_home_share": Assumption(
        0.8,
        0.6,
        0.95,
        "share",
        "staff who live in the county of the facility; the others live in the counties around it",
        "assumed: no source found for any facility",
    ),
    "family_child_share": Assumption(
        0.53,
        0.45,
        0.60,
        "share",
        "children among people held in family residential centers",
        "52-55 % possibly under 18 in every month from April to October 2025 and in February and "
        "March 2026, South Texas Family Residential Center (daily records of ICE, Deportation Data "
        "Project); interval: assumed for other centers and years",
    ),
    "family_under_1_share": Assumption(
        0.04,
        0.0,
        0.21,
        "share",
        "children in family residential centers younger than 1",
        f"{_BERKS}: 1 of 24; high: 95 % limit of the count",
    ),
    "family_aged_1_5_share": Assumption(
        0.29,
        0.13,
        0.51,
        "share",
        "children in family residential centers aged 1-5",
        f"{_BERKS}: 7 of 24; interval: 95 % limits of the count",
    ),
    "ice_age_18_49": Assumption(
        0.924,
        0.831,
        0.953,
        "share",
        "adults in ICE detention aged 18-49",
        f"{_GUPTA}; low: {_NWADIUKO}; high: {_TRAC}",
    ),
    "ice_age_50_64": Assumption(
        0.064,
        0.045,
        0.15,
        "share",
        "adults in ICE detention aged 50-64",
        f"{_GUPTA}; low: {_TRAC}; high: {_NWADIUKO}",
    ),
    "ice_age_65_plus": Assumption(
        0.012,
        0.002,
        0.019,
        "share",
        "adults in ICE detention aged 65 and over",
        f"{_GUPTA}; low: {_TRAC}; high: {_NWADIUKO}",
    ),
    "vulnerable_0_17": Assumption(
        0.10,
        0.0,
        0.20,
        "share",
        "children with a chronic condition",
        "assumed: no source found for detained children",
    ),
    "vulnerable_18_49": Assumption(
        0.405, 0.36, 0.425, "share", "people aged 18-49 with a chronic condition", _PATLER
    ),
    "vulnerable_50_64": Assumption(
        0.647, 0.425, 0.80, "share", "people aged 50-64 with a chronic condition", _PATLER
    ),
    "vulnerable_65_plus": Assumption(
        0.809, 0.425, 0.95, "share", "people aged 65 and over with a chronic condition", _PATLER
    ),
    **{
        f"{custody}_age_{band}": Assumption(
            *numbers, "share", f"people in {where} aged {years}", why
        )
        for custody, (where, why, bands) in _AGES.items()
        for (band, years), numbers in zip(_YEARS.items(), bands, strict=True)
    },
    "bed_occupancy": Assumption(
        0.63,
        0.57,
        0.70,
        "share",
        "hospital beds in use where the county's figure is missing",
        "bed-weighted mean of the same file (63 %); interval: assumed",
    ),
    "icu_occupancy": Assumption(
        0.645,
        0.62,
        0.82,
        "share",
        "intensive-care beds in use where the county's figure is missing",
        "bed-weighted mean of the same file (64.5 %); interval: Harvard Global Health "
        "Institute 2018 (62.8 %) to "
        "Wunsch et al. 2013 (82.1 %)",
    ),
    "jail_people_per_staff": Assumption(
        3.1,
        1.7,
        5.0,
        "people per staff member",
        Message("people held for each member of staff in a local jail"),
        "664,200 people / 211,700 staff, mid-2023 (BJS, Jail Inmates in 2023); interval: assumed, "
        "from prisons of Connecticut 2020 (1.7) to well above the mean",
    ),
    "state_people_per_staff": Assumption(
        2.9,
        1.7,
        3.8,
        "people per staff member",
        Message("people held for each member of staff in a state prison"),
        "47 states, March 2020 (AP / Marshall Project); interval: Connecticut 2020 (1.7) to "
        "private prisons 2000 (3.8)",
    ),
    "federal_people_per_staff": Assumption(
        4.7,
        3.8,
        5.6,
        "people per staff member",
        Message("people held for each member of staff in a federal prison"),
        "Bureau of Prisons, March 2020 (AP / Marshall Project); interval: assumed, a fifth",
    ),
    "size_population_spread": Assumption(
        0.2,
        0.1,
        0.4,
        "standard deviation of the logarithm",
        "how far the people of a place are from the published number scaled to the total",
        "assumed: the publisher's numbers are of different years; the total is kept on average",
    ),
    "size_beds_spread": Assumption(
        0.5,
        0.2,
        0.5,
        "standard deviation of the logarithm",
        "how far the people of a place are from beds x the share in use of its kind",
        "standard deviation of log (people / beds) over the places of HIFLD that give both: 0.52 "
        "(983 jails), 0.48 (489 state prisons); low: half the width of their central two thirds "
        "(0.36, 0.20)",
    ),
    "size_outline_spread": Assumption(
        1.0,
        0.85,
        1.0,
        "standard deviation of the logarithm",
        "how far the people of a place are from the regression on its outline",
        "what the regression leaves: 0.98 (jails), 1.00 (state prisons), 0.85 (federal prisons)",
    ),
    "jail_stay_spread": Assumption(
        0.5,
        0.25,
        0.8,
        "standard deviation of the logarithm",
        Message(
            "how far the turnover of a jail is from that of all jails (national mean stay, BJS)"
        ),
        "assumed: no public table gives stays by jail",
    ),
    "prison_stay_spread": Assumption(
        0.4,
        0.2,
        0.7,
        "standard deviation of the logarithm",
        Message(
            "how far the turnover of a prison is from that of all prisons (mean time served, BJS)"
        ),
        "assumed: no public table gives stays by prison",
    ),
    "ice_stay_spread": Assumption(
        0.8,
        0.4,
        0.9,
        "standard deviation of the logarithm",
        "how far the turnover of a place that holds people for ICE is from that of all, where no "
        "stay is given",
        "standard deviation of the log of stays over ICE's places with 10 people or more: 0.79 "
        "(fiscal year 2020), 0.73 (2024), 0.93 (2025); low: half the width of the central two "
        "thirds (2024)",
    ),
    "prison_transfers_per_day": Assumption(
        0.00065,
        0.0002,
        0.003,
        "per person and day",
        "chance to be moved to another prison of the state",
        "60 moves per prison and month in California during the pandemic (Parsons and Worden, "
        "medRxiv 2021.04.12.21255363v2), whose 35 prisons held 119,401 to 96,623 people in 2020 "
        "(Chin et al. 2021, PMC8294831): 0.0006 to 0.0007; that it holds for other states is "
        "assumed, hence the interval; to which prisons is assumed (rule prison-to-prison)",
    ),
    "neighbour_miles": Assumption(
        60.0,
        40.0,
        80.0,
        "miles",
        "how far from the facility the other counties are in which staff live",
        "assumed",
    ),
}
"""Every assumption of the packaged systems, by key."""


def assumed(key: str) -> float:
    """Central value of an assumption."""
    return ASSUMPTIONS[key].value
