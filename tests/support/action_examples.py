"""One scenario for every action and for what is done under a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import thinwalls as tw
from thinwalls.policy import ACTIONS

if TYPE_CHECKING:
    import datetime as dt

    from thinwalls.policy import Action

DETAINED, STAFF = tw.group("detained"), tw.group("staff")
ISOLATION = tw.Isolation()
EXAMPLES: dict[str, list[Action]] = {
    "release": [tw.Release(share=0.5, over_days=10)],
    "release by number": [tw.Release(people_per_day=30)],
    "halt arrests": [tw.HaltArrests()],
    "limit arrests": [tw.LimitArrests(share=0.3)],
    "halt transfers": [tw.HaltTransfers()],
    "halt removals": [tw.HaltRemovals()],
    "faster release": [tw.FasterRelease(factor=3)],
    "alternatives": [tw.AlternativesToDetention(share=0.6)],
    "surge": [tw.EnforcementSurge(factor=1.5, affected_share=0.2, start="2020-03-25")],
    "hygiene": [tw.Hygiene()],
    "masks": [tw.Masks(who=STAFF, fit="fitted")],
    "distancing": [tw.Distancing()],
    "single cells": [tw.SingleCells(added_share=0.2)],
    "cohorting": [tw.Cohorting()],
    "quarantine": [tw.IntakeQuarantine(days=14)],
    "quarantine alone": [tw.IntakeQuarantine(days=14, alone=True)],
    "quarantine with tests": [tw.IntakeQuarantine(days=14, test_out=True, start="2020-03-25")],
    "screening": [tw.SymptomScreening()],
    "testing": [tw.Testing(kind="antigen", delay_days=0)],
    "isolation": [tw.Isolation(places_per_100=4)],
    "vaccination": [
        tw.Vaccination(people_per_day=200, order=(tw.vulnerable & DETAINED, DETAINED, STAFF))
    ],
    "doses on dates": [
        tw.Vaccination.model_validate(
            {
                "doses": [
                    {"date": "2020-04-02", "people": 900},
                    {"date": "2020-04-05", "people": 700},
                ],
                "delay_days": 3,
                "share_with_record": 0.5,
            }
        )
    ],
    "case-finding": [tw.CaseFinding()],
    "exposed stay": [ISOLATION, tw.HaltTransfersOfExposed(for_days=14)],
    "staff exclusion": [ISOLATION, tw.StaffExclusion(from_day=2)],
    "intake screening": [tw.IntakeScreening(immune_known=0.3)],
    "medical care": [tw.MedicalCare(treated_share=0.5)],
    "staff testing": [tw.StaffTesting(interval_days=3.5, delay_days=0)],
    "staff sick pay": [tw.StaffSickPay()],
    "gate": [tw.GateTesting(movements=("arrest", "transfer", "release", "removal"))],
    "visits": [tw.Visits(start="2020-03-25")],
    "no visits": [tw.VisitsHalt()],
    "community distancing": [tw.CommunityDistancing(ramp_days=7)],
    "hospital surge": [tw.HospitalSurge(more_beds=0.2, more_icu=0.5)],
    "when, contact": [ISOLATION, tw.When(cases=1, then=tw.Cohorting())],
    "when, programme": [ISOLATION, tw.When(cases=1, then=tw.Testing(), for_days=28)],
    "when, arrests": [ISOLATION, tw.When(cases=1, place="county", then=tw.HaltArrests())],
    "when, beds": [
        tw.When(hospital="icu", above=0.3, place="county", then=tw.Release(share=0.05), for_days=1)
    ],
    "everything inside": [
        tw.Hygiene(),
        tw.Masks(),
        tw.Testing(),
        tw.IntakeQuarantine(test_out=True),
        tw.StaffTesting(),
        tw.StaffSickPay(),
        tw.Vaccination(people_per_day=100, order=(DETAINED, STAFF)),
    ],
}
"""``follow_record`` needs the whole country: see ``simulation/movement/test_record.py``;
prophylaxis does not exist against COVID-19: ``measures/outbreak/test_prophylaxis.py``."""
_SHOWN = {type(action) for actions in EXAMPLES.values() for action in actions}
_SHOWN |= {tw.FollowRecord, tw.PostExposureProphylaxis}
EXAMPLES |= {kind.do: [kind.example()] for kind in ACTIONS.values() if kind not in _SHOWN}


def begun(action: Action, start: dt.date) -> Action:
    """The action from a day on, whatever it says itself."""
    if isinstance(action, tw.Vaccination) and action.doses:
        return action.put_off(start - action.doses[0].date, start)
    return action.model_copy(update={"start": start, "end": None})
