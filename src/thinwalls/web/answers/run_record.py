"""The record of an answer, with which ``thinwalls verify`` repeats it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.runs import Named, make_record, record_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thinwalls.results import Results
    from thinwalls.web.answers.question import Question


def run_record_of(question: Question, results: Results, places: Sequence[str]) -> bytes:
    """``record.json`` of a question about a packaged system.

    ``places`` are those kept day by day.
    """
    part: dict[str, Named] = {
        "all": Named(name=question.system),
        "facility": Named(name=question.system, facilities=(question.name,)),
        "county": Named(name=question.system, county=question.name),
        "state": Named(name=question.system, states=(question.name,)),
    }
    return record_bytes(
        make_record(results, system=part[question.kind], pathogen=question.pathogen, places=places)
    )


def run_record_of_table(
    file: str, contents: bytes, question: Question, results: Results, places: Sequence[str]
) -> bytes:
    """``record.json`` of an answer for a table of one's own, which is called ``file``."""
    made = make_record(
        results,
        system=Named(name=file),
        pathogen=question.pathogen,
        places=places,
        contents=contents,
    )
    return record_bytes(made)
