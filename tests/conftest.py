"""What several rooms' tests share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from thinwalls.cli import main
from thinwalls.evidence import Validation, validate
from thinwalls.pathogens import Pathogen, load_pathogen
from thinwalls.system import System, load_system

if TYPE_CHECKING:
    from collections.abc import Callable

# The first call of a compiled function takes seconds; how long examples take is not a test here.
settings.register_profile("thinwalls", deadline=None)
settings.load_profile("thinwalls")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The publishers' files, which only developers have."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared with the publishers' files, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def validated() -> Callable[[str], Validation]:
    """Published results of a paper beside ours, worked out once for all tests."""
    return cache(lambda name: validate([name]))


@pytest.fixture
def exit_code_of() -> Callable[..., int]:
    """Run the command line in this process: its arguments in, its exit code out."""

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        return int(stop.value.code or 0)

    return run


@pytest.fixture(scope="session")
def ice_2020() -> System:
    return load_system("ice-2020")


@pytest.fixture(scope="session")
def covid() -> Pathogen:
    return load_pathogen("covid-2020")


@pytest.fixture(scope="session")
def louisiana(ice_2020: System) -> System:
    """The facilities of Louisiana, their counties and the outside: runs take a second."""
    return ice_2020.state("LA")
