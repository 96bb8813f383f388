"""Claims tried: experiments run, tests held against their limits, verdicts in words.

A test holds in a draw or not, so its probability is the share of draws in which it holds; draws
hold what is uncertain about the parameters and chance together.  A claim is no stronger than the
weakest of its tests.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from thinwalls.evidence.claims.amounts import amount_of, at_risk
from thinwalls.results import DEFAULT_LEVEL, flip_along, influences, interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.evidence.claims.claim_files import Claim, ClaimFile, Experiment, Test
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Flip, Results

HOLDS, MOSTLY, MOSTLY_NOT, NOT = 0.95, 0.8, 0.2, 0.05
"""Shares of draws from which, or up to which, a claim is said to hold or not, or mostly so; decided
before any claim was tried."""
VERDICTS = ("does not hold", "mostly does not hold", "depends", "mostly holds", "holds")
_EFFECTS = ("effect", "effect_low", "effect_high")


@dataclass(frozen=True)
class Decider:
    """The uncertain parameter that moves most with a test's effect, and where the answer turns."""

    parameter: str
    long_name: str
    correlation: float
    flips_at: float | None
    flips_low: float | None
    flips_high: float | None
    sampled_low: float
    sampled_high: float


@dataclass(frozen=True)
class TestResult:
    """One test: ``probability`` with its Monte Carlo interval (Wilson, 95 %), and its effect.

    ``effect`` is what is compared with ``limit``: the measure of the test, or for a trend the
    relative change from its first to its last scenario.  ``draws`` are those in which there was
    something to compare; in ``undefined`` more the effect is not a number, as there was nothing to
    divide by.
    """

    __test__ = False

    says: str
    experiment: str
    measure: str
    holds: str
    limit: float
    probability: float
    probability_low: float
    probability_high: float
    effect: float
    effect_low: float
    effect_high: float
    population_at_risk: float
    draws: int
    undefined: int
    decider: Decider | None

    def as_dict(self) -> dict[str, Any]:
        """Plain types; an effect that is not a number (nothing to divide by) is None."""
        content = asdict(self)
        return content | {name: None for name in _EFFECTS if math.isnan(content[name])}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> TestResult:
        """What :meth:`as_dict` gave."""
        known = {name: math.nan for name in _EFFECTS if content[name] is None}
        decider = content["decider"]
        return cls(
            **{**content, **known, "decider": None if decider is None else Decider(**decider)}
        )


@dataclass(frozen=True)
class ClaimResult:
    """What the runs say of a claim; ``verdict`` is one of the words of :func:`verdict_of`."""

    claim: Claim
    tests: tuple[TestResult, ...]
    probability: float | None
    verdict: str
    depends_on: str | None
    """parameter that decides the weakest test, where the verdict is that it depends"""
    left_open: tuple[str, ...] = ()
    """other verdicts within the Monte Carlo interval of the weakest test: with more draws the
    verdict could be one of them"""


def chosen_claims(claims: ClaimFile, only: Iterable[str], fitted: bool) -> list[Claim]:
    """The claims that ``only`` names, or all; with ``fitted``, those that can be tried so."""
    names = set(only)
    found = [one for one in claims.claims if not names or one.id in names]
    if not fitted:
        return found
    can = {name for name, one in claims.experiments.items() if one.fitted is not None}
    return [one for one in found if one.tests and all(t.experiment in can for t in one.tests)]


def experiments_needed(claims: ClaimFile, ids: Iterable[str]) -> dict[str, Experiment]:
    """Experiments of the claims with these ids, with the scenarios that they look at.

    The first scenario stays: costs and influences are measured from it.
    """
    chosen = set(ids)
    used: dict[str, set[str]] = {}
    for claim in claims.claims:
        if claim.id in chosen:
            for test in claim.tests:
                used.setdefault(test.experiment, set()).update(test.scenarios())
    needed = {}
    for name, one in claims.experiments.items():
        if name in used:
            first = one.scenarios[0].name
            kept = [each for each in one.scenarios if each.name in {first, *used[name]}]
            needed[name] = one.model_copy(update={"scenarios": tuple(kept)})
    return needed


def run_experiment(
    experiment: Experiment,
    *,
    draws: int | None = None,
    seed: int = 1,
    fitted: bool = False,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Results:
    """Simulate the scenarios of an experiment.

    Parameters
    ----------
    experiment
        Of a claim file.
    draws, seed, fitted
        As of :meth:`~thinwalls.evidence.claims.claim_files.Experiment.request`.
    threads, progress
        As of :func:`thinwalls.simulate`.
    """
    request = experiment.request(draws=draws, seed=seed, fitted=fitted)
    return request.run(threads=threads, progress=progress)


def try_test(test: Test, results: Results, pathogen: Pathogen) -> TestResult:
    """Hold one test against the draws of its experiment."""
    holds, effect, distance = _measured(test, results, pathogen)
    defined = ~np.isnan(effect) | bool(test.along)
    if defined.any():
        holds = holds[defined]
    n, k = len(holds), int(holds.sum())
    sure = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    low, middle, high = interval(effect, DEFAULT_LEVEL)
    return TestResult(
        says=test.says,
        experiment=test.experiment,
        measure="relative change, last against first" if test.along else test.measure,
        holds=test.holds,
        limit=test.limit,
        probability=k / n,
        probability_low=float(sure.low),
        probability_high=float(sure.high),
        effect=float(middle),
        effect_low=float(low),
        effect_high=float(high),
        population_at_risk=at_risk(results, test.of),
        draws=n,
        undefined=results.draws - n,
        decider=_decider(results, distance),
    )


def judge(claim: Claim, tests: tuple[TestResult, ...]) -> ClaimResult:
    """The verdict on a claim from its tests; the weakest decides."""
    if not tests:
        return ClaimResult(claim, (), None, "cannot be tested with these data", None)
    weakest = min(tests, key=lambda one: one.probability)
    verdict = verdict_of(weakest.probability)
    depends = None
    if verdict == "depends" and weakest.decider is not None:
        depends = weakest.decider.parameter
    between = verdicts_between(weakest.probability_low, weakest.probability_high)
    left_open = tuple(word for word in between if word != verdict)
    return ClaimResult(claim, tests, weakest.probability, verdict, depends, left_open)


def verdict_of(probability: float) -> str:
    """A share of draws in words."""
    if probability >= HOLDS:
        return "holds"
    if probability >= MOSTLY:
        return "mostly holds"
    if probability > MOSTLY_NOT:
        return "depends"
    return "mostly does not hold" if probability > NOT else "does not hold"


def verdicts_between(low: float, high: float) -> tuple[str, ...]:
    """The words for all shares of draws from low to high, in their order."""
    first, last = (VERDICTS.index(verdict_of(share)) for share in (low, high))
    return VERDICTS[first : last + 1]


def _measured(
    test: Test, results: Results, pathogen: Pathogen
) -> tuple[NDArray[np.bool_], Float, Float]:
    """Per draw: does the test hold, its effect, and how far the effect is from turning."""
    if test.along:
        values = np.array(
            [
                amount_of(results, pathogen, test.of.model_copy(update={"scenario": name}))
                for name in test.along
            ]
        )
        steps = np.diff(values, axis=0) * (1.0 if test.holds == "never rises" else -1.0)
        slack = test.tolerance * np.abs(values[0])
        worst = steps.max(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            effect = np.where(values[0] != 0, values[-1] / values[0] - 1.0, np.nan)
        return worst <= slack, effect, worst - slack
    value = amount_of(results, pathogen, test.of)
    if test.against is not None:
        base = amount_of(results, pathogen, test.against)
        with np.errstate(divide="ignore", invalid="ignore"):
            if test.measure == "difference":
                value = value - base
            elif test.measure == "ratio":
                value = np.where(base != 0, value / base, np.nan)
            else:
                value = np.where(base != 0, value / base - 1.0, np.nan)
    above = test.holds == "above"
    holds = value > test.limit if above else value < test.limit
    return holds, value, value - test.limit


def _decider(results: Results, distance: Float) -> Decider | None:
    """The parameter with the strongest rank correlation, if stronger than chance would give."""
    known = ~np.isnan(distance)
    if known.sum() < len(distance) or np.ptp(distance) == 0:
        return None
    strongest = influences(results, distance)
    if not strongest:
        return None
    first = strongest[0]
    values = results.parameters[first.parameter].values.astype(np.float64)
    flip: Flip = flip_along(first.parameter, values, distance)
    return Decider(
        parameter=first.parameter,
        long_name=first.long_name,
        correlation=first.correlation,
        flips_at=flip.at,
        flips_low=flip.low,
        flips_high=flip.high,
        sampled_low=flip.sampled_low,
        sampled_high=flip.sampled_high,
    )
