"""What stands in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.web.answers.form_controls import SIDES, form_of

if TYPE_CHECKING:
    from thinwalls.web.answers.question import Question


def form_values(question: Question) -> tuple[dict[str, str], list[str]]:
    """The fields of the form for the question's scenarios, and names of those it cannot say."""
    form: dict[str, str] = {}
    unsaid: list[str] = []
    sides = iter(SIDES)
    for scenario in question.acts[1:]:
        side = next(sides, None)
        said = None if side is None else form_of(scenario, side)
        if said is None:
            unsaid.append(scenario.name)
        else:
            form |= said
    return form, unsaid
