"""The real command line in a process of its own: good input, bad input, interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from thinwalls.cli import main
from thinwalls.cli.app import COMMANDS
from thinwalls.cli.output_directory import LISTED

if TYPE_CHECKING:
    from collections.abc import Callable

COMMAND = [sys.executable, "-m", "thinwalls"]
SMALL = ["--draws", "1", "--days", "5", "--threads", "1"]
SCENARIOS = """
schema = 1

[[scenario]]
name = "nothing changes"

[[scenario]]
name = "people over 50 go home"
[[scenario.action]]
do = "release"
who = "age >= 50"
share = 1.0
start = "2020-03-20"
over_days = 3
"""


def thinwalls(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, cwd=cwd, check=False, timeout=300
    )


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on standard error of a call that cannot be used."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    stdout, stderr = capsys.readouterr()
    assert stop.value.code == 2, stderr
    assert stdout == ""
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    return lines[0]


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    path = tmp_path / "my.toml"
    path.write_text(SCENARIOS, encoding="utf-8")
    return path


def test_help_lists_every_command_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    for name in COMMANDS:
        assert name in text
        with pytest.raises(SystemExit) as stop:
            main([name, "--help"])
        assert stop.value.code == 0
        assert "Example" in capsys.readouterr().out or name == "data"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from thinwalls.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'xarray', 'numba', 'altair'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_run_writes_report_data_and_summary(scenarios: Path, tmp_path: Path) -> None:
    done = thinwalls("run", str(scenarios), *SMALL, "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        LISTED,
        "record.json",
        "report.html",
        "results.zarr",
        "summary.csv",
    ]
    assert "people over 50 go home" in done.stdout.replace("\n", " ").replace("  ", " ").lower()
    assert done.stderr == ""
    again = thinwalls(
        "report", str(tmp_path / "out" / "results.zarr"), "--language", "es",
        "--out", str(tmp_path / "informe.html"),
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert "personas detenidas" in (tmp_path / "informe.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_run_in_units_with_priors_says_so(
    scenarios: Path, tmp_path: Path, exit_code_of: Callable[..., int]
) -> None:
    from thinwalls.results import load_results

    priors = tmp_path / "mine.toml"
    priors.write_text(
        'title = "x"\nsource = "y"\npathogen = "covid-2020"\n'
        '[quantities."mixing.between_unit_share"]\nvalue = 0.07\nunit = "share"\n'
    )
    out = tmp_path / "out"
    options = ["--state", "LA", "--housing", "units", "--unit-people", "60"]
    options += ["--priors", str(priors), "--out", str(out), *SMALL]
    assert exit_code_of("run", str(scenarios), *options) == 0
    about = load_results(str(out / "results.zarr")).provenance
    assert "units of about 60 people" in about["housing"]
    assert about["priors"] == "mine"


@pytest.mark.slow
def test_the_same_seed_gives_the_same_json_in_another_process(
    scenarios: Path, tmp_path: Path
) -> None:
    outputs = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        done = thinwalls("run", str(scenarios), *SMALL, "--json", cwd=tmp_path / name)
        outputs.append(json.loads(done.stdout))
    assert outputs[0] == outputs[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "has"),
    [
        (("systems",), "ice-2020"),
        (("systems", "--sources"), "cartographic boundary files"),
        (("facilities", "stewart"), "stewart-detention-center-ga"),
        (("facilities", "stewart", "--history"), "ice-2024"),
        (("scenarios",), "demo-2020"),
        (("pathogens",), "covid-2020"),
        (("show", "step"), "pressure"),
        (("show", "demo-2020"), "halt_arrests"),
        (("show", "covid-2020"), "reproduction_number.dormitory"),
        (("show", "ice-2020"), "checksum"),
        (("show", "ice-2020", "--facility", "stewart"), "LUMPKIN"),
    ],
)
def test_what_is_shown_comes_as_text_and_as_json(
    arguments: tuple[str, ...], has: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ((), ("--json",)):
        with pytest.raises(SystemExit) as stop:
            main([*arguments, *form])
        assert stop.value.code == 0
        text = capsys.readouterr().out
        assert has in text
    json.loads(text)


@pytest.mark.slow
def test_a_place_of_ones_own_is_shown_with_its_sources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("name,state,county,custody,people\nOur Jail,LA,Rapides,jail,300\n")
    with pytest.raises(SystemExit) as stop:
        main(["show", str(path), "--facility", "our jail", "--json"])
    assert stop.value.code == 0
    rows = {row["what"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["population_start"]["source"] == "user"
    assert rows["staff"]["source"] == "assumption:jail_people_per_staff"
    assert all(row["source"] for row in rows.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("share = 1.0", "share = 1.3"), "share"),
        (("over_days", "over_day"), "over_days"),
        (('start = "2020-03-20"', 'start = "2020-03-20"\nend = "2020-03-01"'), "end"),
        (("age >= 50", "aeg >= 50"), "age"),
        (("age >= 50", "facility('stewrt')"), "stewart-detention-center-ga"),
        (("release", "relaese"), "release"),
        (("schema = 1", "schema = 99"), "schema"),
        ((SCENARIOS, ""), "my.toml"),
        (("[[scenario]]", "[[scenario"), "my.toml"),
    ],
)
def test_bad_scenario_files_are_one_clear_line(
    scenarios: Path,
    tmp_path: Path,
    change: tuple[str, str],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    scenarios.write_text(SCENARIOS.replace(*change), encoding="utf-8")
    line = refused(capsys, "run", str(scenarios), *SMALL, "--out", str(tmp_path / "out"))
    assert words in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "{tmp}", *SMALL), "directory"),
        (("run", "{tmp}/none.toml", *SMALL), "none.toml"),
        (("run", "demo-2020", "--system", "ice-2021", *SMALL), "ice-2020"),
        (("run", "demo-2020", "--pathogen", "covid-2021", *SMALL), "covid-2020"),
        (("run", "demo-2020", "--draws", "0"), "draws"),
        (("run", "demo-2020", "--days", "0"), "days"),
        (("run", "demo-2020", "--language", "xx", *SMALL), "xx"),
        (("run", "demo-2020", "--baseline", "none", *SMALL), "--baseline"),
        (("run", "demo-2020", "--place", "nowhere-at-all", *SMALL), "nowhere-at-all"),
        (("run", "demo-2020", "--start", "2019-01-01", *SMALL), "2019"),
        (("show", "nothing-of-the-kind"), "ice-2020"),
        (("show", "ice-2020", "--facility", "stewrt"), "stewart"),
        (("show", "covid-2020", "--facility", "x"), "--facility"),
        (("facilities", "x", "--system", "y"), "ice-2020"),
        (("report", "{tmp}/none.zarr"), "none.zarr"),
    ],
)
def test_bad_arguments_are_one_clear_line(
    tmp_path: Path, arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out")] if arguments[0] == "run" else []
    filled = [one.replace("{tmp}", str(tmp_path)) for one in arguments]
    assert words in refused(capsys, *filled, *out)
    assert not (tmp_path / "out").exists()


def test_out_that_is_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    line = refused(capsys, "run", "demo-2020", *SMALL, "--out", str(tmp_path / "file"))
    assert "is a file" in line
    assert (tmp_path / "file").read_text() == "mine"


def test_out_that_cannot_be_written_is_refused_before_any_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # /proc refuses new directories to everybody, root included.
    if not Path("/proc").is_dir():
        pytest.skip("needs /proc as a place that nobody can write to")
    line = refused(capsys, "run", "demo-2020", *SMALL, "--out", "/proc/out")
    assert "cannot be written to" in line


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends the signal of Ctrl-C to another process")
def test_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with subprocess.Popen(
        [*COMMAND, "demo", "--draws", "1000", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # What a shell starts in the background is deaf to interrupts, and its children with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        for _ in range(600):
            if out.exists():
                break
            time.sleep(0.1)
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        try:
            stdout, stderr = running.communicate(timeout=120)
        finally:
            running.kill()
    assert running.returncode == 130
    assert stdout == ""
    assert stderr.strip() == "thinwalls: stopped; nothing was written"
    assert not out.exists()


@pytest.mark.slow
def test_existing_files_in_out_are_kept(scenarios: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert thinwalls("run", str(scenarios), *SMALL, "--out", str(out)).returncode == 0
    assert (out / "mine.txt").read_text() == "mine"
    hidden = {path.name for path in out.iterdir() if path.name.startswith(".")}
    assert hidden == {LISTED}
