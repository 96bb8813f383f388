"""Claims as data, tests held against draws, verdicts, and the packaged answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from support.synthetic import make_results
from thinwalls.common.errors import InputError
from thinwalls.evidence import load_claims, packaged_claims, try_claims
from thinwalls.evidence.claims.amounts import OUTBREAK_SHARE, amount_of
from thinwalls.evidence.claims.claim_files import Amount, Claim, Test
from thinwalls.evidence.claims.claim_report import as_text, document, stability_of
from thinwalls.evidence.claims.judge import (
    VERDICTS,
    chosen_claims,
    experiments_needed,
    judge,
    try_test,
    verdict_of,
    verdicts_between,
)
from thinwalls.pathogens import load_pathogen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results


NOTHING, SOAP = "nothing changes", "soap and sanitizer only"
OURS = """
schema = 1

[experiment.small]
system = "ice-2020"
around = "stewart"
pathogen = "covid-2020"
days = 30
draws = 12

[[experiment.small.scenario]]
name = "nothing"

[[experiment.small.scenario]]
name = "soap"
[[experiment.small.scenario.action]]
do = "hygiene"

[[experiment.small.scenario]]
name = "closed"
[[experiment.small.scenario.action]]
do = "halt_arrests"

[[claim]]
id = "soap-helps"
says = "Soap helps the people held."
contrary = "It does not."
not_modelled = ["Whether there is soap."]
[[claim.test]]
says = "Infections inside do not rise with soap."
experiment = "small"
of = { scenario = "soap", group = "detained" }
against = { scenario = "nothing", group = "detained" }
measure = "difference"
holds = "below"
limit = 0.5
"""


@pytest.fixture(scope="module")
def results() -> Results:
    return make_results(draws=60, facilities=12, counties=4, days=60)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims") / "ours.toml"
    path.write_text(OURS, encoding="utf-8")
    return path


def test_of(**fields: object) -> Test:
    return Test.model_validate({"says": "it", "experiment": "e", **fields})


test_of.__test__ = False  # type: ignore[attr-defined]


def test_a_difference_holds_in_the_draws_in_which_it_does(
    results: Results, covid: Pathogen
) -> None:
    one = test_of(
        of={"scenario": SOAP, "group": "detained"},
        against={"scenario": NOTHING, "group": "detained"},
        measure="relative change",
        holds="above",
        limit=-0.1,
    )
    totals = results.totals["infections"].sel(place="all", group="detained")
    soap, nothing = (totals.sel(scenario=name).values for name in (SOAP, NOTHING))
    change = soap / nothing - 1.0
    found = try_test(one, results, covid)
    assert found.probability == pytest.approx((change > -0.1).mean())
    assert found.effect == pytest.approx(np.median(change), rel=1e-6)
    assert found.effect_low == pytest.approx(np.quantile(change, 0.05), rel=1e-5)
    low, high = stats.binomtest(int((change > -0.1).sum()), 60).proportion_ci(0.95, "wilson")
    assert (found.probability_low, found.probability_high) == pytest.approx((low, high))


def test_the_parameter_that_decides_is_found_and_where_it_turns(
    results: Results, covid: Pathogen
) -> None:
    # In the made-up result soap works as a parameter says, and nothing else does.
    one = test_of(
        of={"scenario": SOAP, "group": "detained"},
        against={"scenario": NOTHING, "group": "detained"},
        measure="relative change",
        holds="above",
        limit=-0.04,
    )
    decider = try_test(one, results, covid).decider
    assert decider is not None
    assert decider.parameter == "soap_effect"
    assert decider.correlation < -0.5
    assert decider.flips_at is not None
    assert decider.sampled_low < decider.flips_at < decider.sampled_high


def test_a_trend_allows_the_tolerance_and_no_more(results: Results, covid: Pathogen) -> None:
    along = (NOTHING, SOAP, "what happened")
    values = results.totals["infections"].sel(place="all", group="detained")
    steps = np.diff(np.array([values.sel(scenario=name).values for name in along]), axis=0)
    first = values.sel(scenario=NOTHING).values
    for tolerance in (0.0, 0.05):
        one = test_of(
            of={"scenario": NOTHING, "group": "detained"},
            holds="never rises",
            along=along,
            tolerance=tolerance,
        )
        expected = (steps <= tolerance * first).all(axis=0).mean()
        assert try_test(one, results, covid).probability == pytest.approx(expected)


def test_places_reached_are_counted_from_the_totals(results: Results, covid: Pathogen) -> None:
    ids = results.places.index[results.places["kind"] == "facility"]
    here = results.totals.sel(scenario=NOTHING, group="detained", place=list(ids), draw=3)
    infections, people = here["infections"].values, here["people_start"].values
    for outcome, expected in (
        ("facilities reached", (infections >= 1).sum()),
        (
            "facilities with an outbreak",
            ((infections >= OUTBREAK_SHARE * people) & (infections >= 1)).sum(),
        ),
    ):
        amount = Amount(scenario=NOTHING, outcome=outcome, group="detained")
        assert amount_of(results, covid, amount)[3] == expected


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [
        (1.0, "holds"),
        (0.95, "holds"),
        (0.94, "mostly holds"),
        (0.8, "mostly holds"),
        (0.5, "depends"),
        (0.2, "mostly does not hold"),
        (0.05, "does not hold"),
        (0.0, "does not hold"),
    ],
)
def test_verdicts(probability: float, verdict: str) -> None:
    assert verdict_of(probability) == verdict


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.96, 1.0, ("holds",)),
        (0.79, 0.8, ("depends", "mostly holds")),
        (0.94, 1.0, ("mostly holds", "holds")),
        (0.0, 1.0, VERDICTS),
    ],
)
def test_verdicts_between(low: float, high: float, words: tuple[str, ...]) -> None:
    assert verdicts_between(low, high) == words


def test_what_the_number_of_draws_leaves_open() -> None:
    packaged = {one["id"]: one for one in packaged_claims()["claims"]}
    for one in packaged.values():
        if one["probability"] is None:
            assert one["left_open"] == []
            continue
        weakest = min(one["tests"], key=lambda test: test["probability"])
        ends = {verdict_of(weakest["probability_low"]), verdict_of(weakest["probability_high"])}
        assert ends - {one["verdict"]} <= set(one["left_open"])
        assert one["verdict"] not in one["left_open"]
    sure = {"verdict": "holds", "left_open": [], "depends_on": None, "probability": 1.0}
    near = {
        "verdict": "mostly holds",
        "left_open": ["holds"],
        "depends_on": None,
        "probability": 0.9,
    }
    far = {"verdict": "depends", "left_open": [], "depends_on": None, "probability": 0.5}
    for other, beyond in ((near, []), (far, ["x"])):
        said = stability_of([{"id": "x", **sure}], [{"id": "x", **other}])
        assert said == {"tried": 1, "same": 0, "changed": ["x"], "beyond": beyond}


def test_draws_with_nothing_to_compare_are_left_out(results: Results, covid: Pathogen) -> None:
    """A share of no infections is no number, and says nothing for or against a claim."""
    soap = test_of(
        of={"scenario": SOAP, "outcome": "infections", "group": "detained"},
        against={"scenario": NOTHING, "outcome": "infections", "group": "detained"},
        measure="relative change",
        holds="below",
        limit=0.0,
    )
    whole = try_test(soap, results, covid)
    assert whole.undefined == 0
    none = results.totals["infections"].copy(deep=True)
    none.loc[{"scenario": NOTHING, "draw": none["draw"].values[:25]}] = 0.0
    parts = replace(results, totals=results.totals.assign(infections=none))
    part = try_test(soap, parts, covid)
    assert (part.draws, part.undefined) == (results.draws - 25, 25)
    assert part.probability == pytest.approx(whole.probability, abs=0.2)


def test_a_claim_is_as_strong_as_its_weakest_test(results: Results, covid: Pathogen) -> None:
    claim = Claim(id="x", says="x", contrary="y", cannot_be_tested="z", not_modelled=("a",))
    tests = tuple(
        try_test(
            test_of(of={"scenario": NOTHING, "group": "detained"}, holds="above", limit=limit),
            results,
            covid,
        )
        for limit in (0.0, 1e9)
    )
    assert judge(claim, tests[:1]).verdict == "holds"
    assert judge(claim, tests).verdict == "does not hold"
    assert judge(claim, ()).verdict == "cannot be tested with these data"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('holds = "below"', 'holds = "beneath"', "holds"),
        ('group = "detained" }\nagainst', 'group = "detainees" }\nagainst', "did you mean"),
        ('experiment = "small"', 'experiment = "smal"', "did you mean 'small'"),
        ('scenario = "soap"', 'scenario = "sope"', "did you mean 'soap'"),
        ("draws = 12", "draws = 2", "at least 10"),
        ('do = "hygiene"', 'do = "hygene"', "hygiene"),
        ('measure = "difference"', "", "against goes with"),
        ("schema = 1", "schema = 2", "must be 1"),
        ("not_modelled", "not_modeled", "did you mean 'not_modelled'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    path = tmp_path / "bad.toml"
    assert old in OURS
    path.write_text(OURS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=says) as problem:
        load_claims(path)
    assert "bad.toml" in str(problem.value)
    assert "\n" not in str(problem.value)


def test_only_what_is_asked_for_is_run() -> None:
    claims = load_claims()
    needed = experiments_needed(claims, ["soap"])
    assert experiments_needed(claims, ["unjust"]) == {}
    assert list(needed) == ["ice"]
    names = [scenario.name for scenario in needed["ice"].scenarios]
    assert names == ["nothing changes", "soap and sanitizer"]


@pytest.mark.slow
def test_a_users_claims_are_tried_from_the_command_line(
    ours: Path, tmp_path: Path, exit_code_of: Callable[..., int]
) -> None:
    out = tmp_path / "answer.json"
    assert exit_code_of("claims", str(ours), "--threads", "2", "--out", str(out)) == 0
    answer = json.loads(out.read_text(encoding="utf-8"))
    (claim,) = answer["claims"]
    assert claim["verdict"] == "holds"
    assert claim["tests"][0]["draws"] == 12
    assert answer["experiments"]["small"]["scenarios"] == ["nothing", "soap"]
    claims = load_claims(ours)
    again = document({"": try_claims(claims, threads=1)}, file=ours)
    assert again == answer
    assert "Soap helps" in as_text(answer)


def test_an_unknown_claim_is_refused(exit_code_of: Callable[..., int]) -> None:
    assert exit_code_of("claims", "--only", "sope") == 2


def test_the_packaged_answer_is_of_the_packaged_claims() -> None:
    claims = {claim.id: claim for claim in load_claims().claims}
    answer = {claim["id"]: claim for claim in packaged_claims()["claims"]}
    assert list(answer) == list(claims)
    for name, claim in claims.items():
        found = answer[name]
        assert (found["says"], found["contrary"]) == (claim.says, claim.contrary)
        assert found["not_modelled"] == list(claim.not_modelled)
        limits = [(test["says"], test["holds"], test["limit"]) for test in found["tests"]]
        assert limits == [(test.says, test.holds, test.limit) for test in claim.tests]


def test_with_fitted_priors_only_claims_that_can_be_tried_so() -> None:
    claims = load_claims()
    found = chosen_claims(claims, ["soap", "other-diseases", "unjust"], fitted=True)
    assert [one.id for one in found] == ["soap"]


def test_pathogens_of_experiments_exist() -> None:
    for experiment in load_claims().experiments.values():
        load_pathogen(experiment.pathogen)
