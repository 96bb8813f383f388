"""Something done whenever something has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, WithJsonSchema, model_validator
from typing_extensions import override

from thinwalls.common import FieldError, InputError, Quantity
from thinwalls.policy.actions.base import Action
from thinwalls.policy.actions.demands import Needs, Watch
from thinwalls.policy.actions.fields import Days, Share, percent
from thinwalls.policy.actions.from_table import action_from_table
from thinwalls.policy.actions.inside.cohorting import Cohorting
from thinwalls.policy.selectors.selectors import Selector

if TYPE_CHECKING:
    from thinwalls.policy.actions.base import ScenarioBuilder


Count = Annotated[int, Field(ge=1)]
WholeDays = Annotated[int, Field(ge=1, le=3650)]


def _action(value: object) -> object:
    if isinstance(value, dict):
        try:
            return action_from_table(value, where=None, field="then")
        except InputError as problem:
            if problem.field is None:
                raise FieldError.of(problem.problem) from None
            raise FieldError(
                "{name}: {problem}", name=problem.subject, problem=problem.problem
            ) from None
    return value


class When(Action):
    """Do something for a time whenever something has happened.

    Mechanism: yesterday's record is read every day. The condition is either ``cases``: at least so
    many new cases within ``within_days`` in a place (of ``place = "unit"``: among the people who
    live in one housing unit); or ``hospital`` and ``above``: the share of beds (intensive care) in
    use in a county. When it is met, ``then`` is in force from ``delay_days`` after for
    ``for_days``, in the place where it was met, again and again as long as the condition holds. It
    is looked at on every day of the run, so ``start`` and ``end`` are left out. A release of a
    ``share`` takes place once in each time in force.

    Engine inputs: rows of ``Triggers``, with the profile columns and settings that ``then`` would
    change.

    Limits: cases are people who are found, by symptoms as everywhere or by a measure, so what is
    not found sets nothing off, and a delay of reports does not matter to it; the record of a day is
    read on the next at the earliest. Of beds, the region to which a county belongs is looked at.
    Housing units are there only when the system is housed in units, and only what can be done in
    one unit may follow: contact, screening, tests, isolation, keeping it apart, a release of a
    share, halts of transfers and removals. What acts gradually or once (quarantine, vaccination,
    medical care, beds, a record, a ramp) cannot be switched.
    """

    do: ClassVar[str] = "when"
    position: ClassVar[int] = 280
    can_wait: ClassVar[bool] = False

    cases: Count | None = None
    within_days: WholeDays = 7
    hospital: Literal["bed", "icu"] | None = None
    above: Share | None = None
    place: Literal["unit", "facility", "county"] = "facility"
    then: Annotated[
        SerializeAsAny[Action],
        BeforeValidator(_action),
        WithJsonSchema({"type": "object", "required": ["do"]}),
    ]
    for_days: WholeDays = 14
    delay_days: Days = 1.0

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        by_cases, by_beds = self.cases is not None, self.hospital is not None
        if by_cases == by_beds:
            raise FieldError("give either cases (new cases in a place) or hospital and above")
        if by_beds != (self.above is not None):
            raise FieldError("hospital and above go together, for example icu above 0.8")
        if by_beds and self.place != "county":
            raise FieldError("hospital beds are counted by county: place must be 'county'")
        if isinstance(self.then, When):
            raise FieldError("then must be a plain action, not another when")
        if self.then.start is not None or self.then.end is not None:
            raise FieldError("then begins and ends by the condition: leave its start and end out")
        return self

    @override
    def quantities(self) -> dict[str, Quantity]:
        return self.then.quantities()

    @override
    def table(self) -> dict[str, Any]:
        return {**super().table(), "then": self.then.table()}

    @property
    def text(self) -> str:
        """The action in plain words."""
        if self.cases is not None:
            what = f"{self.cases} cases in a {self.place} within {self.within_days} days"
        else:
            assert self.above is not None
            beds = "intensive-care beds" if self.hospital == "icu" else "hospital beds"
            what = f"{beds} in a county are more than {percent(self.above)} in use"
        return f"when {what}: {self.then.text}, for {self.for_days} days"

    @classmethod
    @override
    def example(cls) -> Self:
        return cls(cases=3, within_days=7, place="facility", then=Cohorting(), for_days=14)

    @override
    def compile(self, builder: ScenarioBuilder) -> None:
        watch = Watch(
            place=self.place,
            cases=self.cases,
            within_days=self.within_days,
            hospital=self.hospital,
            above=self.above,
            for_days=self.for_days,
            delay_days=self.delay_days,
        )
        builder.do_when(self, watch, self.then)

    @override
    def needs(self, in_unit: bool = False) -> Needs:
        by_unit = in_unit or self.place == "unit"
        return self.then.needs(by_unit) | Needs(record_units=by_unit)

    @override
    def tested_apart(self) -> Selector | None:
        return self.then.tested_apart()

    @override
    def test_kinds(self) -> tuple[str, ...]:
        return self.then.test_kinds()
