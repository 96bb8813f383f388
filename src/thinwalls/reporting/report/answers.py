"""What a report is made from: a result, and the answers that are worked out from it once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from thinwalls.results import GROUPS, compare, doubts, flattening

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.reporting.language.words import Words
    from thinwalls.results import Comparison, Doubts, Equity, Flattening, PersonRisk, Results


@dataclass(frozen=True)
class Answers:
    """Answers to one run in one language; each is worked out when it is asked for first.

    Parameters
    ----------
    words
        The reader's language.
    results
        The run.
    baseline
        The scenario that the others are compared with.
    people
        Risks of single persons.
    burdens
        Who carries what, beside what the run counted by age.
    groups
        Groups of people that are compared.
    """

    words: Words
    results: Results
    baseline: str
    people: tuple[PersonRisk, ...] = ()
    burdens: tuple[Equity, ...] = ()
    groups: tuple[str, ...] = GROUPS

    @property
    def others(self) -> tuple[str, ...]:
        """The scenarios that are compared with the baseline."""
        return tuple(name for name in self.results.scenarios if name != self.baseline)

    @cached_property
    def comparison(self) -> Comparison:
        """Paired differences of every scenario against the baseline."""
        return compare(self.results, self.baseline, groups=self.groups)

    @cached_property
    def flat(self) -> Flattening:
        """Beds needed against beds free."""
        return flattening(self.results, self.baseline)

    @cached_property
    def doubts(self) -> Mapping[str, Doubts]:
        """What speaks against the difference of each scenario."""
        return {name: doubts(self.results, name, self.baseline) for name in self.others}
