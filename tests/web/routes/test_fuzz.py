"""The API fuzzed from its own description: whatever is sent, no fault of the program, no hang."""

from __future__ import annotations

import warnings
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis")

from thinwalls.web.answers.service import Service
from thinwalls.web.app import create_app


class Quick(Service):
    """One facility as the whole system, one draw of a week, so that only what is asked differs."""

    def system(self, name):
        known = super().system(name)
        largest = str(known.facilities["population_start"].idxmax())
        if name not in self.small:
            self.small[name] = known.facilities_only([largest])
        return self.small[name]

    small: ClassVar[dict] = {}

    def answer_steps(self, question, *others, **more):
        short = question.model_copy(update={"draws": 1, "days": min(question.days, 7)})
        yield from super().answer_steps(short, *others, **more)


pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
schema = schemathesis.openapi.from_asgi("/api/openapi.json", create_app(Quick(threads=1)))


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_request_is_a_fault_of_the_program(case):
    response = case.call(timeout=60)
    assert response.status_code < 500, response.text
