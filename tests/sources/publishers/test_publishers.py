"""Publishers are found by themselves, and everything that lists them goes through the list."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, ClassVar

import pandas as pd
import pytest

from thinwalls.common.errors import InputError
from thinwalls.sources import (
    CATALOGUE,
    Publisher,
    all_publishers,
    check,
    check_file,
    publisher,
)
from thinwalls.sources.publishers.national_totals import NationalTotals
from thinwalls.sources.reading.kind_of_file import look_at
from thinwalls.system import load_system

if TYPE_CHECKING:
    from pathlib import Path


def test_every_publisher_states_what_it_is() -> None:
    names = [one.name for one in all_publishers()]
    assert names[0] == "ice_detention"
    assert len(set(names)) == len(names) >= 7
    for one in all_publishers():
        assert type(one).__module__.endswith(f"publishers.{one.name}")
        assert one.facts.citations
        for number in one.facts.published.values():
            assert number.unit
            assert number.source


def test_every_file_is_known_by_one_publisher(publishers_files: Path) -> None:
    seen = 0
    for one in all_publishers():
        for file in one.facts.files:
            if not (publishers_files / file.name).exists():
                continue
            seen += 1
            given = look_at(publishers_files / file.name)
            known = [other.name for other in all_publishers() if other.recognise(given)]
            beside = one.name == "aclu_movements" and "matrix" not in file.name
            hospitals = file.name.endswith("facility-CovidCareMap.csv")
            assert known == ([] if beside or hospitals else [one.name]), file.name
    assert seen >= 13


def test_what_is_downloaded_is_a_publishers_file() -> None:
    offered = {file.key for one in all_publishers() for file in one.facts.files if file.key}
    assert set(CATALOGUE) == offered


def test_cited_sources_are_publishers() -> None:
    cited = {one.id for each in all_publishers() for one in each.facts.citations}
    for source in load_system("us").sources.index:
        assert source.startswith(("assumption:", "ice-fy")) or source in cited


def test_files_that_may_not_be_passed_on_are_not_here(small_shared: Path) -> None:
    counted = pd.read_csv(small_shared / "movements" / "transfer_adjacency_matrix.csv", index_col=0)
    n = len(counted)
    hold = [not row.any() for row in counted.to_numpy()]
    made_up = [[0 if hold[i] else (7 * i + 3 * j + i * j) % 23 for j in range(n)] for i in range(n)]
    assert counted.to_numpy().tolist() == made_up
    folders = {path.name for path in small_shared.iterdir() if path.is_dir()}
    allowed = {
        file.name.split("/")[0]
        for one in all_publishers()
        for file in one.facts.files
        if any(cited.packaging == "files" for cited in one.facts.citations)
    }
    assert folders - allowed == {"movements"}


def test_a_source_id_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    hifld = publisher.facts_of("hifld")
    monkeypatch.setattr(publisher, "facts_of", lambda _: hifld)
    for one in all_publishers():
        one.__dict__.pop("facts", None)
    try:
        with pytest.raises(InputError, match=r"id = 'hifld-prisons': is there twice"):
            publisher.all_publishers.__wrapped__()
    finally:
        for one in all_publishers():
            one.__dict__.pop("facts", None)


def test_what_a_publisher_does_not_say_is_nothing(small_shared: Path) -> None:
    class Quiet(NationalTotals):
        name: ClassVar[str] = "national_totals"
        totals = Publisher.totals

    read = check_file(small_shared / "counties" / "counties.csv")
    assert read.what == "counties"
    quiet = Quiet()
    assert quiet.totals(load_system("us")) == []
    assert (
        quiet.problems(all_publishers()[0].read(small_shared / "ice/FY19-detentionstats.xlsx"))
        == []
    )
    with pytest.raises(InputError, match="no file of this publisher is read"):
        quiet.read(small_shared)


def test_the_name_of_before_still_works(small_shared: Path) -> None:
    with pytest.warns(DeprecationWarning, match="is now called check_file"):
        assert check(small_shared / "counties" / "counties.csv").ok


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.parquet", b"no table", "is not a Parquet file that can be read"),
        ("a.parquet", None, "there is no such file"),
        ("a.zip", None, "there is no such file"),
        ("a.csv", b"a,b\n1,2\n", "is none of: ICE Detention Statistics, "),
    ],
)
def test_files_that_nobody_knows(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        check_file(tmp_path / name)
    assert message in str(caught.value)
    assert name in str(caught.value)


def test_tables_and_archives_are_looked_into(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1], "b": [2]}).to_parquet(tmp_path / "a.parquet")
    assert look_at(tmp_path / "a.parquet").columns == ("a", "b")
    with zipfile.ZipFile(tmp_path / "a.ZIP", "w") as archive:
        archive.writestr("b.txt", "c")
    assert look_at(tmp_path / "a.ZIP").members == ("b.txt",)
    with pytest.raises(InputError, match="is none of"):
        check_file(tmp_path / "a.ZIP")
