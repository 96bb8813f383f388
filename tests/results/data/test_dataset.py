from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

from support.synthetic import make_results
from thinwalls.common.errors import InputError, RunError
from thinwalls.results import labelled
from thinwalls.results.data import schema


def test_every_variable_has_unit_and_long_name(small):
    for dataset in (small.dataset, small.totals, small.hospitals):
        for variable in dataset.data_vars.values():
            assert variable.attrs["units"]
            assert variable.attrs["long_name"]
            assert variable.dtype == np.float32


def test_groups_say_whether_they_overlap(small):
    kinds = dict(
        zip(small.dataset["group"].values, small.dataset["group_kind"].values, strict=True)
    )
    assert kinds["detained"] == "basic"
    assert kinds["followed"] == kinds["everyone"] == "derived"


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("dataset", lambda d: d.drop_vars("deaths"), "dataset has no variable 'deaths'"),
        ("dataset", lambda d: d.sel(group=["detained", "staff"]), "dataset.group has no"),
        ("dataset", lambda d: d.isel(date=[0, 2, 1]), "does not go day by day"),
        ("totals", lambda d: d.drop_sel(place="all"), "totals.place has no 'all'"),
        ("totals", lambda d: d.isel(draw=[0, 1]), "totals.draw differs"),
        ("hospitals", lambda d: d.isel(scenario=[1, 0, 2]), "hospitals.scenario differs"),
        ("parameters", lambda d: d.isel(draw=[0]), "parameters.draw differs"),
        ("places", lambda d: d.drop(columns="latitude"), "places has no column 'latitude'"),
        ("assumptions", lambda _: [{"name": "x"}], "assumption 'x' has no 'value'"),
    ],
)
def test_what_does_not_fit_is_named(small, part, change, said):
    with pytest.raises(RunError, match=said):
        dataclasses.replace(small, **{part: change(getattr(small, part))})


def test_labelled_refuses_what_is_not_in_the_schema():
    coords = {"scenario": ["a"], "draw": [0], "region": ["x"]}
    with pytest.raises(ValueError, match="not in the schema"):
        labelled({"beds": np.zeros((1, 1, 1))}, dims=schema.HOSPITALS_DIMS, coords=coords)


def test_unknown_baseline_names_what_there_is(small):
    with pytest.raises(InputError, match="no such scenario; there are 'nothing changes'"):
        small.baseline_name("something else")


def test_checksum_is_the_same_for_the_same_numbers(small):
    again = make_results(draws=12, days=30, facilities=3, counties=2, scenarios=3)
    assert again.checksum == small.checksum
    assert len(small.checksum) == 64


def test_checksum_sees_one_changed_number_and_one_changed_label(small):
    changed = small.totals.copy(deep=True)
    changed["deaths"][0, 0, 0, 0] += 1
    assert dataclasses.replace(small, totals=changed).checksum != small.checksum
    renamed = {
        part: getattr(small, part).assign_coords(scenario=["a", "b", "c"])
        for part in ("dataset", "totals", "hospitals")
    }
    assert dataclasses.replace(small, **renamed).checksum != small.checksum


def test_checksum_does_not_depend_on_memory_layout_or_kind_of_nothing(small):
    values = small.dataset["prevalence"].values
    other = small.dataset.copy()
    other["prevalence"] = (
        small.dataset["prevalence"].dims,
        np.asfortranarray(np.where(values == 0, -0.0, values).astype(np.float32)),
    )
    assert dataclasses.replace(small, dataset=other).checksum == small.checksum


def test_importing_the_room_loads_nothing_heavy():
    code = (
        "import sys, thinwalls.results, thinwalls.reporting;"
        "heavy = {'xarray', 'pandas', 'altair', 'scipy', 'zarr', 'jinja2', 'babel'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_results_room_knows_no_other_room():
    code = (
        "import sys, thinwalls.results as r;"
        "[getattr(r, name) for name in r.__all__];"
        "rooms = ('system', 'policy', 'engine', 'simulation', 'pathogens', 'pages');"
        "sys.exit(', '.join(m for m in sys.modules if m.startswith(tuple('thinwalls.' + x for x in"
        " rooms)) or m.startswith('altair')) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
