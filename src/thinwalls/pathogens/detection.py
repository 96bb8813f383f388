"""How people with symptoms become known: the share found, which can change at a date, and delays.

``detection.found_share`` holds at every date; ``detection.found_share_early`` and
``detection.found_share_late`` are joined by a straight line between the days of the table
``detection`` of the file, ``early_until`` and ``late_from``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from pydantic import model_validator

from thinwalls.common import FieldError, InputError, TypedRecord, read_as

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.common import Float, Quantity

SHARE: Final = "detection.found_share"
EARLY: Final = "detection.found_share_early"
LATE: Final = "detection.found_share_late"
FACILITY_SD: Final = "detection.facility_sd"
DELAY_DAYS: Final = "detection.delay_days"
REPORT_DELAY_DAYS: Final = "detection.report_delay_days"
_WITH_A_SHARE: Final = (FACILITY_SD, DELAY_DAYS, REPORT_DELAY_DAYS)
Day = dt.date
DETECTION: Final = (SHARE, EARLY, LATE, *_WITH_A_SHARE)
"""Parameters that a file states together, or none of them."""


class ChangeOfShare(TypedRecord):
    """Table ``detection``: the last day of the early share, the first one of the late share."""

    early_until: Day
    late_from: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.late_from <= self.early_until:
            raise FieldError(
                "late_from = {late} must be after early_until = {early}",
                late=self.late_from,
                early=self.early_until,
            )
        return self


def read_change(table: object, where: str) -> ChangeOfShare | None:
    """The table ``detection``; None when it is empty."""
    if not isinstance(table, dict):
        raise InputError("must be a table", where=where, field="detection", value=table)
    return read_as(ChangeOfShare, table, where=where, prefix="detection") if table else None


def check_detection(
    found: Mapping[str, Quantity], change: ChangeOfShare | None, where: str
) -> None:
    """Refuse parameters of detection of which some are missing or stated in two ways."""
    stated = [name for name in DETECTION if name in found]
    if not stated and change is None:
        return
    two = change is not None or EARLY in found or LATE in found
    if two and SHARE in found:
        raise InputError(
            "must not be given beside a share that changes",
            where=where,
            field=f"parameters.{SHARE}",
        )
    for name in (*((EARLY, LATE) if two else (SHARE,)), *_WITH_A_SHARE):
        if name not in found:
            raise InputError("is missing", where=where, field=f"parameters.{name}")
    if two and change is None:
        raise InputError("is missing", where=where, field="detection.early_until")


@dataclass(frozen=True)
class Detection:
    """How people with symptoms are found, in one draw."""

    early: float
    late: float
    change: ChangeOfShare | None
    facility_sd: float
    """standard deviation between places of the logit of the share"""
    delay_days: float
    report_delay_days: float

    @classmethod
    def of(cls, values: Mapping[str, float], change: ChangeOfShare | None) -> Detection | None:
        """From the values of a draw; None for a pathogen that says nothing about it."""
        if DELAY_DAYS not in values:
            return None
        early, late = (SHARE, SHARE) if change is None else (EARLY, LATE)
        return cls(
            values[early],
            values[late],
            change,
            values[FACILITY_SD],
            values[DELAY_DAYS],
            values[REPORT_DELAY_DAYS],
        )

    def share(self, first: dt.date, days: int) -> Float:
        """[days] share of people with symptoms who are found, from the first day on."""
        if self.change is None:
            return np.full(days, self.late)
        day = first.toordinal() + np.arange(days)
        ends = (self.change.early_until.toordinal(), self.change.late_from.toordinal())
        return np.interp(day, ends, (self.early, self.late))

    def share_at(self, first: dt.date, days: int, normal: Float) -> Float:
        """[days, places] share found in places that lie ``normal`` deviations from the middle."""
        share = np.clip(self.share(first, days), 1e-12, 1.0 - 1e-12)
        odds = (share / (1.0 - share))[:, None] * np.exp(self.facility_sd * normal)
        return np.asarray(odds / (1.0 + odds))


def split_of_found(share: Float, days_in_stage: float, delay_days: float) -> tuple[Float, Float]:
    """Shares missed in the first and the second of two equal stages, so that ``share`` is found.

    Who is in the first stage for a mean of ``m`` days and missed there with probability ``y`` is in
    it for ``y m`` days on average, whether found or not; the same holds for the second.  With
    ``f = 1 - y s`` found in both, the mean time to being found is
    ``m (y + (1 - f) / f - (1 - f)^2 / (f y))``, which rises with ``y``; ``y`` is the value for
    which it is ``delay_days``, or as near as it comes: from ``1 - f``, everybody found in the first
    stage, to 1, nobody.
    """
    left = 1.0 - share
    straight = left / share - delay_days / days_in_stage
    constant = left * left / share
    root = np.sqrt(straight * straight + 4.0 * constant)
    # Of the two forms of the root of a quadratic equation the one that subtracts nothing.
    positive = 2.0 * constant / np.where(straight > 0.0, root + straight, 1.0)
    missed = np.where(straight > 0.0, positive, 0.5 * (root - straight))
    first = np.clip(missed, left, 1.0)
    return first, left / first


def hazard_that_misses(missed: Float, days_in_stage: float, step_days: float) -> Float:
    """Hazard per day under which a share is missed in a stage, in steps of ``step_days``.

    In each step who is there is found with probability ``b``, and who is not leaves by the next
    with probability ``a = step / days``: ``missed = (1 - b) a / (1 - (1 - a) (1 - b))``.
    """
    leaves = min(step_days / days_in_stage, 1.0)
    found = leaves * (1.0 - missed) / (leaves + missed * (1.0 - leaves))
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log1p(-found) / step_days)
