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
import plain_runs
import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_the_same_bits_with_and_without_the_compiler(tmp_path):
    path = tmp_path / "plain.npz"
    places = [str(HERE), str(HERE.parent), *sys.path]
    subprocess.run(
        [sys.executable, str(HERE / "plain_runs.py"), str(path)],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))},
    )
    compiled = plain_runs.everything()
    with np.load(path) as plain:
        assert set(plain.files) == set(compiled)
        for name, values in compiled.items():
            np.testing.assert_array_equal(plain[name], values, err_msg=name)
