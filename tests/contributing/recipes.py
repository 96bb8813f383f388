"""Recipes of CONTRIBUTING.md: read, applied to a copy of the repository, carried out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "CONTRIBUTING.md"
COPIED = (
    "pyproject.toml", "babel.cfg", "docs", "scripts", "src", "tests", "README.md", "CHANGELOG.md",
)  # fmt: skip
UNCHANGED = ("src/thinwalls/engine", "src/thinwalls/system/data")
"""Folders that no recipe changes: links instead of copies, so that nothing compiles again."""
COMMANDS = {"python": [sys.executable], "thinwalls": [sys.executable, "-m", "thinwalls"]}
_BLOCK = re.compile(r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after the fence, and what is in it."""

    words: tuple[str, ...]
    text: str

    @property
    def file(self) -> str | None:
        """File that it is about."""
        named = [word for word in self.words if word.startswith("file=")]
        return named[0].removeprefix("file=") if named else None


@dataclass(frozen=True)
class Recipe:
    """One way to add something."""

    title: str
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def files(self) -> set[str]:
        """Files that it writes or changes by hand."""
        return {block.file for block in self.blocks if block.file}

    @property
    def program(self) -> str:
        """What shows that it worked."""
        return "\n".join(block.text for block in self.blocks if block.words == ("python", "run"))


def recipes(text: str) -> list[Recipe]:
    """Recipes of a page: its sections ``### Add ...`` under ``## Recipes``."""
    part = text.split("\n## Recipes\n")[1].split("\n## ")[0]
    made = []
    for section in part.split("\n### ")[1:]:
        title, _, rest = section.partition("\n")
        blocks = tuple(
            Block(tuple(found["kind"].split()), found["text"]) for found in _BLOCK.finditer(rest)
        )
        made.append(Recipe(title, blocks))
    return made


def copy_repository(target: Path) -> Path:
    """A copy in which a recipe can be carried out."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            links = {ROOT / one for one in UNCHANGED}

            def leave_out(folder: str, names: list[str], links: set[Path] = links) -> set[str]:
                here = Path(folder)
                return {one for one in names if here / one in links or one == "__pycache__"
                        or one == "_build"}  # fmt: skip

            shutil.copytree(source, target / name, ignore=leave_out)
        else:
            shutil.copy(source, target / name)
    for one in UNCHANGED:
        (target / one).symlink_to(ROOT / one, target_is_directory=True)
    return target


def with_lines_added(text: str, change: str, where: str) -> str:
    """The text with the lines that begin with ``+`` added after those before them."""
    lines = change.splitlines()
    assert all(line.startswith((" ", "+", "-")) for line in lines), f"{where}: {change}"
    before = "\n".join(line[1:] for line in lines if not line.startswith("+"))
    after = "\n".join(line[1:] for line in lines if not line.startswith("-"))
    assert text.count(before) == 1, f"{where} has {text.count(before)} times:\n{before}"
    return text.replace(before, after)


def run(command: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in the copy, with the package of the copy."""
    path = os.pathsep.join([str(place / "src"), str(place)])
    return subprocess.run(
        command,
        cwd=place,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def carry_out(recipe: Recipe, place: Path) -> None:
    """Apply and run the blocks of a recipe, in their order."""
    for block in recipe.blocks:
        match block.words:
            case ("diff", _) if block.file:
                path = place / block.file
                text = path.read_text(encoding="utf-8")
                path.write_text(with_lines_added(text, block.text, block.file), encoding="utf-8")
            case (_, _) if block.file:
                path = place / block.file
                assert not path.exists(), f"{block.file} is there already"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.text, encoding="utf-8")
            case ("console",):
                for line in block.text.splitlines():
                    first, *rest = shlex.split(line.removeprefix("$ "))
                    done = run([*COMMANDS[first], *rest], place)
                    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
            case ("python", "run"):
                done = run([sys.executable, "-c", block.text], place)
                assert done.returncode == 0, f"{recipe.title}\n{done.stdout}\n{done.stderr}"
            case _:
                raise AssertionError(f"{recipe.title}: no such block: {' '.join(block.words)}")
