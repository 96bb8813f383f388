"""The record of an answer, with which ``thinwalls verify`` repeats it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.runs import record_bytes, record_of_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.results import Results
    from thinwalls.web.answers.question import Question


def run_record_of(question: Question, results: Results, places: Sequence[str]) -> bytes:
    """``record.json`` of a question about a packaged system.

    ``places`` are those kept day by day.
    """
    return record_bytes(record_of_run(results, question.request(places)))


def run_record_of_table(
    file: str, contents: bytes, question: Question, results: Results, places: Sequence[str]
) -> bytes:
    """``record.json`` of an answer for a table of one's own, which is called ``file``."""
    request = question.request(places, file)
    return record_bytes(record_of_run(results, request, contents=contents))
