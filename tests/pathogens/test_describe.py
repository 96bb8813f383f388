from __future__ import annotations

import pytest

from thinwalls.pathogens import compare_pathogens, list_pathogens, load_pathogen, parameter_sheet
from thinwalls.pathogens.describe import TAGS


@pytest.mark.parametrize("name", list_pathogens())
def test_a_sheet_has_every_number_once(name: str) -> None:
    pathogen = load_pathogen(name)
    rows = parameter_sheet(pathogen)
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    plain = {name for name in pathogen.parameters if not name.startswith("by_age.")}
    assert plain <= set(names)
    assert all(row.value and row.label and row.unit for row in rows)


def test_side_by_side() -> None:
    pathogens = [load_pathogen("measles"), load_pathogen("mumps")]
    rows = dict(compare_pathogens(pathogens))
    assert rows["title"] == ["Measles", "Mumps"]
    assert rows["people infected by one, in a community"][0].startswith("15 (")
    assert all(len(texts) == 2 for texts in rows.values())
    assert "in intensive care, dying" not in rows


def test_values_that_only_one_has_are_empty_for_the_other() -> None:
    rows = dict(compare_pathogens([load_pathogen("covid-2020"), load_pathogen("measles")]))
    assert rows["in intensive care, dying"][1] == ""
    assert rows["in hospital"][0] == ""


@pytest.mark.parametrize("name", list_pathogens())
def test_every_number_of_the_library_says_how_it_is_known(name: str) -> None:
    for row in parameter_sheet(load_pathogen(name)):
        assert row.unit, row.name
        assert row.tag in TAGS
        assert row.source or row.note, row.name
        assert row.source or row.tag == "assumption", row.name
