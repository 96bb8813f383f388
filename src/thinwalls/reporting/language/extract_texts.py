"""What a catalogue has to translate: texts in Python, in templates and in packaged tables.

``babel.cfg`` beside the package says which files and which fields of tables; ``KEYWORDS`` which
calls.  A text stays where it is written and is found there.
"""

from __future__ import annotations

import json
import tomllib
from typing import IO, TYPE_CHECKING, Any

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "say": None,
    "plural": (1, 2),
    "mark": None,
    "mark_plural": (1, 2),
    "Message": None,
    "InputError": None,
    "RunError": None,
    "FieldError": None,
    "EngineError": (2,),
    "refuse": (4,),
    "Assumption": (4,),
}
"""Calls with texts, and which arguments they are where it is not the first."""


def from_tables(
    file: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Texts in the ``fields`` of a TOML or JSON file, each once: an extractor for Babel."""
    content = file.read().decode("utf-8")
    tree = json.loads(content) if content.startswith("{") else tomllib.loads(content)
    for text in dict.fromkeys(_texts(tree, options["fields"].split())):
        before = content.partition(text[:40])[0]
        yield before.count("\n") + 1, None, text, []


def _texts(tree: object, fields: Collection[str], wanted: bool = False) -> Iterator[str]:
    """Every text below ``tree`` that is in one of ``fields`` and has letters."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _texts(value, fields, name in fields)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value, fields, wanted)
    elif wanted and isinstance(tree, str) and any(letter.isalpha() for letter in tree):
        yield tree


def texts(package: Path, mapping: Path) -> dict[str | tuple[str, str], str]:
    """Every text of a package, or pair of (one, many), with the first file that has it."""
    with mapping.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[str | tuple[str, str], str] = {}
    for name, _, text, *_ in extract_from_dir(
        package, methods, options, keywords=KEYWORDS, comment_tags=()
    ):
        found.setdefault(text if isinstance(text, str) else (text[0], text[1]), name)
    return found
