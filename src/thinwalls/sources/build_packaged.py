"""Rebuild the packaged systems from publishers' files."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from thinwalls.common import InputError, Message, RunError
from thinwalls.sources.packaged.chicago import build_chicago_system, shelter
from thinwalls.sources.packaged.hold_rooms import hold_rooms
from thinwalls.sources.packaged.ice.system import build_ice_system
from thinwalls.sources.packaged.packaged_ground import PRISON_COLUMNS, PRISONS, PackagedGround
from thinwalls.sources.packaged.shared_inputs import COUNTED, TODAY, YEARS, Ground, year_of_workbook
from thinwalls.sources.packaged.us.system import US_YEARS, build_us_system
from thinwalls.sources.places.zip_codes import FOLDER as PLACES, TABLE as ZIP_CODES
from thinwalls.sources.publishers.geonames import read_zip_codes
from thinwalls.system import System, write_system

Builder = Callable[[Ground], System]


def builders() -> dict[str, Builder]:
    """The packaged systems by name, in the order in which they are built."""
    made: dict[str, Builder] = {}
    for year in YEARS:
        made[year.name] = lambda ground, year=year: build_ice_system(ground, year)  # type: ignore[misc]
    made[TODAY.name] = _today
    for country in US_YEARS:
        made[country.name] = lambda ground, country=country: build_us_system(ground, country)  # type: ignore[misc]
    made[shelter().name] = build_chicago_system
    return made


def _today(ground: Ground) -> System:
    """The newest system; the workbook is added to a ground of its own, so others do not change."""
    apart = ground.apart()
    path = ground.shared / "ice" / TODAY.file
    if not path.exists():
        raise InputError("there is no such file", where=str(path))
    found = year_of_workbook(apart, path, TODAY.start_date)
    return build_ice_system(apart, replace(found, name=TODAY.name))


def system_from_workbook(
    workbook: str | Path, shared_dir: str | Path | None = None, start_date: str | None = None
) -> System:
    """Make a system from an ICE workbook that is not packaged (another year or month).

    Counties, places and moves come from the publishers' files in ``shared_dir``; without it from
    what is packaged, and moves are those of the packaged systems.  Facilities keep the ids that
    they have in the packaged years.  Those that cannot be placed are kept out and listed in
    ``left_out`` with their people.

    Raises
    ------
    InputError
        When a file cannot be read, or the workbook does not cover ``start_date``.
    """
    if shared_dir is not None and not Path(shared_dir).is_dir():
        raise InputError("there is no such directory", where=str(shared_dir))
    ground = PackagedGround() if shared_dir is None else Ground(Path(shared_dir))
    return build_ice_system(ground, year_of_workbook(ground, Path(workbook), start_date))


def build(
    shared_dir: str | Path,
    out_dir: str | Path,
    systems: list[str] | None = None,
    *,
    progress: Callable[[int], None] | None = None,
) -> list[Path]:
    """Build packaged systems from the publishers' files in ``shared_dir`` into ``out_dir``.

    ``systems`` names those to build; all when not given.  ``progress`` is called with the number
    of folders written so far.  Returns the folders written.

    Raises
    ------
    InputError
        When a publisher's file cannot be read or a system is not known.
    RunError
        When ``out_dir`` cannot be written.
    """
    shared = Path(shared_dir)
    if not shared.is_dir():
        raise InputError("there is no such directory", where=str(shared_dir))
    known = builders()
    wanted = list(known) if systems is None else list(systems)
    for name in wanted:
        if name not in known:
            close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.3)
            problem = Message("there is {names}", names=", ".join(known))
            if close:
                hint = Message("did you mean {name}?", name=close[0])
                problem = Message("there is {names}; {hint}", names=", ".join(known), hint=hint)
            raise InputError.of(problem, field="system", value=name)
    ground = Ground(shared)
    written = []
    for name in wanted:
        system = known[name](ground)
        folder = Path(out_dir) / name
        try:
            write_system(system, folder)
        except OSError as error:
            raise RunError(
                "cannot be written ({reason})", where=str(folder), reason=error.strerror
            ) from error
        written.append(folder)
        if progress is not None:
            progress(len(written))
    if systems is None:
        written.append(write_hold_rooms(ground, Path(out_dir)))
        written.append(write_places(ground, Path(out_dir)))
    return written


def write_hold_rooms(ground: Ground, out_dir: Path) -> Path:
    """Write the hold rooms, which every system with immigration detention can take in."""
    folder = out_dir / "hold-rooms"
    years = [build_ice_system(ground, year) for year in YEARS if year.fiscal_year in COUNTED]
    rooms, moves, left_out = hold_rooms(ground, years)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in (
            ("rooms", rooms.reset_index()),
            ("moves", moves),
            ("left_out", left_out),
        ):
            table.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")
    except OSError as error:
        raise RunError(
            "cannot be written ({reason})", where=str(folder), reason=error.strerror
        ) from error
    return folder


def write_places(ground: Ground, out_dir: Path) -> Path:
    """Write what places a facility: postal codes with their counties, jails and prisons."""
    folder = out_dir / PLACES
    codes = ground.shared / "geonames" / "us_zipcodes.csv"
    tables = {PRISONS: ground.hifld[PRISON_COLUMNS]}
    if codes.exists():
        tables[ZIP_CODES] = read_zip_codes(codes, ground.world.counties).reset_index()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            table.to_parquet(
                folder / f"{name}.parquet", index=False, compression="zstd", compression_level=19
            )
    except OSError as error:
        raise RunError(
            "cannot be written ({reason})", where=str(folder), reason=error.strerror
        ) from error
    return folder
