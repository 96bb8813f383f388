"""Runs the programs beside which the engine is measured, where they are present.

``limit.c`` (the workloads in plain C) and the ``peer_*.py`` scripts are not part of this project;
they are looked for in a directory that is given (``../shared/bench`` by default) and skipped with
a word when something they need is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.workloads import places

if TYPE_CHECKING:
    from collections.abc import Sequence

Figures = dict[str, float]
"""cpu_per_draw and infections of one run"""


def _run(command: Sequence[str], folder: Path, seconds: int = 1200) -> str:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise RuntimeError(lines[-1] if lines else f"ended with {done.returncode}")
    return done.stdout


def _number(name: str, text: str) -> float:
    found = re.search(rf"{re.escape(name)}=([0-9.eE+-]+)", text)
    if found is None:
        raise RuntimeError(f"no {name} in: {text.strip()[-200:]}")
    return float(found.group(1))


class Limit:
    """The workloads in C with Philox random numbers, compiled where gcc is there."""

    def __init__(self, source: Path, folder: Path) -> None:
        if shutil.which("gcc") is None:
            raise RuntimeError("gcc is not here")
        if not source.exists():
            raise RuntimeError(f"{source} is not here")
        self.folder = folder
        self.program = folder / "limit"
        options = ["-O3", "-march=native", "-fopenmp", "-DRNG=1"]
        _run(["gcc", *options, str(source), "-o", str(self.program), "-lm"], folder)

    def write_places(self, k: int) -> None:
        """The binary input of W1, number for number that of the engine."""
        given = places(k)
        columns = (given.detained, given.staff, given.community, given.to, given.seeded)
        with (self.folder / f"w1_{k}.bin").open("wb") as file:
            np.array([k, given.seeded.size], np.int32).tofile(file)
            for column in columns:
                column.astype(np.int32).tofile(file)

    def run(self, *arguments: str) -> Figures:
        """Processor seconds and infections per draw."""
        text = _run([str(self.program), *arguments], self.folder)
        in_microseconds = arguments[0] == "W3"
        cpu = _number("us/rep", text) / 1e6 if in_microseconds else _number("cpu/rep", text)
        return {"cpu_per_draw": cpu, "infections": _number("inf/rep", text)}


class Peers:
    """starsim, covasim and epydemix in an environment of their own."""

    def __init__(self, python: Path, scripts: Path) -> None:
        if not python.exists():
            raise RuntimeError(f"{python} is not here")
        if not (scripts / "peer_starsim.py").exists():
            raise RuntimeError(f"no peer scripts in {scripts}")
        self.python = python
        self.scripts = scripts

    def starsim(self, draws: int) -> Figures:
        """W2 with contact networks."""
        text = _run([str(self.python), "peer_starsim.py", "net", str(draws)], self.scripts)
        return {"cpu_per_draw": _number("total", text), "infections": _number(" inf", text)}

    def covasim(self, draws: int) -> Figures:
        """The nearest to W2: 3,800 agents, 180 days, the disease model of covasim."""
        text = _run([str(self.python), "peer_covasim.py", "custom", str(draws)], self.scripts)
        return {"cpu_per_draw": _number("total", text), "infections": _number("cum_inf", text)}

    def epydemix(self, draws: int) -> Figures:
        """W3; the median of the three repetitions of the script."""
        text = _run([str(self.python), "peer_epydemix.py", "W3", str(draws)], self.scripts)
        lines = [line for line in text.splitlines() if line.startswith("W3 epydemix")]
        times = [_number("ms/rep", line) / 1e3 for line in lines]
        return {
            "cpu_per_draw": float(np.median(times)),
            "infections": _number("inf/rep", lines[-1]),
        }


def engine(root: Path, workload: str, other: str | None, **options: str | int) -> str:
    """One measurement of ``bench.ours`` in a process of its own; its line of JSON.

    ``other``: None for this version; the interpreter of an environment in which another one is
    installed (measured with this version's workloads); or a checkout of another one (measured
    with its own).
    """
    cache = options.pop("cache", None)
    python = sys.executable
    path = str(root)
    if other is not None and Path(other).is_dir():
        root = Path(other).resolve()
        path = f"{root / 'src'}{os.pathsep}{root}"
    elif other is not None:
        python = other
    command = [python, "-m", "bench.ours", workload]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    environment = {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": path,
    }
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = str(cache)
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=3600
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise RuntimeError(lines[-1] if lines else f"ended with {done.returncode}")
    return done.stdout.strip().splitlines()[-1]
