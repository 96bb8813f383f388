"""The one list of actions: what the packages above export, and what files may name."""

from thinwalls.policy.actions.care import MedicalCare, Vaccination
from thinwalls.policy.actions.community import (
    CommunityDistancing,
    HospitalSurge,
    Visits,
    VisitsHalt,
)
from thinwalls.policy.actions.conditions import When
from thinwalls.policy.actions.contact_inside import Distancing, Hygiene, Isolation, Masks
from thinwalls.policy.actions.enforcement import AlternativesToDetention, EnforcementSurge
from thinwalls.policy.actions.housing import Cohorting, SingleCells
from thinwalls.policy.actions.release_and_arrest import (
    FasterRelease,
    FollowRecord,
    HaltArrests,
    HaltRemovals,
    HaltTransfers,
    LimitArrests,
    Release,
)
from thinwalls.policy.actions.tests_and_isolation import (
    GateTesting,
    IntakeQuarantine,
    StaffSickPay,
    StaffTesting,
    SymptomScreening,
    Testing,
)

__all__ = [  # noqa: RUF022 (in the order in which pages show them)
    "Release",
    "HaltArrests",
    "LimitArrests",
    "HaltTransfers",
    "HaltRemovals",
    "FasterRelease",
    "FollowRecord",
    "AlternativesToDetention",
    "EnforcementSurge",
    "Hygiene",
    "Masks",
    "Distancing",
    "SingleCells",
    "Cohorting",
    "IntakeQuarantine",
    "SymptomScreening",
    "Testing",
    "Isolation",
    "Vaccination",
    "MedicalCare",
    "StaffTesting",
    "StaffSickPay",
    "GateTesting",
    "VisitsHalt",
    "Visits",
    "CommunityDistancing",
    "HospitalSurge",
    "When",
]
