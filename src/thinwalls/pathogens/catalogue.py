"""Pathogens from files: the ones that come with the package and a user's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thinwalls.common import InputError, did_you_mean, parse_toml, read_as, read_toml
from thinwalls.pathogens.detection import check_detection, read_change
from thinwalls.pathogens.disease import Disease
from thinwalls.pathogens.inherit import complete, packaged
from thinwalls.pathogens.schema import (
    SCHEMA,
    PathogenForm,
    check_names,
    check_tables,
    check_values,
    read_parameters,
    read_season,
)
from thinwalls.pathogens.stages import Stage, build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from thinwalls.common import Quantity
    from thinwalls.pathogens.detection import ChangeOfShare


@dataclass(frozen=True)
class Pathogen:
    """A germ: its stages and every number about it, with uncertainty and source."""

    name: str
    title: str
    description: str
    parameters: Mapping[str, Quantity]
    """every number by dotted name, for example ``dwell.latent``"""
    stages: tuple[Stage, ...]
    immunity_in_reproduction_number: bool = False
    """whether the reproduction numbers are of people with the immunity of the start"""
    change_of_share: ChangeOfShare | None = None
    """when the share of people with symptoms who are found changes"""

    @property
    def susceptible(self) -> str:
        """Stage from which people are infected."""
        return self._first("S")

    @property
    def infected(self) -> str:
        """Stage that a newly infected person enters."""
        return self._first("E")

    @property
    def recovered(self) -> str:
        """Stage of those who recovered."""
        return self._first("R")

    @property
    def dead(self) -> str:
        """Stage of those who died."""
        return self._first("D")

    def _first(self, compartment: str) -> str:
        return next(stage.name for stage in self.stages if stage.compartment == compartment)

    @property
    def uncertain(self) -> tuple[str, ...]:
        """Names of the parameters that are drawn, in a fixed order."""
        return tuple(name for name, item in self.parameters.items() if not item.is_fixed)

    def at(self, values: Mapping[str, float] | None = None) -> Disease:
        """The disease with the given values; parameters that are not named have their centre.

        Raises
        ------
        InputError
            When a name is no parameter.
        """
        given = dict(values or {})
        for name in given:
            if name not in self.parameters:
                raise InputError(
                    "no such parameter; {hint}",
                    where=self.name,
                    field=name,
                    hint=did_you_mean(name, self.parameters),
                )
        centres = {
            name: item.central for name, item in self.parameters.items() if name not in given
        }
        known = {**centres, **given}
        complete = {name: float(known[name]) for name in self.parameters}
        return Disease(
            self.stages,
            self.susceptible,
            self.infected,
            complete,
            self.immunity_in_reproduction_number,
            self.change_of_share,
        )


def list_pathogens() -> list[str]:
    """Names of the pathogens that come with the package."""
    return list(packaged("library"))


def load_pathogen(name_or_path: str | Path) -> Pathogen:
    """A pathogen of the package by name, or a user's own from a TOML file.

    Raises
    ------
    InputError
        When there is no such pathogen or the file does not fit the form.
    """
    text = str(name_or_path)
    library = packaged("library")
    if text in library:
        return from_table(parse_toml(library[text], f"{text}.toml"), f"{text}.toml")
    path = Path(name_or_path)
    if path.suffix == ".toml" or path.exists() or len(path.parts) > 1:
        return from_table(read_toml(path), text)
    raise InputError(
        "no such pathogen; {hint} or the path of a .toml file",
        field="pathogen",
        value=text,
        hint=did_you_mean(text, library),
    )


def from_table(table: Mapping[str, Any], where: str) -> Pathogen:
    """A pathogen from the contents of its file; ``where`` names the file in errors."""
    version = table.get("schema")
    if version != SCHEMA:
        raise InputError(
            "must be {version} (the version of the form)",
            where=where,
            field="schema",
            value=version,
            version=SCHEMA,
        )
    content = complete(table, where)
    del content["schema"]
    season = read_season(content.pop("season", {}), where)
    change = read_change(content.pop("detection", {}), where)
    parameters = content.pop("parameters")
    if not isinstance(parameters, dict):
        raise InputError("must be a table", where=where, field="parameters", value=parameters)
    form = read_as(PathogenForm, content, where=where)
    stages = build(form.stage, where)
    quantities = read_parameters(parameters, where)
    check_names(quantities, form.stage, where)
    check_tables(form.by_age, form.stage, where)
    check_detection(quantities, change, where)
    quantities |= season
    check_values(quantities, where)
    for name, ages in form.by_age.items():
        for part, quantity in ages.quantities():
            quantities[f"by_age.{name}.{part}"] = quantity
    return Pathogen(
        form.name,
        form.title,
        form.description,
        quantities,
        stages,
        form.immunity_in_reproduction_number,
        change,
    )
