# Made by scripts/policy_docs.py: every action, for type checkers.
from .base import (
    ACTIONS as ACTIONS,
    Action as Action,
    InsideAction as InsideAction,
)
from .care_and_community.community_distancing import CommunityDistancing as CommunityDistancing
from .care_and_community.hospital_surge import HospitalSurge as HospitalSurge
from .care_and_community.medical_care import MedicalCare as MedicalCare
from .care_and_community.vaccination import Vaccination as Vaccination
from .from_table import action_from_table as action_from_table
from .inside.cohorting import Cohorting as Cohorting
from .inside.distancing import Distancing as Distancing
from .inside.hygiene import Hygiene as Hygiene
from .inside.masks import Masks as Masks
from .inside.single_cells import SingleCells as SingleCells
from .inside.unit_response import UnitResponse as UnitResponse
from .inside.visits import Visits as Visits
from .inside.visits_halt import VisitsHalt as VisitsHalt
from .movement.alternatives_to_detention import AlternativesToDetention as AlternativesToDetention
from .movement.enforcement_surge import EnforcementSurge as EnforcementSurge
from .movement.faster_release import FasterRelease as FasterRelease
from .movement.follow_record import FollowRecord as FollowRecord
from .movement.halt_arrests import HaltArrests as HaltArrests
from .movement.halt_removals import HaltRemovals as HaltRemovals
from .movement.halt_transfers import HaltTransfers as HaltTransfers
from .movement.limit_arrests import LimitArrests as LimitArrests
from .movement.release import Release as Release
from .outbreak.case_finding import CaseFinding as CaseFinding
from .outbreak.halt_transfers_of_exposed import HaltTransfersOfExposed as HaltTransfersOfExposed
from .outbreak.intake_screening import IntakeScreening as IntakeScreening
from .outbreak.post_exposure_prophylaxis import PostExposureProphylaxis as PostExposureProphylaxis
from .outbreak.staff_exclusion import StaffExclusion as StaffExclusion
from .tests_and_isolation.gate_testing import GateTesting as GateTesting
from .tests_and_isolation.intake_quarantine import IntakeQuarantine as IntakeQuarantine
from .tests_and_isolation.isolation import Isolation as Isolation
from .tests_and_isolation.staff_sick_pay import StaffSickPay as StaffSickPay
from .tests_and_isolation.staff_testing import StaffTesting as StaffTesting
from .tests_and_isolation.symptom_screening import SymptomScreening as SymptomScreening
from .tests_and_isolation.testing import Testing as Testing
from .when import When as When
