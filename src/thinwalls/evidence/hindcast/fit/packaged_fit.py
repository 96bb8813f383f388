"""What is packaged of the fit: posterior draws, summaries and scores, never the record itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from thinwalls.common import InputError

if TYPE_CHECKING:
    from pathlib import Path

_DRAWS: Final = "posterior.csv"
_TABLES: Final = "hindcast.json"
TABLES: Final = (
    "diagnostics",
    "quantities",
    "methods",
    "summaries",
    "scores",
    "distances",
    "usual",
)
"""Names of the packaged tables."""


@dataclass(frozen=True)
class Fitted:
    """The packaged results."""

    posterior: pd.DataFrame
    """equally likely draws: columns of all quantities and ``variant``"""
    tables: dict[str, pd.DataFrame]
    """by name of :data:`TABLES`"""
    weekly: pd.DataFrame
    """predicted cases of each week, sum over facilities: ``week, forecast, low, q25, median, q75,
    high``; no recorded number"""
    made: dict[str, Any]
    """how the fit was made, see :func:`thinwalls.evidence.hindcast.judged.judge_all.how_made`"""


@cache
def load_fitted() -> Fitted:
    """Read the packaged results.

    Raises
    ------
    InputError
        When this installation has none.
    """
    folder = resources.files("thinwalls.evidence").joinpath("fitted")
    if not folder.joinpath(_DRAWS).is_file():
        raise InputError("no fitted parameters are packaged", field="hindcast")
    with folder.joinpath(_DRAWS).open(encoding="utf-8") as file:
        posterior = pd.read_csv(file)
    content: dict[str, Any] = json.loads(folder.joinpath(_TABLES).read_text("utf-8"))
    return Fitted(
        posterior=posterior,
        tables={name: pd.DataFrame(content[name]) for name in TABLES},
        weekly=pd.DataFrame(content["weekly"]),
        made=dict(content["made"]),
    )


def write_fitted(fitted: Fitted, folder: Path) -> None:
    """Write the two files that :func:`load_fitted` reads into a folder."""
    fitted.posterior.round(6).to_csv(folder / _DRAWS, index=False)
    content: dict[str, Any] = {
        name: json.loads(table.to_json(orient="records", double_precision=6))
        for name, table in (*fitted.tables.items(), ("weekly", fitted.weekly))
    }
    content["made"] = fitted.made
    (folder / _TABLES).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
