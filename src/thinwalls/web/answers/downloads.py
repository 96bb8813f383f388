"""What a visitor takes away: report, data, figures, scenarios; each is one file."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from thinwalls.common import InputError
from thinwalls.reporting import figure_bytes, report_html, report_pdf
from thinwalls.results import safe_cell
from thinwalls.web.answers.answer_view import FIGURES
from thinwalls.web.answers.run_record import run_record_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from thinwalls.web.answers.answer_view import Snapshot
    from thinwalls.web.answers.question import Question


def to_csv(table: pd.DataFrame) -> bytes:
    """A table for a spreadsheet (UTF-8 with a mark, as spreadsheets expect)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(str(name)) for name in table.columns])
    for row in table.itertuples(index=False):
        writer.writerow([safe_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _csv(snapshot: Snapshot) -> bytes:
    return to_csv(snapshot.answers.comparison.table)


def _json(snapshot: Snapshot) -> bytes:
    return json.dumps(snapshot.data(), ensure_ascii=False, allow_nan=False, indent=1).encode()


def _parquet(snapshot: Snapshot) -> bytes:
    """Every draw: one row per scenario, draw, place and group."""
    totals = snapshot.results.totals.drop_vars("group_kind", errors="ignore").to_dataframe()
    out = io.BytesIO()
    totals.reset_index().to_parquet(out, index=False, compression="zstd")
    return out.getvalue()


def _toml(snapshot: Snapshot) -> bytes:
    return str(snapshot.results.provenance["scenario_file"]).encode()


def _html(snapshot: Snapshot) -> bytes:
    return report_html(snapshot.results, snapshot.words).encode()


def _pdf(snapshot: Snapshot) -> bytes:
    return report_pdf(snapshot.results, snapshot.words)


FILES: dict[str, tuple[str, Callable[[Snapshot], bytes]]] = {
    "report.html": ("text/html; charset=utf-8", _html),
    "report.pdf": ("application/pdf", _pdf),
    "data.csv": ("text/csv; charset=utf-8", _csv),
    "data.json": ("application/json", _json),
    "data.parquet": ("application/vnd.apache.parquet", _parquet),
    "scenarios.toml": ("application/toml; charset=utf-8", _toml),
}
"""Name of the file -> its type and how it is made."""

RECORD = "record.json"
PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
FILE_NAMES = (*FILES, RECORD, *(f"{name}.{kind}" for name in FIGURES for kind in PICTURES))


def media_type(name: str) -> str:
    """Type of a file by its name in :data:`FILE_NAMES`.

    Raises
    ------
    InputError
        For another name.
    """
    if name not in FILE_NAMES:
        raise InputError(
            "must be one of: {names}", field="file", value=name[:60], names=", ".join(FILE_NAMES)
        )
    if name == RECORD:
        return "application/json"
    return FILES[name][0] if name in FILES else PICTURES[name.rpartition(".")[2]]


def make(snapshot: Snapshot, name: str, question: Question, places: Sequence[str]) -> bytes:
    """The file as bytes; ``places`` are those kept day by day for the question.

    Raises
    ------
    InputError
        As :func:`media_type`.
    """
    media_type(name)
    if name == RECORD:
        return run_record_of(question, snapshot.results, places)
    if name in FILES:
        return FILES[name][1](snapshot)
    stem, _, kind = name.partition(".")
    figure = snapshot.figure(stem)
    if figure is None:
        raise InputError("needs a second scenario to compare with", field="file", value=name)
    return figure_bytes(figure, snapshot.words, kind, source=source_line(snapshot))


def source_line(snapshot: Snapshot) -> str:
    """Where a figure is from: the run, the data behind it, the program."""
    run = snapshot.results.provenance
    return snapshot.words.say(
        "{place}. {disease}. Made with thinwalls {version}, seed {seed}; data: {sources}.",
        place=run["system"],
        disease=run["pathogen"],
        version=run["versions"]["thinwalls"],
        seed=run["seed"],
        sources="; ".join(run["created_from"]),
    )
