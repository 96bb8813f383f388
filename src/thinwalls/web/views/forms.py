"""What stands in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.web.answers.form_controls import SIDES, form_of
from thinwalls.web.index_cases import form_of_seeds

if TYPE_CHECKING:
    from thinwalls.web.answers.question import Question


def form_values(question: Question) -> tuple[dict[str, str], list[str]]:
    """The fields of the form for the question's scenarios, and names of those it cannot say."""
    form: dict[str, str] = {}
    unsaid: list[str] = []
    sides = iter(SIDES)
    seeds = {scenario.seeds for scenario in question.acts}
    of_seeds = form_of_seeds(question.acts[0].seeds, question.where) if len(seeds) == 1 else None
    if of_seeds is None:
        unsaid.append(question.acts[0].name)
    form |= of_seeds or {}
    for scenario in question.acts[1:]:
        side = next(sides, None)
        said = None if side is None else form_of(scenario, side)
        if said is None:
            unsaid.append(scenario.name)
        else:
            form |= said
    return form, unsaid
