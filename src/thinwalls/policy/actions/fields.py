"""Types of the fields of actions, and how shares are written."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from thinwalls.common import FieldError


def _date(value: object) -> object:
    if isinstance(value, dt.datetime):
        raise FieldError("must be a date without a time, like 2020-03-20")
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise FieldError("must be a date like 2020-03-20") from None
    raise FieldError("must be a date like 2020-03-20")


Date = Annotated[dt.date, BeforeValidator(_date)]
Share = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[float, Field(ge=0, le=3650)]
Interval = Annotated[float, Field(ge=0.25, le=3650)]
Agency = Literal["ICE", "CBP", "local", "state", "federal"]
Movement = Literal["arrest", "transfer", "release", "removal"]


def percent(share: float) -> str:
    """A share as people write it."""
    return f"{100 * share:.3g} %"


def agencies_text(agencies: tuple[str, ...]) -> str:
    """The agencies in plain words."""
    return "by every agency" if not agencies else "by " + " and ".join(agencies)
