from __future__ import annotations

import dataclasses
import json
import os
import stat

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from thinwalls.common.atomic_files import write_bytes
from thinwalls.common.errors import InputError, Message, RunError
from thinwalls.results import load_results, save_results, write_summary
from thinwalls.results.data import dataset as store_module, schema


def no_leftovers(directory):
    return not [name for name in os.listdir(directory) if "partial" in name or ".old" in name]


@pytest.mark.slow
def test_what_is_saved_is_loaded(small, tmp_path):
    path = save_results(small, tmp_path / "results.zarr")
    again = load_results(path)
    assert again.checksum == small.checksum
    for part in ("dataset", "totals", "hospitals"):
        xr.testing.assert_identical(getattr(again, part), getattr(small, part))
    xr.testing.assert_equal(again.parameters, small.parameters)
    for name, variable in small.parameters.data_vars.items():
        assert again.parameters[name].attrs == variable.attrs
    pd.testing.assert_frame_equal(again.places, small.places)
    assert again.provenance == small.provenance
    assert list(again.assumptions) == list(small.assumptions)
    assert no_leftovers(tmp_path)


def test_a_message_of_the_run_can_be_said_in_another_language_after_loading(small, tmp_path):
    told = [Message("As it is."), Message("{some} of {all} {kind}", some=3, all=12, kind="{x}")]
    made = dataclasses.replace(small, provenance={**small.provenance, "not_modelled": told})
    again = load_results(save_results(made, tmp_path / "r.zarr")).provenance["not_modelled"]
    assert again == ["As it is.", "3 of 12 {x}"]
    assert again[1].template == "{some} of {all} {kind}"
    assert again[1].values == {"some": "3", "all": "12", "kind": "{x}"}


@pytest.mark.slow
def test_an_older_result_is_replaced_only_when_asked(small, tmp_path):
    path = save_results(small, tmp_path / "r.zarr")
    with pytest.raises(InputError, match="already exists"):
        save_results(small, path)
    save_results(small, path, overwrite=True)
    assert load_results(path).checksum == small.checksum
    assert no_leftovers(tmp_path)


def test_a_directory_that_is_something_else_is_never_replaced(small, tmp_path):
    other = tmp_path / "photos"
    other.mkdir()
    (other / "one.txt").write_text("mine")
    with pytest.raises(InputError, match="not a thinwalls result"):
        save_results(small, other, overwrite=True)
    assert (other / "one.txt").read_text() == "mine"


def test_a_file_in_the_way_is_named(small, tmp_path):
    (tmp_path / "r.zarr").write_text("x")
    with pytest.raises(InputError, match="is a file; a directory name is needed"):
        save_results(small, tmp_path / "r.zarr")


def test_missing_directory_is_named(small, tmp_path):
    with pytest.raises(RunError, match="does not exist"):
        save_results(small, tmp_path / "nowhere" / "r.zarr")


@pytest.mark.slow
@pytest.mark.parametrize(
    "interruption", [KeyboardInterrupt, OSError(28, "No space left on device")]
)
def test_an_interrupted_save_leaves_nothing_and_keeps_the_old(
    small, tmp_path, monkeypatch, interruption
):
    path = save_results(small, tmp_path / "r.zarr")

    def stop(part):
        raise interruption

    monkeypatch.setattr(store_module, "_portable", stop)
    with pytest.raises((KeyboardInterrupt, RunError)):
        save_results(small, path, overwrite=True)
    monkeypatch.undo()
    assert load_results(path).checksum == small.checksum
    assert no_leftovers(tmp_path)


@pytest.mark.slow
def test_a_changed_number_is_noticed(small, tmp_path):
    path = save_results(small, tmp_path / "r.zarr")
    root = path / "zarr.json"
    content = json.loads(root.read_text())
    content["attributes"]["checksum"] = "0" * 64
    root.write_text(json.dumps(content))
    with pytest.raises(InputError, match="do not fit its checksum"):
        load_results(path)


@pytest.mark.slow
def test_a_missing_part_and_another_version_are_named(small, tmp_path):
    path = save_results(small, tmp_path / "r.zarr")
    root = path / "zarr.json"
    content = json.loads(root.read_text())
    content["attributes"]["schema_version"] = 99
    root.write_text(json.dumps(content))
    with pytest.raises(InputError, match="schema_version = 99"):
        load_results(path)
    content["attributes"]["schema_version"] = schema.SCHEMA_VERSION
    root.write_text(json.dumps(content))
    (path / "totals" / "zarr.json").unlink()
    with pytest.raises(InputError, match="is damaged"):
        load_results(path)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"attributes": 3}'])
def test_what_is_not_a_result_is_told(tmp_path, content):
    path = tmp_path / "r.zarr"
    if content is None:
        with pytest.raises(InputError, match="does not exist"):
            load_results(path)
        return
    path.mkdir()
    (path / "zarr.json").write_text(content)
    with pytest.raises(InputError, match="not a thinwalls result"):
        load_results(path)


def test_summary_is_a_plain_table(small, tmp_path):
    path = write_summary(small, tmp_path / "summary.csv")
    table = pd.read_csv(path)
    assert {"scenario", "group", "outcome", "unit", "population_at_risk"} <= set(table.columns)
    assert len(table) == len(set(zip(table.scenario, table.group, table.outcome, strict=True)))


@pytest.mark.slow
def test_values_of_any_kind_in_provenance_become_plain(small, tmp_path):
    odd = {"seed": np.int64(3), "when": pd.Timestamp("2020-03-20"), "parts": (1, 2)}
    path = save_results(dataclasses.replace(small, provenance=odd), tmp_path / "r.zarr")
    assert load_results(path).provenance["seed"] == 3
    assert load_results(path).provenance["parts"] == [1, 2]


def test_no_permission_is_one_line(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(RunError, match="no permission"):
        write_bytes(tmp_path / "x", b"x")


def test_permission_error_is_explained(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(RunError, match="no permission to write here"):
        write_bytes(tmp_path / "x", b"x")
    assert no_leftovers(tmp_path)


def test_parent_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file, not a directory"):
        write_bytes(tmp_path / "file" / "x", b"x")
