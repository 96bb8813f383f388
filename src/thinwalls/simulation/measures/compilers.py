"""Which function compiles which action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thinwalls import policy
from thinwalls.common import InputError
from thinwalls.simulation.measures import (
    community_and_care as outside,
    inside_facilities as inside,
    release_and_arrest as people,
    visits,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from thinwalls.policy import Action
    from thinwalls.simulation.measures.scenario_builder import Work

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
    policy.VisitsHalt: visits.halt,
    policy.Visits: visits.go_on,
    policy.CommunityDistancing: outside.community_distancing,
    policy.HospitalSurge: outside.hospital_surge,
}
"""Every plain action that can be simulated; triggers are compiled by their own module."""


def apply(work: Work, action: Action) -> None:
    """Compile one plain action.

    Raises :class:`~thinwalls.common.errors.InputError` for one that this version cannot simulate.
    """
    kind = type(action)
    if kind not in APPLY:
        raise InputError("cannot be simulated", field="do", value=action.do)
    APPLY[kind](work, action)
