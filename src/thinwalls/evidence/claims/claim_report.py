"""What was found of claims, as plain types and as text."""

from __future__ import annotations

import json
import textwrap
from importlib import resources
from typing import TYPE_CHECKING, Any

from thinwalls.reporting import Words, parameter_name
from thinwalls.simulation import versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from thinwalls.evidence.claims.judge import ClaimResult
    from thinwalls.evidence.claims.runs import Answer

PACKAGED_ANSWER = "claims.json"
_WIDTH = 92


def document(answers: Mapping[str, Answer], *, file: Path | None = None) -> dict[str, Any]:
    """The answer as plain types for JSON, with the checksum of every run.

    ``answers`` by way; the one without a name is the answer, others stand under ``again`` with what
    they say of its ``stability``.
    """
    usual = answers[""]
    claims = [_claim(one) for one in usual.claims]
    content: dict[str, Any] = {
        "file": "packaged" if file is None else file.name,
        "seed": usual.way.seed,
        "versions": versions(),
        "experiments": {name: dict(run.about) for name, run in usual.runs.items()},
        "claims": claims,
    }
    again = {name: [_claim(one) for one in each.claims] for name, each in answers.items() if name}
    if again:
        content["again"] = again
        content["stability"] = {name: stability_of(claims, each) for name, each in again.items()}
    return content


def _claim(one: ClaimResult) -> dict[str, Any]:
    return {
        "id": one.claim.id,
        "says": one.claim.says,
        "contrary": one.claim.contrary,
        "verdict": one.verdict,
        "depends_on": one.depends_on,
        "probability": one.probability,
        "left_open": list(one.left_open),
        "cannot_be_tested": one.claim.cannot_be_tested,
        "not_modelled": list(one.claim.not_modelled),
        "tests": [test.as_dict() for test in one.tests],
    }


def stability_of(
    claims: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """How many verdicts are the same in another way, and which are not.

    A verdict that depends is the same when it depends on the same parameter.  ``beyond``: those of
    the changed ones that the number of draws does not explain, as neither of the two verdicts is
    among those that the draws behind the other leave open.
    """
    before = {one["id"]: one for one in claims}
    tried = [one for one in others if one["probability"] is not None]
    changed = [
        one["id"]
        for one in tried
        if any(one[name] != before[one["id"]][name] for name in ("verdict", "depends_on"))
    ]
    after = {one["id"]: one for one in tried}
    beyond = [name for name in changed if not _within_chance(before[name], after[name])]
    return {
        "tried": len(tried),
        "same": len(tried) - len(changed),
        "changed": changed,
        "beyond": beyond,
    }


def _within_chance(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one["verdict"] in other["left_open"] or other["verdict"] in one["left_open"]


def stability_text(answer: Mapping[str, Any]) -> list[str]:
    """One sentence for every other way in which the claims were tried."""
    before = {one["id"]: one for one in answer["claims"]}
    said = []
    for name, found in answer.get("stability", {}).items():
        if not found["tried"]:
            continue
        after = {one["id"]: one for one in answer["again"][name]}
        sentence = f"With {name}, {found['same']} of {found['tried']} verdicts are the same"
        beyond = set(found["beyond"])
        for what, names in (
            (
                "changed to one that their number of draws leaves open",
                set(found["changed"]) - beyond,
            ),
            ("changed by more than that", beyond),
        ):
            moved = [
                f"{one}: {_verdict_in_short(before[one])}, then {_verdict_in_short(after[one])}"
                for one in found["changed"]
                if one in names
            ]
            if moved:
                sentence += f"; {len(moved)} {what} ({'; '.join(moved)})"
        said.append(sentence + ".")
    return said


def packaged_claims() -> dict[str, Any]:
    """What was found of the packaged claims when this version was made.

    The form is that of ``thinwalls claims --json``.
    """
    text = (resources.files("thinwalls.evidence") / PACKAGED_ANSWER).read_text(encoding="utf-8")
    answer: dict[str, Any] = json.loads(text)
    return answer


def verdict_text(claim: Mapping[str, Any]) -> str:
    """The verdict of a claim in words, with its probability, and what more draws could make it."""
    text = _verdict_in_short(claim)
    if others := claim["left_open"]:
        return f"{text}; with more draws perhaps: {' or '.join(others)}"
    return text


def _verdict_in_short(claim: Mapping[str, Any]) -> str:
    if claim["probability"] is None:
        return f"cannot be tested with these data: {claim['cannot_be_tested']}"
    words = claim["verdict"]
    if claim["verdict"] == "depends":
        words = f"depends on {_named(claim['depends_on'] or 'chance and several parameters')}"
    return f"{words} ({claim['probability']:.0%} of draws)"


def share_text(test: Mapping[str, Any]) -> str:
    """The share of draws in which a test holds, with its Monte Carlo interval."""
    low, high = test["probability_low"], test["probability_high"]
    text = f"{test['probability']:.0%} of {test['draws']} draws ({low:.0%} to {high:.0%})"
    if test["undefined"]:
        text += f", {test['undefined']} more with nothing to compare"
    return text


def effect_text(test: Mapping[str, Any]) -> str:
    """The effect of a test with its interval, in the unit of its measure."""
    if test["effect"] is None:
        return "-"
    if "relative change" in test["measure"]:
        values = [_percent(test[name]) for name in ("effect", "effect_low", "effect_high")]
    else:
        values = [_number(test[name]) for name in ("effect", "effect_low", "effect_high")]
    return f"{values[0]} ({values[1]} to {values[2]})"


def _named(parameter: str, long_name: str = "") -> str:
    """What a parameter is called on a page."""
    return parameter_name(Words("en"), parameter, long_name or parameter)


def _percent(share: float) -> str:
    return f"{share:+.2%}" if 0 < abs(share) < 0.01 else f"{share:+.0%}"


def _number(value: float) -> str:
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def decider_text(test: Mapping[str, Any]) -> str:
    """What decides a test and where it turns, in words."""
    decider = test["decider"]
    if decider is None:
        return "no single parameter stands out"
    name = _named(decider["parameter"], decider["long_name"])
    text = f"{name} (rank correlation {decider['correlation']:+.2f})"
    if decider["flips_at"] is None:
        low, high = _number(decider["sampled_low"]), _number(decider["sampled_high"])
        return f"{text}; the answer does not turn between {low} and {high}"
    return f"{text}; the answer turns near {_number(decider['flips_at'])}"


def as_text(answer: Mapping[str, Any]) -> str:
    """The answer for the terminal."""
    return "\n".join(_lines(answer))


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    for claim in answer["claims"]:
        yield from textwrap.wrap(claim["says"], _WIDTH)
        yield from _indented(f"-> {verdict_text(claim)}", "   ")
        for test in claim["tests"]:
            yield from _indented(f"- {test['says']}", "   ")
            people = _number(test["population_at_risk"])
            yield from _indented(
                f"{share_text(test)}; {test['measure']} {effect_text(test)}; at risk {people}",
                "     ",
            )
            yield from _indented(f"decided by: {decider_text(test)}", "     ")
        yield from _indented(f"Not modelled: {' '.join(claim['not_modelled'])}", "   ")
        for name, others in answer.get("again", {}).items():
            other = next((one for one in others if one["id"] == claim["id"]), None)
            if other is not None and other["probability"] is not None:
                draws = draws_of(other)
                yield from _indented(f"With {name}, {draws} draws: {verdict_text(other)}", "   ")
        yield ""
    for sentence in stability_text(answer):
        yield from textwrap.wrap(sentence, _WIDTH, subsequent_indent="  ")


def draws_of(claim: Mapping[str, Any]) -> int:
    """Draws of a claim that was tried: the most that one of its tests had."""
    return max(int(test["draws"] + test["undefined"]) for test in claim["tests"])


def _indented(text: str, by: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=by, subsequent_indent=by + "  ")
