"""The schemas of the tables that make a system: columns, types, what is allowed.

A schema is checked when a system is made and when it is read back, so that a bad value is reported
with its table, row and column and never reaches a simulation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from thinwalls.common import InputError, Message

Kind = Literal["text", "int", "float", "bool", "category"]

OUTSIDE = "00000"
"""FIPS code of the one row that stands for everywhere in the United States not in the system."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, what it means, its unit and which values are allowed."""

    kind: Kind
    meaning: str
    unit: str = ""
    missing: bool = False
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of one table, its index and what is unique in it."""

    table: str
    meaning: str
    columns: dict[str, Column]
    index: str | None = None
    unique: tuple[str, ...] = ()
    index_missing: bool = field(default=False)


def table_at(where: str, table: str, row: object = None) -> Message:
    """Where something is in a table of a system, for errors."""
    if row is None:
        return Message("{system}, table {table}", system=where, table=table)
    return Message("{system}, table {table}, row {row}", system=where, table=table, row=row)


def _fail(
    schema: Schema, where: str, row: object, column: str, value: object, problem: Message
) -> InputError:
    return InputError.of(
        problem,
        where=table_at(where, schema.table, row),
        field=column,
        value=value,
    )


def _cast(schema: Schema, where: str, frame: pd.DataFrame, name: str) -> pd.Series:
    column = schema.columns[name]
    given = frame[name]
    if column.kind in ("text", "category"):
        if str(given.dtype) == "str":
            return given
        series = given.astype("string").astype(object)
        series = series.where(given.notna(), None).astype("str")
        return series.where(given.notna())
    if column.kind == "bool":
        bad = ~given.isin([True, False])
        if bad.any():
            row = given.index[bad.to_numpy()][0]
            raise _fail(
                schema, where, row, name, given[bad].iloc[0], Message("must be true or false")
            )
        return given.astype(bool)
    if column.kind == "int" and given.dtype == np.int64:
        return given
    numbers = pd.to_numeric(given, errors="coerce").astype(float)
    bad = numbers.isna() & given.notna()
    if bad.any():
        row = given.index[bad.to_numpy()][0]
        raise _fail(schema, where, row, name, given[bad].iloc[0], Message("must be a number"))
    if column.kind == "int":
        bad = numbers.isna() | (numbers != np.floor(numbers))
        if bad.any():
            row = given.index[bad.to_numpy()][0]
            raise _fail(
                schema, where, row, name, given[bad].iloc[0], Message("must be a whole number")
            )
        return numbers.astype("int64")
    return numbers


def _check_values(schema: Schema, where: str, frame: pd.DataFrame, name: str) -> None:
    column = schema.columns[name]
    series = frame[name]
    missing = series.isna()
    if not column.missing and missing.any():
        raise InputError(
            "must not be empty",
            where=table_at(where, schema.table, frame.index[missing.to_numpy()][0]),
            field=name,
        )
    if column.low is not None or column.high is not None:
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        bad = ((series < low) | (series > high)) & ~missing
        if bad.any():
            problem = Message("must be {low} or more", low=f"{low:g}")
            if np.isfinite(high):
                problem = Message(
                    "must be between {low} and {high}", low=f"{low:g}", high=f"{high:g}"
                )
            row = frame.index[bad.to_numpy()][0]
            raise _fail(schema, where, row, name, float(series[bad].iloc[0]), problem)
    if column.allowed:
        bad = ~series.isin(column.allowed) & ~missing
        if bad.any():
            row = frame.index[bad.to_numpy()][0]
            problem = Message("must be one of {names}", names=", ".join(column.allowed))
            raise _fail(schema, where, row, name, series[bad].iloc[0], problem)


def conform(schema: Schema, frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return ``frame`` with exactly the columns, order and types of ``schema``, all values allowed.

    Raises
    ------
    InputError
        Names ``where`` (a file or a system), the table, the row, the column and the value.
    """
    if schema.index is not None and frame.index.name != schema.index:
        if schema.index not in frame.columns:
            raise InputError(
                "column is missing", where=table_at(where, schema.table), field=schema.index
            )
        frame = frame.set_index(schema.index)
    absent = [name for name in schema.columns if name not in frame.columns]
    if absent:
        raise InputError("column is missing", where=table_at(where, schema.table), field=absent[0])
    made = pd.DataFrame(
        {name: _cast(schema, where, frame, name) for name in schema.columns}, index=frame.index
    )
    if schema.index is not None:
        made.index = pd.Index(made.index.astype("str"), name=schema.index)
        repeated = made.index[made.index.duplicated()]
        if len(repeated):
            raise InputError(
                "is there twice",
                where=table_at(where, schema.table),
                field=schema.index,
                value=repeated[0],
            )
    for name in schema.columns:
        _check_values(schema, where, made, name)
    if schema.unique:
        repeated_rows = made.duplicated(list(schema.unique))
        if repeated_rows.any():
            row = made[repeated_rows].iloc[0]
            key = ", ".join(f"{name} = {row[name]}" for name in schema.unique)
            raise InputError(
                "row is there twice ({key})", where=table_at(where, schema.table), key=key
            )
    if schema.index is None:
        made = made.reset_index(drop=True)
    return made
