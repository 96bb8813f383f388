"""A system of the user's own: given values win, the rest is filled, errors name the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from support.workbooks import write_workbook
from thinwalls.common.errors import InputError, RunError
from thinwalls.sources import load_user_system, template
from thinwalls.sources.own_table.read_table import FIELDS

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "name,state,county,custody,people"


def write(folder: Path, text: str) -> Path:
    path = folder / "my.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.slow
def test_template_loads(tmp_path: Path) -> None:
    system = load_user_system(template(tmp_path / "my.csv"))
    jail = system.facilities.loc["our-county-jail-wi"]
    assert jail["population_start"] == 480
    assert jail["staff"] == 140
    assert jail["dormitory_share"] == 0.6
    assert jail["county_fips"] == "55105"
    assert jail["length_of_stay_days"] == pytest.approx(26.0)
    assert system.source_of("facilities", "our-county-jail-wi", "staff") == ("user", "line 2")
    described = system.describe_facility("our county jail")
    assert described.loc["length_of_stay_days", "source"] == "assumption:jail_stay_spread"
    assert (described["source"] != "").all()
    stewart = system.facilities.loc["stewart-detention-center-ga"]
    assert stewart["population_start"] == 1_700
    assert stewart["capacity"] == 1_752
    assert set(FIELDS) >= {"name", "people", "same_as"}


def test_classes_and_flows(tmp_path: Path) -> None:
    path = write(
        tmp_path, f"{HEAD},book_ins_per_day\nA,WI,Rock County,jail,300,15\nB,IL,17031,state,100,\n"
    )
    system = load_user_system(path)
    classes = system.population.set_index(["facility_id", "custody_class"])["people_start"]
    assert classes["a-wi", "pretrial"] == 195
    assert classes["b-il", "sentenced"] == 100
    assert system.facilities.loc["a-wi", "length_of_stay_days"] == pytest.approx(20.0)
    flows, moves = system.flows, system.transfers
    sign = np.where(flows["flow"] == "book_in", 1.0, -1.0)
    assert abs((flows["people_per_day"] * sign).groupby(flows["facility_id"]).sum()).max() < 1e-9
    assert len(moves) == 0


@pytest.mark.slow
def test_workbook(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    rows: list[list[object]] = [HEAD.split(","), ["A", "WI", "Rock", "jail", 300]]
    system = load_user_system(write_workbook(tmp_path / "my.xlsx", {"Sheet1": rows}))
    assert system.facilities.loc["a-wi", "population_start"] == 300


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "my.csv: the file is empty"),
        ("# a note\n", "my.csv: the file is empty"),
        (f"{HEAD}\n", "my.csv: there is no row"),
        ("nam,people\nA,1\n", "line 1: nam: no such column; did you mean name?"),
        ("state,people\nWI,1\n", "my.csv: name: column is missing"),
        (f"{HEAD}\nA,WI,Rock,jail,many\n", "line 2: people = 'many': must be a whole number"),
        (f"{HEAD}\nA,WI,Rock,jail,-3\n", "line 2: people = -3.0: must be 0 or more"),
        (f"{HEAD}\nA,WI,Rock,jial,3\n", "line 2: custody = 'jial': must be one of ice, jail"),
        (f"{HEAD}\nA,WI,Rocc,jail,3\n", "no such county in WI; did you mean Rock County?"),
        (f"{HEAD}\nA,WX,Rock,jail,3\n", "state = 'WX': must be the postal code of a state"),
        (f"{HEAD}\nA,WI,99999,jail,3\n", "there is no county with this FIPS code"),
        (f"{HEAD}\nA,WI,,jail,3\n", "line 2: county: must not be empty (or give same_as)"),
        (f"{HEAD}\n,WI,Rock,jail,3\n", "line 2: name: must not be empty"),
        (
            f"{HEAD}\nA,WI,Rock,jail,3\nA,WI,Rock,jail,4\n",
            "line 3: name = 'A': is in line 2 already",
        ),
        (
            f"{HEAD},share_female\nA,WI,Rock,jail,3,1.3\n",
            "share_female = 1.3: must be between 0 and 1",
        ),
        ("name,same_as\nA,stewrat\n", "line 2: same_as = 'stewrat': no facility of us-2020"),
    ],
)
def test_errors(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        load_user_system(write(tmp_path, text))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_not_a_text_file(tmp_path: Path) -> None:
    (tmp_path / "my.csv").write_bytes(b"\xff\xfe\x00")
    for path, message in (
        (tmp_path / "my.csv", "not a text file"),
        (tmp_path, "is a directory"),
        (tmp_path / "gone.csv", "there is no such file"),
    ):
        with pytest.raises(InputError, match=message):
            load_user_system(path)


def test_template_is_never_overwritten(tmp_path: Path) -> None:
    template(tmp_path / "my.csv")
    with pytest.raises(InputError, match="is not overwritten"):
        template(tmp_path / "my.csv")
    with pytest.raises(RunError, match="cannot be written"):
        template(tmp_path / "no such folder" / "my.csv")


@pytest.mark.slow
def test_people_per_unit_are_given_place_by_place(tmp_path: Path) -> None:
    path = write(
        tmp_path, f"{HEAD},unit_people\nA,WI,Rock County,jail,300,40\nB,IL,17031,state,100,\n"
    )
    system = load_user_system(path)
    assert system.units["unit_people"].to_dict() == {"a-wi": 40.0}
    described = system.describe_facility("a-wi")
    assert described.loc["unit_people", ["value", "source"]].tolist() == [40.0, "user"]
    filled = system.with_units(25).units["unit_people"]
    assert filled.to_dict() == {"a-wi": 40.0, "b-il": 25.0}


def test_a_unit_of_one_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEAD},unit_people\nA,WI,Rock County,jail,300,1\n")
    with pytest.raises(InputError, match="must be 2 or more"):
        load_user_system(path)


def test_immunity_is_given_place_by_place(tmp_path: Path) -> None:
    head = f"{HEAD},immune_share,staff_immune_share"
    path = write(tmp_path, f"{head}\nA,WI,Rock County,jail,300,0.6,0.95\nB,IL,17031,state,100,,\n")
    table = load_user_system(path).immunity
    rows = table[["facility_id", "group", "immune_share", "source"]].to_numpy().tolist()
    assert rows == [
        ["a-wi", "detained", 0.6, "given by the user"],
        ["a-wi", "staff", 0.95, "given by the user"],
    ]
    path = write(tmp_path, f"{head}\nA,WI,Rock County,jail,300,93,\n")
    with pytest.raises(InputError, match=r"immune_share = 93.0: must be between 0 and 1"):
        load_user_system(path)


@pytest.mark.parametrize(
    "text",
    [
        "name,state,county,custody,people\nOurs,WI,55105,jail,480\n",
        "name;state;county;custody;people\nOurs;WI;55105;jail;480\n",
        "name\tstate\tcounty\tcustody\tpeople\nOurs\tWI\t55105.0\tjail\t480\n",
        'name,state,county,custody,people,staff\nOurs,Wisconsin,Rock,Jail,"480",N/A\n',
    ],
)
def test_what_people_have_is_read(tmp_path: Path, text: str) -> None:
    place = load_user_system(write(tmp_path, text)).facilities.iloc[0]
    assert (place["county_fips"], place["population_start"]) == ("55105", 480)
    assert (place["state"], place["custody"]) == ("WI", "jail")


def test_a_file_that_windows_wrote_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_bytes("name,state,county,custody,people\nCárcel,WI,Rock,jail,480\n".encode("cp1252"))
    assert load_user_system(path).facilities["name"].tolist() == ["Cárcel"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Ours,IL,01001,jail,10", "is the code of Autauga County, AL, not of a county of IL"),
        ("Ours,WI,Rock,jail,9,400", "has 6 cells, there are 5 columns"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_user_system(write(tmp_path, f"name,state,county,custody,people\n{row}\n"))
