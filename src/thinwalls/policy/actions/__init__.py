"""Actions: frozen typed records of what can be done."""

from thinwalls.policy.actions.base import Action, InsideAction
from thinwalls.policy.actions.care import MedicalCare, Vaccination
from thinwalls.policy.actions.enforcement import AlternativesToDetention, EnforcementSurge
from thinwalls.policy.actions.finding import (
    GateTesting,
    IntakeQuarantine,
    StaffSickPay,
    StaffTesting,
    SymptomScreening,
    Testing,
)
from thinwalls.policy.actions.housing import Cohorting, SingleCells
from thinwalls.policy.actions.inside import Distancing, Hygiene, Isolation, Masks
from thinwalls.policy.actions.outside import CommunityDistancing, HospitalSurge, Visits, VisitsHalt
from thinwalls.policy.actions.people import (
    FasterRelease,
    FollowRecord,
    HaltArrests,
    HaltRemovals,
    HaltTransfers,
    LimitArrests,
    Release,
)
from thinwalls.policy.actions.registry import ACTIONS, action_from_table
from thinwalls.policy.actions.triggers import When

__all__ = [
    "ACTIONS",
    "Action",
    "AlternativesToDetention",
    "Cohorting",
    "CommunityDistancing",
    "Distancing",
    "EnforcementSurge",
    "FasterRelease",
    "FollowRecord",
    "GateTesting",
    "HaltArrests",
    "HaltRemovals",
    "HaltTransfers",
    "HospitalSurge",
    "Hygiene",
    "InsideAction",
    "IntakeQuarantine",
    "Isolation",
    "LimitArrests",
    "Masks",
    "MedicalCare",
    "Release",
    "SingleCells",
    "StaffSickPay",
    "StaffTesting",
    "SymptomScreening",
    "Testing",
    "Vaccination",
    "Visits",
    "VisitsHalt",
    "When",
    "action_from_table",
]
