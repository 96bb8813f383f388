"""A system of the user's own: one table with a few columns, the rest from public data."""

from __future__ import annotations

import csv
import difflib
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message, RunError, check_texts
from thinwalls.sources.own_table.to_system import user_system
from thinwalls.sources.reading.csv_tables import RENAMED
from thinwalls.sources.reading.facility_names import slug
from thinwalls.sources.reading.states import state_code
from thinwalls.sources.reading.workbook import number_of, open_workbook, text_of
from thinwalls.system import CUSTODIES, LEAST_PEOPLE, load_system

if TYPE_CHECKING:
    from thinwalls.system import System


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the user's table."""

    meaning: str
    number: bool = False
    low: float = 0.0
    high: float = np.inf
    whole: bool = False


FIELDS: dict[str, Field] = {
    "name": Field("name of the place (required)"),
    "state": Field("two letters (required, unless same_as)"),
    "county": Field("name or five-digit FIPS code (required, unless same_as)"),
    "custody": Field("ice, jail, state, federal or other (required, unless same_as)"),
    "people": Field("people held on the first day (required, unless same_as)", True, whole=True),
    "same_as": Field("id or name of a place of the public system whose values fill what is empty"),
    "kind": Field("any word; jail or prison when empty"),
    "capacity": Field("beds", True, 1.0),
    "people_average": Field("average daily population", True),
    "length_of_stay_days": Field("mean stay in this place", True, 0.01),
    "book_ins_per_day": Field("people booked in per day", True),
    "share_female": Field("share of women, 0 to 1", True, 0.0, 1.0),
    "dormitory_share": Field("share of people who sleep in dormitories, 0 to 1", True, 0.0, 1.0),
    "unit_people": Field(
        "people per housing unit; when empty, the place is one setting", True, LEAST_PEOPLE
    ),
    "immune_share": Field(
        "share of people held who are immune on the first day, 0 to 1; when empty, as the disease "
        "has it",
        True,
        0.0,
        1.0,
    ),
    "staff": Field("people who work there", True, whole=True),
    "staff_immune_share": Field("share of staff who are immune, 0 to 1", True, 0.0, 1.0),
    "city": Field("city"),
    "address": Field("street address"),
    "zip": Field("ZIP code"),
    "latitude": Field("degrees", True, -90.0, 90.0),
    "longitude": Field("degrees", True, -180.0, 180.0),
}
"""Columns of the user's table: all but the first may be left out."""

NOTHING = frozenset(["N/A", "NA", "#N/A", "NULL", "-"])
"""Cells that say nothing."""
_NEEDED = ("state", "county", "custody", "people")

_EXAMPLES = (
    {"name": "Our county jail", "state": "WI", "county": "Rock", "custody": "jail", "people": "480",
     "capacity": "520", "staff": "140", "dormitory_share": "0.6"},
    {"name": "Stewart", "same_as": "stewart-detention-center-ga", "people": "1700"},
)  # fmt: skip


def template(path: str | Path) -> Path:
    """Write a CSV file with the columns of a system of one's own, two examples and notes.

    Raises
    ------
    RunError
        When the file cannot be written.
    InputError
        When there is a file already: it is never overwritten.
    """
    file = Path(path)
    try:
        with file.open("x", encoding="utf-8", newline="") as stream:
            stream.write(template_text())
    except FileExistsError as error:
        raise InputError("is there already and is not overwritten", where=str(path)) from error
    except OSError as error:
        raise RunError(
            "cannot be written ({reason})", where=str(path), reason=error.strerror
        ) from error
    return file


def template_text() -> str:
    """The content of the file that :func:`template` writes."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(FIELDS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_EXAMPLES)
    for name, field in FIELDS.items():
        stream.write(f"# {name}: {field.meaning}\n")
    return stream.getvalue()


def load_user_system(path: str | Path, base: str = "us-2020") -> System:
    """Load a system of the user's own from a CSV file or a workbook.

    Values that are given win; values left empty come from the place of ``same_as`` in the public
    system ``base``, else from national figures and stated assumptions.  Counties, hospitals and
    cases are those of ``base``.

    Raises
    ------
    InputError
        Names file, line, column, value and what is allowed.
    """
    return _system(_read(Path(path), str(path)), str(path), Path(path).name, base)


def user_system_of_text(
    text: str, where: str, base: str = "us-2020", *, name: str | None = None
) -> System:
    """The same from the text of a CSV file, which is read in memory; ``where`` names it in errors.

    ``name`` is what the file is called (``where`` unless given).

    Raises
    ------
    InputError
        Names line, column, value and what is allowed.
    """
    return _system(_rows(_lines(text, where), where), where, name or where, base)


def problems_of_text(text: str, where: str, base: str = "us-2020") -> list[InputError]:
    """What is wrong with the text of a CSV file: the first problem of every row, in order.

    An empty list when :func:`user_system_of_text` takes it.
    """
    found: list[InputError] = []
    try:
        rows, public = _rows(_lines(text, where), where), _public(base)
    except InputError as error:
        return [error]
    for line, row in rows:
        try:
            _row(row, line, where, public)
        except InputError as error:
            found.append(error)
    if not found:
        try:
            _system(rows, where, where, base)
        except InputError as error:
            found.append(error)
    return found


def _system(rows: list[tuple[int, dict[str, str]]], path: str, name: str, base: str) -> System:
    public = _public(base)
    records = [_row(row, line, path, public) for line, row in rows]
    if not records:
        raise InputError("there is no row", where=path)
    seen: dict[str, int] = {}
    for (line, _), record in zip(rows, records, strict=True):
        key = str(record["facility_id"])
        if key in seen:
            raise InputError(
                "is in line {line} already",
                where=_line(path, line),
                field="name",
                value=record["name"],
                line=seen[key],
            )
        seen[key] = line
    return user_system(records, public, name)


@lru_cache(maxsize=2)
def _public(base: str) -> System:
    return load_system(base)


def _read(file: Path, where: str) -> list[tuple[int, dict[str, str]]]:
    """Rows as text by column, with the line each is in; lines that begin with # are notes."""
    if file.suffix.lower() in (".xlsx", ".xls", ".xlsm", ".ods"):
        lines = [[text_of(cell) for cell in row] for row in open_workbook(file)[0].rows]
    else:
        if file.is_dir():
            raise InputError("is a directory, a CSV file or a workbook is needed", where=where)
        try:
            content = file.read_bytes()
            text = _text(content)
        except FileNotFoundError as error:
            raise InputError("there is no such file", where=where) from error
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("is not a text file that can be read (UTF-8)", where=where) from error
        lines = _lines(text, where)
    return _rows(lines, where)


def _lines(text: str, where: str) -> list[list[str]]:
    if not text.strip():
        raise InputError("the file is empty", where=where)
    try:
        lines = text.splitlines()
        first = next(line for line in lines if line.strip() and not line.startswith("#"))
        most = max((",", ";", "\t"), key=first.count)
        return list(csv.reader(lines, delimiter=most))
    except StopIteration:
        raise InputError("the file is empty", where=where) from None
    except csv.Error as error:
        raise InputError("is no table ({reason})", where=where, reason=error) from None


def _text(content: bytes) -> str:
    """The text of a file in UTF-8, or in what Windows writes where it is no UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in content:
            raise
        return content.decode("cp1252")


def _rows(lines: list[list[str]], where: str) -> list[tuple[int, dict[str, str]]]:
    used = [
        (i, row)
        for i, row in enumerate(lines, 1)
        if any(row) and not row[0].lstrip().startswith("#")
    ]
    if not used:
        raise InputError("the file is empty", where=where)
    head = [name.strip().casefold() for name in used[0][1]]
    for name in head:
        if name and name not in FIELDS:
            close = difflib.get_close_matches(name, list(FIELDS), n=1)
            hint = Message("columns are {names}", names=", ".join(FIELDS))
            if close:
                hint = Message("did you mean {name}?", name=close[0])
            raise InputError(
                "no such column; {hint}", where=_line(where, used[0][0]), field=name, hint=hint
            )
    if "name" not in head:
        raise InputError("column is missing", where=where, field="name")
    for i, row in used[1:]:
        if any(cell.strip() for cell in row[len(head) :]):
            raise InputError(
                "has {cells} cells, there are {columns} columns (a number with a comma in it has "
                "to be in quotation marks)",
                where=_line(where, i),
                cells=len(row),
                columns=len(head),
            )
    return [
        (i, {name: cell.strip() for name, cell in zip(head, row, strict=False) if name})
        for i, row in used[1:]
    ]


def _row(row: dict[str, str], line: int, path: str, public: System) -> dict[str, object]:
    where = _line(path, line)
    record: dict[str, object] = {"line": line}
    for name, field in FIELDS.items():
        text = row.get(name, "")
        if text == "" or text.upper() in NOTHING:
            record[name] = None
            continue
        if not field.number:
            check_texts(text, where=where, field=name)
            record[name] = text
            continue
        number = number_of(text)
        if number is None or (field.whole and not float(number).is_integer()):
            problem = Message("must be a number")
            if field.whole:
                problem = Message("must be a whole number")
            raise InputError.of(problem, where=where, field=name, value=text)
        if not field.low <= number <= field.high:
            problem = Message("must be {low} or more", low=f"{field.low:g}")
            if field.high != np.inf:
                problem = Message(
                    "must be between {low} and {high}", low=f"{field.low:g}", high=f"{field.high:g}"
                )
            raise InputError.of(problem, where=where, field=name, value=number)
        record[name] = number
    if record["name"] is None:
        raise InputError("must not be empty", where=where, field="name")
    if record["same_as"] is not None:
        try:
            record["same_as"] = public.facility(str(record["same_as"]))
        except InputError as error:
            raise InputError.of(
                error.problem, where=where, field="same_as", value=record["same_as"]
            ) from None
    else:
        for name in _NEEDED:
            if record[name] is None:
                raise InputError("must not be empty (or give same_as)", where=where, field=name)
    if record["custody"] is not None:
        record["custody"] = str(record["custody"]).casefold()
    if record["custody"] is not None and str(record["custody"]) not in CUSTODIES:
        raise InputError(
            "must be one of {names}",
            where=where,
            field="custody",
            value=record["custody"],
            names=", ".join(CUSTODIES),
        )
    if record["state"] is not None:
        record["state"] = state_code(str(record["state"]))
    record["county_fips"] = _county(record, where, public)
    state = record["state"] or public.facilities["state"][str(record["same_as"])]
    record["facility_id"] = record["same_as"] or slug(str(record["name"]), str(state))
    return record


def _county(record: dict[str, object], where: str, public: System) -> str | None:
    """FIPS code of the county that is given by code, or by name and state."""
    given = record["county"]
    if given is None:
        return None
    counties = public.inside_counties
    text = str(given).strip()
    digits = text.removesuffix(".0")
    code = digits.zfill(5) if digits.isdigit() else ""
    code = RENAMED.get(code, code)
    if code:
        if code not in counties.index:
            raise InputError(
                "there is no county with this FIPS code", where=where, field="county", value=text
            )
        there = str(counties["state"][code])
        if record["state"] and there != record["state"]:
            raise InputError(
                "is the code of {county}, {there}, not of a county of {state}",
                where=where,
                field="county",
                value=text,
                county=counties["name"][code],
                there=there,
                state=record["state"],
            )
        return code
    here = counties[counties["state"] == record["state"]] if record["state"] else counties
    if not len(here):
        raise InputError(
            "must be the postal code of a state", where=where, field="state", value=record["state"]
        )
    names = here["name"].str.casefold()
    short = names.str.replace(
        r" (county|parish|borough|census area|municipality|city)$", "", regex=True
    )
    wanted = text.casefold()
    found = names.index[names == wanted]
    found = found if len(found) else short.index[short == wanted]
    if len(found) == 1:
        return str(found[0])
    close = difflib.get_close_matches(wanted, list(short), n=1)
    problem = Message("no such county in {state}", state=record["state"])
    if len(found):
        problem = Message("fits several counties, give the FIPS code")
    elif close:
        near = here["name"][short.index[short == close[0]][0]]
        problem = Message(
            "no such county in {state}; {hint}",
            state=record["state"],
            hint=Message("did you mean {name}?", name=near),
        )
    raise InputError.of(problem, where=where, field="county", value=text)


def _line(file: str, line: int) -> Message:
    """Where a row is, for errors."""
    return Message("{file}, line {line}", file=file, line=line)


def fields_table() -> pd.DataFrame:
    """The columns of the user's table and what they mean."""
    return pd.DataFrame({"meaning": {name: field.meaning for name, field in FIELDS.items()}})
