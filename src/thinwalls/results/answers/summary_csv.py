"""The summary of a run as one CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from thinwalls.common import write_bytes
from thinwalls.results.answers.comparison import compare, compare_ages

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.results.data.dataset import Results


_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay as they are."""
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return value


def write_summary(results: Results, path: str | Path, *, baseline: str | None = None) -> Path:
    """Write what :func:`summary_bytes` gives, whole or not at all."""
    return write_bytes(path, summary_bytes(results, baseline))


def summary_bytes(results: Results, baseline: str | None = None) -> bytes:
    """The comparison table as CSV (UTF-8), one row per scenario, group, age and outcome.

    ``age`` is ``all``, then come the rows of age bands as far as the run counted by age.  Texts
    that a spreadsheet would take for a formula begin with an apostrophe.
    """
    table = compare(results, baseline).table
    table.insert(2, "age", "all")
    ages = compare_ages(results, baseline)
    if len(ages):
        table = pd.concat([table, ages], ignore_index=True)
    table = table.map(safe_cell)
    return table.to_csv(index=False, float_format="%.10g").encode("utf-8")
