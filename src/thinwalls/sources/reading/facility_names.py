"""Names of facilities: one place under many spellings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

import pandas as pd

_WORDS = {
    "ADC": "ADULT DETENTION CENTER",
    "CCA": "",
    "CDF": "CONTRACT DETENTION FACILITY",
    "CO": "COUNTY",
    "COR": "CORRECTIONAL",
    "CORR": "CORRECTIONAL",
    "CORREC": "CORRECTIONAL",
    "CORRECTION": "CORRECTIONAL",
    "CORRECTIONS": "CORRECTIONAL",
    "CORRECTS": "CORRECTIONAL",
    "CNTY": "COUNTY",
    "CNT": "CENTER",
    "CPLX": "COMPLEX",
    "CTR": "CENTER",
    "CTY": "COUNTY",
    "CRT": "CENTER",
    "DEPT": "DEPARTMENT",
    "DET": "DETENTION",
    "DF": "DETENTION FACILITY",
    "FAC": "FACILITY",
    "FACILTY": "FACILITY",
    "FAM": "FAMILY",
    "FCLTY": "FACILITY",
    "FED": "FEDERAL",
    "HOLDROOM": "HOLD",
    "ICA": "IMMIGRATION CENTERS AMERICA",
    "IPC": "ICE PROCESSING CENTER",
    "JUV": "JUVENILE",
    "PRISON": "CORRECTIONAL",
    "PROC": "PROCESSING",
    "PROCESS": "PROCESSING",
    "PUB": "PUBLIC",
    "REG": "REGIONAL",
    "RM": "ROOM",
    "SAINT": "ST",
    "SFTY": "SAFETY",
    "SHERIFFS": "SHERIFF",
    "SPC": "SERVICE PROCESSING CENTER",
}
_NOISE = frozenset(["THE", "OF", "AND", "FOR", "AT", "A", "AN", "S", "INC", "LLC"])
_GENERIC = frozenset(
    [
        "COUNTY",
        "JAIL",
        "DETENTION",
        "CENTER",
        "FACILITY",
        "CORRECTIONAL",
        "PROCESSING",
        "ICE",
        "SERVICE",
        "CONTRACT",
        "DEPARTMENT",
        "SHERIFF",
        "OFFICE",
        "ADULT",
        "REGIONAL",
        "PUBLIC",
        "SAFETY",
        "COMPLEX",
        "INSTITUTION",
        "IMMIGRATION",
        "SECURE",
        "PARISH",
        "CITY",
        "FEDERAL",
        "JUSTICE",
        "RESIDENTIAL",
        "LAW",
        "ENFORCEMENT",
        "MAIN",
    ]
)
_STREETS = {
    "AVENUE": "AVE",
    "BOULEVARD": "BLVD",
    "DRIVE": "DR",
    "EAST": "E",
    "HIGHWAY": "HWY",
    "LANE": "LN",
    "NORTH": "N",
    "PARKWAY": "PKWY",
    "PLACE": "PL",
    "ROAD": "RD",
    "SOUTH": "S",
    "STREET": "ST",
    "WEST": "W",
}


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").upper()
    flat = re.sub(r"['’]S?\b", lambda match: "S" if match.group().endswith("S") else "", flat)
    flat = re.sub(r"(?<=[A-Z]{3})[1-9]$", "", flat.strip())  # the number of a footnote
    return re.sub(r"\b([A-Z])\.(?=[A-Z]\.)", r"\1", flat)


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name with abbreviations written out: how names are compared."""
    found: list[str] = []
    for word in re.findall(r"[A-Z0-9]+", _plain(name)):
        found.extend(_WORDS.get(word, word).split())
    return tuple(word for word in found if word not in _NOISE)


def telling(name: str) -> frozenset[str]:
    """Words that tell one facility from others of its kind."""
    return frozenset(words_of(name)) - _GENERIC


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 1: shared words, those that tell places apart count most."""
    first, second = set(words_of(one)), set(words_of(other))
    if not first or not second:
        return 0.0
    weight = {word: 0.25 if word in _GENERIC else 1.0 for word in first | second}
    shared = sum(weight[word] for word in first & second)
    smaller = min(sum(weight[word] for word in first), sum(weight[word] for word in second))
    everything = sum(weight.values())
    return 0.5 * shared / everything + 0.5 * shared / smaller


def street_of(address: str | None) -> str:
    """A street address in one spelling; empty when there is none."""
    if not address or pd.isna(address):
        return ""
    words = re.findall(r"[A-Z0-9]+", _plain(address))
    return " ".join(_STREETS.get(word, word) for word in words)


def slug(name: str, state: str) -> str:
    """A readable id: ``stewart-detention-center-ga``."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"\(.*?(\)|$)", " ", _plain(name)).lower())
    return "-".join([*words, state.lower()])


RENAMED_PLACES = {
    ("TX", "DILLEY IMMIGRATION PROCESSING CENTER"): "SOUTH TEXAS FAMILY RESIDENTIAL CENTER",
}
"""Names that nothing in a workbook ties to the earlier name of the same place."""


@dataclass
class Registry:
    """Gives every facility one id through the years, although names and spellings change.

    Rows of one workbook are always different places.  A row of another is a known place when
    state and name agree, else when state and street address agree, else when state, city and the
    telling words of the name agree.
    """

    known: list[dict[str, str]] = field(default_factory=list)

    def identify(self, facilities: pd.DataFrame, year: str) -> list[str]:
        """Ids of the rows of ``facilities`` (name, address, city, state), registering new ones."""
        rows = facilities.reset_index(drop=True)
        ids: dict[int, str] = {}
        taken: set[str] = set()
        keys = (self._by_name, self._by_street, self._by_city)
        for key in keys:
            index: dict[tuple[str, ...], list[str]] = {}
            for place in self.known:
                found = key(place)
                if found and place["id"] not in index.setdefault(found, []):
                    index[found].append(place["id"])
            for i, row in rows.iterrows():
                wanted = key({str(k): "" if pd.isna(v) else str(v) for k, v in row.items()})
                if int(str(i)) in ids or not wanted:
                    continue
                free = [place for place in index.get(wanted, []) if place not in taken]
                if len(free) == 1:
                    ids[int(str(i))] = free[0]
                    taken.add(free[0])
        everyone = {place["id"] for place in self.known}
        for i, row in rows.iterrows():
            number = int(str(i))
            if number not in ids:
                made = slug(str(row["name"]), str(row["state"]))
                made = made if made not in everyone else f"{made}-{slug(str(row['city']), year)}"
                ids[number] = made
            everyone.add(ids[number])
        listed = [ids[i] for i in range(len(rows))]
        self.register(facilities.set_axis(listed), year)
        return listed

    def register(self, facilities: pd.DataFrame, year: str) -> None:
        """Take in places whose ids are known: the index of ``facilities``."""
        for place, row in facilities.iterrows():
            told = {
                key: "" if pd.isna(row[key]) else str(row[key])
                for key in ("name", "address", "city", "state")
            }
            self.known.append({"id": str(place), "year": year, **told})

    @staticmethod
    def _by_name(row: dict[str, str]) -> tuple[str, ...]:
        name = RENAMED_PLACES.get((row["state"], row["name"]), row["name"])
        return (row["state"], " ".join(words_of(name)))

    @staticmethod
    def _by_street(row: dict[str, str]) -> tuple[str, ...]:
        street = street_of(row["address"])
        return (row["state"], street) if street else ()

    @staticmethod
    def _by_city(row: dict[str, str]) -> tuple[str, ...]:
        words = telling(row["name"]) - set(words_of(row["city"]))
        return (row["state"], row["city"].upper(), " ".join(sorted(words))) if words else ()
