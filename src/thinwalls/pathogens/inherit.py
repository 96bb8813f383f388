"""What a pathogen file takes over: a ready stage graph, or another pathogen that it changes."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thinwalls.common import InputError, did_you_mean, parse_toml, read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

Table = dict[str, Any]
INHERITED = ("season", "detection", "immunity_in_reproduction_number")
"""Fields beside parameters, tables and stages that hold for who extends a pathogen."""
DEEPEST = 10
"""Longest chain of files that take over from each other."""


def packaged(folder: str) -> dict[str, str]:
    """Texts of the TOML files in a folder of this package, by name."""
    files = (resources.files("thinwalls.pathogens") / folder).iterdir()
    found = {Path(file.name).stem: file for file in files if file.name.endswith(".toml")}
    return {name: found[name].read_text(encoding="utf-8") for name in sorted(found)}


def complete(table: Mapping[str, Any], where: str, depth: int = 0) -> Table:
    """The table with everything it takes over filled in.

    ``extends`` names another pathogen (of the package, or a file next to this one): its
    parameters, tables and stages hold unless this file states its own.  ``graph`` names a ready
    stage graph; a ``[[stage]]`` of the same name changes the fields it gives.  What
    :data:`INHERITED` names holds as a whole unless stated (``season = {}``: none).
    """
    content = dict(table)
    base: Table = {}
    if "extends" in content:
        base = _base(content.pop("extends"), where, depth)
    if "graph" in content:
        base["stage"] = _graph(content.pop("graph"), where)
    stages = _merge_stages(base.get("stage", []), content.pop("stage", []), where)
    parameters = _merge(base.get("parameters", {}), content.pop("parameters", {}))
    by_age = content.pop("by_age", {})
    if not isinstance(by_age, dict):
        raise InputError("must be a table", where=where, field="by_age", value=by_age)
    tables = {**base.get("by_age", {}), **by_age}
    kept = {name: base[name] for name in INHERITED if name in base}
    content = {**kept, **content}
    return {**content, "stage": stages, "parameters": parameters, "by_age": tables}


def _base(name: object, where: str, depth: int) -> Table:
    if depth >= DEEPEST:
        raise InputError("goes round in a circle", where=where, field="extends", value=name)
    if not isinstance(name, str):
        raise InputError("must be the name of a pathogen", where=where, field="extends", value=name)
    library = packaged("library")
    if name in library:
        return complete(parse_toml(library[name], f"{name}.toml"), f"{name}.toml", depth + 1)
    path = Path(where).parent / name
    if path.suffix != ".toml" or not path.is_file():
        raise InputError(
            "no such pathogen; {hint}",
            where=where,
            field="extends",
            value=name,
            hint=did_you_mean(name, library),
        )
    return complete(read_toml(path), str(path), depth + 1)


def _graph(name: object, where: str) -> list[Table]:
    graphs = packaged("graphs")
    if not isinstance(name, str) or name not in graphs:
        raise InputError.of(did_you_mean(name, graphs), where=where, field="graph", value=name)
    stages: list[Table] = parse_toml(graphs[name], f"{name}.toml")["stage"]
    return stages


def _merge_stages(base: list[Table], own: object, where: str) -> list[Table]:
    if not isinstance(own, list) or not all(isinstance(stage, dict) for stage in own):
        raise InputError("must be written as [[stage]]", where=where, field="stage", value=own)
    names = [stage.get("name") for stage in base]
    merged = [dict(stage) for stage in base]
    for stage in own:
        if stage.get("name") in names:
            merged[names.index(stage["name"])].update(stage)
        else:
            merged.append(stage)
    return merged


def is_group(item: object) -> bool:
    """Whether a table holds further tables, not the fields of one quantity."""
    return isinstance(item, dict) and all(isinstance(value, dict) for value in item.values())


def _merge(base: Table, own: object) -> Any:
    if not isinstance(own, dict):
        return own
    merged = dict(base)
    for key, item in own.items():
        both_groups = is_group(item) and is_group(merged.get(key))
        merged[key] = _merge(merged[key], item) if both_groups else item
    return merged
