"""The map of a system and the outlines it stands on."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from thinwalls.cli.app import app
from thinwalls.reporting import Words
from thinwalls.reporting.charts.map import state_shapes
from thinwalls.reporting.charts.system_map import busiest_moves, kind_of, map_sources, system_map
from thinwalls.system import load_system

SCRIPT = Path(__file__).parents[3] / "scripts" / "state_outlines.py"


@pytest.fixture(scope="module")
def part():
    return load_system("us-2020:state:LA")


@pytest.mark.slow
def test_every_place_with_people_is_drawn_and_counted(part):
    figure = system_map(Words(), part)
    held = part.facilities[part.facilities["population_start"] > 0]
    places = sum(int(row[1].replace(",", "")) for row in figure.table.rows)
    people = sum(int(row[2].replace(",", "")) for row in figure.table.rows)
    assert (places, people) == (len(held), held["population_start"].sum())
    points = figure.panels[0].spec["layer"][-1]["data"]["name"]
    drawn = figure.panels[0].spec["datasets"][points]
    assert sum(point["people"] for point in drawn) == people
    assert len({point["kind"] for point in drawn}) == len(figure.table.rows) == 5


def test_only_the_largest_are_drawn_when_asked(part):
    figure = system_map(Words(), part, most_places=10)
    points = figure.panels[0].spec["layer"][-1]["data"]["name"]
    assert len(figure.panels[0].spec["datasets"][points]) == 10
    assert "Only the 10 largest" in figure.caption


def test_moves_are_those_of_the_tables(part):
    moves, share = busiest_moves(part, most=10_000)
    total = part.transfers["people_per_day"].sum() + part.detainers["people_per_day"].sum()
    assert moves["people_per_day"].sum() == pytest.approx(total)
    assert share == pytest.approx(1.0)
    few, share = busiest_moves(part, most=5)
    assert len(few) == 5
    assert share == pytest.approx(few["people_per_day"].sum() / total)


def test_kinds():
    assert [kind_of(text) for text in ("ice", "jail", "jail,ice", "federal,ice", "state")] == [
        "ice",
        "jail",
        "shared",
        "shared",
        "state",
    ]


def test_sources_are_those_of_what_is_drawn(part):
    credits = " ".join(map_sources(part))
    assert "HIFLD" in credits
    assert "Census" in credits
    assert "Johns Hopkins" not in credits


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_command(tmp_path, ending):
    out = tmp_path / f"map.{ending}"
    done = CliRunner().invoke(app, ["map", "ice-2020", "--state", "LA", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"\x89PNG" if ending == "png" else b"<svg")


@pytest.mark.slow
def test_command_refuses_another_ending(tmp_path):
    done = CliRunner().invoke(app, ["map", "ice-2020", "--out", str(tmp_path / "map.pdf")])
    assert done.exit_code != 0
    assert not list(tmp_path.iterdir())


def _square(x: float, y: float, size: float) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def test_outlines_are_thinned_and_small_islands_left_out():
    made = runpy.run_path(str(SCRIPT))
    border = [[10.0, 0.0], [10.0, 1.0], [10.001, 2.0], [10.0, 3.0], [12.0, 3.0], [10.0, 0.0]]
    lines = [border, _square(20.0, 0.0, 0.01)]
    arcs = [np.diff(np.array(line), axis=0, prepend=[[0.0, 0.0]]).tolist() for line in lines]
    topology = {
        "transform": {"scale": [1.0, 1.0], "translate": [0.0, 0.0]},
        "objects": {
            "states": {"geometries": [{"type": "MultiPolygon", "arcs": [[[0]], [[1]]], "id": "01"}]}
        },
        "arcs": arcs,
    }
    found = made["outlines"](topology)
    states = found["objects"]["states"]["geometries"]
    assert states[0]["arcs"] == [[[0]]]
    corners = made["decoded"](found)[0]
    assert corners == pytest.approx(np.array([[10, 0], [10, 3], [12, 3], [10, 0]]), abs=0.001)


def test_packaged_outlines_are_closed_and_of_all_states():
    shapes = state_shapes()
    made = runpy.run_path(str(SCRIPT))
    lines = made["decoded"](shapes)
    states = shapes["objects"]["states"]["geometries"]
    assert shapes["source"] == made["SOURCE"]
    assert len(states) >= 51
    for state in states:
        for ring in made["rings"](state):
            parts = [lines[n] if n >= 0 else lines[~n][::-1] for n in ring]
            for one, other in zip(parts, [*parts[1:], parts[0]], strict=True):
                assert one[-1] == pytest.approx(other[0], abs=1e-9)
