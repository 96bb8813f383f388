from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import make_results


@pytest.fixture(scope="session")
def results():
    return make_results(draws=30, facilities=20, counties=8)


@pytest.fixture(scope="session")
def small():
    return make_results(draws=12, days=30, facilities=3, counties=2, scenarios=3)


@pytest.fixture(scope="session")
def many():
    return make_results(draws=120, days=40, facilities=4, counties=3)
