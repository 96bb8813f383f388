"""One style of docstrings: sections as NumPy writes them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import thinwalls

HOME = Path(thinwalls.__file__).parent
OTHER_STYLES = re.compile(
    r"^\s*(:param|:raises|:returns?|Args:|Arguments:|Returns:|Raises:)|\bRaises :class:", re.M
)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def in_another_style(text: str) -> list[int]:
    """Lines of what has a docstring that is not in sections."""
    return [
        getattr(node, "lineno", 1)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, DOCUMENTED) and OTHER_STYLES.search(ast.get_docstring(node) or "")
    ]


def test_docstrings_are_in_one_style() -> None:
    found = {
        str(path.relative_to(HOME)): lines
        for path in sorted(HOME.rglob("*.py"))
        if (lines := in_another_style(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_another_style_is_seen() -> None:
    assert in_another_style('def f(x):\n    """Say.\n\n    :param x: it\n    """\n') == [1]
    assert in_another_style('def f(x):\n    """Say. Raises :class:`E` for it."""\n') == [1]
    assert (
        in_another_style(
            'def f(x):\n    """Say.\n\n    Raises\n    ------\n    E\n        For it.\n    """\n'
        )
        == []
    )
