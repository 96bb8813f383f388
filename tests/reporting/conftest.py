from __future__ import annotations

import pytest

from support.synthetic import make_results
from thinwalls.reporting import Words
from thinwalls.reporting.report.html import report_html


@pytest.fixture(scope="session")
def results():
    return make_results(draws=60, days=60, facilities=50, counties=8)


@pytest.fixture(scope="session")
def few():
    return make_results(draws=3, days=20, facilities=3, counties=2, scenarios=2)


@pytest.fixture(scope="session")
def english(results):
    return report_html(results, Words("en"))


@pytest.fixture(scope="session")
def spanish(results):
    return report_html(results, Words("es"))
