"""The table of coverage tells rooms apart and fails below a gate."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "coverage_by_room.py"
MADE = runpy.run_path(str(SCRIPT))
PACKAGE = MADE["PACKAGE"]


def file(statements: int, *missing: int) -> dict[str, object]:
    """One file as coverage.py reports it."""
    summary = {"num_statements": statements, "missing_lines": len(missing)}
    return {"summary": summary, "missing_lines": list(missing)}


def test_lines_are_added_up_by_room() -> None:
    files = {
        str(PACKAGE / "engine" / "step" / "kernel.py"): file(40, 3),
        str(PACKAGE / "engine" / "__init__.py"): file(10),
        str(PACKAGE / "__main__.py"): file(5, 1, 2),
        "/elsewhere/other.py": file(7, 1),
    }
    rooms = MADE["by_room"](files)
    assert {room: (one.files, one.percent) for room, one in rooms.items()} == {
        "engine": (2, 98.0),
        "thinwalls": (1, 60.0),
    }
    assert "98.0%    100%  below" in MADE["table"](rooms)
    assert MADE["missed"](files, {"engine"}) == [f"{PACKAGE / 'engine' / 'step' / 'kernel.py'}: 3"]


def test_every_room_has_a_gate() -> None:
    assert MADE["gate_of"]("engine") == 100
    assert MADE["gate_of"]("results") == 90


def test_it_fails_below_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "coverage.toml"
    config.write_text("")
    data = tmp_path / "measured"
    program = tmp_path / "program.py"
    program.write_text("import thinwalls\nthinwalls.__version__\n")
    options = [f"--rcfile={config}", f"--data-file={data}", f"--source={PACKAGE / 'policy'}"]
    command = [sys.executable, "-m", "coverage", "run", *options, str(program)]
    subprocess.run(command, check=True, cwd=tmp_path)
    assert MADE["main"]([], data) == 1
    assert "policy" in capsys.readouterr().out
    assert MADE["main"](["cellar"], data) == 2
    assert "no such room: cellar" in capsys.readouterr().err


def test_nothing_measured_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert MADE["main"]([], tmp_path / "nothing") == 2
    assert "run the tests under coverage first" in capsys.readouterr().err


def test_copies_that_are_gone_do_not_matter(tmp_path: Path) -> None:
    """Tests run copies of the package, too, which coverage sees and which do not last."""
    config = tmp_path / "coverage.toml"
    config.write_text("")
    data = tmp_path / "measured"
    program = tmp_path / "program.py"
    program.write_text("import thinwalls\nthinwalls.__version__\n")
    places = f"{PACKAGE / 'policy'},{tmp_path}"
    options = [f"--rcfile={config}", f"--data-file={data}", f"--source={places}"]
    command = [sys.executable, "-m", "coverage", "run", *options, str(program)]
    subprocess.run(command, check=True, cwd=tmp_path)
    program.unlink()
    assert {MADE["room_of"](name) for name in MADE["measured"](data)} == {"policy"}
