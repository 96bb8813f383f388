"""What a system of immigration detention cites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.sources.packaged.ice.daily_people import SOURCE
from thinwalls.sources.publisher import citation, source_table

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from thinwalls.sources.packaged.ice.daily_people import DayCounts
    from thinwalls.sources.packaged.shared_inputs import IceYear

CITED = (
    "hifld-prisons",
    "aclu-movements",
    "census-acs-2018",
    "khn-icu",
    "covidcaremap",
    "jhu-csse",
    "census-2020-territories",
)
"""Source ids of what all these systems stand on."""
SOMETIMES = ("geonames-postal", "ice-field-offices")
"""Source ids of what places the facilities that the others do not."""
_WORKBOOK = "ice-fy{fiscal_year}"


def ice_source_id(fiscal_year: int) -> str:
    """Source id of the workbook of a fiscal year."""
    return _WORKBOOK.format(fiscal_year=fiscal_year)


def ice_sources(
    year: IceYear,
    through: date,
    used: frozenset[str] = frozenset(),
    counts: DayCounts | None = None,
) -> pd.DataFrame:
    """Rows of the table ``sources``: what all stand on, then the workbook of the year.

    Parameters
    ----------
    year
        The packaged year.
    through
        Last day that its workbook covers.
    used
        Source ids that the provenance names: of :data:`SOMETIMES` those are cited.
    counts
        Daily counts of the first day, where people are taken from them.
    """
    workbook = citation(_WORKBOOK).of_edition(
        year.file, through.isoformat(), fiscal_year=year.fiscal_year
    )
    also = [name for name in SOMETIMES if name in used]
    cited = [*(citation(name) for name in (*CITED, *also)), workbook]
    if counts is not None:
        cited.append(citation(SOURCE))
    return source_table(cited)
