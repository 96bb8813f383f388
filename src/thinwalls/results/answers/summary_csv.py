"""The summary of a run as one CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from thinwalls.common import write_bytes
from thinwalls.results.answers.comparison import compare, compare_ages

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.results.data.dataset import Results


def write_summary(results: Results, path: str | Path, *, baseline: str | None = None) -> Path:
    """Write the comparison table as CSV (UTF-8), one row per scenario, group, age and outcome.

    ``age`` is ``all``, then come the rows of age bands as far as the run counted by age.
    """
    table = compare(results, baseline).table
    table.insert(2, "age", "all")
    ages = compare_ages(results, baseline)
    if len(ages):
        table = pd.concat([table, ages], ignore_index=True)
    return write_bytes(path, table.to_csv(index=False, float_format="%.10g").encode("utf-8"))
