"""Unit prices: from the packaged table, replaced by a user's own, drawn once per draw."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from thinwalls.common import InputError, parse_toml, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_REQUIRED = ("name", "quantity", "value", "unit", "source", "tag")
_KNOWN = (*_REQUIRED, "low", "high", "year", "note")


@dataclass(frozen=True)
class Price:
    """What one unit of ``quantity`` costs: most likely ``value``, between ``low`` and ``high``."""

    key: str
    name: str
    quantity: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    tag: str
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.value <= self.high:
            raise InputError(
                "must be 0 or more and in the order low, value, high",
                field=f"{self.key} (low, value, high)",
                value=(self.low, self.value, self.high),
            )

    def draw(self, draws: NDArray[np.int64]) -> NDArray[np.float64]:
        """One price per draw, triangular; the same for the same price and number of draws.

        Stratified: each of n equal parts of the distribution is used once, in an order that
        follows from the name of the price.
        """
        n = len(draws)
        seed = int.from_bytes(hashlib.sha256(self.key.encode()).digest()[:8], "big")
        order = np.random.default_rng(seed).permutation(n)
        level = (order[np.argsort(np.argsort(draws))] + 0.5) / n
        if self.low == self.high:
            return np.full(n, self.value)
        width, rise = self.high - self.low, self.value - self.low
        turn = rise / width
        up = self.low + np.sqrt(level * width * rise)
        down = self.high - np.sqrt((1.0 - level) * width * (self.high - self.value))
        return np.asarray(np.where(level < turn, up, down))


def load_prices(path: str | Path | None = None) -> dict[str, Price]:
    """Prices of the packaged table, or of a TOML file of the same form.

    Raises
    ------
    InputError
        Naming file, price and field for anything that is missing, unknown or out of order.
    """
    if path is None:
        where = "prices.toml"
        text = (files("thinwalls.results") / "prices.toml").read_text(encoding="utf-8")
    else:
        where = str(path)
        text = read_text(path)
    content = parse_toml(text, where)
    content.pop("schema", None)
    if not content:
        raise InputError("has no prices", where=where)
    return {key: _price(where, key, record) for key, record in content.items()}


def with_values(prices: Mapping[str, Price], values: Mapping[str, float]) -> dict[str, Price]:
    """The prices with some of them fixed at a value of the user's own."""
    changed = dict(prices)
    for key, value in values.items():
        if key not in changed:
            allowed = ", ".join(sorted(changed))
            raise InputError(
                "no such price; there are {names}", field="price", value=key, names=allowed
            )
        changed[key] = replace(
            changed[key], value=value, low=value, high=value, source="given by the user", tag="user"
        )
    return changed


def _price(where: str, key: str, record: object) -> Price:
    if not isinstance(record, dict):
        raise InputError("must be a table", where=where, field=key)
    for field in _REQUIRED:
        if field not in record:
            raise InputError("is missing", where=where, field=f"{key}.{field}")
    for field in record:
        if field not in _KNOWN:
            allowed = ", ".join(_KNOWN)
            raise InputError(
                "unknown; allowed are {names}", where=where, field=f"{key}.{field}", names=allowed
            )
    numbers: dict[str, float] = {}
    for field in ("value", "low", "high"):
        number = record.get(field, record["value"])
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise InputError("must be a number", where=where, field=f"{key}.{field}", value=number)
        numbers[field] = float(number)
    try:
        return Price(
            key=key,
            name=str(record["name"]),
            quantity=str(record["quantity"]),
            value=numbers["value"],
            low=numbers["low"],
            high=numbers["high"],
            unit=str(record["unit"]),
            source=str(record["source"]),
            tag=str(record["tag"]),
            note=str(record.get("note", "")),
        )
    except InputError as error:
        raise InputError.of(
            error.problem, where=where, field=error.field, value=error.value
        ) from None
