"""The documentation says what the program says."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from thinwalls.sources.audit.reconcile import as_markdown, inventory, reconcile
from thinwalls.system import list_systems, load_system
from thinwalls.system.packaged_tables import load_table

DOCS = Path(__file__).resolve().parents[3] / "docs"

if not (DOCS / "data.md").exists():
    pytest.skip("the documentation is not here", allow_module_level=True)


@pytest.mark.parametrize("name", ["us-2020", "us"])
def test_reconcile_page(name: str) -> None:
    text = (DOCS / "data.md").read_text(encoding="utf-8")
    found = re.search(rf"<!-- reconcile:{name} -->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert found is not None
    assert found.group(1).strip() == as_markdown(reconcile(name)).strip()


def test_every_source_is_on_the_page() -> None:
    text = (DOCS / "data.md").read_text(encoding="utf-8")
    for name in list_systems().index:
        for source in load_system(str(name)).sources.index:
            assert source.startswith("assumption:") or f"`{source}`" in text


def test_the_tables_of_publishers_are_made_from_their_files() -> None:
    made = runpy.run_path(str(DOCS.parent / "scripts" / "publisher_docs.py"))
    assert made["page"]() == (DOCS / "data.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_packaged_systems_are_on_the_page() -> None:
    text = (DOCS / "systems.md").read_text(encoding="utf-8")
    for name, row in list_systems().iterrows():
        system = load_system(str(name))
        used = int((~system.facilities["near_empty"]).sum())
        line = (
            f"{row['start_date']} | {row['facilities']:,} ({used:,}) | {row['people']:,} | "
            f"{len(system.inside_counties):,} |"
        )
        assert line in text


def test_inventory_on_the_page() -> None:
    text = (DOCS / "data.md").read_text(encoding="utf-8")
    for custody, row in inventory("us-2020").iterrows():
        line = f"| {custody} | " + " | ".join(f"{int(value):,}" for value in row) + " |"
        assert line in text


def test_match_rate_on_the_page() -> None:
    text = " ".join((DOCS / "data.md").read_text(encoding="utf-8").split())
    told = load_system("ice-2020").description
    both, places, one = re.findall(r"(\d+)% of counted .*?\((\d+) of 589 places\), (\d+)%", told)[0]
    assert f"{both} % are between places of `ice-2020` ({places} places), {one} % have one" in text


def test_every_hold_room_that_is_left_out_is_on_the_page() -> None:
    text = (DOCS / "systems.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- hold-rooms:left-out -->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert found is not None
    listed = set(re.findall(r"\((\w+HOLD)\) \|", found.group(1)))
    left_out, rooms = (load_table("hold-rooms", name) for name in ("left_out", "rooms"))
    assert listed == set(left_out["code"])
    assert f"{len(left_out) + len(rooms)} rooms are among" in text
    assert f"{len(rooms)} are placed" in text
    for how, count in rooms["placed_by"].value_counts().items():
        assert f"({count}" in text, how
