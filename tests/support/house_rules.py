"""What holds for the files of a package whose folders are rooms, read from their text.

Imports inside functions and those for type checkers count like all others.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOST_FILES = 12
"""Files of code in one folder."""
MOST_LINES = 400
"""Lines of one file."""


@dataclass(frozen=True)
class Import:
    """``import module`` (no name) or ``from module import name``, in a file of the package."""

    path: Path
    line: int
    module: str
    name: str | None


@dataclass(frozen=True)
class File:
    """What the rules need to know of a file."""

    lines: int
    imports: tuple[Import, ...]
    attributes: tuple[tuple[int, str, str], ...]
    """Line, name and attribute of everything of the form ``name.attribute``."""


@cache
def files(home: Path) -> dict[Path, File]:
    """Every file of code below a package's folder."""
    return {path: _read(path, home) for path in sorted(home.rglob("*.py"))}


def _read(path: Path, home: Path) -> File:
    text = path.read_text(encoding="utf-8")
    imports: list[Import] = []
    attributes = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names):
                imports += [Import(path, node.lineno, one.name, None) for one in names]
            case ast.ImportFrom(module=module, names=names, level=level):
                base = module or ""
                if level:
                    parts = [home.name, *path.parent.relative_to(home).parts]
                    base = ".".join([*parts[: len(parts) - level + 1], *base.split(".")]).strip(".")
                imports += [Import(path, node.lineno, base, one.name) for one in names]
            case ast.Attribute(value=ast.Name(id=owner), attr=attr):
                attributes.append((node.lineno, owner, attr))
            case _:
                pass
    return File(text.count("\n"), tuple(imports), tuple(attributes))


def rooms(home: Path) -> set[str]:
    """Folders of the package."""
    return {path.parent.name for path in home.glob("*/__init__.py")}


def face(home: Path, room: str) -> set[str]:
    """Names that others may import: those of ``__init__.pyi``, else those that ``__init__`` has."""
    stub = home / room / "__init__.pyi"
    return _names(home, stub if stub.exists() else stub.with_suffix(".py"))


def _names(home: Path, path: Path) -> set[str]:
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.ImportFrom(module=module, names=[ast.alias(name="*")]):
                listed = home.parent.joinpath(*str(module).split(".")).with_suffix(".py")
                found |= _names(home, listed)
            case ast.ImportFrom(names=names):
                found |= {one.asname or one.name for one in names}
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case _:
                pass
    return found


def beside_the_face(home: Path) -> list[str]:
    """Imports that reach into another room, or go out of their own and in by the front door."""
    faces = {room: face(home, room) for room in rooms(home)}
    found = []
    for path, file in files(home).items():
        # The package's own face says where its names come from.
        if path == home / "__init__.py":
            continue
        own = path.relative_to(home).parts[0]
        told = [(one.line, _breach(one, own, faces, home)) for one in file.imports]
        whole = {one.name for one in file.imports if one.module == home.name}
        told += [
            (line, f"{home.name}.{room}: {name}")
            for line, room, name in file.attributes
            if room in whole and room in faces and name not in faces[room]
        ]
        where = path.relative_to(home).as_posix()
        found += [f"{where}:{line} imports {what}" for line, what in told if what]
    return found


def _breach(one: Import, own: str, faces: dict[str, set[str]], home: Path) -> str:
    """What an import takes that it must not take; nothing: it is as it should be."""
    package, _, inside = one.module.partition(".")
    if package != home.name:
        return ""
    room, _, deeper = inside.partition(".")
    if own in faces and not deeper and own in (room, one.name if not room else None):
        return f"its own face, {own}"
    if not room:
        allowed = one.name in faces or (home / f"{one.name}.py").exists()
    elif room in faces and room != own:
        allowed = not deeper and one.name in faces[room]
    else:
        allowed = True
    return "" if allowed else f"{one.module}: {one.name}"


def rooms_used(home: Path) -> dict[str, set[str]]:
    """Other rooms that the files of each room import."""
    every = rooms(home)
    used: dict[str, set[str]] = {room: set() for room in every}
    for path, file in files(home).items():
        own = path.relative_to(home).parts[0]
        if own in every:
            modules = [f"{one.module}.{one.name}".split(".") for one in file.imports]
            used[own] |= {parts[1] for parts in modules if parts[0] == home.name}
    return {room: others & every - {room} for room, others in used.items()}


def circle(home: Path) -> list[str]:
    """Files that import each other in a circle, the first again last; none: no circle."""
    graph: dict[str, set[str]] = {}
    names = {_module(home, path): path for path in files(home)}
    for name, path in names.items():
        wanted = set()
        for one in files(home)[path].imports:
            longer = f"{one.module}.{one.name}"
            wanted.add(longer if longer in names else one.module)
        graph[name] = wanted & set(names) - {name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        return list(problem.args[1])
    return []


def _module(home: Path, path: Path) -> str:
    parts = path.relative_to(home.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def crowded(home: Path) -> dict[str, int]:
    """Folders with more files of code than fit, and how many they have."""
    folders = [path.parent.relative_to(home).as_posix() for path in files(home)]
    numbers = {folder: folders.count(folder) for folder in folders}
    return {folder: number for folder, number in numbers.items() if number > MOST_FILES}


def too_long(home: Path) -> dict[str, int]:
    """Files with more lines than fit, and how many they have."""
    return {
        path.relative_to(home).as_posix(): file.lines
        for path, file in files(home).items()
        if file.lines > MOST_LINES
    }
