"""The report of a run, put together from its sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from thinwalls.reporting.language.names import place_name
from thinwalls.reporting.report.document import Document, Section
from thinwalls.reporting.report.parts import (
    assumed,
    comparison,
    delay,
    flattening,
    headline,
    limits,
    objections,
    one_person,
    places,
    repeat,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.reporting.report.answers import Answers

SECTIONS: Final[tuple[Callable[[Answers], Section | None], ...]] = (
    one_person.section,
    flattening.section,
    comparison.section,
    delay.section,
    places.section,
    assumed.section,
    objections.section,
    repeat.section,
    limits.section,
)
"""What comes after the answer, in this order; None from a section: nothing to tell."""


def report_document(answers: Answers) -> Document:
    """The whole report in the language of ``answers``."""
    words, results = answers.words, answers.results
    made = [part for section in SECTIONS if (part := section(answers)) is not None]
    numbers = {part.id: number for number, part in enumerate(made, start=2)}
    system, pathogen = (
        words.say(place_name(str(results.provenance.get(name, "–"))))
        for name in ("system", "pathogen")
    )
    return Document(
        title=headline.question(answers),
        facts=(
            f"{words.say('System')}: {system}",
            f"{words.say('Disease')}: {pathogen}",
            words.plural("{count} scenario", "{count} scenarios", len(results.scenarios)),
            words.plural("{count} simulated future", "{count} simulated futures", results.draws),
        ),
        sections=(headline.section(answers, numbers["assumed"]), *made),
    )
