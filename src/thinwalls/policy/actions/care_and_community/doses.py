"""Doses of a vaccine on a date."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from thinwalls.common import TypedRecord
from thinwalls.policy.actions.fields import Date


class Dose(TypedRecord):
    """So many people are given a dose on a date."""

    date: Date
    people: Annotated[int, Field(ge=1, le=10_000_000)]
