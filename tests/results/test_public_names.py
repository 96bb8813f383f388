"""The room offers what its list says."""

from __future__ import annotations

import importlib
import types

import pytest

import thinwalls.results as room


def test_public_names_are_never_modules():
    importlib.import_module("thinwalls.results.answers.comparison")
    importlib.import_module("thinwalls.results.data.zarr_format")

    for name in room.__all__:
        assert not isinstance(getattr(room, name), types.ModuleType), name
    with pytest.raises(AttributeError):
        _ = room.nothing
