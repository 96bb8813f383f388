"""A document as a PDF: every section of it, in its order.

Set by typst, whose wheel brings fonts and everything else it needs; nothing is fetched. What stands
behind a summary in HTML is open here; the tables of numbers below figures are left to HTML.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from thinwalls.common import RunError
from thinwalls.reporting.charts.figure import Figure
from thinwalls.reporting.charts.save import standalone_svg
from thinwalls.reporting.report.answers import Answers
from thinwalls.reporting.report.build import report_document
from thinwalls.reporting.report.document import Fold, Row, Table

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.document import Block, Cell, Document
    from thinwalls.results import Results

_COLUMNS = 2


def report_pdf(results: Results, words: Words, baseline: str | None = None) -> bytes:
    """The report of ``results`` as the bytes of a tagged PDF.

    Parameters
    ----------
    results
        The run.
    words
        The reader's language.
    baseline
        The scenario to compare with, the first one unless named.

    Raises
    ------
    RunError
        Without the extra ``thinwalls[web]``.
    """
    try:
        import typst
    except ImportError:
        raise RunError("PDF needs the extra: pip install 'thinwalls[web]'") from None
    document = report_document(Answers(words, results, results.baseline_name(baseline)))
    template = (files("thinwalls.reporting") / "templates" / "report.typ").read_bytes()
    content = json.dumps(plain(document, words), ensure_ascii=False, allow_nan=False)
    made: bytes = typst.compile(
        template, format="pdf", sys_inputs={"report": content}, ignore_system_fonts=True
    )
    return made


def plain(document: Document, words: Words) -> dict[str, Any]:
    """A document as what JSON can hold, with its figures drawn."""
    return {
        "language": words.locale.language,
        "title": document.title,
        "facts": list(document.facts),
        "footer": words.say("Made with thinwalls, an open-source simulator."),
        "sections": [
            {"heading": part.heading, "blocks": [_plain(block, words) for block in part.blocks]}
            for part in document.sections
        ],
    }


def _plain(block: Block, words: Words) -> dict[str, Any]:
    kind = {"kind": str(block.kind)}
    if isinstance(block, Figure):
        columns = min(_COLUMNS, len(block.panels))
        picture = standalone_svg(block, words, columns=columns, text=False)
        return {**kind, "title": block.title, "caption": block.caption, "picture": picture}
    if isinstance(block, Fold):
        inside = [_plain(one, words) for one in block.blocks]
        return {**kind, "summary": block.summary, "main": block.main, "blocks": inside}
    if isinstance(block, Table):
        heads = [column.head for column in block.columns]
        rows = [_cells(row) for row in block.rows]
        return {**kind, "layout": block.layout, "head": heads, "rows": rows}
    return {**kind, **asdict(block)}


def _cells(row: Row) -> list[list[str]]:
    """Lines of each cell: the number, its interval, the difference, its interval."""
    return [[row.name], *(_lines(cell) for cell in row.cells)]


def _lines(cell: Cell | str) -> list[str]:
    if isinstance(cell, str):
        return [cell]
    lines = [cell.value, f"({cell.range})"]
    if cell.difference:
        lines += [cell.difference, f"({cell.difference_range})"]
    return lines
