"""What the API takes and gives, as typed models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from thinwalls.web.answers.question import MOST_DAYS, Question


class Problem(BaseModel):
    """Why there is no answer."""

    error: str


class Place(BaseModel):
    """A place that can be asked about."""

    where: str
    name: str
    detail: str
    people: int


class Fact(BaseModel):
    """One number about a place with its source."""

    what: str
    value: str
    source: str
    date: str
    note: str


class Hospital(BaseModel):
    """A county with hospitals within reach."""

    county: str
    miles: str
    beds_free: str
    icu_beds_free: str


class PlaceFacts(BaseModel):
    """Who is in a place, and the hospitals within reach."""

    where: str
    name: str
    facts: list[Fact]
    hospitals: list[Hospital]


class ControlField(BaseModel):
    """One field of a control."""

    name: str
    label: str
    kind: Literal["date", "number", "who"]
    default: str
    low: float
    high: float
    unit: str


class ControlAbout(BaseModel):
    """One thing that can be done."""

    name: str
    label: str
    about: str
    fields: list[ControlField]


class Named(BaseModel):
    """A name and what it stands for."""

    name: str
    title: str


class PersonQuestion(BaseModel):
    """One person in the facility that the question is about."""

    question: Question
    age: Annotated[int, Field(ge=0, le=100, strict=True)]
    vulnerable: bool
    after_days: Annotated[int, Field(ge=0, le=MOST_DAYS, strict=True)] = 0
    release_to: Annotated[str, Field(max_length=120)] = ""
    """county by FIPS code or by name and state; that of the facility unless given"""
    transfer_to: Annotated[str, Field(max_length=120)] = ""
    """another facility by id or name"""


class PersonRow(BaseModel):
    """Risk of one outcome in one scenario: way ``stay``, ``transfer`` or ``release``.

    Differences are against staying.
    """

    scenario: str
    way: str
    outcome: str
    risk: float | None
    risk_low: float | None
    risk_high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None


class PersonAnswer(BaseModel):
    """A person's risks."""

    draws: int
    days: int
    rows: list[PersonRow]
