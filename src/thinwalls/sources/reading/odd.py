"""What can be odd in any table: keys that are there twice, values out of bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd


class Oddity(NamedTuple):
    """One thing that is odd in a file."""

    where: str
    """Row, place or ``file``."""
    field: str
    """Column, as the file calls it; empty when it is about the whole."""
    value: object
    problem: str


def there_twice(keys: pd.Series, field: str) -> list[Oddity]:
    """Keys that an earlier row has already."""
    repeated = keys[keys.duplicated()]
    return [Oddity(f"row {row}", field, key, "is there twice") for row, key in repeated.items()]


def out_of_bounds(table: pd.DataFrame, field: str, low: float, high: float) -> list[Oddity]:
    """Rows whose ``field`` is below ``low`` or above ``high``."""
    bad = table[(table[field] < low) | (table[field] > high)]
    problem = f"not between {low:g} and {high:g}"
    return [Oddity(f"row {key}", field, row[field], problem) for key, row in bad.iterrows()]


def crowded(table: pd.DataFrame, people: str, field: str, key: str | None = None) -> list[Oddity]:
    """Rows with more than twice as many people as beds (column ``capacity``).

    Parameters
    ----------
    table
        One row per place.
    people
        Column with the people.
    field
        What the file calls that column.
    key
        Column with the name of a place; without one the index names it.
    """
    full = table[(table[people] > 2 * table["capacity"])]
    return [
        Oddity(
            str(row_key) if key is None else f"row {row_key}, {row[key]}",
            field,
            row[people],
            f"more than twice the capacity of {row['capacity']:.0f}",
        )
        for row_key, row in full.iterrows()
    ]
