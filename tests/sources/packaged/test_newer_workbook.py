"""A workbook that is not packaged becomes a system, from what is packaged and from a server."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from support.workbooks import write_workbook
from thinwalls.common.errors import InputError, RunError
from thinwalls.sources import build_system, check_file, system_from_workbook, update
from thinwalls.sources.places.county_names import county_in_name
from thinwalls.sources.places.zip_codes import zip_codes, zip_text
from thinwalls.sources.reading.workbook import open_workbook, text_of
from thinwalls.sources.update import newest_link
from thinwalls.system import load_system, read_system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NEW = "FY26_detentionStats_04092026.xlsx"
OLD = "FY25_detentionStats05232025.xlsx"
pytestmark = pytest.mark.slow


def changed(path: Path, target: Path, changes: dict[str, dict[str, str]]) -> Path:
    """The workbook with other cells: by name of the facility, then by heading."""
    sheets: dict[str, list[list[object]]] = {}
    for sheet in open_workbook(path):
        rows = [list(row) for row in sheet.rows]
        head = next((row for row in rows if {"City", "State"} <= set(map(text_of, row))), None)
        for row in rows if head is not None else ():
            name = text_of(row[list(map(text_of, head or ())).index("Name")])
            for heading, cell in changes.get(name, {}).items():
                row[list(map(text_of, head or ())).index(heading)] = cell
        sheets[sheet.name] = rows
    return write_workbook(target, sheets)


@pytest.fixture(scope="module")
def today(small_shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the system of the newest workbook's cut."""
    folder = tmp_path_factory.mktemp("today") / "my-system"
    build_system(small_shared / "ice" / NEW, folder, "2026-02-01")
    return folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and folder of a web server."""
    folder = tmp_path / "web"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}", folder
    serving.shutdown()
    serving.server_close()
    thread.join()


def test_every_edition_builds_from_what_is_packaged(publishers_files: Path) -> None:
    for path in sorted((publishers_files / "ice").glob("*.xlsx")):
        system = system_from_workbook(path)
        assert system.facilities["county_fips"].notna().all()
        assert not len(system.left_out)
        report = check_file(path)
        assert len(system.facilities) == report.rows
        sums = [value for what, value in report.counted.items() if "sum of" in what]
        assert sums == pytest.approx([sums[0]] * 3, rel=1e-4)


def test_a_place_is_where_the_packaged_years_have_it(today: Path) -> None:
    system, before = read_system(today), load_system("ice-2025").facilities
    both = system.facilities.index.intersection(before.index)
    assert len(both) >= 10
    pd.testing.assert_series_equal(
        system.facilities.loc[both, "county_fips"], before.loc[both, "county_fips"]
    )
    imperial = system.facilities.loc["imperial-regional-detention-facility-ca"]
    assert (imperial["state"], imperial["county_fips"]) == ("CA", "06025")  # an empty State cell


def test_who_cannot_be_placed_is_kept_out_and_told(small_shared: Path, tmp_path: Path) -> None:
    nowhere = {"State": "", "Zip": "", "City": "NOWHERE AT ALL", "AOR": "", "Address": ""}
    office = {"Zip": "", "City": "NOWHERE AT ALL", "Address": "", "Name": "SOME TENTS"}
    path = changed(
        small_shared / "ice" / NEW,
        tmp_path / "FY26.xlsx",
        {"OTAY MESA DETENTION CENTER": nowhere, "ERO EL PASO CAMP EAST MONTANA": office},
    )
    whole = system_from_workbook(small_shared / "ice" / NEW, None, "2026-02-01")
    system = system_from_workbook(path, None, "2026-02-01")
    (lost,) = system.left_out.to_dict("records")
    assert lost["name"] == "OTAY MESA DETENTION CENTER"
    share = lost["population_average"] / whole.facilities["population_average"].sum()
    people = whole.facilities["population_start"].sum()
    assert system.facilities["population_start"].sum() == pytest.approx(people * (1 - share), abs=2)
    tents = system.facilities.loc["some-tents-tx"]
    assert (tents["placed_by"], tents["county_fips"]) == ("seat of the field office", "48141")
    sources = system.provenance.set_index(["row", "column"])["source"]
    assert sources["some-tents-tx", "county_fips"] == "ice-field-offices"
    assert "ice-field-offices" in system.sources.index
    told = check_file(path).odd["problem"].tolist()
    assert any(f"kept out, with {lost['population_average']:.1f} people" in one for one in told)
    assert any("placed at the seat of its field office" in one for one in told)


def test_a_folder_is_a_system_of_every_command(
    today: Path, capsys: pytest.CaptureFixture[str], exit_code_of: Callable[..., int]
) -> None:
    assert load_system(str(today)).start_date == "2026-02-01"
    assert set(load_system(f"{today}:state:GA").facilities["state"]) == {"GA"}
    assert exit_code_of("facilities", "stewart", "--system", str(today)) == 0
    assert "stewart-detention-center-ga" in capsys.readouterr().out
    assert exit_code_of("show", str(today)) == 0
    assert "2026-02-01" in capsys.readouterr().out


def test_build_system_says_what_it_built(
    small_shared: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    exit_code_of: Callable[..., int],
) -> None:
    book, out = str(small_shared / "ice" / NEW), tmp_path / "mine"
    assert exit_code_of("data", "build-system", book, "--out", str(out), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["start_date"], told["left_out"]) == ("2026-03-01", [])
    assert (
        exit_code_of("data", "build-system", book, "--out", str(out), "--start", "2031-01-01") == 2
    )
    assert "must be a day (YYYY-MM-DD) from 2025-10-01 to" in capsys.readouterr().err.replace(
        "2025-10 ", "2025-10-01 "
    )
    assert read_system(out).start_date == "2026-03-01"
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else than a system"):
        build_system(book, tmp_path / "notes")


def test_update_takes_the_newest_and_keeps_the_old(
    small_shared: Path,
    tmp_path: Path,
    server: tuple[str, Path],
    capsys: pytest.CaptureFixture[str],
    exit_code_of: Callable[..., int],
) -> None:
    address, web = server
    out = tmp_path / "newest"
    command = ("data", "update", "--out", str(out), "--address")
    (web / OLD).write_bytes((small_shared / "ice" / OLD).read_bytes())
    assert exit_code_of(*command, f"{address}/{OLD}") == 0
    first = read_system(out)
    assert first.record_last == "2025-05-17"
    assert exit_code_of(*command, f"{address}/{OLD}") == 0
    assert "nothing to do" in capsys.readouterr().out

    (web / NEW).write_bytes((small_shared / "ice" / NEW).read_bytes())
    page = f'<a href="/{OLD}">FY 2025</a> <a class=x href="{NEW}">FY 2026 YTD</a> <a href="a.pdf">'
    (web / "page.html").write_text(page)
    assert exit_code_of(*command, f"{address}/page.html", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["is_new"], told["file"]) == (True, NEW)
    changes = {one["what"]: (one["before"], one["now"]) for one in told["changes"]}
    assert changes["last day of the data"] == ("2025-05-17", "2026-04-04")
    assert any("east-montana" in what for what in changes)
    second = (out / "system.json").read_bytes()

    broken = (small_shared / "ice" / NEW).read_bytes()
    (web / "broken.xlsx").write_bytes(broken[: len(broken) // 2])
    (web / "empty.html").write_text("nothing here")
    for name, code in (("broken.xlsx", 2), ("empty.html", 2), ("gone.xlsx", 1), (OLD, 2)):
        assert exit_code_of(*command, f"{address}/{name}") == code, name
        assert capsys.readouterr().err.count("\n") == 1
        assert (out / "system.json").read_bytes() == second
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    assert read_system(out).record_last == "2026-04-04"


def test_update_says_when_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(RunError):
        update(tmp_path / "a", "http://127.0.0.1:9/FY26.xlsx")
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<a href="/d/FY25_detentionStats09242025.xlsx">'
         '<a href="/d/FY25_detentionStats05232025.xlsx">',
         "http://x.y/d/FY25_detentionStats09242025.xlsx"),
        ("<a href=FY2025-detentionstats.xlsx><a href='FY26_detentionStats_04092026.xlsx'>",
         "http://x.y/FY26_detentionStats_04092026.xlsx"),
        ('<a href="FY26%20detention.xlsx">', "http://x.y/FY26%20detention.xlsx"),
        ('<a href="dedicated.xlsx"><a href="FY26-report.pdf">', None),
    ],
)  # fmt: skip
def test_the_newest_of_the_links(page: str, found: str | None) -> None:
    assert newest_link(page, "http://x.y/page") == found


def test_postal_codes() -> None:
    table = zip_codes()
    assert table.loc["12068", "county_fips"] == "36057"  # Montgomery County Jail, Fonda
    assert table.loc["34141", "county_fips"] == "12021"  # the tents of Ochopee
    assert table["county_fips"].notna().all()
    counties = load_system("us-2020").counties
    assert set(table["county_fips"]) <= set(counties.index)
    assert [zip_text(text) for text in ("2863", "31815-1234", "318151234", "965.0", "", "x")] == [
        "02863", "31815", "31815", "00965", None, None,
    ]  # fmt: skip
    assert county_in_name("MONTGOMERY COUNTY JAIL", "NY", counties) == "36057"
    assert county_in_name("ST. CLAIR COUNTY JAIL", "MI", counties) == "26147"
    assert county_in_name("STEWART DETENTION CENTER", "GA", counties) is None
