"""Tables of packaged systems, as they lie on disk."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from thinwalls.common import InputError

_BY_DAY = ("cases", "cases_by_state")
"""One row per area and one column per day: written as one column of lists, which reads faster."""

_HEAD = "system.json"


def packaged_directory() -> Path:
    """Folder of the packaged systems."""
    return Path(str(resources.files("thinwalls.system") / "data"))


def load_table(name: str, table: str) -> pd.DataFrame:
    """One table of a packaged system, without the others (and without the checks of a system)."""
    return pd.read_parquet(packaged_directory() / name / f"{table}.parquet")


def _about(folder: Path) -> dict[str, Any]:
    head = folder / _HEAD
    try:
        about: dict[str, Any] = json.loads(head.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            "not a system ({reason})", where=str(head), reason=type(error).__name__
        ) from error
    return about


def _frame(content: bytes) -> pd.DataFrame:
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        read = file.read(use_threads=False)
    if b"days" not in read.schema.metadata:
        frame: pd.DataFrame = read.to_pandas(use_threads=False)
        return frame
    about = json.loads(read.schema.metadata[b"days"])
    index = pd.Index(read.column("area").to_pandas(), name=about["index"])
    counts = read.column("cases").combine_chunks().flatten().to_numpy()
    days = pd.Index(about["days"], dtype="str", name=about["columns"])
    return pd.DataFrame(counts.reshape(len(index), len(days)), index=index, columns=days)


def _table(table: str, frame: pd.DataFrame) -> Any:
    """The Arrow table that is written for a table of a system."""
    if table not in _BY_DAY or frame.empty:
        keep_index = frame.index.name is not None
        return pa.Table.from_pandas(frame, preserve_index=keep_index or None)
    about = {
        "index": frame.index.name,
        "columns": frame.columns.name,
        "days": list(frame.columns),
    }
    counts = pa.array(np.ascontiguousarray(frame.to_numpy()).reshape(-1))
    lists = pa.FixedSizeListArray.from_arrays(counts, len(frame.columns))
    made = pa.table({"area": pa.array(frame.index, type=pa.large_string()), "cases": lists})
    return made.replace_schema_metadata({"days": json.dumps(about)})
