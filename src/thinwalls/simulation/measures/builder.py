"""The whole of what actions write into: what :class:`~thinwalls.policy.ScenarioBuilder` offers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from thinwalls.simulation.measures.community_and_care import CareBuilder
from thinwalls.simulation.measures.conditions import check, split_by_place
from thinwalls.simulation.measures.inside_facilities import InsideBuilder
from thinwalls.simulation.measures.outbreak.case_finding import ShorteningBuilder
from thinwalls.simulation.measures.outbreak.exclusion import ExclusionBuilder
from thinwalls.simulation.measures.outbreak.intake import IntakeBuilder
from thinwalls.simulation.measures.outbreak.prophylaxis import ProphylaxisBuilder
from thinwalls.simulation.measures.outbreak.units_that_respond import UnitBuilder
from thinwalls.simulation.measures.release_and_arrest import MovementBuilder

if TYPE_CHECKING:
    from thinwalls.policy import Action, Watch


class Builder(
    MovementBuilder,
    InsideBuilder,
    CareBuilder,
    ProphylaxisBuilder,
    IntakeBuilder,
    ExclusionBuilder,
    UnitBuilder,
    ShorteningBuilder,
):
    """A scenario while its actions are compiled."""

    def do_when(self, action: Action, watch: Watch, then: Action) -> None:
        """Do something whenever a condition is met, in the place where it is.

        Raises
        ------
        InputError
            For a condition or an action that cannot be switched.
        """
        check(self, action, watch, then)
        always = replace(
            self,
            book_ins=[],
            exits=[],
            more_exits=[],
            more_counts=[],
            inside=[],
            outside=[],
            rules=[],
            tests=[],
            isolating=[],
            staff_home=[],
            limiting=[],
        )
        then.compile(always)
        split_by_place(self, always, watch, then)
