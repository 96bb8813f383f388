"""Counted moves of people between facilities (ACLU, from ICE records), Nov 2023 to Feb 2025."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message
from thinwalls.sources.publisher import FileRead, Publisher
from thinwalls.sources.reading.csv_tables import read_csv
from thinwalls.sources.reading.facility_names import Registry, likeness, telling, words_of
from thinwalls.sources.reading.odd import Oddity
from thinwalls.sources.reading.states import STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from thinwalls.sources.reading.kind_of_file import GivenFile

ALIKE = 0.7
BY_HAND = {
    "NWIPC": "tacoma-ice-processing-center-wa",
    "CSCNWWA": "tacoma-ice-processing-center-wa",
    "EAZ": "eloy-federal-contract-facility-az",
    "IRADFCA": "imperial-regional-detention-facility-ca",
    "CACFMES": "mesa-verde-ice-processing-center-ca",
    "WCCPBFL": "broward-transitional-center-fl",
    "STFRCTX": "south-texas-family-residential-center-tx",
    "BTV": "buffalo-service-processing-center-ny",
    "PIC": "port-isabel-tx",
    "BALDWAL": "baldwin-county-correctional-center-al",
    "CALHOMI": "calhoun-county-correctional-center-mi",
    "COLLIFL": "collier-county-naples-jail-center-fl",
    "FREEBMN": "freeborn-county-adult-detention-center-mn",
    "TULCOOK": "tulsa-county-jail-ok",
    "VALVETX": "val-verde-correctional-facility-tx",
    "FRMVLVA": "immigration-centers-of-america-farmville-va",
}
"""Facilities whose names have nothing in common with the workbook's, by ICE's code."""


@dataclass(frozen=True)
class Movements:
    """Counts between named places.

    ``places``: index name, columns ``code`` and ``state`` (several, with commas, where places
    share a name); ``counts``: rows from, columns to,
    moves from a place to itself left out; ``self_moves``: how many those were.
    """

    places: pd.DataFrame
    counts: NDArray[np.float64]
    self_moves: int


def read_movements(folder: str | Path) -> Movements:
    """Read the transfer matrix, the codes of facilities and their states.

    In the file rows are where people came to, columns where they came from: the publisher says
    which share of stays begins and ends in the busiest places (Alexandria staging: 0.5 % begin,
    77 % end; Otay Mesa: 92 % begin, 4 % end), and only so the sums of rows and columns agree
    with it.  What is returned has rows from, columns to.

    Raises
    ------
    InputError
        When a file cannot be read, a column is missing, or the matrix is not square or has
        something else than counts in it.
    """
    folder = Path(folder)
    path = folder / "transfer_adjacency_matrix.csv"
    matrix = read_csv(path, ("Detention Center",)).set_index("Detention Center")
    if list(matrix.index) != list(matrix.columns):
        matrix = (
            matrix.reindex(columns=matrix.index)
            if set(matrix.index) == set(matrix.columns)
            else matrix
        )
    if list(matrix.index) != list(matrix.columns):
        raise InputError("rows and columns must be the same facilities", where=str(path))
    counts = matrix.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    if not np.isfinite(counts).all() or (counts < 0).any():
        row = matrix.index[int(np.argwhere(~(counts >= 0))[0][0])]
        raise InputError(
            "must be counts, 0 or more", where=Message("{file}, row {row}", file=path, row=row)
        )
    codes = read_csv(
        folder / "detention_facilities.csv", ("detention_facility_code", "detention_facility")
    )
    states = read_csv(folder / "code_lookup.csv", ("detention_facility_code", "state"))
    state_of = dict(zip(states["detention_facility_code"], states["state"], strict=True))
    code_of = codes.groupby("detention_facility")["detention_facility_code"].agg(list).to_dict()
    places = pd.DataFrame(index=pd.Index(matrix.index, name="name"))
    places["code"] = [",".join(code_of.get(name, [])) for name in places.index]
    places["state"] = [
        ",".join(state_of_code(code, state_of.get(code, "")) for code in listed.split(","))
        for listed in places["code"]
    ]
    counts = np.ascontiguousarray(counts.T)  # the publisher's rows are where people came to
    self_moves = int(np.trace(counts))
    np.fill_diagonal(counts, 0.0)
    return Movements(places, counts, self_moves)


def state_of_code(code: str, listed: str) -> str:
    """The state listed for a code, else its last two letters (ADAMSMS is in Mississippi)."""
    if listed in STATES:
        return listed
    return code[-2:] if len(code) == 7 and not code.endswith("HOLD") and code[-2:] in STATES else ""


def match_places(places: pd.DataFrame, registry: Registry, wanted: set[str]) -> dict[str, str]:
    """Facility id of every counted place that is one of ``wanted``, by code, name and state."""
    exact: dict[tuple[str, str], str] = {}
    for known in registry.known:
        exact.setdefault((known["state"], " ".join(words_of(known["name"]))), known["id"])
    found: dict[str, str] = {}
    for name, row in places.iterrows():
        candidates = []
        codes, states = str(row["code"]).split(","), str(row["state"]).split(",")
        for code, state in zip(codes, states, strict=True):
            match = BY_HAND.get(code) or exact.get((state, " ".join(words_of(str(name)))))
            if match is None and not code.endswith("HOLD"):
                match = alike_place(str(name), state, registry)
            if match in wanted:
                candidates.append(str(match))
        if candidates:  # a name that two places share has one row: the moves go to the first
            found[str(name)] = candidates[0]
    return found


def alike_place(
    name: str, state: str, registry: Registry, wanted: set[str] | None = None
) -> str | None:
    """The known place of the state whose name is most alike, if it is alike enough."""
    words = telling(name)
    best: tuple[float, str] = (0.0, "")
    for known in registry.known:
        if wanted is not None and known["id"] not in wanted:
            continue
        if known["state"] != state or not (words & telling(known["name"])):
            continue
        if ("STAGING" in name) != ("STAGING" in known["name"]):
            continue
        best = max(best, (likeness(name, known["name"]), known["id"]))
    return best[1] if best[0] >= ALIKE else None


@dataclass(frozen=True)
class MatchedMoves:
    """Moves between facilities of a system: counted directly, and by way of other places."""

    direct: NDArray[np.float64]
    through: NDArray[np.float64]
    matched_both: float
    """Share of all counted moves whose two ends are facilities of the system."""
    matched_one: float
    """Share of all counted moves with one end in the system."""
    places_matched: int
    places: int

    @property
    def described(self) -> str:
        """How much of what was counted is in the system, for its description."""
        return (
            f"{self.matched_both:.0%} of counted moves are between its facilities "
            f"({self.places_matched} of {self.places} places), {self.matched_one:.0%} have one "
            "end in them"
        )

    @property
    def note(self) -> str:
        """What the provenance says of the moves."""
        return (
            f"{self.matched_both:.1%} of counted moves have both ends here, "
            f"{self.matched_one:.1%} one end "
            "(passed through the place that is not here); scaled so that arrivals equal departures"
        )


def moves_between(movements: Movements, matches: dict[str, str], ids: list[str]) -> MatchedMoves:
    """Moves between the facilities ``ids``.

    Places that are not in the system (hold rooms, hospitals, facilities opened later) are passed
    through within days: who enters one goes on as those who leave it do; the part that does not
    reappear has left the system there.
    """
    number = {facility: i for i, facility in enumerate(ids)}
    names = list(movements.places.index)
    inside = np.array([name in matches for name in names])
    at = np.array([number[matches[name]] if name in matches else -1 for name in names])
    counts = movements.counts
    total = counts.sum()
    size = len(ids)
    direct = np.zeros((size, size))
    pairs = counts[np.ix_(inside, inside)]
    np.add.at(
        direct,
        (at[inside][:, None].repeat(inside.sum(), 1), at[inside][None, :].repeat(inside.sum(), 0)),
        pairs,
    )
    outside = ~inside
    leaving = counts[outside].sum(axis=1)
    entering = counts[:, outside].sum(axis=0)
    onward = counts[outside] / np.maximum(np.maximum(leaving, entering), 1.0)[:, None]
    between = onward[:, outside]
    into = counts[np.ix_(inside, outside)] @ np.linalg.solve(
        np.eye(int(outside.sum())) - between, onward[:, inside]
    )
    through = np.zeros((size, size))
    np.add.at(
        through,
        (at[inside][:, None].repeat(inside.sum(), 1), at[inside][None, :].repeat(inside.sum(), 0)),
        into,
    )
    np.fill_diagonal(direct, 0.0)
    np.fill_diagonal(through, 0.0)
    one = counts[np.ix_(inside, outside)].sum() + counts[np.ix_(outside, inside)].sum()
    return MatchedMoves(
        direct,
        through,
        float(pairs.sum() / total),
        float(one / total),
        int(inside.sum()),
        len(names),
    )


class AcluMovements(Publisher):
    """The matrix of moves, with the codes and states of its places beside it."""

    name = "aclu_movements"

    def recognise(self, file: GivenFile) -> bool:
        """A matrix whose first column names places of detention."""
        return "Detention Center" in file.columns

    def read(self, path: Path) -> FileRead:
        """Places and counts of the matrix in the folder of ``path``; see :func:`read_movements`."""
        moves = read_movements(path.parent)
        noticed = []
        if moves.self_moves:
            text = "moves from a place to itself, left out"
            noticed.append(Oddity("matrix", "moves", moves.self_moves, text))
        names = moves.places.index
        counts = pd.DataFrame(moves.counts, index=names, columns=names)
        return FileRead(self.facts.title, {"places": moves.places, "moves": counts}, tuple(noticed))

    def problems(self, read: FileRead) -> list[Oddity]:
        """Places of which no state is known."""
        places = read.tables["places"]
        stateless = places.index[places["state"] == ""]
        if not len(stateless):
            return []
        text = f"places without a state, {stateless[0]} first"
        return [Oddity("codes", "state", len(stateless), text)]


PUBLISHER = AcluMovements()
