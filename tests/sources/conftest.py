"""Publishers' files: all of them where they are, else the cuts in the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

FILES = {
    2019: "FY19-detentionstats.xlsx",
    2020: "FY20-detentionstats.xlsx",
    2022: "FY22-detentionStats.xlsx",
    2024: "FY24_detentionStats.xlsx",
    2025: "FY25_detentionStats05232025.xlsx",
}
"""ICE's yearly workbooks."""
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
SMALL = Path(__file__).resolve().parents[1] / "data" / "publishers"


@pytest.fixture(scope="session")
def shared() -> Path:
    """All of the publishers' files, which only developers have."""
    if not (SHARED / "ice").is_dir():
        pytest.skip(f"publishers' files are not at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def small_shared() -> Path:
    """Cuts of the publishers' files: in every clone."""
    return SMALL


@pytest.fixture(scope="session")
def publishers_files() -> Path:
    """All of the publishers' files where they are, else the cuts."""
    return SHARED if (SHARED / "ice").is_dir() else SMALL
