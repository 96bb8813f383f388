"""How infected people are found: hazards, and what the tests find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from thinwalls.common import Quantity, mark
from thinwalls.policy.actions.effect_library import Cited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.policy.actions.base import Action, Hazard, Values

TestKind = Literal["pcr", "antigen"]
TEST_NAMES = {"pcr": "PCR", "antigen": "antigen"}
SYMPTOMS = "I"
"""Compartment of people with symptoms."""
INFECTED = "EPAI"
"""Compartments of infected people: exposed, before symptoms, without, and with them."""
LEAST = 1e-9
"""Least share missed by a test: who is found at once is found within a step."""
CITED = {
    "test_pcr.exposed": Cited(
        mark("found by a PCR test before being contagious"),
        Quantity(
            distribution="uniform",
            low=0.0,
            high=0.33,
            unit=mark("share found by one test before people are contagious"),
            source=(
                "Kucirka LM et al. Ann Intern Med 2020;173:262, 10.7326/M20-1495 (0 % on day "
                "1, 33 % on day 4 after exposure)"
            ),
            tag="derived",
        ),
    ),
    "test_pcr.presymptomatic": Cited(
        mark("found by a PCR test before symptoms"),
        Quantity(
            distribution="uniform",
            low=0.33,
            high=0.62,
            unit=mark("share found by one test while contagious before symptoms"),
            source=(
                "Kucirka LM et al. Ann Intern Med 2020;173:262, 10.7326/M20-1495 (33 % on day "
                "4, 62 % on day 5, the day of symptoms)"
            ),
            tag="derived",
        ),
    ),
    "test_pcr.infectious": Cited(
        mark("found by a PCR test while contagious"),
        Quantity(
            distribution="beta",
            mean=0.8,
            low=0.7,
            high=0.88,
            unit=mark("share found by one test after that"),
            source=(
                "Kucirka LM et al. Ann Intern Med 2020;173:262, 10.7326/M20-1495 (day 8: 1 - "
                "0.20 (0.12-0.30))"
            ),
            tag="seen",
        ),
    ),
    "test_antigen.exposed": Cited(
        mark("found by an antigen test before being contagious"),
        Quantity(
            distribution="uniform",
            low=0.0,
            high=0.1,
            unit=mark("share found by one test before people are contagious"),
            tag="assumption",
            note="Antigen tests need more virus than PCR.",
        ),
    ),
    "test_antigen.presymptomatic": Cited(
        mark("found by an antigen test before symptoms"),
        Quantity(
            distribution="uniform",
            low=0.2,
            high=0.684,
            unit=mark("share found by one test while contagious before symptoms"),
            source=(
                "High end: Khandker SS et al. J Clin Med 2021, 10.3390/jcm10163493 (68.4 %, "
                "60.8-75.9, of suspected cases)"
            ),
            tag="assumption",
        ),
    ),
    "test_antigen.infectious": Cited(
        mark("found by an antigen test while contagious"),
        Quantity(
            distribution="beta",
            mean=0.684,
            low=0.608,
            high=0.759,
            unit=mark("share found by one test after that"),
            source=(
                "Khandker SS et al. J Clin Med 2021, 10.3390/jcm10163493 (17,171 suspected cases)"
            ),
            tag="seen",
        ),
    ),
}
"""Shares of infected people that a test finds."""


def found_with_symptoms(found: float, delay_days: float, ill_days: float) -> float:
    """Hazard of being found while ill: a share ``found``, ``delay_days`` after symptoms begin.

    With mean days ill ``D`` it is ``f / ((1 - f) D + d)``: without delay a share ``f`` is found
    before symptoms end, and at ``f = 1`` the mean time to isolation is ``d``.
    """
    return found / max((1.0 - found) * ill_days + delay_days, LEAST)


def sensitivity(action: Action) -> dict[str, str]:
    """Drawn value with the share that a test finds, by compartment."""
    infectious = action.value("infectious")
    return {
        "E": action.value("exposed"),
        "P": action.value("presymptomatic"),
        "A": infectious,
        "I": infectious,
    }


def found_by_tests(
    by_compartment: Mapping[str, str], interval_days: float, delay_days: float, uptake: float
) -> Hazard:
    """Hazard with mean time to isolation ``interval / (sensitivity x uptake) + delay``."""

    def hazard(values: Values, compartment: str, days: float) -> float:
        del days
        found = values[by_compartment[compartment]] * uptake
        return 0.0 if found == 0 else 1.0 / (interval_days / found + delay_days)

    return hazard
