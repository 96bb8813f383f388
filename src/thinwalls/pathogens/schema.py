"""The form of a pathogen file."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from thinwalls.common import (
    A_SHARE,
    SOME_DAYS,
    Bounds,
    FieldError,
    InputError,
    Message,
    Quantity,
    Tag,
    TypedRecord,
    did_you_mean,
    read_as,
)
from thinwalls.pathogens.detection import DELAY_DAYS, DETECTION, REPORT_DELAY_DAYS
from thinwalls.pathogens.inherit import is_group

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SCHEMA = 1

Compartment = Literal["S", "E", "P", "A", "I", "H", "C", "R", "D", "U"]
Resource = Literal["bed", "icu"]
Infectious = Literal["presymptomatic", "asymptomatic", "symptomatic"]

SPLITS: tuple[frozenset[str], ...] = (
    frozenset({"always"}),
    frozenset({"asymptomatic", "mild", "severe"}),
    frozenset({"ward_recovers", "ward_dies", "critical", "untreated"}),
    frozenset({"treated", "untreated"}),
    frozenset({"hospital_recovers", "hospital_dies"}),
    frozenset({"icu_recovers", "icu_dies"}),
    frozenset({"no_bed_recovers", "no_bed_dies"}),
    frozenset({"no_icu_recovers", "no_icu_dies"}),
)
"""What can divide the people who leave a stage; the shares of one split sum to 1."""

REQUIRED = (
    "reproduction_number.community",
    "reproduction_number.cells",
    "reproduction_number.dormitory",
    "dispersion",
    "infectiousness.asymptomatic",
    "infectiousness.isolated",
    "symptomatic_share",
    "severity.scale",
    "severity.vulnerable_ratio",
    "severity.delayed_care_death_ratio",
    "immunity.start_share",
    "immunity.prior_infection",
    "immunity.prior_infection_transmission",
    "immunity.prior_infection_severe",
    "vaccine.infection",
    "vaccine.transmission",
    "vaccine.severe",
)
"""Parameters that every pathogen file states."""

REQUIRED_BY_SHARE = {
    "icu_dies": ("severity.critical_deaths_share", "severity.critical_death_most"),
    "no_bed_dies": ("severity.no_bed_death_odds",),
    "no_icu_dies": ("severity.no_icu_death_odds",),
}
"""Parameters that a file states when its graph has this share."""

OPTIONAL = (
    "infectiousness.presymptomatic",
    "infectiousness.presymptomatic_share",
    "introductions.community",
    "immunity.inside_start_share",
    "vaccine.waning",
    "prophylaxis.vaccine",
    "prophylaxis.immune_globulin",
    *DETECTION,
    "facility_effect_sd",
)
"""Parameters that a file may state; of the two about presymptomatic days exactly one.

``facility_effect_sd`` says how much places of one kind differ where the usual spread does not
hold: 0 where the reproduction number is that of one place."""

SEASON = ("season.days", "season.after")
"""Parameters of a season that ends, which a file states both or neither (table ``season``)."""

TABLES = ("hospitalised_share", "death_share", "vulnerable_share")
"""Tables by age that every pathogen file states."""

TABLES_BY_SHARE = {"critical": "critical_share"}
"""Tables by age that a file states when its graph has this share."""

POSITION = "position"
"""Last part of the name of the place that a draw takes between the ends of a table by age."""
A_POSITION = Bounds(0.0, 1.0, Message("a place from 0 (low) to 1 (high)"))

OLDEST_AGE = 100
"""Ages are whole years from 0 to this one, which stands for all above."""


class StageForm(TypedRecord):
    """One stage as written in the file."""

    name: str = Field(min_length=1, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    compartment: Compartment
    dwell: str | None = None
    chain: int = Field(default=1, ge=1, le=20)
    infectious: Infectious | None = None
    isolates: bool = False
    resource: Resource | None = None
    overflow: str | None = None
    next: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _leaves(self) -> Self:
        if bool(self.next) != (self.dwell is not None) and self.compartment != "S":
            raise FieldError("stage {name} needs both dwell and next, or neither", name=self.name)
        if self.compartment == "S" and (self.next or self.dwell):
            raise FieldError("infection, not time, moves people out of S: no dwell, no next")
        if self.next and frozenset(self.next.values()) not in SPLITS:
            ways = "; ".join(", ".join(sorted(split)) for split in SPLITS)
            raise FieldError(
                "stage {name} must split into one of: {ways}", name=self.name, ways=ways
            )
        if (self.overflow is None) != (self.resource is None):
            raise FieldError(
                "stage {name} needs both resource and overflow, or neither", name=self.name
            )
        return self


class AgeTable(TypedRecord):
    """A share by age: ``values[i]`` holds from ``from_age[i]`` up to the next one.

    ``low`` and ``high`` are the ends of what is possible, and ``position`` where between them a
    draw lies (0 low, 0.5 values, 1 high): one number for all ages.  Unless it is stated every place
    is alike, and the values lie between the ends.  At an age ``low`` may be the larger of the two,
    so the ends can be tables of different steepness.
    """

    from_age: tuple[int, ...] = Field(min_length=1)
    values: tuple[float, ...] = Field(min_length=1)
    low: tuple[float, ...] | None = None
    high: tuple[float, ...] | None = None
    position: Quantity | None = None
    unit: str = ""
    source: str = ""
    tag: Tag = "assumption"
    note: str = ""

    @field_validator("values", "low", "high")
    @classmethod
    def _shares(
        cls, values: tuple[float, ...] | None, info: ValidationInfo
    ) -> tuple[float, ...] | None:
        if values is None:
            return None
        for value in values:
            if not 0 <= value <= 1:
                raise FieldError("{number} is not a share between 0 and 1", number=f"{value:g}")
        if len(values) != len(info.data.get("from_age", values)):
            raise FieldError("must have as many entries as from_age")
        return values

    @field_validator("from_age")
    @classmethod
    def _ages(cls, ages: tuple[int, ...]) -> tuple[int, ...]:
        rising = all(left < right for left, right in pairwise(ages))
        if ages[0] != 0 or not rising or ages[-1] > OLDEST_AGE:
            raise FieldError("must start at 0 and rise, up to {oldest}", oldest=OLDEST_AGE)
        return ages

    @field_validator("position")
    @classmethod
    def _between(cls, position: Quantity | None) -> Quantity | None:
        problem = None if position is None else A_POSITION.problem(position)
        if problem:
            raise FieldError.of(problem)
        return position

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise FieldError("needs both low and high, or neither")
        if self.low is None or self.high is None:
            if self.position is not None:
                raise FieldError("position needs low and high")
            return self
        if self.position is not None:
            return self
        for age, one, value, other in zip(
            self.from_age, self.low, self.values, self.high, strict=True
        ):
            if not min(one, other) <= value <= max(one, other):
                raise FieldError(
                    "from age {age}: {number} must be between {low} and {high}",
                    age=age,
                    number=f"{value:g}",
                    low=f"{one:g}",
                    high=f"{other:g}",
                )
        return self

    def quantities(self) -> Iterator[tuple[str, Quantity]]:
        """Every number of the table by the last part of its name, with the table's source."""
        yield from self._entries("", self.values)
        if self.low is not None and self.high is not None:
            yield from self._entries("low.", self.low)
            yield from self._entries("high.", self.high)
            yield POSITION, self.position or self._anywhere()

    def _entries(self, lead: str, values: tuple[float, ...]) -> Iterator[tuple[str, Quantity]]:
        for age, value in zip(self.from_age, values, strict=True):
            known = {"unit": self.unit, "source": self.source, "tag": self.tag, "note": self.note}
            yield f"{lead}{age}", Quantity.model_validate({"value": value, **known})

    def _anywhere(self) -> Quantity:
        """Every place between the ends alike."""
        return Quantity(
            distribution="uniform",
            low=0.0,
            high=1.0,
            unit="place between the low (0) and the high (1) end of the table, 0.5 its values",
            tag="assumption",
            note="One for all ages. Nothing tells which end is nearer, so every place is alike.",
        )


class PathogenForm(TypedRecord):
    """A pathogen file, before its parts are held against each other."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=1)
    description: str = ""
    stage: tuple[StageForm, ...]
    by_age: dict[str, AgeTable]
    immunity_in_reproduction_number: bool = False
    """The reproduction numbers are of people with the immunity of the start, not of people who are
    all susceptible."""


def read_season(table: object, where: str) -> dict[str, Quantity]:
    """The quantities of the table ``season``; none when it is empty."""
    if not isinstance(table, dict):
        raise InputError("must be a table", where=where, field="season", value=table)
    found = {
        f"season.{key}": read_as(Quantity, item, where=where, prefix=f"season.{key}")
        for key, item in table.items()
    }
    for name in found:
        if name not in SEASON:
            raise InputError(
                "no such parameter; {hint}",
                where=where,
                field=name,
                hint=did_you_mean(name, SEASON),
            )
    for name in SEASON:
        if found and name not in found:
            raise InputError("is missing", where=where, field=name)
    return found


def read_parameters(tree: Mapping[str, Any], where: str) -> dict[str, Quantity]:
    """Nested tables of quantities as one mapping with dotted names."""
    found: dict[str, Quantity] = {}

    def walk(branch: Mapping[str, Any], path: str) -> None:
        for key, item in branch.items():
            name = f"{path}.{key}" if path else key
            field = f"parameters.{name}"
            if not isinstance(item, dict):
                raise InputError("must be a table", where=where, field=field, value=item)
            if item and is_group(item):
                walk(item, name)
            else:
                found[name] = read_as(Quantity, item, where=where, prefix=field)

    walk(tree, "")
    return found


def check_names(found: Mapping[str, Quantity], stages: Sequence[StageForm], where: str) -> None:
    """Refuse parameters that are missing, unknown, or stated twice in different ways."""
    shares = {share for stage in stages for share in stage.next.values()}
    needed = {
        *REQUIRED,
        *(stage.dwell for stage in stages if stage.dwell is not None),
        *(name for share in shares for name in REQUIRED_BY_SHARE.get(share, ())),
    }
    for name in sorted(needed):
        if name not in found:
            raise InputError("is missing", where=where, field=f"parameters.{name}")
    known = {*needed, *OPTIONAL}
    for name in found:
        if name not in known:
            raise InputError(
                "no such parameter; {hint}",
                where=where,
                field=f"parameters.{name}",
                hint=did_you_mean(name, known),
            )
    pair = ("infectiousness.presymptomatic", "infectiousness.presymptomatic_share")
    if sum(name in found for name in pair) != 1:
        raise InputError(
            "exactly one of {one} and {other} must be given",
            where=where,
            field="parameters.infectiousness",
            one=pair[0],
            other=pair[1],
        )


_ANY = Bounds(0.0, 1000.0, Message("a number without a dimension"))
_STAY = Bounds(0.001, 3650.0, Message("days"), in_days=True)
_SHARES = (
    "infectiousness.presymptomatic_share",
    "infectiousness.isolated",
    "symptomatic_share",
    "detection.found_share",
    "severity.critical_deaths_share",
    "severity.critical_death_most",
    "immunity.",
    "vaccine.",
    "prophylaxis.",
)
"""How the names of parameters begin that are shares."""


def check_values(found: Mapping[str, Quantity], where: str) -> None:
    """Refuse values that cannot be, and units that are not those of the parameter."""
    for name, quantity in found.items():
        if name.startswith("dwell."):
            bounds = _STAY
        elif name in ("season.days", DELAY_DAYS, REPORT_DELAY_DAYS):
            bounds = SOME_DAYS
        else:
            bounds = A_SHARE if name.startswith(_SHARES) else _ANY
        if name.startswith("reproduction_number."):
            # People infected by one: a number of people is its dimension.
            quantity = quantity.model_copy(update={"unit": ""})
        problem = bounds.problem(quantity)
        if problem:
            field = name if name in SEASON else f"parameters.{name}"
            raise InputError.of(problem, where=where, field=field)


def check_tables(tables: Mapping[str, AgeTable], stages: Sequence[StageForm], where: str) -> None:
    """Refuse tables by age that are missing, or that the stage graph does not use."""
    shares = {share for stage in stages for share in stage.next.values()}
    needed = {*TABLES, *(TABLES_BY_SHARE[share] for share in shares & set(TABLES_BY_SHARE))}
    for name in sorted(needed):
        if name not in tables:
            raise InputError("is missing", where=where, field=f"by_age.{name}")
    for name in tables:
        if name not in needed:
            raise InputError(
                "no such table; {hint}",
                where=where,
                field=f"by_age.{name}",
                hint=did_you_mean(name, needed),
            )
