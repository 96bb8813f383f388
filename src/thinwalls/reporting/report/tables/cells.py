"""Numbers with their intervals as cells of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thinwalls.reporting.report.document import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from thinwalls.reporting.language.words import Words


def span(words: Words, low: str, high: str) -> str:
    """An interval whose ends are said already."""
    return words.say("{low} to {high}", low=low, high=high)


def spread(words: Words, low: float, high: float, *, signed: bool = False) -> str:
    """An interval of numbers that are not known exactly."""
    shown = words.signed if signed else words.about
    return span(words, shown(low, short=True), shown(high, short=True))


def interval_cell(
    words: Words, row: Mapping[Any, Any], name: str, shown: Callable[[float], str]
) -> Cell:
    """A value of a row (``name``) with its interval (``name_low``, ``name_high``)."""
    middle, low, high = (shown(row[f"{name}{end}"]) for end in ("", "_low", "_high"))
    return Cell(middle, span(words, low, high))


def two_digits(words: Words) -> Callable[[float], str]:
    """How to say a measured value with two significant digits."""
    return lambda value: words.value(value, digits=2)


def ratio_cell(words: Words, row: Mapping[Any, Any], name: str = "ratio") -> Cell:
    """A ratio with its interval."""
    cell = interval_cell(words, row, name, two_digits(words))
    return Cell(f"×{cell.value}", cell.range)


def comparison_cell(words: Words, row: pd.Series[float], *, paired: bool) -> Cell:
    """A row of a comparison; with its difference when ``paired``."""
    value, limits = words.about(row["median"], short=True), spread(words, row["low"], row["high"])
    if not paired:
        return Cell(value, limits)
    between = spread(words, row["difference_low"], row["difference_high"], signed=True)
    return Cell(value, limits, words.signed(row["difference"], short=True), between)


def overload_deaths(row: pd.Series[Any]) -> pd.Series[float]:
    """Deaths from want of beds in the form of a row of a comparison."""
    import pandas as pd

    names = {"median": "", "low": "_low", "high": "_high"}
    names |= {f"difference{end}": f"_difference{end}" for end in ("", "_low", "_high")}
    found = {new: row[f"overload_deaths{old}"] for new, old in names.items()}
    return pd.Series(found, dtype=float)
