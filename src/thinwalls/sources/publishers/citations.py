"""Publishers, terms and attributions of everything that is packaged."""

from __future__ import annotations

import pandas as pd

_ICE = "U.S. Immigration and Customs Enforcement"
_US_WORK = "U.S. government work, public domain"
_ICE_ADDRESS = "https://www.ice.gov/detain/detention-management"

_ROWS: dict[str, tuple[str, str, str | None, str | None, str | None, str, str]] = {
    "hifld-prisons": (
        "U.S. Department of Homeland Security, HIFLD Open",
        "Prison Boundaries",
        "prison_boundaries.zip",
        "https://hifld-geoplatform.opendata.arcgis.com/datasets/prison-boundaries",
        "2024-08",
        "public domain",
        "Homeland Infrastructure Foundation-Level Data (HIFLD), Prison Boundaries",
    ),
    "aclu-movements": (
        "American Civil Liberties Union",
        "Detention network analysis: counts of people moved from facility to facility",
        "transfer_adjacency_matrix.csv",
        "https://github.com/aclu-national/detention-network-analysis",
        "2023-11 to 2025-02",
        "no licence stated; only rates derived from the counts (federal records, FOIA) are here",
        "ACLU, computed from ICE records obtained under FOIA by the Deportation Data Project",
    ),
    "census-acs-2018": (
        "U.S. Census Bureau",
        "American Community Survey 2018: residents of counties by age",
        "counties.csv",
        "https://github.com/JieYingWu/COVID-19_US_County-level_Summaries",
        "2018",
        _US_WORK,
        "U.S. Census Bureau, gathered by JieYingWu/COVID-19_US_County-level_Summaries",
    ),
    "khn-icu": (
        "Kaiser Health News",
        "ICU beds by county",
        "counties.csv",
        "https://github.com/JieYingWu/COVID-19_US_County-level_Summaries",
        "2020-03",
        "no licence stated; figures (facts from hospital cost reports) with credit",
        "Kaiser Health News, from hospital cost reports filed to CMS 2018-19",
    ),
    "covidcaremap": (
        "CovidCareMap",
        "U.S. healthcare system capacity by county",
        "us_healthcare_capacity-county-CovidCareMap.csv",
        "https://github.com/covidcaremap/covid19-healthsystemcapacity",
        "2020-04",
        "MIT (the repository), figures from CMS cost reports, HIFLD and Definitive Healthcare",
        "CovidCareMap.org, copyright 2020 daveluo (MIT); CMS HCRIS, HIFLD, Definitive Healthcare",
    ),
    "jhu-csse": (
        "Johns Hopkins University, Center for Systems Science and Engineering",
        "COVID-19 data repository: cumulative confirmed cases by county",
        "jhu_cumulative_cases_2020-01-22_2020-09-13.csv",
        "https://github.com/CSSEGISandData/COVID-19",
        "2020-09-13",
        "CC BY 4.0",
        "COVID-19 Data Repository by the Center for Systems Science and Engineering (CSSE) at "
        "Johns Hopkins "
        "University; Dong, Du, Gardner, Lancet Infect Dis 2020;20:533, doi "
        "10.1016/S1473-3099(20)30120-1",
    ),
    "census-2020-territories": (
        "U.S. Census Bureau",
        "2020 Census: residents of Puerto Rico, Guam, the Northern Mariana Islands and the "
        "U.S. Virgin Islands",
        None,
        "https://www.census.gov/programs-surveys/decennial-census/decade/2020/2020-census-results.html",
        "2020-04-01",
        _US_WORK,
        "U.S. Census Bureau, 2020 Census",
    ),
}


def ice_source(fiscal_year: int) -> str:
    """Source id of the workbook of a fiscal year."""
    return f"ice-fy{fiscal_year}"


def source_table(fiscal_year: int | None, file: str | None, through: str | None) -> pd.DataFrame:
    """Publishers' rows of the table ``sources``, with ICE's workbook for a given fiscal year."""
    columns = ["publisher", "title", "file", "address", "date", "licence", "attribution"]
    rows = dict(_ROWS)
    if fiscal_year is not None:
        rows[ice_source(fiscal_year)] = (
            _ICE,
            f"ICE Detention Statistics FY{fiscal_year}",
            file,
            _ICE_ADDRESS,
            through,
            _US_WORK,
            f"{_ICE}, Detention Statistics FY{fiscal_year}",
        )
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    frame.index.name = "source_id"
    return frame
