"""Measles in a shelter in Chicago: the publisher's file, and the system made of its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.pathogens import load_pathogen
from thinwalls.simulation.experiments.shared_work import Workbench
from thinwalls.simulation.population.cell_variants import NOTHING
from thinwalls.sources import build, check_file
from thinwalls.sources.packaged.chicago import shelter
from thinwalls.sources.publishers.chicago_shelter import PUBLISHER
from thinwalls.system import System, load_system, read_system
from thinwalls.system.tables.tables import SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "date,day,observed_cases,incident_observed_cases\n"


@pytest.fixture(scope="module")
def system() -> System:
    return load_system("chicago-2024")


def test_cases_that_do_not_add_up_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(f"{HEADER}2024-02-26,26,1,1\n2024-02-27,27,3,1\n2024-02-27,27,3,0\n")
    report = check_file(path)
    assert (report.what, report.rows) == (PUBLISHER.facts.title, 3)
    assert report.odd["problem"].tolist() == ["is there twice", "the new cases add up to 2"]


def test_a_count_that_is_no_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(f"{HEADER}2024-02-26,26,one,1\n")
    with pytest.raises(InputError, match="line 2: observed_cases = 'one': must be a number"):
        check_file(path)


@pytest.mark.slow
def test_the_publishers_file(shared: Path) -> None:
    (file,) = PUBLISHER.facts.files
    cases = PUBLISHER.read(shared / file.name).tables["cases"]
    assert cases["observed_cases"].iloc[-1] == PUBLISHER.facts.published["cases"].value


def test_people_of_every_age_are_those_published(system: System) -> None:
    assert system.facilities["population_start"].tolist() == [1877]
    (compared,) = PUBLISHER.totals(system)
    assert compared.ours == compared.published
    assert PUBLISHER.totals(system.replaced(name="other")) == []
    cells = system_cells(system)
    for one in shelter().people:
        low = int(one.age_band.rstrip("+").split("-")[0])
        meant = (cells["age_low"] == low) & (cells["vulnerable"] == one.vulnerable)
        assert cells.loc[meant, "people"].sum() == one.people


def system_cells(system: System) -> pd.DataFrame:
    """Cells of the people who are there on the first day."""
    layout, _ = Workbench(system, load_pathogen("measles"), remember=False).layout(NOTHING)
    cells: pd.DataFrame = layout.cells
    return cells[(cells["group"] == "detained") & (cells["people"] > 0)]


def test_nobody_arrives_leaves_or_works_there(system: System) -> None:
    for table in ("flows", "catchment", "transfers", "staff", "detainers"):
        assert not len(getattr(system, table)), table
    assert not len(system.cases)


@pytest.mark.slow
def test_rebuilt_it_is_the_packaged_one(shared: Path, tmp_path: Path) -> None:
    (folder,) = build(shared, tmp_path, ["chicago-2024"])
    rebuilt, packaged = read_system(folder), load_system("chicago-2024")
    for table in SCHEMAS:
        pd.testing.assert_frame_equal(getattr(rebuilt, table), getattr(packaged, table), obj=table)
    assert rebuilt.content_hash == packaged.content_hash
