"""The section of what a result of this kind cannot tell, whatever its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.language.words import mark
from thinwalls.reporting.report.document import Section, Sentences

if TYPE_CHECKING:
    from thinwalls.reporting.language.words import Words
    from thinwalls.reporting.report.answers import Answers

_LIMITS = (
    mark("What will happen to one person. These are numbers of people in groups."),
    mark(
        "What is going on inside a facility today. Who shares a room with whom, how air moves and "
        "how staff are rostered is not public; the run uses averages and says how unsure they are."
    ),
    mark(
        "Where people would go after release. The run sends them to counties by a stated rule, "
        "not to their homes."
    ),
    mark(
        "What release or detention does to anything but this disease: other illness, families, "
        "court cases, safety, money."
    ),
    mark(
        "How people would change their behaviour because of the news of an outbreak, beyond what "
        "the record of the time already contains."
    ),
    mark("What should be done. It says what would probably follow from what is done."),
)


def limits(words: Words) -> tuple[str, ...]:
    """Sentences for "What this cannot tell you"."""
    return tuple(words.say(text) for text in _LIMITS)


def section(answers: Answers) -> Section:
    """The same for every run."""
    title = answers.words.say("What this cannot tell you")
    return Section("limits", title, (Sentences(limits(answers.words)),))
