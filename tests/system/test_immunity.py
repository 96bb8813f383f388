"""The table of immunity, and age bands of any width: what is taken, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.system import immunity_row, read_system, write_system

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.system import System

STEWART = "stewart-detention-center-ga"


@pytest.fixture(scope="module")
def stewart(ice_2020: System) -> System:
    return ice_2020.facilities_only([STEWART])


def test_packaged_systems_leave_immunity_to_the_pathogen(ice_2020: System) -> None:
    assert not len(ice_2020.immunity)


@pytest.mark.slow
def test_rows_are_kept_and_the_last_of_the_same_people_holds(ice_2020: System) -> None:
    system = (
        ice_2020.with_immunity(0.5)
        .with_immunity(0.9, low=0.85, high=0.94, source="Venkat 2019", tag="derived")
        .with_immunity(0.4, facility="stewart", age_band="18-49", vulnerable=False)
        .with_immunity(0.97, facility="eloy", group="staff", pathogen="measles")
    )
    table = system.immunity
    assert table["facility_id"].tolist() == [
        "*", STEWART, "eloy-federal-contract-facility-az"
    ]  # fmt: skip
    assert table["immune_share"].tolist() == [0.9, 0.4, 0.97]
    assert table["vulnerable"].tolist() == ["*", "false", "*"]
    assert list(table[["source", "tag"]].iloc[0]) == ["Venkat 2019", "derived"]
    said = system.describe_facility("stewart")
    assert list(said[["value", "source", "note"]].loc["immune: detained"]) == [
        0.9, "Venkat 2019", "drawn between 0.85 and 0.94"
    ]  # fmt: skip
    assert said.loc["immune: detained aged 18-49, without a chronic condition", "value"] == 0.4
    part = system.facilities_only([STEWART])
    assert part.immunity["facility_id"].tolist() == ["*", STEWART]
    assert not len(part.without_immunity().immunity)


def test_immunity_is_part_of_what_a_system_is(stewart: System, tmp_path: Path) -> None:
    """Another checksum with it, the same as ever without it; written and read back."""
    system = stewart.with_immunity(0.9, low=0.8, high=0.95)
    assert system.content_hash != stewart.content_hash
    assert system.without_immunity().content_hash == stewart.content_hash
    write_system(system, tmp_path)
    pd.testing.assert_frame_equal(read_system(tmp_path).immunity, system.immunity)
    write_system(stewart, tmp_path)
    assert not (tmp_path / "immunity.parquet").exists()
    assert read_system(tmp_path).content_hash == stewart.content_hash


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"immune_share": 93}, "immune_share = 93: must be a share from 0 to 1 (0.93 for 93 %)"),
        ({"low": -0.1, "high": 0.95}, "low = -0.1: must be a share from 0 to 1 (0.93 for 93 %)"),
        ({"low": 0.95, "high": 0.8}, "must be between low = 0.95 and high = 0.8"),
        ({"low": 0.8}, "high: low and high must both be given, or neither"),
        ({"facility": "nowhere"}, "facility = 'nowhere': no facility of"),
        ({"group": "guards"}, "group = 'guards': must be one of detained, staff"),
        ({"age_band": "0-5"}, "age_band = '0-5': must be * or an age band of the system: 18-49,"),
        ({"vulnerable": "sick"}, "vulnerable = 'sick': must be one of *, true, false"),
        ({"group": "staff", "age_band": "18-49"}, "age_band = '18-49': must be * for staff"),
        ({"group": "staff", "vulnerable": True}, "vulnerable = 'true': must be * for staff"),
        ({"tag": "guessed"}, "tag = 'guessed': must be one of seen,"),
        ({"tag": "seen", "source": " "}, "source: must not be empty"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    stewart: System, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        stewart.with_immunity(**{"immune_share": 0.9, **given})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_given_whole_is_checked(stewart: System) -> None:
    row = immunity_row(0.9)
    for column, value, message in (
        ("immune_share", 93, "immune_share = 93.0: must be between 0 and 1"),
        ("facility_id", "b", "facility_id = 'b': is not in the table facilities (or * for all)"),
    ):
        with pytest.raises(InputError) as caught:
            stewart.replaced(immunity=row.astype(object).assign(**{column: value}))
        assert f"table immunity, row 0: {message}" in str(caught.value)
    with pytest.raises(InputError, match="row is there twice"):
        stewart.replaced(immunity=pd.concat([row, row]))


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        (["0-0", "1-17", "18-49"], ""),
        (["0-17", "17-49", "50+"], "age bands of one place must not overlap: 17 is in two"),
        (["0-17", "49-18", "50+"], "age_band = '49-18': must be an age band in whole years"),
        (["0-17", "adults", "50+"], "age_band = 'adults': must be an age band in whole years"),
    ],
)
def test_age_bands_are_of_any_width_but_do_not_overlap(
    stewart: System, bands: list[str], message: str
) -> None:
    everywhere = stewart.composition["facility_id"] == "*"
    table = stewart.composition[everywhere].iloc[:3].assign(age_band=bands)
    if not message:
        assert stewart.replaced(composition=table).composition["age_band"].tolist() == bands
        return
    with pytest.raises(InputError) as caught:
        stewart.replaced(composition=table)
    assert message in str(caught.value)
