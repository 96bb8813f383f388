"""Compiled kernels give the bits of the Python that they are written in.

It is also how coverage sees the lines of kernels: the program that is started here runs them
without the compiler.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from support import plain_runs

TESTS = Path(__file__).resolve().parents[2]
PLACES = os.pathsep.join(filter(None, [str(TESTS), *sys.path]))
ENVIRONMENT = {**os.environ, "PYTHONPATH": PLACES}


@pytest.mark.slow
def test_the_same_bits_with_and_without_the_compiler(tmp_path):
    path = tmp_path / "plain.npz"
    program = [sys.executable, str(TESTS / "support" / "plain_runs.py"), str(path)]
    subprocess.run(program, check=True, env=ENVIRONMENT)
    compiled = plain_runs.everything()
    with np.load(path) as plain:
        assert set(plain.files) == set(compiled)
        for name, values in compiled.items():
            np.testing.assert_array_equal(plain[name], values, err_msg=name)


@pytest.mark.slow
def test_the_invariants_are_checked_without_the_compiler_too():
    plain = ["-p", "support.plain_python", "-p", "no:cacheprovider"]
    program = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        *plain,
        str(TESTS / "engine" / "step" / "test_checks.py"),
    ]
    done = subprocess.run(
        program, check=False, env=ENVIRONMENT, cwd=TESTS.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
