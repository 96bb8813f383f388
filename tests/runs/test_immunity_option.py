"""Who is immune, as a person writes it; a run record holds it and repeats the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from thinwalls.common import InputError
from thinwalls.policy import Scenario
from thinwalls.runs import (
    RunRequest,
    SystemSelection,
    load_record,
    record_of_run,
    verify,
    write_record,
)
from thinwalls.simulation import RunOptions

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.system import System

STEWART = "stewart-detention-center-ga"


@pytest.fixture(scope="module")
def stewart(ice_2020: System) -> System:
    return ice_2020.facilities_only([STEWART])


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("0.93", ("*", "detained", "*", 0.93, None)),
        ("0.93:0.88:0.96", ("*", "detained", "*", 0.93, (0.88, 0.96))),
        ("Stewart=0.5", (STEWART, "detained", "*", 0.5, None)),
        ("*:staff=0.97", ("*", "staff", "*", 0.97, None)),
        ("stewart:detained:18-49=1", (STEWART, "detained", "18-49", 1.0, None)),
    ],
)
def test_forms(
    stewart: System,
    text: str,
    row: tuple[str, str, str, float, tuple[float, float] | None],
) -> None:
    table = SystemSelection(name="-", immune=(text,)).part_of(stewart).immunity
    one = table.iloc[0]
    *who, share, ends = row
    assert one[["facility_id", "group", "age_band"]].tolist() == who
    assert one["immune_share"] == share
    expected = (np.nan, np.nan) if ends is None else ends
    np.testing.assert_array_equal(one[["low", "high"]].to_numpy(dtype=float), expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("93", "--immune = '93': must be a share from 0 to 1 (0.93 for 93 %)"),
        ("stewart=1.2", "--immune = 'stewart=1.2': must be a share from 0 to 1 (0.93 for 93 %)"),
        ("0.9:0.8", "--immune = '0.9:0.8': must be SHARE, FACILITY=SHARE,"),
        ("stewart:all=0.5", "--immune = 'all': must be one of detained, staff"),
        ("many", "--immune = 'many': must be SHARE, FACILITY=SHARE,"),
        ("a:staff:1-2:b=0.5", "--immune = 'a:staff:1-2:b=0.5': must be SHARE,"),
        ("nowhere=0.5", "facility = 'nowhere': no facility of"),
    ],
)
def test_what_cannot_be(stewart: System, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        SystemSelection(name="-", immune=(text,)).part_of(stewart)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_record_repeats_it(tmp_path: Path) -> None:
    selection = SystemSelection(
        name="ice-2020", facilities=(STEWART,), immune=("0.6:0.5:0.7", "stewart:staff=0.9")
    )
    request = RunRequest(
        system=selection,
        pathogen="measles",
        scenarios=(Scenario("nothing"),),
        options=RunOptions(days=5, draws=2),
    )
    assert "--immune 0.6:0.5:0.7 --immune stewart:staff=0.9" in request.command_line()
    results = request.run()
    assert "immune_share.all.detained" in results.parameters
    assert "immunity.inside_start_share" not in results.parameters
    listed = {one["name"]: one for one in results.assumptions}
    staff = listed[f"system.immune_share.{STEWART}.staff"]
    assert (staff["value"], staff["source"]) == ("0.9 share", "given by the user")
    file = write_record(record_of_run(results, request), tmp_path / "record.json")
    assert load_record(file).system.named.immune == selection.immune
    assert verify(file).differences == ()
    usual = SystemSelection(name="ice-2020", facilities=(STEWART,))
    assert "immune" not in usual.model_dump(mode="json")
