"""A scenario: a name, what is done, and with whom an outbreak begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator, model_validator

from thinwalls.common import FieldError, InputError, TypedRecord, problem_in_text
from thinwalls.policy.actions.base import Action
from thinwalls.policy.conflicts import problem_with
from thinwalls.policy.seed import Seed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from thinwalls.common import Quantity


class Scenario(TypedRecord):
    """What is done, in one of the worlds that are compared.

    ``seeds`` are index cases: people with whom an outbreak begins.

    >>> Scenario("nothing changes").actions
    ()

    Raises
    ------
    InputError
        For actions that contradict each other.
    """

    name: str = Field(min_length=1, max_length=200)
    actions: tuple[SerializeAsAny[Action], ...] = ()
    description: str = ""
    seeds: tuple[Seed, ...] = Field(default=(), max_length=1_000)

    if not TYPE_CHECKING:

        def __init__(self, name, actions=(), description="", seeds=(), **more):
            super().__init__(
                name=name, actions=actions, description=description, seeds=seeds, **more
            )

    else:

        def __init__(
            self,
            name: str,
            actions: Sequence[Action] = (),
            description: str = "",
            seeds: Sequence[Seed] = (),
        ) -> None: ...

    @field_validator("name", "description")
    @classmethod
    def _can_be_printed(cls, text: str, info: ValidationInfo) -> str:
        problem = problem_in_text(text, lines=info.field_name == "description")
        if problem is not None:
            raise FieldError.of(problem)
        return text

    @model_validator(mode="after")
    def _can_be_done(self) -> Scenario:
        problem = problem_with(self.actions)
        if problem is not None:
            raise FieldError.of(problem)
        return self

    def quantities(self) -> dict[str, Quantity]:
        """Every uncertain number of the actions by name."""
        found: dict[str, Quantity] = {}
        for action in self.actions:
            found.update(action.quantities())
        return dict(sorted(found.items()))

    def until(self, end: dt.date) -> Scenario:
        """The scenario without actions that begin after a day: a ready one in a short run.

        If all of them do, it stays as it is, and :meth:`check` refuses it.
        """
        kept = [one for one in self.actions if one.begins is None or one.begins <= end]
        return self.model_copy(update={"actions": tuple(kept)}) if kept else self

    def with_seeds(self, seeds: Sequence[Seed]) -> Scenario:
        """The scenario with further index cases."""
        return Scenario(self.name, self.actions, self.description, (*self.seeds, *seeds))

    def check(self, start: dt.date, end: dt.date) -> None:
        """Refuse what cannot matter in a run from ``start`` to ``end`` (last day).

        Raises
        ------
        InputError
            If an action starts after the end or ends before the start of the run, or index cases
            come on a day that is not in it.
        """
        for index, seed in enumerate(self.seeds):
            for day in seed.days:
                if not start <= day <= end:
                    raise InputError(
                        "is not a day of the run, {start} to {end}",
                        where=self.name,
                        field=f"seeds[{index}].{_day_field(seed)}",
                        value=str(day),
                        start=start,
                        end=end,
                    )
        for index, action in enumerate(self.actions):
            field = f"actions[{index}]"
            if action.begins is not None and action.begins > end:
                raise InputError(
                    "is after the end of the run ({end})",
                    where=self.name,
                    field=f"{field}.{action.begins_in}",
                    value=str(action.begins),
                    end=end,
                )
            if action.end is not None and action.end < start:
                raise InputError(
                    "is before the start of the run ({start})",
                    where=self.name,
                    field=f"{field}.end",
                    value=str(action.end),
                    start=start,
                )

    def table(self) -> dict[str, Any]:
        """The scenario as it stands in a file."""
        content: dict[str, Any] = {"name": self.name}
        if self.description:
            content["description"] = self.description
        if self.seeds:
            content["seed"] = [seed.table() for seed in self.seeds]
        if self.actions:
            content["action"] = [action.table() for action in self.actions]
        return content

    @property
    def text(self) -> str:
        """With whom it begins and what is done, in plain words, one line each."""
        begins = [f"begins with {seed.text}" for seed in self.seeds]
        done = [f"{action.text}, {action.when}" for action in self.actions]
        return "\n".join([*begins, *(done or ["nothing is done"])])


def _day_field(seed: Seed) -> str:
    if seed.onset is not None:
        return "onset"
    return "date" if seed.date is not None else "dates"
