"""Names of the engine that have another one now: they work, and say which."""

from __future__ import annotations

import pytest

from thinwalls import engine
from thinwalls.engine.contract import former_names


@pytest.mark.parametrize(
    ("former", "now"), [("validate", "check_inputs"), ("Record", "OutputSpec")]
)
def test_a_former_name_is_the_new_one_and_says_so(former, now):
    with pytest.warns(DeprecationWarning, match=f"engine.{former} is now called {now}"):
        assert getattr(engine, former) is getattr(engine, now)


def test_other_names_are_not_there():
    with pytest.raises(AttributeError, match="no attribute 'unknown'"):
        former_names.unknown  # noqa: B018
