"""A user's own pathogen file: what it may take over, and how mistakes are told."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import pytest

from thinwalls.common.errors import InputError
from thinwalls.pathogens import load_pathogen

if TYPE_CHECKING:
    from pathlib import Path

COVID = (resources.files("thinwalls.pathogens") / "library" / "covid-2020.toml").read_text()
OWN = """
schema = 1
name = "mine"
title = "Mine"
extends = "covid-2020"
"""


def written(folder: Path, text: str, name: str = "mine.toml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_a_file_that_changes_one_number(tmp_path: Path) -> None:
    more = "[parameters.symptomatic_share]\nvalue = 0.5\nunit = 'share'\n"
    mine, base = load_pathogen(written(tmp_path, OWN + more)), load_pathogen("covid-2020")
    assert mine.parameters["symptomatic_share"].central == 0.5
    assert mine.parameters["dispersion"] == base.parameters["dispersion"]
    assert mine.stages == base.stages


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("symptomatic_share", "value = 60.0", "is 60, must be between 0 and 1"),
        ("symptomatic_share", "value = 0.6\nunit = '%'", "has the unit '%'"),
        ("vaccine.infection", "value = 1.2", "is 1.2, must be between 0 and 1"),
        ("dwell.latent", "value = 0.0", "is 0, must be between 0.001"),
        ("dwell.latent", "value = 3.0\nunit = 'weeks'", "has the unit 'weeks', must be days"),
        ("reproduction_number.cells", "value = -1.0", "is -1, must be between 0"),
        ("severity.scale", "value = 2.0\nunit = 'days'", "has the unit 'days'"),
    ],
)
def test_values_that_cannot_be_are_named(tmp_path: Path, name: str, value: str, words: str) -> None:
    with pytest.raises(InputError) as problem:
        load_pathogen(written(tmp_path, f"{OWN}[parameters.{name}]\n{value}\n"))
    assert words in str(problem.value)
    assert f"mine.toml: parameters.{name}" in str(problem.value)
    assert "\n" not in str(problem.value)


def test_a_stage_of_the_same_name_changes_only_what_it_gives(tmp_path: Path) -> None:
    mine = load_pathogen(written(tmp_path, OWN + "[[stage]]\nname = 'E'\nchain = 4\n"))
    assert [s.name for s in mine.stages if s.compartment == "E"] == ["E1", "E2", "E3", "E4"]
    assert mine.at().dwell_days[mine.at().index["E1"]] == pytest.approx(3.15 / 4)


def test_a_table_by_age_is_replaced_whole(tmp_path: Path) -> None:
    more = "[by_age.death_share]\nfrom_age = [0]\nvalues = [0.001]\nunit = 'share'\n"
    mine = load_pathogen(written(tmp_path, OWN + more))
    names = [name for name in mine.parameters if name.startswith("by_age.death_share")]
    assert names == ["by_age.death_share.0"]


def test_a_file_may_extend_a_file_beside_it(tmp_path: Path) -> None:
    written(tmp_path, OWN + "[parameters.dispersion]\nvalue = 1.0\nunit = 'k'\n")
    other = OWN.replace("covid-2020", "mine.toml").replace('"mine"', '"other"')
    assert load_pathogen(written(tmp_path, other, "other.toml")).at().values["dispersion"] == 1.0


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('tag = "seen-2"', 'tag = "memory"', "memory is never a default"),
        ("[parameters.dwell.latent]", "[parameters.dwell.latnt]", "dwell.latent: is missing"),
        ("[parameters.dispersion]", "[parameters.disperson]", "dispersion: is missing"),
        ('graph = "intensive-care"', 'graph = "intensiv-care"', "did you mean 'intensive-care'?"),
        ('graph = "intensive-care"', 'extends = "covid-2021"', "did you mean 'covid-2020'?"),
        ('graph = "intensive-care"', "graph = 3", "graph = 3"),
        ('graph = "intensive-care"', "stage = 3", "must be written as [[stage]]"),
        ('graph = "intensive-care"', "", "susceptible stage"),
        ("values = [0.219", "values = [2.19", "2.19 is not a share"),
        ("values = [0.219, ", "values = [", "as many entries as from_age"),
        ("from_age = [0, 50", "from_age = [1, 50", "must start at 0 and rise"),
        ("[by_age.critical_share]", "[by_age.critical_shares]", "by_age.critical_share"),
        ("schema = 1", "schema = 2", "schema = 2: must be 1"),
        ("schema = 1", "", "schema: must be 1"),
        ("low = 2.9", "low = 29", "low = 29 must be less than high"),
        ('title = "', 'titel = "', "titel: no such field; did you mean 'title'?"),
        ('name = "covid-2020"', 'name = "Covid 2020"', "name = 'Covid 2020'"),
        (
            'distribution = "triangular"\nlow = 2.0\nmode = 2.5\nhigh = 4.0\n',
            "",
            "fixed needs value",
        ),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in COVID
    file = written(tmp_path, COVID.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        load_pathogen(file)
    assert str(caught.value).startswith(str(file))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("name = 'E'\nnext = { Q = 'always' }", "leads to 'Q', which is no stage"),
        ("name = 'E'\nnext = { P = 'sometimes' }", "must split into one of"),
        ("name = 'E'\nchian = 3", "did you mean 'chain'?"),
        ("name = 'E'\nchain = 0", "chain = 0: must be at least 1"),
        ("name = 'E'\ndwell = 'dwell.nowhere'", "dwell.nowhere: is missing"),
        ("name = 'R'\nnext = { R = 'always' }", "needs both dwell and next"),
        ("name = 'U'\nnext = { U = 'always' }", "nobody ever recovers"),
        ("name = 'H_recover'\nresource = 'chair'", "'bed' or 'icu'"),
        ("name = 'X'\ncompartment = 'S'", "exactly one susceptible stage"),
    ],
)
def test_mistakes_in_stages_are_told_in_one_line(tmp_path: Path, stage: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_pathogen(written(tmp_path, f"{OWN}[[stage]]\n{stage}\n"))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_presymptomatic_days_are_stated_once(tmp_path: Path) -> None:
    twice = "[parameters.infectiousness.presymptomatic]\nvalue = 1.0\nunit = 'ratio'\n"
    with pytest.raises(InputError, match="exactly one of"):
        load_pathogen(written(tmp_path, OWN + twice))


def test_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="goes round in a circle"):
        load_pathogen(written(tmp_path, OWN.replace("covid-2020", "mine.toml")))


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'covid-2020'"):
        load_pathogen("covid2020")
    with pytest.raises(InputError, match="no such file"):
        load_pathogen(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is a directory"):
        load_pathogen(tmp_path)
    with pytest.raises(InputError, match=r"dwell.latnt: no such parameter; did you mean"):
        load_pathogen("covid-2020").at({"dwell.latnt": 1.0})


def test_classes_that_cannot_be() -> None:
    from thinwalls.pathogens import PersonClass

    with pytest.raises(InputError, match="the lower first"):
        PersonClass(50, 40, vulnerable=False)
    with pytest.raises(InputError, match=r"treated_share = 1.2"):
        PersonClass(18, 40, vulnerable=False, treated_share=1.2)
