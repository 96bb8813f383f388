"""Actions that find infected people: quarantine, screening, testing."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from typing_extensions import override

from thinwalls.common import FieldError, Quantity
from thinwalls.policy.actions.base import Action, Days, InsideAction, Share, percent
from thinwalls.policy.selectors.selectors import everyone
from thinwalls.policy.selectors.who_field import Who

TestKind = Literal["pcr", "antigen"]
Interval = Annotated[float, Field(ge=0.25, le=3650)]
Movement = Literal["arrest", "transfer", "release", "removal"]

TEST_NAMES = {"pcr": "PCR", "antigen": "antigen"}


class IntakeQuarantine(InsideAction):
    """People who arrive are kept apart first.

    Mechanism: those who arrive by arrest or transfer spend ``days`` in a quarantine unit before
    they join the others. With ``alone`` they meet nobody there but staff; otherwise they meet the
    other people in quarantine. With ``test_out`` a share ``missed`` of those who are infected when
    they arrive goes on to the others, the rest is isolated.

    Engine inputs: a quarantine cell and setting per facility, ``Exits`` from it after ``days`` on
    average; with ``test_out`` ``Programmes`` from infected stages to their isolated twins.

    Limits: the time in quarantine is exponential; those in it together meet each other whatever
    their day of arrival. Where rooms are lacking, quarantine of many together spreads what it
    should stop.
    """

    do: ClassVar[str] = "intake_quarantine"

    days: Annotated[float, Field(gt=0, le=60)] = 14.0
    alone: bool = False
    test_out: bool = False
    missed: Quantity | None = None

    @model_validator(mode="after")
    def _missed_needs_a_test(self) -> Self:
        if self.missed is not None and not self.test_out:
            raise FieldError("missed goes with test_out = true")
        return self

    @override
    def effect_names(self) -> dict[str, str]:
        return super().effect_names() if self.test_out else {}

    @property
    def text(self) -> str:
        """The action in plain words."""
        how = "alone" if self.alone else "together"
        test = ", then a test" if self.test_out else ""
        return f"{self.days:g} days of quarantine {how} on arrival{test}, {self.where}"


class SymptomScreening(InsideAction):
    """Everyone is asked and looked at for symptoms.

    Mechanism: every ``interval_days`` a share ``sensitivity`` of the people with symptoms who are
    not yet isolated is found and isolated, ``who`` says among whom.

    Engine inputs: ``Programmes`` from stages with symptoms to their isolated twins, hazard
    ``-ln(1 - sensitivity) / interval_days``.

    Limits: who has no symptoms yet, or never, is not found; people hide symptoms for fear of
    isolation; isolation needs places (see isolation).
    """

    do: ClassVar[str] = "symptom_screening"

    who: Who = everyone
    interval_days: Interval = 1.0
    sensitivity: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        days = f"every {self.interval_days:g} days"
        return f"symptom screening of {self.who.text} {days} {self.where}"


class Testing(InsideAction):
    """Everyone is tested again and again, with or without symptoms.

    Mechanism: every ``interval_days`` a share ``uptake`` of the people meant is tested; who is
    found is isolated ``delay_days`` later. The share of infected people that a test finds depends
    on where they are in the course: ``exposed`` before they are contagious, ``presymptomatic``
    before symptoms, ``infectious`` from then on (with or without symptoms).

    Engine inputs: ``Programmes`` from stages E, P, A and I to their isolated twins, mean time to
    isolation ``interval_days / (sensitivity x uptake) + delay_days``. People found while exposed
    leave the last exposed stage for the isolated contagious one.

    Limits: false positives take isolation places and are not modelled; isolation needs places.
    """

    do: ClassVar[str] = "testing"

    who: Who = everyone
    interval_days: Interval = 7.0
    delay_days: Days = 2.0
    uptake: Share = 1.0
    kind: TestKind = "pcr"
    exposed: Quantity | None = None
    presymptomatic: Quantity | None = None
    infectious: Quantity | None = None

    @override
    def library_name(self, field: str) -> str:
        return f"test_{self.kind}.{field}"

    @property
    def text(self) -> str:
        """The action in plain words."""
        return (
            f"{TEST_NAMES[self.kind]} test of {self.who.text} every {self.interval_days:g} days, "
            f"result after {self.delay_days:g} days, {self.where}"
        )


class StaffTesting(InsideAction):
    """Staff are tested again and again; who is found stays at home.

    Mechanism: as testing, for staff of the facilities: found staff stay at home and come back
    when they have recovered.

    Engine inputs: ``Programmes`` from stages E, P, A and I of staff cells to their isolated
    twins, which attend no setting at work.

    Limits: an effect on the people detained was not measured; 1 of 593 and 13 of 10,000 staff
    were positive in Connecticut in 2020.
    """

    do: ClassVar[str] = "staff_testing"

    interval_days: Interval = 7.0
    delay_days: Days = 2.0
    uptake: Share = 1.0
    kind: TestKind = "pcr"
    exposed: Quantity | None = None
    presymptomatic: Quantity | None = None
    infectious: Quantity | None = None

    @override
    def library_name(self, field: str) -> str:
        return f"test_{self.kind}.{field}"

    @property
    def text(self) -> str:
        """The action in plain words."""
        return (
            f"{TEST_NAMES[self.kind]} test of staff every {self.interval_days:g} days, "
            f"result after {self.delay_days:g} days, {self.where}"
        )


class StaffSickPay(InsideAction):
    """Staff who are ill are paid to stay at home.

    Mechanism: a further share ``stay_home`` of staff with symptoms stays at home from the day
    after symptoms begin until recovery.

    Engine inputs: ``Programmes`` from stages with symptoms of staff cells to their isolated
    twins, which attend no setting at work.

    Limits: how many go to work ill without pay was not found for custody; the known effect of
    paid leave is on cases in whole states.
    """

    do: ClassVar[str] = "staff_sick_pay"

    stay_home: Quantity | None = None

    @property
    def text(self) -> str:
        """The action in plain words."""
        return f"paid sick leave for staff {self.where}"


class GateTesting(Action):
    """People are tested when they are moved.

    Mechanism: of the people meant who move by the ``movements`` named a share ``uptake`` is
    tested; a test finds the share of infected people that belongs to where they are in the course
    (see testing). After an arrest, a transfer or a release, who is found is isolated where they
    have arrived, at home after a release, when the result is known: ``delay_days`` later on
    average; until then they meet people there. Who is found before a removal is not removed, nor
    is anybody who is isolated; they stay where they are.

    Engine inputs: rows of ``Exits`` and ``Counts`` lead into a gate cell of the destination, from
    which ``Exits`` weighted by the sensitivity at each stage tell those found apart;
    ``Programmes`` isolate them there. For removals, rows with the weight of those missed.

    Limits: one test at the gate; who was infected in the last days is mostly not found. False
    positives are not modelled. Who is found before a removal is not isolated by this action. The
    time to the result is exponential. People taken to places that are not in the system are not
    tested.
    """

    do: ClassVar[str] = "gate_testing"

    movements: tuple[Movement, ...] = ("release",)
    who: Who = everyone
    delay_days: Days = 0.0
    uptake: Share = 1.0
    kind: TestKind = "pcr"
    exposed: Quantity | None = None
    presymptomatic: Quantity | None = None
    infectious: Quantity | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.movements or len(set(self.movements)) != len(self.movements):
            raise FieldError("movements must name arrest, transfer, release or removal, each once")
        return self

    @override
    def library_name(self, field: str) -> str:
        return f"test_{self.kind}.{field}"

    @property
    def text(self) -> str:
        """The action in plain words."""
        part = "" if self.uptake == 1 else f" of {percent(self.uptake)}"
        who = "" if self.who == everyone else f" of people {self.who.text}"
        later = f", result after {self.delay_days:g} days" if self.delay_days else ""
        moves = " and ".join(self.movements)
        return f"{TEST_NAMES[self.kind]} test{part}{who} at every {moves}{later}"
