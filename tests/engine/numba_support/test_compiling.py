"""What a run is compiled for, once; which sources that depends on; what is left without insides."""

from __future__ import annotations

import ast
import gc
import importlib
import inspect
import os
import pkgutil
import shutil
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest
from numba.core.errors import TypingError

import thinwalls
from support.systems import checksum, twisted
from thinwalls.engine import Inputs, make_ready, run
from thinwalls.engine.numba_support import decorators as jit, linking
from thinwalls.engine.numba_support.linking import Part
from thinwalls.engine.numba_support.plain import cached, plain
from thinwalls.engine.numba_support.tuple_references import by_reference

TESTS = Path(__file__).resolve().parents[2]
SOURCES = Path(thinwalls.__file__).resolve().parents[1]


def in_another_process(
    code: str, cache: Path, *arguments: str, sources: Path = SOURCES
) -> list[str]:
    """Lines that a fresh interpreter prints that finds nothing compiled; warnings are errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={
            **os.environ,
            "NUMBA_CACHE_DIR": str(cache),
            "PYTHONPATH": os.pathsep.join((str(sources), str(TESTS))),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def column_by_column(value: Any) -> Any:
    """The same inputs with all arrays in another layout, and not to be written to."""
    if is_dataclass(value):
        changed = {one.name: column_by_column(getattr(value, one.name)) for one in fields(value)}
        return replace(value, **changed)
    if not isinstance(value, np.ndarray):
        return value
    # Every other one of twice as many, so that even a vector has gaps.
    other = np.asfortranarray(value) if value.ndim > 1 else np.repeat(value, 2)[::2]
    other.setflags(write=False)
    return other


def two_courses() -> Inputs:
    """Arrays of one row are in both orders at once, so there is more than one of everything."""
    inputs = twisted()
    stages, rates = inputs.stages, inputs.rates
    by_period = ("multiplier", "hazard_per_day", "profile", "capacity")
    return replace(
        inputs,
        stages=replace(stages, branch_probability=np.repeat(stages.branch_probability, 2, axis=0)),
        rates=replace(
            rates, **{one: np.repeat(getattr(rates, one), 2, axis=0) for one in by_period}
        ),
    )


def seen_by_numba(
    monkeypatch: pytest.MonkeyPatch, inputs: Inputs, draws: tuple[int, ...]
) -> tuple[Any, ...]:
    """Types of all arguments with which the kernel is called."""
    module = importlib.import_module(run.__module__)
    seen: list[tuple[Any, ...]] = []
    simulate = module.simulate

    def looking(*arguments: Any) -> Any:
        seen.append(tuple(numba.typeof(one) for one in arguments))
        return simulate(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, "simulate", looking)
        for mode in ("stochastic", "mean_field"):
            module.execute(module.prepare(inputs, mode), 1, draws, True)
    assert len(set(seen)) == 1
    return seen[0]


@pytest.mark.parametrize("draws", [(0,), (0, 1)])
def test_the_kernel_sees_one_type_of_every_array(
    monkeypatch: pytest.MonkeyPatch, draws: tuple[int, ...]
) -> None:
    """Whatever the layout of the caller's arrays; it is the one compiled ahead."""
    nobody = importlib.import_module(make_ready.__module__)._nobody()
    ahead = seen_by_numba(monkeypatch, nobody, draws)
    for inputs in (two_courses(), column_by_column(two_courses())):
        for number, (one, other) in enumerate(
            zip(seen_by_numba(monkeypatch, inputs, draws), ahead, strict=True)
        ):
            assert one == other, number


def test_the_layout_of_arrays_changes_no_bit() -> None:
    assert checksum(column_by_column(two_courses())) == checksum(two_courses())


DEMO = """
import gc, sys
from thinwalls.cli import main
from thinwalls.engine.numba_support.linking import Part
from thinwalls.engine.numba_support.plain import cached, plain
try:
    main(["demo", "--draws", "1", "--out", sys.argv[1]])
except SystemExit as stop:
    assert not stop.code, stop.code
used = [one for one in gc.get_objects() if type(one) is Part and one._twin is not None]
for one in used:
    print("signatures", one.py_func.__qualname__, len(one._twin.signatures))
"""


@pytest.mark.slow
def test_a_demo_compiles_everything_once(tmp_path: Path) -> None:
    lines = in_another_process(DEMO, tmp_path / "cache", str(tmp_path / "out"))
    found = [line.split()[1:] for line in lines if line.startswith("signatures ")]
    assert "simulate" in {name for name, _ in found}
    assert [name for name, number in found if number != "1"] == []
    entries = {path.name.removesuffix(".nbi") for path in (tmp_path / "cache").rglob("*.nbi")}
    assert len(entries) == len(found)
    code = sorted(path.name for path in (tmp_path / "cache").rglob("*.nbc"))
    assert code == sorted(f"{entry}.1.nbc" for entry in entries)


PLAIN = """
import numba.core.codegen
del numba.core.codegen.JITCodeLibrary
from thinwalls.engine.numba_support import decorators as jit
from thinwalls.engine.numba_support.plain import plain
assert jit._part is jit._whole is plain
from support.systems import checksum, twisted
print(checksum(twisted()))
"""


@pytest.mark.slow
def test_without_the_insides_of_numba_the_bits_are_the_same(tmp_path: Path) -> None:
    assert in_another_process(PLAIN, tmp_path) == [checksum(twisted())]


def test_this_version_of_numba_is_tried_and_works(monkeypatch: pytest.MonkeyPatch) -> None:
    assert linking.works()
    monkeypatch.setattr(numba, "__version__", "0.999.0")
    assert jit._ways() == (Part, linking.whole)
    monkeypatch.delattr(linking._PartLibrary, "_get_module_for_linking")
    monkeypatch.delattr(linking._WholeLibrary, "_optimize_final_module")
    monkeypatch.setattr(linking, "_NEEDED", ())
    assert not linking.works()
    assert jit._ways() == (plain, plain)


def test_code_is_kept_only_where_its_sources_can_be_told() -> None:
    class Unknown:
        kept = False

        def enable_caching(self) -> None:
            self.kept = True

    assert not cached(Unknown, "stamp").kept


STAMP = (
    "from thinwalls.engine.numba_support import decorators as jit; "
    "print(jit.__file__); print(jit._STAMP)"
)


def test_an_edit_in_any_folder_of_the_engine_makes_cached_code_stale(tmp_path: Path) -> None:
    package = tmp_path / "thinwalls"
    shutil.copytree(SOURCES / "thinwalls", package, ignore=_all_but_modules)
    kernel = package / "engine" / "of_the_engine" / "deep" / "kernel.py"
    kernel.parent.mkdir(parents=True)
    stamps = []
    for text in ("HALF = 0.5\n", "HALF = 0.25\n", "HALF = 0.5\n"):
        kernel.write_text(text)
        file, stamp = in_another_process(STAMP, tmp_path / "cache", sources=tmp_path)
        assert Path(file).is_relative_to(tmp_path)
        stamps.append(stamp)
    assert stamps[0] == stamps[2] != stamps[1]


def _all_but_modules(folder: str, names: list[str]) -> list[str]:
    return [
        name
        for name in names
        if not (name.endswith((".py", ".pyi")) or Path(folder, name).is_dir())
    ]


def test_all_that_kernels_consist_of_is_in_the_checksum() -> None:
    """Every compiled function, and everything that it names, stands below the engine's folder."""
    for module in pkgutil.walk_packages(thinwalls.__path__, "thinwalls."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    compiled = [one for one in gc.get_objects() if type(one) is Part]
    ours = [one for one in compiled if one.py_func.__module__.startswith("thinwalls.")]
    assert len(ours) > 50
    for one in ours:
        file = Path(inspect.getfile(one.py_func)).resolve()
        assert file.is_relative_to(jit.engine_folder()), file
        elsewhere = _imported_from_elsewhere(file)
        assert elsewhere.isdisjoint(one.py_func.__code__.co_names), one.py_func


def _imported_from_elsewhere(file: Path) -> set[str]:
    """Names that a module has from the rest of the package."""
    return {
        name.asname or name.name
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("thinwalls")
        if not (node.module or "").startswith("thinwalls.engine")
        for name in node.names
    }


def test_an_engine_without_a_folder_cannot_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jit, "find_spec", lambda _name: None)
    with pytest.raises(ImportError, match="cannot be cached"):
        jit.engine_folder()


class Pair(NamedTuple):
    first: float
    second: float


def test_an_attribute_that_a_tuple_does_not_have_is_named_when_compiling() -> None:
    @jit.standalone
    def third(pair: Any) -> Any:
        return by_reference(pair).third

    with pytest.raises(TypingError, match="Unknown attribute 'third' of type Reference"):
        third(Pair(1.0, 2.0))
