"""National totals of jails and prisons (BJS, AP and The Marshall Project, TRAC): numbers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.common import InputError
from thinwalls.sources.comparisons import TERRITORIES, total_of
from thinwalls.sources.publisher import Compared, FileRead, Publisher
from thinwalls.system import CLASSES_OF

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.sources.reading.kind_of_file import GivenFile
    from thinwalls.system import System

_KINDS = (("jail", "local jails"), ("state", "state prisons"), ("federal", "federal prisons"))


class NationalTotals(Publisher):
    """Published totals that sizes are scaled to; no file of theirs is read."""

    name = "national_totals"

    def recognise(self, file: GivenFile) -> bool:
        """No file."""
        del file
        return False

    def read(self, path: Path) -> FileRead:
        """Refuse: the numbers come from tables in reports.

        Raises
        ------
        InputError
            Always.
        """
        raise InputError("no file of this publisher is read", where=str(path))

    def totals(self, system: System) -> list[Compared]:
        """People held by kind, and admissions to jails."""
        return [*_people(system), *_admissions(system)]


def _people(system: System) -> list[Compared]:
    held = system.population.merge(
        system.facilities[["custody", "state"]], left_on="facility_id", right_index=True
    )
    held = held[~held["state"].isin(TERRITORIES)]
    first = held["custody"].str.split(",").str[0]
    ice = held["custody_class"].isin(CLASSES_OF["ice"])
    rows = []
    for kind, title in _KINDS:
        published = total_of(system, "national people held", kind)
        if published is None:
            continue
        of_kind = (first == kind) & (~ice | (kind == "jail"))
        rows.append(
            Compared(
                f"people in {title}",
                float(held.loc[of_kind, "people_start"].sum()),
                published,
                "BJS" if kind == "jail" else "AP / Marshall Project; BJS",
                "scaled to it; jails with the people they hold for ICE, as BJS counts them; "
                "territories are left out on both sides; whole people",
            )
        )
    return rows


def _admissions(system: System) -> list[Compared]:
    published = total_of(system, "national admissions a year", "jail")
    if published is None:
        return []
    flows = system.flows
    local = flows[(flows["custody"] == "jail") & (flows["flow"] == "book_in")]
    return [
        Compared(
            "admissions to local jails a year",
            float(local["people_per_day"].sum()) * 365,
            published,
            "BJS",
            "ours = people on the first day / mean stay; BJS counts twelve months",
        )
    ]


PUBLISHER = NationalTotals()
