"""Claims tried in several ways: runs are shared, kept in parts, and verdicts are compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from thinwalls.common.errors import InputError
from thinwalls.evidence import Way, load_claims, try_claims
from thinwalls.evidence.claims import runs as runs_module
from thinwalls.evidence.claims.claim_report import as_text, document, stability_text
from thinwalls.evidence.claims.runs import runs_of, try_in_ways

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from thinwalls.evidence import ClaimFile

CLAIMS = """
schema = 1

[experiment.small]
system = "ice-2020"
around = "stewart"
pathogen = "covid-2020"
days = 20
draws = 10

[[experiment.small.scenario]]
name = "nothing"

[[experiment.small.scenario]]
name = "closed"
[[experiment.small.scenario.action]]
do = "halt_arrests"

[[claim]]
id = "some"
says = "Somebody is infected."
contrary = "Nobody is."
not_modelled = ["Doubt."]
[[claim.test]]
says = "Infections inside are above none."
experiment = "small"
of = { scenario = "nothing", group = "detained" }
holds = "above"
limit = 0.5
"""
WAYS = {"": Way(), "twice the draws": Way(2.0), "another seed": Way(seed=2)}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims") / "some.toml"
    path.write_text(CLAIMS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def claims(file: Path) -> ClaimFile:
    return load_claims(file)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Draws of every experiment that is really run."""
    made: list[int] = []
    run = runs_module.run_experiment

    def one(*given: object, **named: object) -> object:
        made.append(named["draws"])  # type: ignore[arg-type]
        return run(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(runs_module, "run_experiment", one)
    return made


@pytest.mark.slow
def test_a_longer_run_gives_what_a_shorter_one_gives(claims: ClaimFile, counted: list[int]) -> None:
    found = try_in_ways(claims, WAYS, threads=1)
    assert counted == [20, 10]
    alone = try_claims(claims, threads=1)
    assert document({"": found[""]}) == document({"": alone})
    assert found["twice the draws"].claims[0].tests[0].draws == 20
    checksums = {name: one.runs["small"].about["results_checksum"] for name, one in found.items()}
    assert len(set(checksums.values())) == 3


@pytest.mark.slow
def test_what_was_kept_is_not_run_again(
    claims: ClaimFile, counted: list[int], tmp_path: Path
) -> None:
    parts = tmp_path / "parts"
    first = try_in_ways(claims, WAYS, threads=1, parts=parts)
    assert counted == [20, 10]
    # As if the run had been stopped before the last experiment was done.
    newest = max(parts.iterdir(), key=lambda one: one.stat().st_mtime_ns)
    newest.unlink()
    steps: list[int] = []
    again = try_in_ways(claims, WAYS, threads=1, parts=parts, progress=steps.append)
    assert counted == [20, 10, 10]
    assert document(again) == document(first)
    assert steps[-1] == runs_of(claims, (), None, WAYS.values())
    assert steps == sorted(steps)
    # Other draws are another run.
    try_in_ways(claims, {"": Way()}, threads=1, draws=11, parts=parts)
    assert counted[3:] == [11]


@pytest.mark.slow
def test_a_part_that_is_broken_is_named(claims: ClaimFile, tmp_path: Path) -> None:
    try_in_ways(claims, {"": Way()}, threads=1, parts=tmp_path)
    (part,) = tmp_path.iterdir()
    part.write_text(json.dumps({"about": {}, "tests": {"some": [{}]}}), encoding="utf-8")
    with pytest.raises(InputError, match="delete it"):
        try_in_ways(claims, {"": Way()}, threads=1, parts=tmp_path)
    with pytest.raises(InputError, match="directory"):
        try_in_ways(claims, {"": Way()}, threads=1, parts=part)


@pytest.mark.slow
def test_stability_is_in_the_answer_and_in_the_text(
    file: Path, tmp_path: Path, exit_code_of: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "answer.json"
    assert exit_code_of("claims", str(file), "--again", "--threads", "1", "--out", str(out)) == 0
    said = capsys.readouterr()
    assert "With twice the draws, 1 of 1 verdicts are the same." in said.out
    assert "took" in said.err
    answer = json.loads(out.read_text(encoding="utf-8"))
    other_seed = answer["stability"]["another seed"]
    assert other_seed["tried"] == 1 == other_seed["same"] + len(other_seed["changed"])
    assert set(other_seed["beyond"]) <= set(other_seed["changed"])
    fitted = answer["stability"]["priors fitted to recorded outbreaks"]
    assert fitted == {"tried": 0, "same": 0, "changed": [], "beyond": []}
    # A verdict that turns is named with what it was and what it became.
    answer["again"]["another seed"][0] |= {"verdict": "does not hold", "probability": 0.01}
    changed = {"tried": 1, "same": 0, "changed": ["some"]}
    for beyond, how in (
        (["some"], "changed by more than that"),
        ([], "changed to one that their number of draws leaves open"),
    ):
        answer["stability"]["another seed"] = {**changed, "beyond": beyond}
        sentence = f"With another seed, 0 of 1 verdicts are the same; 1 {how} (some: holds"
        assert any(one.startswith(sentence) for one in stability_text(answer))
    assert "then does not hold" in as_text(answer)
