from __future__ import annotations

import runpy
import xml.etree.ElementTree as ET
from pathlib import Path

import altair as alt
import numpy as np
import pytest

from thinwalls.common.errors import InputError
from thinwalls.reporting import Words
from thinwalls.reporting.charts import theme
from thinwalls.reporting.charts.curves import bands, capacity_figure, infected_figure
from thinwalls.reporting.charts.differences import differences_figure
from thinwalls.reporting.charts.map import facility_changes, map_figure, state_shapes
from thinwalls.reporting.charts.save import save
from thinwalls.results import compare

README_PICTURE = Path(__file__).parents[3] / "scripts" / "readme_picture.py"


@pytest.fixture(scope="module")
def figures(results):
    words, baseline = Words(), results.scenarios[0]
    return [
        capacity_figure(words, results, baseline, kind="icu"),
        capacity_figure(words, results, baseline, kind="hospital"),
        infected_figure(words, results, baseline, group="followed"),
        differences_figure(words, compare(results)),
        map_figure(words, results, baseline, results.scenarios[5]),
    ]


@pytest.mark.slow
def test_every_chart_follows_the_grammar(figures):
    for figure in figures:
        for panel in figure.panels:
            alt.Chart.from_dict(panel.spec, validate=True)


def test_every_table_is_complete(figures):
    for figure in figures:
        assert figure.table.rows
        assert all(len(row) == len(figure.table.head) for row in figure.table.rows)


def test_bands_are_quantiles_over_draws(results):
    found = bands(results, "prevalence", "staff")
    one = (
        results.dataset["prevalence"]
        .sel(scenario="what happened", place="all", group="staff")
        .isel(date=30)
    )
    at = found.scenarios.index("what happened")
    np.testing.assert_allclose(found.values[:, at, 30], np.quantile(one, (0.05, 0.5, 0.95)))


def test_panels_of_a_figure_share_their_scale(figures):
    for figure in figures[:3]:
        tops = {str(panel.spec["layer"][0]["encoding"]["y"]["scale"]) for panel in figure.panels}
        assert len(tops) == 1


def test_free_beds_out_of_sight_are_said(figures):
    assert "above this chart" in str(figures[1].panels[0].spec)
    assert "above this chart" not in str(figures[0].panels[0].spec)


def test_map_changes_are_paired_medians(results):
    frame = facility_changes(results, results.scenarios[0])
    assert (frame["people"] > 0).all()
    place = frame.index[0]
    scenario = results.scenarios[4]
    total = results.totals["infections"].sel(place=place, group="detained").astype(float)
    change = (total.sel(scenario=scenario) - total.sel(scenario=results.scenarios[0])).values
    row = frame[(frame.index == place) & (frame["scenario"] == scenario)].iloc[0]
    assert row["change"] == np.median(change)


def test_states_are_all_there_and_name_their_source():
    shapes = state_shapes()
    assert len(shapes["objects"]["states"]["geometries"]) >= 51
    assert "Census" in shapes["source"]
    assert "ISC" in shapes["source"]


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_figures_are_saved_with_their_caption(figures, tmp_path, ending):
    path = save(figures[3], tmp_path / f"x.{ending}", Words(), source="Source: made up.")
    content = path.read_bytes()
    if ending == "png":
        assert content.startswith(b"\x89PNG")
        return
    text = content.decode("utf-8")
    ET.fromstring(text)
    assert "made up." in text
    assert "currentColor" not in text
    assert "http" not in text.replace("http://www.w3.org", "")


def test_another_ending_is_refused(figures, tmp_path):
    with pytest.raises(InputError, match=r"must end in \.svg or \.png"):
        save(figures[3], tmp_path / "x.gif", Words())


def test_readme_picture(few, tmp_path):
    readme_picture = runpy.run_path(str(README_PICTURE))["readme_picture"]
    path = readme_picture(few, tmp_path / "picture.svg")
    text = path.read_text(encoding="utf-8")
    ET.fromstring(text)
    assert few.checksum[:12] in text


def luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("paper", ["#ffffff", "#14171a"])
@pytest.mark.parametrize("color", [theme.SCENARIO, theme.CAPACITY, theme.FEWER, theme.MORE])
def test_meaningful_colours_stand_out_on_light_and_dark(color, paper):
    a, b = sorted((luminance(color), luminance(paper)), reverse=True)
    assert (a + 0.05) / (b + 0.05) >= 3.0
