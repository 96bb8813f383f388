"""Commands on a saved result, explanations, delays and one person, through the real entry point."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import thinwalls as tw
from thinwalls.cli import main
from thinwalls.policy import save_scenarios

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

pytestmark = pytest.mark.slow

SMALL = ["--draws", "1", "--threads", "1"]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command prints when all is well."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    stdout, stderr = capsys.readouterr()
    assert stop.value.code == 0, stderr
    return stdout


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    content = json.loads(answer(capsys, *arguments, "--json"))
    found: list[dict[str, Any]] = content["rows"] if isinstance(content, dict) else content
    return found


@pytest.fixture(scope="module")
def saved(ice_2020: System, covid: Pathogen, tmp_path_factory: pytest.TempPathFactory) -> Path:
    scenarios = [tw.Scenario("nothing"), tw.Scenario("soap", [tw.Hygiene()])]
    results = tw.simulate(
        ice_2020.state("LA"), covid, scenarios, days=60, draws=40, seed=1, threads=2
    )
    path = tmp_path_factory.mktemp("saved") / "results.zarr"
    results.save(str(path))
    return path


def test_compare(capsys: pytest.CaptureFixture[str], saved: Path) -> None:
    arguments = ["compare", str(saved), "--group", "detained", "--outcome", "infections"]
    nothing, soap = rows(capsys, *arguments)
    assert nothing["difference"] == 0
    assert soap["difference"] < 0
    assert "soap" in answer(capsys, *arguments)


@pytest.mark.parametrize("command", ["flattening", "cost"])
def test_outcomes_of_a_saved_result(
    capsys: pytest.CaptureFixture[str], saved: Path, command: str
) -> None:
    assert {row["scenario"] for row in rows(capsys, command, str(saved))} == {"nothing", "soap"}
    assert "soap" in answer(capsys, command, str(saved))


def test_sensitivity(capsys: pytest.CaptureFixture[str], saved: Path) -> None:
    arguments = ["sensitivity", str(saved), "--scenario", "soap", "--group", "detained"]
    found = rows(capsys, *arguments)
    assert "hygiene.effect" in {row["parameter"] for row in found}


def test_equity(capsys: pytest.CaptureFixture[str], saved: Path, tmp_path: Path) -> None:
    place = str(tw.load_results(str(saved)).places.index[0])
    table = tmp_path / "shares.csv"
    table.write_text(f"place,one,other\n{place},0.25,0.75\n", encoding="utf-8")
    found = rows(capsys, "equity", str(saved), "--composition", str(table))
    shares = {row["category"]: row["burden_share"] for row in found[:2]}
    assert shares == pytest.approx({"one": 0.25, "other": 0.75})


@pytest.mark.parametrize("by", ["age", "vulnerable", "custody_class", "sex", "citizenship"])
def test_equity_by_what_is_known(capsys: pytest.CaptureFixture[str], saved: Path, by: str) -> None:
    arguments = ["equity", str(saved), "--by", by, "--outcome", "deaths"]
    found = rows(capsys, *arguments)
    nothing = [row for row in found if row["scenario"] == "nothing"]
    assert len(nothing) >= 2
    assert sum(row["population_share"] for row in nothing) == pytest.approx(1, abs=0.05)
    if by == "age":
        share = {row["category"]: row["rate_per_1000"] for row in nothing}
        assert share["18-49"] < share["50-64"] < share["65+"]


def test_equity_says_how_it_knows(capsys: pytest.CaptureFixture[str], saved: Path) -> None:
    said = answer(capsys, "equity", str(saved), "--by", "age", "--group", "followed")
    assert "Counted by the run" in said
    said = answer(capsys, "equity", str(saved), "--by", "sex")
    assert "of each facility" in said
    assert "fiscal year" in said
    said = answer(capsys, "equity", str(saved), "--by", "citizenship")
    assert "national, the same in every facility" in said
    assert "TRAC" in said
    said = answer(capsys, "equity", str(saved), "--by", "age", "--group", "residents")
    assert "those of each county" in said


def test_equity_says_what_nobody_publishes(capsys: pytest.CaptureFixture[str], saved: Path) -> None:
    for arguments in (("--by", "race_ethnicity"), ("--by", "sex", "--group", "staff")):
        with pytest.raises(SystemExit) as stop:
            main(["equity", str(saved), *arguments])
        assert stop.value.code == 2
        assert "give your own shares" in capsys.readouterr().err


def test_equity_with_risks_of_your_own(capsys: pytest.CaptureFixture[str], saved: Path) -> None:
    arguments = ["equity", str(saved), "--by", "sex", "--weight", "women=2"]
    found = rows(capsys, *arguments)
    women = next(row for row in found if row["category"] == "women")
    # Men and women are in different facilities, so the ratio is near 2 and not exactly 2.
    assert 1.0 < women["rate_ratio"] < 4.0
    with pytest.raises(SystemExit):
        main(["equity", str(saved), "--by", "sex", "--weight", "women"])
    assert "NAME=RATIO" in capsys.readouterr().err


def test_equity_needs_one_composition(capsys: pytest.CaptureFixture[str], saved: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["equity", str(saved)])
    assert stop.value.code == 2
    assert "either --composition or --by" in capsys.readouterr().err


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["explain", "lofgren-2022", "--scenario", "bail reform"]
    (content,) = rows(capsys, *arguments)
    assert [change["what"] for change in content["changes"]] == ["arrests", "contact outside"]
    assert "0.4" in answer(capsys, *arguments)


def test_pathogens_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(capsys, "pathogens", "--compare", "measles", "mumps")
    assert set(found[0]) == {"label", "measles", "mumps"}
    assert "measles" in answer(capsys, "pathogens", "--compare", "measles", "mumps")


def test_delay(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "soap.toml"
    save_scenarios([tw.Scenario("soap", [tw.Hygiene()])], path)
    found = rows(
        capsys, "delay", str(path), "--scenario", "soap", "--weeks", "0,1", "--days", "10", *SMALL
    )
    assert [row["days"] for row in found] == [0, 7]


def test_person(capsys: pytest.CaptureFixture[str]) -> None:
    found = rows(
        capsys,
        *("person", "--facility", "stewart", "--age", "58", "--vulnerable", "--days", "5"),
        *("--release-to", "13215", *SMALL),
    )
    assert [row["outcome"] for row in found] == ["infection", "admission", "death"] * 2
    assert all(0 <= row["risk"] <= 1 for row in found)


def test_a_file_becomes_a_link_and_the_link_the_same_file(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from_set = answer(capsys, "show", "triggers")
    link = from_set.split()[-1]
    assert link.startswith("thinwalls1.")
    assert answer(capsys, "show", link) == from_set
    with pytest.raises(SystemExit) as stop:
        main(["show", link[:-9]])
    assert stop.value.code == 2
    assert "is damaged" in capsys.readouterr().err


def test_show_a_pathogen_of_ones_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    head = 'schema = 1\nname = "mine"\ntitle = "Mumps of mine"\ndescription = "My own."\n'
    file.write_text(f'{head}extends = "mumps"\n')
    assert "Mumps of mine" in answer(capsys, "show", str(file))
