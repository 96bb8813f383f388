"""Cut the publishers' files down to what the tests of a fresh clone read: tests/data/publishers.

    python scripts/small_public_data.py FOLDER    the files, laid out as docs/data.md says

Only files that may be passed on are cut (public domain, CC0, CC BY, MIT).  The counts of moves may
not: names and codes of places are taken, the counts are made up here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from pathlib import Path

import pandas as pd
import shapefile
from openpyxl import Workbook

from thinwalls.sources.reading.csv_tables import RENAMED, read_csv
from thinwalls.sources.reading.facility_names import likeness
from thinwalls.sources.reading.ice_workbook import read_ice_workbook
from thinwalls.sources.reading.workbook import Row, Sheet, open_workbook, text_of

HOME = Path(__file__).resolve().parents[1] / "tests" / "data" / "publishers"
WORKBOOKS = (
    "FY19-detentionstats.xlsx",
    "FY20-detentionstats.xlsx",
    "FY22-detentionStats.xlsx",
    "FY24_detentionStats.xlsx",
    "FY25_detentionStats05232025.xlsx",
)
TODAY = "FY26_detentionStats_04092026.xlsx"
"""The newest workbook; its places do not decide what is cut from the other files."""
KEPT_TODAY = re.compile(
    r"STEWART|FOLKSTON|IMPERIAL|EAST MONTANA|SOUTH TEX|DILLEY|FLORIDA SOFT|ELOY|WINN COR|"
    r"DIAMONDBACK|PORT ISABEL|ORANGE COUNTY|OTAY|TACOMA|SAN JUAN STAG|NORTH LAKE"
)
DAILY = "ice_daily_population_2022-10_2026-03.parquet"
DAYS = (("2025-12-29", "2026-02-01"), ("2026-03-01", "2026-03-03"))
"""Five weeks to the first day of ice-2026, and a month after."""
KEPT_PLACES = re.compile(
    r"STEWART|FOLKSTON|DEYTON|COBB COUNTY|ATLANTA US PEN|ALEXANDRIA STAGING|WINN COR|PINE PRAIRIE|"
    r"FLORENCE STAGING|ELOY|SOUTH TEX|DILLEY|KARNES COUNTY RES|HAGATNA|SAN JUAN STAG|COWLITZ|OTAY|"
    r"SOFT SIDED|PORT ISABEL|TACOMA|NORTHWEST ICE|GUANTANAMO|MIGRANT OP"
)
"""Kinds, states and names of every sort that the readers tell apart."""
KEPT_SHEETS = re.compile(r"header|detention (e?o?fy)|facilit|footnotes|^atd", re.IGNORECASE)
ATD_ROWS = 4
HOLD_ROOMS = (
    "ATLHOLD",
    "SNAHOLD",
    "IWAHOLD",
    "KROHOLD",
    "TXAHOLD",
    "HLGHOLD",
    "OAKHOLD",
    "PHOHOLD",
)
CASE_DAYS = 100
EXTRA_COUNTIES = (
    "49003",
    "49035",
    "20095",
    "46105",
    "48037",
    "06073",
    "09003",
    "09001",
    "48141",
    "12086",
    "04013",
    "05091",
    "17031",
)
"""Reported by district (Utah), drawn in another state, put back by town or by hand, of the shelter
in Chicago."""


def cut_workbook(path: Path) -> dict[str, list[Row]]:
    """Sheets of a workbook: monthly tables whole, of the facilities a few."""
    kept: dict[str, list[Row]] = {}
    for sheet in open_workbook(path):
        name = sheet.name
        if not KEPT_SHEETS.search(name.strip()):
            continue
        rows = sheet.rows
        if re.search("facilit", name, re.IGNORECASE):
            rows = cut_facilities(sheet, path)
        elif name.strip().lower().startswith("atd"):
            rows = rows[:ATD_ROWS]
        elif name.strip().lower() == "footnotes":
            rows = [row for row in rows if any("/20" in text_of(cell) for cell in row)]
        kept[name] = rows
    return kept


def cut_facilities(sheet: Sheet, path: Path) -> list[Row]:
    """Headings and notes as they are; of the places those of :data:`KEPT_PLACES`."""
    facilities = read_ice_workbook(path).facilities
    kept = KEPT_TODAY if path.name == TODAY else KEPT_PLACES
    dropped = facilities.index[~facilities["name"].str.contains(kept)]
    return [row for i, row in enumerate(sheet.rows, start=1) if i not in set(dropped)]


def write_workbook(sheets: dict[str, list[Row]], path: Path) -> None:
    """An xlsx file with the same sheets and cells."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    book.save(path)


def cut_shapes(archive: Path, zips: set[str], target: Path) -> pd.DataFrame:
    """Places near the kept ones, and of every kind a few; returns their attributes."""
    with zipfile.ZipFile(archive) as opened:
        names = {Path(name).suffix: name for name in opened.namelist()}
        parts = {suffix: io.BytesIO(opened.read(names[suffix])) for suffix in (".shp", ".dbf")}
        prj = opened.read(names[".prj"])
    reader = shapefile.Reader(shp=parts[".shp"], dbf=parts[".dbf"], encoding="utf-8")
    fields = [field[0] for field in reader.fields[1:]]
    table = pd.DataFrame([list(one) for one in reader.iterRecords()], columns=fields)
    wanted = set(table.index[table["ZIP"].isin(zips)])
    south = table["STATE"].isin(["GA", "LA"])
    beds, people = table["CAPACITY"] > 0, table["POPULATION"] > 0
    for kind in ("COUNTY", "STATE", "FEDERAL", "LOCAL", "MULTI"):
        here = (table["TYPE"] == kind) & (table["STATUS"] == "OPEN")
        for of in (beds & people, beds & ~people, ~beds & people, ~beds & ~people):
            rows = table.index[here & of & south][:3]
            wanted |= set(rows if len(rows) else table.index[here & of][:1])
    for odd in (
        table["STATUS"] == "CLOSED",
        table["SECURELVL"] == "JUVENILE",
        table["TYPE"] == "NOT AVAILABLE",
        table["STATE"] == "PR",
        table["NAME"] == "PERKINS COUNTY JAIL",
        (table["STATE"] == "CT") & (table["CITY"] == "ENFIELD"),
    ):
        wanted |= set(table.index[odd][:2])
    written = {suffix: io.BytesIO() for suffix in ("shp", "shx", "dbf")}
    with shapefile.Writer(**written, encoding="utf-8") as writer:
        writer.fields = list(reader.fields[1:])
        for row in sorted(wanted):
            writer.shape(reader.shape(row))
            writer.record(*reader.record(row))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for suffix, content in {**{k: v.getvalue() for k, v in written.items()},
                                "prj": prj, "cpg": b"UTF-8"}.items():  # fmt: skip
            made.writestr(zipfile.ZipInfo(f"Prison_Boundaries.{suffix}"), content,
                          zipfile.ZIP_DEFLATED)  # fmt: skip
    return table.loc[sorted(wanted)]


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, lineterminator="\n")


def cut_counties(folder: Path, zips: set[str], fips: set[str]) -> None:
    """Counties, cases and hospitals of the places that were kept."""
    counties = read_csv(folder / "counties" / "counties.csv", ("fips",))
    hospitals = read_csv(
        folder / "hospitals" / "us_healthcare_capacity-facility-CovidCareMap.csv", ("Zipcode",)
    )
    near = hospitals["Zipcode"].str.zfill(5).isin(zips)
    write_csv(counties[counties["fips"].isin(fips)], HOME / "counties" / "counties.csv")
    here = counties[counties["fips"].isin(fips)]
    pairs = set(zip(here["state"], here["county"].str.upper().str.rsplit(" ", n=1).str[0],
                    strict=True))  # fmt: skip
    names = zip(hospitals["State"], hospitals["County"], strict=True)
    beside = [pair in pairs for pair in names]
    first = ~hospitals.duplicated(["State", "County"])
    write_csv(
        hospitals[near | (pd.Series(beside) & first)],
        HOME / "hospitals" / "us_healthcare_capacity-facility-CovidCareMap.csv",
    )
    name = "us_healthcare_capacity-county-CovidCareMap.csv"
    beds = read_csv(folder / "hospitals" / name, ("fips_code",))
    codes = beds["fips_code"].str.zfill(5).replace(RENAMED)
    write_csv(
        beds[codes.isin(fips) | codes.str.startswith(("72", "66"))], HOME / "hospitals" / name
    )
    name = "jhu_cumulative_cases_2020-01-22_2020-09-13.csv"
    cases = read_csv(folder / "counties" / name, ("fips",))
    kept = cases["fips"].str.zfill(5).isin(fips)
    write_csv(cases.loc[kept, cases.columns[: CASE_DAYS + 1]], HOME / "counties" / name)


def make_moves(folder: Path, places: pd.DataFrame) -> None:
    """Names and codes of the kept places and some hold rooms; made-up counts between them."""
    codes = read_csv(
        folder / "movements" / "detention_facilities.csv", ("detention_facility_code",)
    )
    states = read_csv(folder / "movements" / "code_lookup.csv", ("detention_facility_code",))
    state_of = dict(zip(states["detention_facility_code"], states["state"], strict=True))
    wanted = [
        code
        for code, name in zip(
            codes["detention_facility_code"], codes["detention_facility"], strict=True
        )
        if code in HOLD_ROOMS or (not code.endswith("HOLD") and any(
            state_of.get(code, code[-2:]) == state and likeness(name, other) >= 0.8
            for other, state in zip(places["name"], places["state"], strict=True)))
    ]  # fmt: skip
    of = codes["detention_facility_code"].isin(wanted)
    write_csv(codes[of], HOME / "movements" / "detention_facilities.csv")
    of_states = states["detention_facility_code"].isin(wanted)
    write_csv(states[of_states], HOME / "movements" / "code_lookup.csv")
    names = list(dict.fromkeys(codes.loc[of, "detention_facility"]))
    hold = [any(code.endswith("HOLD") for code in
                codes.loc[codes["detention_facility"] == name, "detention_facility_code"])
            for name in names]  # fmt: skip
    path = HOME / "movements" / "transfer_adjacency_matrix.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["Detention Center", *names])
        for i, name in enumerate(names):  # a row is where people came to
            writer.writerow([name, *((7 * i + 3 * j + i * j) % 23 * (1 if not hold[i] else 0)
                                     for j in range(len(names)))])  # fmt: skip


def cut_daily(folder: Path) -> None:
    """Some days of all places that held anybody on one of them."""
    table = pd.read_parquet(folder / "daily" / DAILY)
    day = table["date"].astype(str)
    kept = table[[any(first <= one <= last for first, last in DAYS) for one in day]]
    held = kept.groupby("detention_facility_code")["n_detained"].transform("max") > 0
    kept[held].to_parquet(
        HOME / "daily" / DAILY, index=False, compression="zstd", compression_level=19
    )


def main(folder: Path) -> None:
    for part in ("ice", "hifld", "counties", "hospitals", "movements", "daily"):
        (HOME / part).mkdir(parents=True, exist_ok=True)
    places = []
    for name in WORKBOOKS:
        write_workbook(cut_workbook(folder / "ice" / name), HOME / "ice" / name)
        places.append(read_ice_workbook(HOME / "ice" / name).facilities)
    write_workbook(cut_workbook(folder / "ice" / TODAY), HOME / "ice" / TODAY)
    cut_daily(folder)
    kept = pd.concat(places)
    zips = set(kept["zip"].dropna())
    shapes = cut_shapes(
        folder / "hifld" / "prison_boundaries.zip", zips, HOME / "hifld" / "prison_boundaries.zip"
    )
    fips = set(shapes["COUNTYFIPS"].replace(RENAMED)) | set(EXTRA_COUNTIES)
    cut_counties(folder, zips, fips)
    make_moves(folder, kept.drop_duplicates(["name", "state"]))
    sizes = {str(one.relative_to(HOME)): one.stat().st_size for one in sorted(HOME.rglob("*.*"))}
    print(json.dumps(sizes, indent=1), sum(sizes.values()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
