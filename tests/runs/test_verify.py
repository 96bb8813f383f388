"""A run writes its record; the record repeats it; what was changed is found."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from thinwalls.common.errors import InputError
from thinwalls.pathogens import load_pathogen
from thinwalls.policy import Scenario, dumps_scenarios
from thinwalls.results import write_summary
from thinwalls.runs.run_record import (
    RunRecord,
    file_sha256,
    load_record,
    make_record,
    numbers_of,
    write_record,
)
from thinwalls.runs.verification import located, verify
from thinwalls.simulation import simulate
from thinwalls.sources import template

if TYPE_CHECKING:
    from collections.abc import Callable

    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System

pytestmark = pytest.mark.slow


PRIORS = """
title = "a test"
source = "nobody"
pathogen = "covid-2020"

[quantities."mixing.crowding_exponent"]
value = 0.25
tag = "assumption"
"""


@pytest.fixture(scope="module")
def results(ice_2020: System, covid: Pathogen) -> Results:
    scenarios = [Scenario("nothing changes")]
    return simulate(ice_2020.state("WA"), covid, scenarios, days=8, draws=2, seed=3)


@pytest.fixture
def record(results: Results) -> RunRecord:
    return make_record(results, system="ice-2020", states=["WA"], pathogen="covid-2020")


def test_a_run_verifies(record: RunRecord, tmp_path: Path) -> None:
    file = write_record(record, tmp_path / "record.json")
    assert load_record(file) == record
    seen: list[int] = []
    found = verify(file, threads=1, progress=seen.append)
    assert found.verified
    assert found.same_numbers
    assert found.differences == ()
    assert seen == [1, 2]


def changed(record: RunRecord, file: Path, seal: bool = True, **fields: Any) -> Path:
    other = record.model_copy(update=fields)
    if seal:
        other = other.model_copy(update={"seal": other.sealed()})
    return write_record(other, file)


def test_a_tampered_record_is_caught(record: RunRecord, tmp_path: Path) -> None:
    """With and without a new seal."""
    file = changed(record, tmp_path / "a.json", seal=False, seed=4)
    found = verify(file)
    assert not found.verified
    assert [one.kind for one in found.differences][:2] == ["record", "numbers"]
    assert "changed after it was written" in found.differences[0].text

    wrong = record.numbers.model_copy(update={"checksum": "0" * 64})
    found = verify(changed(record, tmp_path / "b.json", numbers=wrong))
    assert not found.verified
    assert [one.kind for one in found.differences] == ["numbers"]

    parts = {**record.numbers.parts, "totals": "0" * 64}
    wrong = record.numbers.model_copy(update={"parts": parts})
    found = verify(changed(record, tmp_path / "c.json", numbers=wrong))
    assert not found.verified
    assert "totals differ" in found.differences[0].text

    everywhere = {"nothing changes": dict.fromkeys(record.numbers.scenarios, "0")}
    wrong = record.numbers.model_copy(update={"scenarios": everywhere})
    assert not verify(changed(record, tmp_path / "d.json", numbers=wrong)).verified


def test_a_version_is_named_and_does_no_harm(record: RunRecord, tmp_path: Path) -> None:
    file = changed(record, tmp_path / "a.json", versions={**record.versions, "numpy": "0.1"})
    found = verify(file)
    assert found.verified
    assert [(one.kind, one.what, one.recorded) for one in found.differences] == [
        ("version", "numpy", "0.1")
    ]


def test_other_data_is_named(record: RunRecord, tmp_path: Path) -> None:
    system = record.system.model_copy(update={"checksum": "0" * 64})
    file = changed(record, tmp_path / "a.json", system=system, data={"priors_checksum": "1"})
    found = verify(file)
    assert not found.verified
    assert [(one.kind, one.what) for one in found.differences] == [
        ("data", "system"),
        ("data", "priors"),
    ]


def test_a_pathogen_of_ones_own(ice_2020: System, tmp_path: Path) -> None:
    packaged = resources.files("thinwalls.pathogens").joinpath("library", "covid-2020.toml")
    mine = tmp_path / "mine.toml"
    mine.write_text(packaged.read_text("utf-8"), "utf-8")
    pathogen = load_pathogen(mine)
    scenarios = [Scenario("nothing changes")]
    results = simulate(ice_2020.state("WA"), pathogen, scenarios, days=4, draws=1, seed=1)
    made = make_record(results, system="ice-2020", states=["WA"], pathogen=str(mine))
    file = write_record(made, tmp_path / "record.json")
    assert verify(file).verified
    mine.write_text(mine.read_text("utf-8").replace("high = 13.1", "high = 13.2"), "utf-8")
    found = verify(file)
    assert not found.verified
    assert [one.what for one in found.differences][:3] == ["pathogen file", "pathogen", "all"]


def test_one_bit_is_a_difference(results: Results) -> None:
    totals = results.totals.copy(deep=True)
    values = totals["infections"].values
    values.view("u4").flat[0] ^= 1
    other = replace(results, totals=totals)
    before, after = numbers_of(results), numbers_of(other)
    assert before.checksum != after.checksum
    assert before.parts["totals"] != after.parts["totals"]
    assert before.parts["dataset"] == after.parts["dataset"]


def test_another_result_beside_the_record_is_caught(
    record: RunRecord, results: Results, ice_2020: System, covid: Pathogen, tmp_path: Path
) -> None:
    file = write_record(record, tmp_path / "record.json")
    results.save(str(tmp_path / "results.zarr"))
    assert verify(file).verified
    scenarios = [Scenario("nothing changes")]
    other = simulate(ice_2020.state("WA"), covid, scenarios, days=8, draws=2, seed=4)
    other.save(str(tmp_path / "results.zarr"), overwrite=True)
    found = verify(file)
    assert found.same_numbers
    assert not found.verified
    assert [one.what for one in found.differences] == ["saved result"]


def test_a_forged_summary_is_caught(record: RunRecord, results: Results, tmp_path: Path) -> None:
    """And what is not looked at is said."""
    file = write_record(record, tmp_path / "record.json")
    summary = write_summary(results, tmp_path / "summary.csv")
    (tmp_path / "report.html").write_text("anything")
    found = verify(file)
    assert found.verified
    assert found.unchecked == (str(tmp_path / "report.html"),)
    summary.write_text(summary.read_text("utf-8").replace("1", "2", 1))
    found = verify(file)
    assert found.same_numbers
    assert [one.what for one in found.differences] == ["summary"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "is not a thinwalls record"),
        ("[1]", "is not a thinwalls record"),
        ("nothing", "is not JSON"),
        ('{"format": "thinwalls record", "version": 9}', "version"),
        ('{"format": "thinwalls record", "version": 1}', "is missing"),
    ],
)
def test_what_is_no_record_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(text)
    with pytest.raises(InputError, match=problem):
        verify(file)


def test_parts_housing_and_priors_are_repeated(
    ice_2020: System, covid: Pathogen, tmp_path: Path
) -> None:
    scenarios = [Scenario("nothing changes")]
    priors = tmp_path / "mine.toml"
    priors.write_text(PRIORS, "utf-8")
    system = ice_2020.facilities_only(["stewart"]).with_units(40)
    results = simulate(
        system, covid, scenarios, days=5, draws=2, seed=1, priors=str(priors), places=["13259"]
    )
    made = make_record(
        results,
        system="ice-2020",
        facilities=["stewart"],
        housing="units",
        unit_people=40,
        pathogen="covid-2020",
        priors=str(priors),
        places=["13259"],
    )
    file = write_record(made, tmp_path / "record.json")
    assert verify(file).differences == ()
    other = made.system.named.model_copy(update={"unit_people": 60})
    found = verify(changed(made, file, system=made.system.model_copy(update={"named": other})))
    assert not found.verified
    priors.write_text(PRIORS.replace("0.25", "0.35"), "utf-8")
    found = verify(write_record(made, file))
    assert not found.verified
    assert "priors" in [one.what for one in found.differences]
    priors.unlink()
    with pytest.raises(InputError, match="--priors"):
        verify(file)


def test_a_part_that_is_none_is_refused(results: Results) -> None:
    with pytest.raises(InputError, match="no such field"):
        make_record(results, system="ice-2020", stats=["WA"], pathogen="covid-2020")


def test_a_place_for_a_packaged_system_is_refused(record: RunRecord, tmp_path: Path) -> None:
    file = write_record(record, tmp_path / "a.json")
    with pytest.raises(InputError, match="no file"):
        verify(file, system="mine.csv")


def test_the_command_line_with_a_file_of_ones_own(
    tmp_path: Path,
    exit_code_of: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Run; then the file is renamed, then changed."""
    monkeypatch.chdir(tmp_path)
    mine = template(tmp_path / "mine.csv")
    out = tmp_path / "out"
    small = ["--draws", "1", "--days", "4", "--threads", "1", "--out", str(out)]
    (tmp_path / "my.toml").write_text(dumps_scenarios([Scenario("nothing changes")]))
    assert exit_code_of("run", "my.toml", "--system", "mine.csv", *small) == 0
    file = str(out / "record.json")
    assert "record.json" in capsys.readouterr().out
    renamed = mine.rename(tmp_path / "yours.csv")
    assert exit_code_of("verify", file, "--system", str(renamed)) == 0
    assert "is called" in capsys.readouterr().out

    renamed.write_text(renamed.read_text().replace("480", "481"))
    assert exit_code_of("verify", file, "--system", str(renamed)) == 1
    said_in_words = capsys.readouterr().out
    assert "is not the one that was used" in said_in_words
    assert "Not verified." in said_in_words


def test_the_example_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs" / "verify.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(example, {})
    assert (tmp_path / "record.json").is_file()


def test_where_a_file_is_looked_for(tmp_path: Path) -> None:
    """Where it was, else beside the record, the right contents first; else a clear error."""
    was, beside = tmp_path / "was" / "mine.csv", tmp_path / "out" / "mine.csv"
    record = tmp_path / "out" / "record.json"
    for place in (was, beside):
        place.parent.mkdir()
        place.write_text(place.parent.name)
    sha256 = file_sha256(beside)
    assert located(str(was), sha256, None, record, "--system") == str(beside)
    assert located(str(was), file_sha256(was), None, record, "--system") == str(was)
    assert located(str(was), sha256, "other.csv", record, "--system") == "other.csv"
    assert located("ice-2020", None, None, record, "--system") == "ice-2020"
    beside.unlink()
    assert located(str(was), sha256, None, record, "--system") == str(was)
    was.unlink()
    with pytest.raises(InputError, match="--system"):
        located(str(was), sha256, None, record, "--system")


def test_the_command_prints_json(
    record: RunRecord,
    tmp_path: Path,
    exit_code_of: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = write_record(record, tmp_path / "record.json")
    assert exit_code_of("verify", str(file), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["verified"]
    assert said["differences"] == []
    assert said["checksum"] == said["recorded_checksum"]
    assert exit_code_of("verify", str(tmp_path / "none.json")) == 2
    assert "no such file" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    "processor",
    [
        {"OPENBLAS_CORETYPE": "Haswell"},
        {"OPENBLAS_CORETYPE": "Zen"},
        {"OPENBLAS_CORETYPE": "Sandybridge"},
        {"NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX AVX2 FMA3"},
    ],
    ids=lambda one: "-".join(one.values())[:20],
)
def test_a_run_verifies_on_another_processor(
    record: RunRecord, tmp_path: Path, processor: dict[str, str]
) -> None:
    """As another processor would work it out: other kernels of BLAS, NumPy without wide vectors."""
    file = write_record(record, tmp_path / "record.json")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "thinwalls", "verify", str(file)],
        env={**os.environ, **processor},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Verified." in done.stdout.splitlines(), done.stdout + done.stderr
