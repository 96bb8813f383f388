"""What was found of claims, in sentences of the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thinwalls.reporting.language.parameter_names import parameter_name
from thinwalls.reporting.language.words import MINUS, mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from thinwalls.reporting.language.words import Words

_VERDICTS = {
    "holds": mark("It holds in {percent} of simulated futures."),
    "mostly holds": mark("It mostly holds: in {percent} of simulated futures."),
    "depends": mark("It depends: it holds in {percent} of simulated futures."),
    "mostly does not hold": mark(
        "It mostly does not hold: only in {percent} of simulated futures."
    ),
    "does not hold": mark("It does not hold: only in {percent} of simulated futures."),
}
"""Verdict of the answer -> sentence."""
_OTHERS = {
    "holds": mark("it holds"),
    "mostly holds": mark("it mostly holds"),
    "depends": mark("it depends"),
    "mostly does not hold": mark("it mostly does not hold"),
    "does not hold": mark("it does not hold"),
}
"""Verdict -> how it is called as one of several that are possible."""
_MEASURES = {
    "relative change": mark("Change: {effect}"),
    "relative change, last against first": mark("Change from the first step to the last: {effect}"),
    "difference": mark("Difference: {effect}"),
    "ratio": mark("Ratio: {effect}"),
    "value": mark("Value: {effect}"),
}
_LIMITS = {
    "above": mark("The test holds where this is above {limit}."),
    "below": mark("The test holds where this is below {limit}."),
}
_LARGE = 100


@dataclass(frozen=True)
class TestSaid:
    """One test of a claim in sentences."""

    __test__ = False

    says: str
    share: str
    """in how many draws it holds"""
    effect: str
    limit: str
    """empty when the test is about all steps along scenarios"""
    at_risk: str
    decided: str


@dataclass(frozen=True)
class ClaimSaid:
    """One claim in sentences."""

    id: str
    says: str
    kind: str
    """verdict as a word of the answer, such as ``mostly holds``"""
    verdict: str
    depends: str
    """what it depends on; empty unless the verdict is that it depends"""
    perhaps: str
    """what more draws could make of the verdict; empty when their number leaves nothing open"""
    contrary: str
    contrary_share: str
    """in how many draws the weakest test of the claim fails; empty when there is none"""
    tests: tuple[TestSaid, ...]
    not_modelled: tuple[str, ...]


def claims_said(words: Words, answer: Mapping[str, Any]) -> tuple[ClaimSaid, ...]:
    """Every claim of an answer (``thinwalls claims --json``) in sentences.

    A sentence of a claim that no catalogue has is shown as it was written.
    """
    return tuple(_claim(words, one) for one in answer["claims"])


def _claim(words: Words, claim: Mapping[str, Any]) -> ClaimSaid:
    share = claim["probability"]
    data_text = words.say
    if share is None:
        kind = "untested"
        verdict = words.say(
            "It cannot be tested with these data. {why}", why=data_text(claim["cannot_be_tested"])
        )
    else:
        kind = claim["verdict"]
        verdict = words.say(_VERDICTS[kind], percent=words.percent(share))
    return ClaimSaid(
        id=claim["id"],
        says=data_text(claim["says"]),
        kind=kind,
        verdict=verdict,
        depends=_depends(words, claim) if kind == "depends" else "",
        perhaps=_perhaps(words, claim["left_open"]),
        contrary=data_text(claim["contrary"]),
        contrary_share=""
        if share is None
        else words.say(
            "The weakest test of the claim fails in {percent} of simulated futures.",
            percent=words.percent(1.0 - share),
        ),
        tests=tuple(_test(words, one) for one in claim["tests"]),
        not_modelled=tuple(data_text(text) for text in claim["not_modelled"]),
    )


def _perhaps(words: Words, others: Sequence[str]) -> str:
    if not others:
        return ""
    said = words.say(" or ").join(words.say(_OTHERS[one]) for one in others)
    return words.say("With more simulated futures the answer could be: {verdicts}.", verdicts=said)


def _depends(words: Words, claim: Mapping[str, Any]) -> str:
    weakest = min(claim["tests"], key=lambda one: one["probability"])
    decider = weakest["decider"]
    if decider is None:
        return words.say("On chance and several uncertain values.")
    name = parameter_name(words, decider["parameter"], decider["long_name"])
    return words.say("Most of all on this value: {parameter}.", parameter=name)


def _test(words: Words, test: Mapping[str, Any]) -> TestSaid:
    relative = "relative change" in test["measure"]
    limit = _LIMITS.get(test["holds"])
    measure = _MEASURES[test["measure"]]
    data_text = words.say
    share = words.say(
        "It holds in {percent} of {draws} simulated futures; with endlessly many it would "
        "probably be between {low} and {high}.",
        percent=words.percent(test["probability"]),
        draws=words.number(test["draws"]),
        low=words.percent(test["probability_low"]),
        high=words.percent(test["probability_high"]),
    )
    if test["undefined"]:
        share += " " + words.plural(
            "In {count} more there was nothing to compare.",
            "In {count} more there was nothing to compare.",
            test["undefined"],
        )
    return TestSaid(
        says=data_text(test["says"]),
        share=share,
        effect=words.say(measure, effect=_interval(words, test, relative)),
        limit="" if limit is None else words.say(limit, limit=_one(words, test["limit"], relative)),
        at_risk=words.say(
            "{people} people at risk.", people=words.people(test["population_at_risk"])
        ),
        decided=_decided(words, test["decider"]),
    )


def _interval(words: Words, test: Mapping[str, Any], relative: bool) -> str:
    if test["effect"] is None:
        return "–"
    return words.say(
        "{middle} (likely between {low} and {high})",
        middle=_one(words, test["effect"], relative),
        low=_one(words, test["effect_low"], relative),
        high=_one(words, test["effect_high"], relative),
    )


def _one(words: Words, value: float, relative: bool) -> str:
    if relative:
        text = words.percent(abs(value))
        return text if text == words.percent(0) else f"{MINUS if value < 0 else '+'}{text}"
    return words.about(value) if abs(value) >= _LARGE else words.value(value)


def _decided(words: Words, decider: Mapping[str, Any] | None) -> str:
    if decider is None:
        return words.say("No single uncertain value decides it.")
    values = {
        "parameter": parameter_name(words, decider["parameter"], decider["long_name"]),
        "correlation": words.number(decider["correlation"], 2),
        "low": words.value(decider["sampled_low"]),
        "high": words.value(decider["sampled_high"]),
    }
    if decider["flips_at"] is None:
        text = mark(
            "Decided most by this value: {parameter} (rank correlation {correlation}). The answer "
            "does not turn anywhere from {low} to {high}, the range that was tried."
        )
        return words.say(text, **values)
    text = mark(
        "Decided most by this value: {parameter} (rank correlation {correlation}). The answer "
        "turns near {at}; tried were {low} to {high}."
    )
    return words.say(text, at=words.value(decider["flips_at"]), **values)
