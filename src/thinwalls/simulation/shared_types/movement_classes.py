"""Classes of movement, numbered as the engine's record numbers them."""

from __future__ import annotations

ARREST, RELEASE, TRANSFER, REMOVAL = range(4)

MOVEMENTS = ("arrests", "releases", "transfers", "removals")
"""Classes of movement in the order in which the engine counts them."""

WITHIN = len(MOVEMENTS)
"""Class of moves between a cell and its twin; counted by the engine after the others."""

TAKING_OVER = "ICE"
"""Agency that takes people over from jails and prisons (detainers)."""

BORDER_AGENCY = "CBP"
"""Agency whose arrests are of people who come from outside the country."""


(
    AWAY,
    REMOVED_AFTER_TEST,
    COURSE_GIVEN,
    TEST_OUT,
    GATE_TEST,
    DOSE_WASTED,
    SEEN_SUSCEPTIBLE,
    SEEN_OTHERS,
) = range(WITHIN + 1, WITHIN + 9)
"""Classes of movement of the engine after those of people: transfers to places that are not in
the system, removals of people who were tested before, vaccine courses, tests at the end of
quarantine, tests at the gate, vaccine courses for people who were immune or infected already,
people seen at intake who are susceptible and others."""

N_MOVEMENTS = WITHIN + 9
