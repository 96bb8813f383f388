"""Published national totals of jails and prisons, by which imputed populations are scaled."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from thinwalls.common import Message


@dataclass(frozen=True)
class National:
    """National totals for one system: people, mean stays, shares; each with what it rests on."""

    year: int
    people: dict[str, float]
    """People held by kind: jail (county, city, regional), state, federal."""
    people_rest_on: dict[str, str]
    stay_days: dict[str, float]
    stay_rests_on: dict[str, str]
    pretrial_share: float
    pretrial_rests_on: str
    handed_over: dict[str, float]
    """Of the arrests by ICE, shares out of jails and out of prisons."""
    handed_over_rests_on: str
    admissions_per_year: float
    """Into local jails, as published."""


_PRISON_DAYS = 2.7 * 365
_PRISON_STAY = (
    "mean time served 2.7 years, BJS, Time Served in State Prison 2018 (March 2021); people / "
    "admissions "
    "of 2022 give 2.6 years (1,230,100 / 469,200, NCJ 307149)"
)
_MARCH_2020 = (
    "1,338,333 people in prison in March 2020, 172,088 of them federal (AP / Marshall Project)"
)

US_2020 = National(
    year=2020,
    people={"jail": 629_200.0, "state": 1_166_245.0, "federal": 172_088.0},
    people_rest_on={
        "jail": (
            "711,900 at the end of February and 583,700 at the end of March 2020 (from 519,500 at "
            "the end of April, -11 % and -18 %: BJS NCJ 255888), on 20 March"
        ),
        "state": _MARCH_2020,
        "federal": _MARCH_2020,
    },
    stay_days={"jail": 26.0, "state": _PRISON_DAYS, "federal": _PRISON_DAYS},
    stay_rests_on={
        "jail": "734,500 people x 365 / 10.3 M admissions, 2019 (BJS NCJ 255608)",
        "state": _PRISON_STAY,
        "federal": _PRISON_STAY,
    },
    pretrial_share=0.65,
    pretrial_rests_on=Message("65 % unconvicted, mid-2019 (BJS NCJ 255406)"),
    handed_over={"jail": 0.41, "state": 0.22},
    handed_over_rests_on="fiscal years 2017-18: 41 % jails, 22 % prisons (TRAC report 529)",
    admissions_per_year=8_700_000.0,
)
"""20 March 2020."""

US_NOW = National(
    year=2023,
    people={"jail": 664_200.0, "state": 993_160.0, "federal": 146_540.0},
    people_rest_on={
        "jail": "664,200 in mid-2023 (BJS, Jail Inmates in 2023)",
        "state": (
            "1,230,100 under jurisdiction at the end of 2022 (BJS NCJ 307149) less about 90,400 "
            "held in local jails (2023), federal share as in March 2020 (12.9 %)"
        ),
        "federal": "as for state prisons",
    },
    stay_days={"jail": 32.0, "state": _PRISON_DAYS, "federal": _PRISON_DAYS},
    stay_rests_on={
        "jail": "mean stay 32 days, 2023 (BJS, Jail Inmates in 2023)",
        "state": _PRISON_STAY,
        "federal": _PRISON_STAY,
    },
    pretrial_share=0.70,
    pretrial_rests_on=Message("70 % unconvicted, 2023 (BJS NCJ 309039)"),
    handed_over={"jail": 0.48, "state": 0.22},
    handed_over_rests_on="48 % local jails, lock-ups in 2025 (Prison Policy Initiative); prisons "
    "as in 2017-18 (22 %, TRAC report 529)",
    admissions_per_year=7_600_000.0,
)
"""The newest published totals (jails 2023, prisons 2022)."""

WOMEN = {"jail": 0.14, "state": 0.07, "federal": 0.064}
"""Women by kind: jails 2022 (BJS), sentenced prisoners 2022 (BJS), BOP April 2021 (PMC8363472)."""

TITLES = {"jail": "local jails", "state": "state prisons", "federal": "federal prisons"}


def national_sources() -> pd.DataFrame:
    """Rows of the table ``sources`` for the national totals."""
    rows = {
        "bjs-jails": (
            "U.S. Bureau of Justice Statistics",
            "Jail Inmates 2019-2023; Census of Jails 2005-2019; Impact of COVID-19 on the "
            "Local Jail Population",
            "https://bjs.ojp.gov/library/publications/list?series_filter=Jail%20Inmates",
            "2019 to 2023",
            "U.S. government work, public domain",
            "Bureau of Justice Statistics, NCJ 255406, 255608, 255888, 303308, 309039",
        ),
        "bjs-prisons": (
            "U.S. Bureau of Justice Statistics",
            "Prisoners in 2022; Time Served in State Prison 2018",
            "https://bjs.ojp.gov/library/publications/prisoners-2022-statistical-tables",
            "2018 to 2022",
            "U.S. government work, public domain",
            "Bureau of Justice Statistics, NCJ 307149; Time Served in State Prison 2018 (March "
            "2021)",
        ),
        "ap-marshall-prisons": (
            "The Marshall Project and The Associated Press",
            "COVID-19 in prisons: people held and staff, March 2020",
            "https://github.com/themarshallproject/COVID_prison_data",
            "2020-03",
            "national totals, cited",
            "The Marshall Project / The Associated Press, COVID_prison_data",
        ),
        "trac-arrests": (
            "Transactional Records Access Clearinghouse; Prison Policy Initiative",
            "ICE arrests out of jails and prisons (shares only)",
            "https://trac.syr.edu/immigration/reports/529/",
            "2018 to 2025",
            "published shares, cited",
            "TRAC report 529 (25 September 2018); Prison Policy Initiative, update on ICE and "
            "jails (2025)",
        ),
    }
    frame = pd.DataFrame.from_dict(
        rows,
        orient="index",
        columns=["publisher", "title", "address", "date", "licence", "attribution"],
    )
    frame["file"] = None
    frame.index.name = "source_id"
    return frame


PEOPLE_SOURCE = {
    "jail": "bjs-jails",
    "state": "ap-marshall-prisons",
    "federal": "ap-marshall-prisons",
}
"""Source id of the national total by kind."""
