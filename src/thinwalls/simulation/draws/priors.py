"""Other distributions for the uncertain quantities of a run, for example fitted ones.

Priors are a TOML file: words about where they come from, quantities that replace those of the same
name (in the form of :class:`thinwalls.common.quantities.Quantity`), and the name of a CSV file
beside it with joint draws, so that what was fitted together stays together.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import Field

from thinwalls.common import (
    InputError,
    Message,
    Quantity,
    TypedRecord,
    did_you_mean,
    parse_toml,
    read_as,
    read_text,
)
from thinwalls.simulation.draws.imputed_places import POSITIONS
from thinwalls.simulation.draws.sampled_values import BLOCK, latin_hypercube, sample_block
from thinwalls.simulation.shared_types.quantity_library import (
    housing_quantities,
    measure_quantities,
    mixing_quantities,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_SUFFIX = ".toml"
_LEVEL = (0.05, 0.5, 0.95)


class _File(TypedRecord):
    """The TOML file."""

    title: str
    source: str
    pathogen: str
    """name of the pathogen for which they hold"""
    note: str = ""
    joint: str | None = None
    """CSV file beside this one: one column per quantity, every row an equally likely draw"""
    quantities: dict[str, Quantity] = Field(default_factory=dict)


@dataclass(frozen=True)
class Priors:
    """What replaces the usual distributions of a run's quantities."""

    name: str
    title: str
    source: str
    pathogen: str
    note: str
    quantities: Mapping[str, Quantity]
    """each drawn by itself"""
    joint: pd.DataFrame = field(compare=False)
    """[equally likely draws, quantities] drawn together, a row at a time"""
    checksum: str
    """SHA-256 of the files"""

    @property
    def names(self) -> frozenset[str]:
        """Every quantity that is replaced."""
        return frozenset(self.quantities) | frozenset(map(str, self.joint.columns))

    def check(self, known: Mapping[str, Quantity], pathogen: str) -> None:
        """Raise :class:`InputError` when they cannot be used in a run with these quantities.

        Quantities that only other runs have (of actions, of the other form of housing) may be
        there; they change nothing.
        """
        if self.pathogen != pathogen:
            raise InputError(
                "are for the pathogen {pathogen}",
                where=Message("priors {name}", name=self.name),
                value=pathogen,
                pathogen=self.pathogen,
            )
        packaged = (mixing_quantities(), measure_quantities(), housing_quantities(), POSITIONS)
        elsewhere = {name for names in packaged for name in names}
        for name in sorted(self.names - elsewhere - set(known)):
            if name == "housing.unit_people":
                raise InputError(
                    "belongs to the system, give it there: system.with_units(people)",
                    where=Message("priors {name}", name=self.name),
                    field=name,
                )
            if not name.startswith("effect."):
                raise InputError(
                    "is no quantity of this run: {hint}",
                    where=Message("priors {name}", name=self.name),
                    field=name,
                    hint=did_you_mean(name, known),
                )


@dataclass(frozen=True)
class Sampler:
    """The quantities of a run, and how each is drawn."""

    known: Mapping[str, Quantity]
    seed: int
    priors: Priors | None = None
    _blocks: dict[int, list[dict[str, float]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def quantities(self) -> dict[str, Quantity]:
        """Quantities that are drawn one by one or fixed, as the priors have them."""
        changed = {} if self.priors is None else self.priors.quantities
        together = self._together
        return {
            name: changed.get(name, one) for name, one in self.known.items() if name not in together
        }

    @property
    def drawn(self) -> list[str]:
        """Names of the quantities that differ between draws."""
        together, single = self._together, self.quantities
        return [name for name in self.known if name in together or not single[name].is_fixed]

    def values(self, draw: int) -> dict[str, float]:
        """Value of every quantity in one draw.

        The row of the joint draws is stratified like every other quantity, so it depends neither
        on the number of draws nor on which quantities a run has.
        """
        block, position = divmod(draw, BLOCK)
        known = self._blocks.get(block)
        if known is None:
            known = self._blocks[block] = sample_block(self.quantities, self.seed, block)
        values = dict(known[position])
        if self.priors is not None and self._together:
            joint = self.priors.joint
            row = int(latin_hypercube(self.seed, draw, "joint priors") * len(joint))
            values |= {name: float(joint[name].iloc[row]) for name in self._together}
        return values

    def attributes(self, name: str) -> dict[str, object]:
        """What results say about a quantity."""
        one = self.known[name]
        about: dict[str, object] = {"long_name": name.rpartition(".")[2].replace("_", " ")}
        if self.priors is not None and name in self._together:
            low, middle, high = np.quantile(self._column(name), _LEVEL)
            return about | {
                "units": one.unit,
                "source": self.priors.source,
                "tag": "derived",
                "note": self.priors.note,
                "distribution": f"{middle:.3g} ({low:.3g} to {high:.3g}) {one.unit}, "
                f"{len(self.priors.joint)} joint draws of {self.priors.name}",
                "low": float(low),
                "high": float(high),
            }
        one = self.quantities[name]
        low, high = (one.central,) * 2 if one.is_fixed else one.interval(0.9)
        return about | {
            "units": one.unit,
            "source": one.source,
            "tag": one.tag,
            "note": one.note,
            "distribution": str(one),
            "low": low,
            "high": high,
        }

    @property
    def _together(self) -> list[str]:
        if self.priors is None:
            return []
        return [str(name) for name in self.priors.joint.columns if name in self.known]

    def _column(self, name: str) -> NDArray[np.float64]:
        assert self.priors is not None
        return self.priors.joint[name].to_numpy(dtype=np.float64)


def list_priors() -> tuple[str, ...]:
    """Names of the packaged priors."""
    folder = resources.files("thinwalls.simulation").joinpath("priors")
    if not folder.is_dir():
        return ()
    return tuple(
        sorted(
            one.name.removesuffix(_SUFFIX).replace("-fitted", " fitted")
            for one in folder.iterdir()
            if one.name.endswith(_SUFFIX)
        )
    )


def load_priors(name: str | Path) -> Priors:
    """Packaged priors by name (``"ice-2020 fitted"``), or those of a TOML file.

    Raises
    ------
    InputError
        When there are none, or the file is not one.
    """
    path = Path(name)
    if path.suffix == _SUFFIX:
        return _load(path.stem, path)
    if str(name) not in list_priors():
        raise InputError(
            "no packaged priors have this name: {hint}",
            field="priors",
            value=str(name),
            hint=did_you_mean(name, list_priors()),
        )
    folder = resources.files("thinwalls.simulation").joinpath("priors")
    with resources.as_file(folder) as there:
        return _load(str(name), there / (str(name).replace(" ", "-") + _SUFFIX))


def _load(name: str, path: Path) -> Priors:
    text = read_text(path)
    file = read_as(_File, parse_toml(text, str(path)), where=str(path))
    joint = pd.DataFrame()
    content = text.encode()
    if file.joint is not None:
        beside = path.parent / file.joint
        content += read_text(beside).encode()
        joint = _joint(beside)
    twice = sorted(set(joint.columns) & set(file.quantities))
    if twice:
        raise InputError("is in the joint draws, too", where=str(path), field=twice[0])
    if not len(joint.columns) and not file.quantities:
        raise InputError("replaces no quantity", where=str(path))
    return Priors(
        name=name,
        title=file.title,
        source=file.source,
        pathogen=file.pathogen,
        note=file.note,
        quantities=file.quantities,
        joint=joint,
        checksum=hashlib.sha256(content).hexdigest(),
    )


def _joint(path: Path) -> pd.DataFrame:
    """The joint draws: a header of dotted names, then numbers only."""
    try:
        table = pd.read_csv(path)
    except (ValueError, pd.errors.ParserError) as problem:
        raise InputError("is not a CSV table: {reason}", where=str(path), reason=problem) from None
    if not len(table):
        raise InputError("holds no draws", where=str(path))
    for name in table.columns:
        numbers = pd.to_numeric(table[name], errors="coerce").astype(np.float64)
        bad = ~np.isfinite(numbers.to_numpy())
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            raise InputError(
                "must be a finite number",
                where=Message("{file}, line {line}", file=path, line=row + 2),
                field=str(name),
                value=table[name].iloc[row],
            )
        table[name] = numbers
    return table
