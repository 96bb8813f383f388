"""What the report says of runs of ICE detention in 2020 with the usual priors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from thinwalls.reporting import Words
from thinwalls.reporting.report.parts.objections import general


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"system_name": "ice-2020", "pathogen_name": "covid-2020"}, True),
        ({"system_name": "ice-2020", "pathogen_name": "mumps"}, False),
        ({"system_name": "ice-2024", "pathogen_name": "covid-2020"}, False),
        ({"system_name": "ice-2020", "pathogen_name": "covid-2020", "priors": "fitted"}, False),
    ],
)
def test_too_many_inside_is_said_where_it_holds(results, told, said):
    run = replace(results, provenance={**results.provenance, **told})
    assert any("GAO-21-414" in one for one in general(Words("en"), run)) is said
    assert any("GAO-21-414" in one for one in general(Words("es"), run)) is said
