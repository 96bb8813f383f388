from __future__ import annotations

import pytest

from support.synthetic import make_results


@pytest.fixture(scope="session")
def results():
    return make_results(draws=30, facilities=20, counties=8)


@pytest.fixture(scope="session")
def small():
    return make_results(draws=12, days=30, facilities=3, counties=2, scenarios=3)


@pytest.fixture(scope="session")
def many():
    return make_results(draws=120, days=40, facilities=4, counties=3)
