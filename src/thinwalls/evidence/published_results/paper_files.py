"""What others published, with the tolerance of every comparison: read from packaged files.

One file per paper in ``published/``.  A tolerance and its reason stand beside the published value,
so they are there before anything is compared; a row without a tolerance is shown, not judged.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import resources
from typing import Literal, Self

from pydantic import Field, model_validator

from thinwalls.common import FieldError, InputError, TypedRecord, did_you_mean, parse_toml, read_as

Tag = Literal["seen", "seen-2", "computed", "derived", "none"]

FOLDER = "published"
PAPERS = (
    "blumberg",
    "recidiviz",
    "lofgren",
    "malloy",
    "irvine",
    "leibowitz",
    "chin",
    "severity",
    "chicago",
)
"""Names of the files, in the order of the table."""


class Tolerance(TypedRecord):
    """How far ours may be from the published value.

    Either ``absolute + relative x |published| + standard_errors x (ours)``, or a range ``low`` to
    ``high`` in which ours has to be, or ``inside_ours``: the published value has to be inside the
    interval that we state.
    """

    reason: str = Field(min_length=1)
    absolute: float = Field(default=0.0, ge=0)
    relative: float = Field(default=0.0, ge=0)
    standard_errors: float = Field(default=0.0, ge=0)
    low: float | None = None
    high: float | None = None
    inside_ours: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        margin = self.absolute + self.relative + self.standard_errors > 0
        ways = (margin, self.low is not None or self.high is not None, self.inside_ours)
        if sum(ways) != 1:
            raise FieldError("needs a margin, low and high, or inside_ours, and one of them only")
        return self

    def allowed(self, published: float | None, standard_error: float) -> tuple[float, float]:
        """The range in which ours passes."""
        if self.low is not None or self.high is not None:
            low = -math.inf if self.low is None else self.low
            return low, math.inf if self.high is None else self.high
        if published is None:
            raise InputError("a margin needs a published value", field="tolerance")
        margin = self.absolute + self.relative * abs(published)
        margin += self.standard_errors * standard_error
        return published - margin, published + margin


class PublishedRow(TypedRecord):
    """One published value; ``value`` is None where only ours exists."""

    key: str
    quantity: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    tag: Tag = "none"
    tolerance: str | None = None
    unit: str = ""
    line: str = ""
    """rows with the same line are one line of a short table"""
    note: str = ""

    @model_validator(mode="after")
    def _tagged(self) -> Self:
        if (self.value is None) != (self.tag == "none"):
            raise FieldError("{key}: a value needs a tag, and a tag a value", key=self.key)
        return self


class PublishedTable(TypedRecord):
    """A block of values: the key of a value is ``key/row/column``."""

    key: str
    line: str
    columns: tuple[str, ...]
    rows: dict[str, tuple[float, ...]]
    tag: Tag
    tolerance: str
    unit: str = ""

    @model_validator(mode="after")
    def _rectangular(self) -> Self:
        for name, values in self.rows.items():
            if len(values) != len(self.columns):
                raise FieldError(
                    "{key}/{name}: needs {count} values",
                    key=self.key,
                    name=name,
                    count=len(self.columns),
                )
        return self

    def expanded(self) -> list[PublishedRow]:
        """One row per value."""
        return [
            PublishedRow(
                key=f"{self.key}/{name}/{column}",
                quantity=f"{self.line}: {name}, {column}",
                value=value,
                tag=self.tag,
                tolerance=self.tolerance,
                unit=self.unit,
                line=self.line,
            )
            for name, values in self.rows.items()
            for column, value in zip(self.columns, values, strict=True)
        ]


class NotCompared(TypedRecord):
    """Something published that cannot be checked, and why."""

    quantity: str
    reason: str


class Failing(TypedRecord):
    """Why rows fail: written after the comparison, so no tolerance may rest on it."""

    rows: str = Field(min_length=1)
    """what their keys begin with"""
    reason: str = Field(min_length=1)


class Paper(TypedRecord):
    """Everything of one paper that is compared, shown or left unchecked."""

    name: str
    paper: str
    citation: str
    expressed: str
    """how it is expressed here: through the public face, or engine inputs and why"""
    tolerance: dict[str, Tolerance] = Field(default_factory=dict)
    row: tuple[PublishedRow, ...] = ()
    table: tuple[PublishedTable, ...] = ()
    unchecked: tuple[NotCompared, ...] = ()
    failing: tuple[Failing, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        keys = [row.key for row in self.rows]
        for key in keys:
            if keys.count(key) > 1:
                raise FieldError("two rows have the key {key}", key=key)
        for row in self.rows:
            if row.tolerance is not None and row.tolerance not in self.tolerance:
                raise FieldError(
                    "{key}: no such tolerance {tolerance}",
                    key=row.key,
                    tolerance=repr(row.tolerance),
                )
        for one in self.failing:
            if not any(key.startswith(one.rows) for key in keys):
                raise FieldError("no key begins with {rows}", rows=repr(one.rows))
        return self

    def why(self, key: str) -> str:
        """Why a row fails, if it does; empty when no reason was found."""
        return next((one.reason for one in self.failing if key.startswith(one.rows)), "")

    @property
    def rows(self) -> tuple[PublishedRow, ...]:
        """All rows, those of tables included."""
        return (*self.row, *(row for table in self.table for row in table.expanded()))


@cache
def load_paper(name: str) -> Paper:
    """The published results of one paper.

    Raises
    ------
    InputError
        When there is no such paper, or its file breaks the form (names file and field).
    """
    if name not in PAPERS:
        raise InputError.of(did_you_mean(name, PAPERS), field="paper", value=name)
    file = resources.files("thinwalls.evidence").joinpath(FOLDER, f"{name}.toml")
    where = f"{FOLDER}/{name}.toml"
    return read_as(Paper, parse_toml(file.read_text("utf-8"), where), where=where)
