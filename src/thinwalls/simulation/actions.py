"""Which function compiles which action, and which actions cannot be simulated, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thinwalls import policy
from thinwalls.errors import InputError
from thinwalls.simulation import actions_inside as inside
from thinwalls.simulation import actions_outside as outside
from thinwalls.simulation import actions_people as people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thinwalls.policy import Action
    from thinwalls.simulation.work import Work

APPLY: Mapping[type[Action], Callable[[Work, Any], None]] = {
    policy.HaltArrests: people.halt_arrests,
    policy.LimitArrests: people.limit_arrests,
    policy.AlternativesToDetention: people.alternatives,
    policy.EnforcementSurge: people.surge,
    policy.HaltTransfers: people.halt_transfers,
    policy.HaltRemovals: people.halt_removals,
    policy.FasterRelease: people.faster_release,
    policy.FollowRecord: people.follow_record,
    policy.Release: people.release,
    policy.Hygiene: inside.hygiene_or_distancing,
    policy.Distancing: inside.hygiene_or_distancing,
    policy.Masks: inside.masks,
    policy.SingleCells: inside.single_cells,
    policy.Cohorting: inside.cohorting,
    policy.Isolation: inside.isolation,
    policy.SymptomScreening: inside.symptom_screening,
    policy.Testing: inside.testing,
    policy.StaffTesting: inside.staff_testing,
    policy.GateTesting: inside.gate_testing,
    policy.StaffSickPay: inside.staff_sick_pay,
    policy.IntakeQuarantine: inside.intake_quarantine,
    policy.Vaccination: outside.vaccination,
    policy.MedicalCare: outside.medical_care,
    policy.CommunityDistancing: outside.community_distancing,
    policy.HospitalSurge: outside.hospital_surge,
}
"""Every plain action that can be simulated; triggers are compiled by their own module."""

REFUSED: Mapping[type[Action], str] = {
    policy.VisitsHalt: "cannot be simulated: visitors are not among the ways into a facility here",
}
"""Actions that the model has no place for, with the words in which they are refused."""


def apply(work: Work, action: Action) -> None:
    """Compile one plain action.

    Raises :class:`~thinwalls.errors.InputError` for one that cannot be simulated.
    """
    kind = type(action)
    if kind not in APPLY:
        problem = REFUSED.get(kind, "is an action that this version cannot simulate")
        raise InputError(problem, field="do", value=action.do)
    APPLY[kind](work, action)
