"""A table of the visitor's own: read in memory, checked, answered, forgotten."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from thinwalls.common import InputError, Message
from thinwalls.reporting import scenario_name
from thinwalls.web.answers.answer_view import Snapshot
from thinwalls.web.answers.form_controls import CONTROLS, SIDES, WHO
from thinwalls.web.answers.places import facts, hospitals, sources_of
from thinwalls.web.answers.run_record import run_record_of_table
from thinwalls.web.index_cases import CHOICES
from thinwalls.web.views.render import answer_values, page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from fastapi import UploadFile

    from thinwalls.reporting import Words
    from thinwalls.system import System
    from thinwalls.web.answers.question import Question
    from thinwalls.web.answers.service import Service

MOST_TEXT = 100_000
MOST_ROWS = 100
DRAWS = 40
NAME = Message("your table")
FILE = "your-table.csv"
"""What the table is called in its record, and when it is saved."""


async def text_of(table: str, file: UploadFile | None) -> str:
    """The text of the upload, else of the field.

    Raises
    ------
    InputError
        For a file that is no text or too large.
    """
    if file is None or not file.filename:
        return table
    content = await file.read(MOST_TEXT + 1)
    if len(content) > MOST_TEXT:
        raise InputError("must be at most {count} bytes", field="file", count=f"{MOST_TEXT:,}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not a text file (UTF-8)", field="file") from None


def read(text: str) -> System | list[InputError]:
    """The system of a table, or what is wrong with it: one problem for every row that has one."""
    from thinwalls.sources import problems_of_text, user_system_of_text

    if len(text.splitlines()) > MOST_ROWS + 40:
        return [InputError("has more than {count} rows", where=NAME, count=MOST_ROWS)]
    problems = problems_of_text(text, NAME)
    return problems or user_system_of_text(text, NAME, name=FILE)


def template_bytes() -> bytes:
    """The empty table with examples and notes."""
    from thinwalls.sources import template_text

    return template_text().encode()


def key_of(language: str, question: Question, text: str) -> str:
    """Equal for requests that have the same answer; the table itself is not kept."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"own {language} {digest} {question.key}"


def form_page(words: Words, text: str, problems: Sequence[InputError]) -> str:
    """The form, with what is wrong with the table."""
    return page(
        "own.html.j2", words, query={"lang": words.language}, text=text, form={},
        problems=[words.tell_error(problem) for problem in problems],
        controls=CONTROLS, sides=SIDES, who=list(WHO.items()), start="2020-03-20", facts=None,
        index_cases=CHOICES,
    )  # fmt: skip


def answer_page(
    words: Words, service: Service, question: Question, system: System, text: str, stop: Event
) -> str:
    """Who is in the table's places and the answer, with the form to change it."""
    from thinwalls.simulation import Workbench
    from thinwalls.web.views.forms import form_values

    bench = Workbench(system, service.pathogen(question.pathogen), remember=False)
    asked = question.model_copy(update={"draws": min(DRAWS, question.draws)})
    results = service.answer(asked, stop, bench, FILE)
    record = run_record_of_table(FILE, text.encode(), asked, results, service.places(system))
    snapshot = Snapshot(results, words, True)
    form, unsaid = form_values(question)
    known = facts(words, system)
    return page(
        "own.html.j2",
        words,
        query={"lang": words.language},
        text=text,
        problems=(),
        form=form,
        unsaid=[scenario_name(words, name) for name in unsaid],
        controls=CONTROLS,
        sides=SIDES,
        who=list(WHO.items()),
        index_cases=CHOICES,
        start=system.start_date,
        facts=known,
        sources=sources_of(known),
        hospitals=hospitals(words, system),
        files=[
            ("record.json", "application/json", _encoded(record)),
            (FILE, "text/csv", _encoded(text.encode())),
        ],
        **answer_values(snapshot, pictures=True),
    )


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
