"""What cannot be used is one line and exit code 2, before anything is simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import thinwalls as tw
from thinwalls import engine
from thinwalls.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

PERSON = ["person", "--facility", "stewart", "--age", "58"]
# Draws that take minutes, so that a test is slow if they are begun.
DELAY = ["delay", "statement-2020", "--scenario", "release everyone", "--draws", "500"]
FILES = {
    "empty.toml": b"",
    "latin.toml": b'name = "caf\xe9"\n',
    "binary.toml": bytes(range(256)),
    "nothing.toml": b"schema = 1\n",
    "none.toml": b'[[scenario]]\nname = "x"\n',
    "zero.toml": b'schema = 0\n[[scenario]]\nname = "x"\n',
    "two.toml": b'schema = 2\n[[scenario]]\nname = "x"\n',
    "text.toml": b'schema = "1"\n[[scenario]]\nname = "x"\n',
    "late.toml": b'schema = 1\n[[scenario]]\nname = "x"\n[[scenario.action]]\ndo = "halt_arrests"\n'
    b"start = 2030-01-01\n",
    "empty.csv": b"",
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def saved(ice_2020: System, covid: Pathogen, tmp_path_factory: pytest.TempPathFactory) -> Path:
    part = ice_2020.facilities_only(["stewart-detention-center-ga"])
    scenarios = [tw.Scenario("nothing"), tw.Scenario("soap", [tw.Hygiene()])]
    results = tw.simulate(part, covid, scenarios, days=3, draws=2, threads=1)
    path = tmp_path_factory.mktemp("saved") / "results.zarr"
    results.save(str(path))
    return path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The line that is said."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    error = capsys.readouterr().err
    assert stop.value.code == 2, error
    assert "Traceback" not in error
    last: str = error.strip().splitlines()[-1]
    assert error.count("\n") == 1 or "Usage" in error
    return last


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--days", "0"], "days = 0: must be a whole number between 1 and 3660"),
        (["--after-days", "60"], "after_days = 60: must be from 0 to below days"),
        (["--threads", "0"], "threads = 0: must be a whole number between 1 and 1024"),
        (["--start", "1900-01-01"], "no day of the run is in the record of cases, 2020-01-22 to"),
        (["--start", "2002-03-20"], "no day of the run is in the record of cases"),
        (["--start", "2021-03-20"], "no day of the run is in the record of cases"),
        (["--start", "2020-02-30"], "must be a date like 2020-03-20"),
        (["--transfer-to", "nowhere"], "transfer_to = 'nowhere': no facility of ice-2020"),
        (["--transfer-to", "stewart"], "is where the person is"),
        (["--release-to", "stewart"], "has this FIPS code; Stewart County, GA has 13259"),
        (["--release-to", "99999"], "no county of the system has this FIPS code"),
        (["--age", "-1"], "is not in the range 0<=x<=100"),
        (["--age", "200"], "is not in the range 0<=x<=100"),
        (["--facility", "stewrat"], "nearest: stewart-detention-center-ga"),
        (["--language", "xx"], "must be one of 'en', 'es'"),
    ],
)
def test_a_person_that_cannot_be_asked_about(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert said in refused(capsys, *PERSON, "--draws", "500", *arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--group", "nosuch"], "group = 'nosuch': must be one of detained, staff"),
        (["--outcome", "nosuch"], "outcome = 'nosuch': must be one of infections, cases"),
        (["--weeks", "0,99999999"], "numbers of weeks from 0 to 520"),
        (["--weeks", "0,-1"], "numbers of weeks from 0 to 520"),
        (["--weeks", "1.5"], "must be whole numbers with commas"),
        (["--weeks", "0,99"], "is after the end of the run"),
        (["--scenario", "nosuch"], "must be one of nothing changes, release everyone"),
        (["--scenario", "medical care in time"], "cannot be put off"),
    ],
)
def test_a_delay_that_cannot_be_worked_out(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert said in refused(capsys, *DELAY, *arguments)


@pytest.mark.slow
def test_more_draws_than_fit_into_memory(capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(capsys, *PERSON, "--draws", "1000000")
    assert "draws = 1000000: needs " in line
    assert "fewer draws, days, places or scenarios need less" in line


@pytest.mark.parametrize("days", ["0", "-1", "4000"])
def test_explain_needs_days(capsys: pytest.CaptureFixture[str], days: str) -> None:
    assert "must be a whole number between 1 and 3660" in refused(
        capsys, "explain", "demo-2020", "--days", days
    )


def test_show_says_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean demo-2020?" in refused(capsys, "show", "demo-2002")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty.toml", "is empty"),
        ("latin.toml", "is not a text file (UTF-8)"),
        ("binary.toml", "is not a text file (UTF-8)"),
        ("folder", "is a directory; give a file"),
        ("nowhere.toml", "no such file"),
        ("none.toml", "schema: must be 1"),
        ("zero.toml", "schema = 0: must be 1"),
        ("two.toml", "schema = 2: was written by a newer version"),
        ("text.toml", "schema = '1': must be 1"),
        ("late.toml", "actions[0].start = '2030-01-01': is after the end of the run"),
    ],
)
@pytest.mark.parametrize("command", ["explain", "run", "delay"])
def test_a_scenario_file_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], files: Path, command: str, name: str, said: str
) -> None:
    more = {
        "explain": [],
        "run": ["--out", str(files / "out"), "--draws", "500"],
        "delay": ["--scenario", "x", "--draws", "500"],
    }[command]
    line = refused(capsys, command, str(files / name), *more)
    if command == "delay" and name == "late.toml":
        said = "is after the end of the run"
    assert said in line
    assert name in line or name == "late.toml"
    assert not (files / "out").exists()


@pytest.mark.parametrize("command", [PERSON, DELAY, ["explain", "demo-2020"]])
def test_a_table_of_ones_own_is_read_and_named(
    capsys: pytest.CaptureFixture[str], files: Path, command: list[str]
) -> None:
    line = refused(capsys, *command, "--system", str(files / "empty.csv"))
    assert "empty.csv: the file is empty" in line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty.toml", "is empty"),
        ("latin.toml", "is not a text file (UTF-8)"),
        ("folder", "is a directory; give a file"),
        ("nowhere.toml", "no such file"),
        ("nothing.toml", "has no prices"),
        ("zero.toml", "scenario: must be a table"),
    ],
)
def test_prices_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], saved: Path, files: Path, name: str, said: str
) -> None:
    line = refused(capsys, "cost", str(saved), "--prices", str(files / name))
    assert f"{name}: {said}" in line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sensitivity", "--scenario", "soap", "--group", "x"], "must be one of detained"),
        (["sensitivity", "--scenario", "soap", "--outcome", "x"], "must be one of infections"),
        (["sensitivity", "--scenario", "soap"], "draws = 2: needs at least 40"),
        (["equity", "--by", "sex", "--weight", "men=nan"], "finite numbers above 0, for men"),
        (["equity", "--by", "sex", "--weight", "men=inf"], "finite numbers above 0, for men"),
        (["compare", "--group", "x"], "must be one of detained"),
        (["compare", "--outcome", "x"], "must be one of admissions"),
        (["compare", "--place", "x"], "no such place or state"),
        (["cost", "--supervised-share", "nan"], "must be between 0 and 1"),
        (["flattening", "--baseline", "x"], "there are 'nothing', 'soap'"),
    ],
)
def test_a_question_that_a_result_cannot_answer(
    capsys: pytest.CaptureFixture[str], saved: Path, arguments: list[str], said: str
) -> None:
    command, *more = arguments
    assert said in refused(capsys, command, str(saved), *more)


@pytest.mark.slow
@pytest.mark.parametrize("command", [PERSON, DELAY])
def test_interruption_is_said_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: list[str],
) -> None:
    run, begun = engine.run, 0

    def interrupted(*args: object, **kwargs: object) -> object:
        nonlocal begun
        begun += 1
        if begun == 3:
            raise KeyboardInterrupt
        return run(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "run", interrupted)
    out = tmp_path / "report.html"
    more = ["--draws", "10", "--threads", "1", "--report", str(out)]
    with pytest.raises(SystemExit) as stop:
        main([*command, *more])
    assert stop.value.code == 130
    error = capsys.readouterr().err
    assert error.strip().splitlines()[-1] == "thinwalls: stopped; nothing was written"
    assert list(tmp_path.iterdir()) == []
