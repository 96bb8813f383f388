"""A small part of the packaged system, so that runs take a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from thinwalls.system import System


@pytest.fixture(scope="session")
def louisiana(ice_2020: System) -> System:
    """The facilities of Louisiana, their counties and the outside."""
    return ice_2020.state("LA")
