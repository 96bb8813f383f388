"""What a user gets: the built wheel, installed into a fresh environment, runs the demo."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = "Scripts" if os.name == "nt" else "bin"


def run(*command: str, cwd: Path, timeout: int = 600) -> str:
    """Run a command; its whole output is in the failure message."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=cwd, env=clean, capture_output=True, text=True, check=False, timeout=timeout
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def constraints(target: Path) -> Path:
    """The versions of the lock file, without its hashes, so that the wheel's own list is used."""
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^([A-Za-z0-9_.-]+==.*?)(?: \\)?$", lock, re.MULTILINE)
    target.write_text("\n".join(pins) + "\n")
    return target


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the commands of a fresh environment with the wheel and what it asks for."""
    home = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(home), str(ROOT)]
    run(sys.executable, *build, cwd=home)
    (wheel,) = home.glob("thinwalls-*.whl")
    venv.create(home / "env", with_pip=True)
    commands = home / "env" / BIN
    run(
        str(commands / "python"), "-m", "pip", "install", "--quiet",
        "--disable-pip-version-check", str(wheel),
        "--constraint", str(constraints(home / "constraints.txt")),
        cwd=home,
    )  # fmt: skip
    return commands


@pytest.mark.slow
def test_the_demo_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = run(
        str(installed / "thinwalls"), "demo", "--draws", "2", "--days", "20", "--out", str(out),
        cwd=tmp_path,
    )  # fmt: skip
    assert "report.html" in text
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "arrests stop, everyone released over 30 days" in page.lower()
    assert (out / "summary.csv").stat().st_size > 0


@pytest.mark.slow
def test_the_face_of_the_library_works_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    program = (
        "import thinwalls as tw\n"
        "assert '/env/' in tw.__file__.replace('\\\\', '/'), tw.__file__\n"
        "system = tw.load_system('ice-2020').around('Stewart')\n"
        "covid = tw.load_pathogen('covid-2020')\n"
        "free = tw.Scenario('release everyone', actions=[\n"
        "    tw.Release(share=1.0, who=tw.everyone, start='2020-03-20', over_days=30),\n"
        "    tw.HaltArrests(start='2020-03-20'),\n"
        "])\n"
        "results = tw.simulate(system, covid, [tw.Scenario('nothing changes'), free],\n"
        "                      days=30, draws=2, seed=1)\n"
        "assert list(results.dataset.dims)[:2] == ['scenario', 'draw']\n"
        "print(tw.compare(results, baseline='nothing changes').table.shape)\n"
        "tw.write_report(results, 'report.html', language='es')\n"
    )
    run(str(installed / "python"), "-c", program, cwd=tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'lang="es' in page
