"""What lies in the directory that a command writes to: ours is replaced, all else is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from thinwalls.cli import main
from thinwalls.cli.output_directory import LISTED, output_directory
from thinwalls.common import InputError

SMALL = [
    "run", "demo-2020", "--system", "ice-2020", "--facility", "stewart",
    "--draws", "1", "--days", "10", "--threads", "1",
]  # fmt: skip


def written(out: Path, **files: str) -> None:
    with output_directory(out) as staging:
        for name, text in files.items():
            (staging / name).write_text(text)


def names(out: Path) -> set[str]:
    return {entry.name for entry in out.iterdir()}


def test_a_later_run_replaces_all_of_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    written(tmp_path, first="1", both="1")
    written(tmp_path, both="2", second="2")
    assert names(tmp_path) == {"notes.txt", "both", "second", LISTED}
    assert (tmp_path / "both").read_text() == "2"


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_somebody_else_put_there_is_refused_and_kept(tmp_path: Path, kind: str) -> None:
    mine = tmp_path / "both"
    if kind == "folder":
        mine.mkdir()
        (mine / "thesis.txt").write_text("mine")
    else:
        mine.write_text("mine")
    with pytest.raises(InputError, match="holds both, which this program did not write"):
        written(tmp_path, both="2")
    assert names(tmp_path) == {"both"}


def test_what_is_known_to_be_in_the_way_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("mine")
    with (
        pytest.raises(InputError, match=r"report\.html"),
        output_directory(tmp_path, later=("report.html",)),
    ):
        raise AssertionError("no work is done")


def test_results_of_versions_that_kept_no_list_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text(json.dumps({"seal": "x"}))
    (tmp_path / "summary.csv").write_text("old")
    written(tmp_path, **{"summary.csv": "new"})
    assert names(tmp_path) == {"summary.csv", LISTED}


def test_that_an_earlier_run_is_replaced_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, one="1")
    assert capsys.readouterr().err == ""
    written(tmp_path, one="2")
    assert "what an earlier run wrote here is replaced" in capsys.readouterr().err


def test_a_list_that_names_places_elsewhere_is_not_followed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "mine").write_text("mine")
    (out / LISTED).write_text(json.dumps({"entries": ["../mine", "/etc/passwd"]}))
    written(out, one="1")
    assert (tmp_path / "mine").read_text() == "mine"


def test_what_killed_runs_left_goes_and_what_a_living_one_has_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for folder in (f".thinwalls-new-{ended.pid}-a", f".thinwalls-new-{os.getpid()}-b"):
        (tmp_path / folder).mkdir()
    written(tmp_path, one="1")
    assert names(tmp_path) == {"one", LISTED, f".thinwalls-new-{os.getpid()}-b"}


@pytest.mark.parametrize("point", range(6))
def test_killed_while_it_commits_it_mixes_no_two_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: int
) -> None:
    """Whatever move is the last one, what is there is of one run only."""
    written(tmp_path, a="1", b="1", c="1")
    moved, was = [0], Path.replace

    def replace(self: Path, target: Path) -> Path:
        if self.suffix != ".partial":
            if moved[0] == point:
                raise KeyboardInterrupt
            moved[0] += 1
        return was(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        written(tmp_path, a="2", b="2", c="2")
    monkeypatch.undo()
    there = {(tmp_path / name).read_text() for name in "abc" if (tmp_path / name).exists()}
    assert len(there) <= 1
    # And the next run finds its way.
    written(tmp_path, a="3", b="3")
    assert names(tmp_path) >= {"a", "b", LISTED}
    assert (tmp_path / "a").read_text() == "3"


@pytest.mark.slow
def test_a_report_that_cannot_be_drawn_leaves_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import thinwalls.reporting

    def broken(*_: object, **__: object) -> None:
        raise MemoryError("no room for a picture")

    monkeypatch.setattr(thinwalls.reporting, "write_report", broken)
    with pytest.raises(SystemExit) as stop:
        main([*SMALL, "--out", str(tmp_path)])
    assert stop.value.code == 1
    assert "the results are kept" in capsys.readouterr().err
    assert names(tmp_path) == {"results.zarr", "summary.csv", "record.json", LISTED}
    monkeypatch.undo()
    main_ok(["report", str(tmp_path / "results.zarr"), "--out", str(tmp_path / "report.pdf")])
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def main_ok(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0


def test_a_report_is_what_its_ending_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["report", "results.zarr", "--out", str(tmp_path / "report.docx")])
    assert stop.value.code == 2
    assert "must end in .html or .pdf" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_that_asks_for_an_end_leaves_nothing(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    command = [sys.executable, "-m", "thinwalls", *SMALL, "--draws", "5000"]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")],
        stderr=subprocess.PIPE,
        text=True,
        # What is started under nohup is deaf to it, and its children with it.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    ) as run:
        until = time.monotonic() + 120
        while time.monotonic() < until and not (tmp_path / "out").exists():
            time.sleep(0.1)
        time.sleep(1.0)
        run.send_signal(number)
        _, complaint = run.communicate(timeout=120)
    assert run.returncode == 128 + number, complaint
    assert complaint.strip() == "thinwalls: stopped; nothing was written"
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    command = f"{sys.executable} -m thinwalls facilities ca --system us"
    command += " | head -1; echo ${PIPESTATUS[0]}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.splitlines()[-1] == "0"
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_costs_nothing(tmp_path: Path, closed: str) -> None:
    command = " ".join([sys.executable, "-m thinwalls", *SMALL, "--out", str(tmp_path / "out")])
    done = subprocess.run(["bash", "-c", f"{command} {closed}"], check=False, timeout=120)
    assert done.returncode == 0
    assert {"results.zarr", "report.html"} <= names(tmp_path / "out")
