"""Ensembles on disk: chunks of draws that are computed anywhere, merged, and resumed after a kill.

A chunk is one ``.npz`` file that holds what was chosen of some draws.  It is written under another
name and renamed when complete, so a file that has the name of a chunk is whole.  A run that is
started again computes only the chunks that are missing; as every draw is a pure function of its
number, the result is bit for bit that of an uninterrupted run.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from thinwalls.common.errors import RunError
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.running.ensemble import run_ensemble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from thinwalls.engine.contract.inputs import Inputs, Output
    from thinwalls.engine.running.draws import Mode

Index = NDArray[np.int64]

_BY_ROW: Final = ("flow", "stock", "moved", "arrived", "moved_infected", "force")
_BY_REGION: Final = ("resource_in_use", "overflowed")
_TOTALS: Final = (
    "flow_total",
    "stock_total",
    "moved_total",
    "arrived_total",
    "moved_infected_total",
)
_FINAL: Final = "final"
FIELDS: Final = (*_BY_ROW, *_BY_REGION, *_TOTALS, _FINAL)


@dataclass(frozen=True, slots=True)
class Keep:
    """What of each output is saved."""

    fields: tuple[str, ...] = ("flow", "stock")
    """names of arrays of :class:`thinwalls.engine.Output`"""
    outputs: Index | None = None
    """outputs (in totals) and rows of the daily record (in all else), None for all"""
    variables: Index | None = None
    """variables of ``flow`` and ``flow_total``, None for all"""
    every: int = 1
    """how many recorded intervals are joined into one: flows, moves and people turned away are
    added up, the force is averaged, resources in use are the largest, stocks those at the end"""
    dtype: type[np.floating[Any]] = np.float64
    """float32 halves the size; counts are exact up to 2**24 then"""

    def __post_init__(self) -> None:
        """Check names and numbers."""
        for name in self.fields:
            if name not in FIELDS:
                raise EngineError(
                    "keep.fields", "must be among {names}", value=name, names=", ".join(FIELDS)
                )
        if self.every < 1:
            raise EngineError("keep.every", "must be at least 1", value=self.every)

    def of(self, output: Output) -> dict[str, NDArray[np.floating[Any]]]:
        """The chosen part of one output; arrays of their own, so that the rest can be freed."""
        return {name: self._part(name, getattr(output, name)) for name in self.fields}

    def _part(self, name: str, values: NDArray[np.float64]) -> NDArray[np.floating[Any]]:
        if name == _FINAL:
            return values.astype(self.dtype)
        if name in _TOTALS and self.outputs is not None:
            values = values[self.outputs]
        if name in _BY_ROW and self.outputs is not None:
            values = values[:, self.outputs]
        if name in ("flow", "flow_total") and self.variables is not None:
            values = values[..., self.variables]
        if name in _TOTALS:
            return values.astype(self.dtype)
        if self.every > 1 and values.shape[0] > 0:
            n = values.shape[0]
            first = np.arange(0, n, self.every)
            if name == "stock":
                last = np.minimum(first + self.every, n) - 1
                values = values[last]
            elif name == "resource_in_use":
                values = np.maximum.reduceat(values, first, axis=0)
            else:
                values = np.add.reduceat(values, first, axis=0)
                if name == "force":
                    lengths = np.diff(np.append(first, n))
                    values = values / lengths[:, None]
        return values.astype(self.dtype)


def chunk_path(directory: Path, draws: Sequence[int]) -> Path:
    """File of the chunk that holds these draws."""
    return directory / f"draws-{draws[0]:08d}-{draws[-1]:08d}.npz"


def write_chunks(
    build: Callable[[int], Inputs],
    draws: Sequence[int],
    directory: Path,
    *,
    seed: int,
    label: str,
    keep: Keep | None = None,
    chunk_draws: int = 16,
    threads: int = 1,
    mode: Mode = "stochastic",
    progress: Callable[[int], None] | None = None,
    check: bool = False,
) -> tuple[Path, ...]:
    """Compute the chunks of an ensemble that are not in the directory yet.

    Args:
        build, draws, seed, threads, mode, check: as for :func:`run_ensemble`.
        directory: where the chunks are; made if it does not exist.
        label: identity of the experiment (a checksum of what ``build`` makes); a chunk of another
            one is never taken for one of this.
        keep: what is saved.
        chunk_draws: draws per file; memory holds so many at a time.
        progress: called with the number of draws that are complete.

    Returns:
        The files, in the order of the draws.

    Raises:
        EngineError: an argument or the inputs of a draw cannot be used.
        RunError: a file cannot be written, or belongs to another experiment.
    """
    if chunk_draws < 1:
        raise EngineError("chunk_draws", "must be at least 1", value=chunk_draws)
    if list(draws) != sorted(set(draws)):
        raise EngineError("draws", "must be rising")
    chosen = Keep() if keep is None else keep
    identity = f"{label} seed={seed} mode={mode} keep={_text(chosen)}"
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    done = 0
    for first in range(0, len(draws), chunk_draws):
        part = draws[first : first + chunk_draws]
        path = chunk_path(directory, part)
        paths.append(path)
        if path.exists():
            _check_identity(path, identity)
        else:
            kept = [
                chosen.of(output)
                for _, output in run_ensemble(
                    build, part, seed=seed, threads=threads, mode=mode, check=check
                )
            ]
            arrays = {name: np.stack([one[name] for one in kept]) for name in chosen.fields}
            _write(path, identity, part, arrays)
        done += len(part)
        if progress is not None:
            progress(done)
    return tuple(paths)


def read_chunks(paths: Sequence[Path]) -> tuple[Index, dict[str, NDArray[np.floating[Any]]]]:
    """Merge chunks: the draws in rising order, and each array with the draws as first dimension.

    Raises:
        RunError: chunks belong to different experiments, or hold a draw twice.
    """
    draws: list[Index] = []
    parts: list[dict[str, NDArray[np.floating[Any]]]] = []
    identity = ""
    for path in paths:
        with np.load(path, allow_pickle=False) as chunk:
            own = str(chunk["identity"])
            if identity and own != identity:
                raise RunError("belongs to another experiment: {own}", where=str(path), own=own)
            identity = own
            draws.append(chunk["draws"])
            parts.append({n: chunk[n] for n in chunk.files if n not in ("identity", "draws")})
    if not parts:
        return np.zeros(0, np.int64), {}
    numbers = np.concatenate(draws)
    if np.unique(numbers).size != numbers.size:
        raise RunError("chunks hold a draw twice")
    order = np.argsort(numbers, kind="stable")
    merged = {name: np.concatenate([p[name] for p in parts])[order] for name in parts[0]}
    return numbers[order], merged


def _write(
    path: Path, identity: str, draws: Sequence[int], arrays: dict[str, NDArray[np.floating[Any]]]
) -> None:
    """Write a chunk under another name, then rename it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            np.savez(
                file,
                allow_pickle=False,
                identity=np.array(identity),
                draws=np.array(draws, np.int64),
                **arrays,
            )
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise RunError(
            "cannot be written: {reason}", where=str(path), reason=error.strerror or error
        ) from error


def _check_identity(path: Path, identity: str) -> None:
    try:
        with np.load(path, allow_pickle=False) as chunk:
            own = str(chunk["identity"])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise RunError("is not a chunk of an ensemble", where=str(path)) from error
    if own != identity:
        raise RunError("belongs to another experiment: {own}", where=str(path), own=own)


def _text(keep: Keep) -> str:
    outputs = "all" if keep.outputs is None else ",".join(map(str, keep.outputs.tolist()))
    variables = "all" if keep.variables is None else ",".join(map(str, keep.variables.tolist()))
    kind = np.dtype(keep.dtype).name
    return f"{'+'.join(keep.fields)};{outputs};{variables};{keep.every};{kind}"
