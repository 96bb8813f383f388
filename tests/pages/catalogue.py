"""Every text of reports and pages, found in the source: what a catalogue has to translate."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir
from jinja2 import Environment
from jinja2.ext import extract_from_ast

import thinwalls.reporting
import thinwalls.web

HOME = Path(thinwalls.reporting.__file__).parent
ROOMS = (HOME, Path(thinwalls.web.__file__).parent)
KEYWORDS = {"say": None, "plural": (1, 2), "mark": None, "mark_plural": (1, 2)}


def texts() -> set[str | tuple[str, str]]:
    """Singular texts, and pairs of (one, many)."""
    found: set[str | tuple[str, str]] = set()
    for room in ROOMS:
        rows = extract_from_dir(room, method_map=[("**.py", "python")], keywords=KEYWORDS)
        for _, _, message, *_ in rows:
            found.add(message if isinstance(message, str) else tuple(message))
        for path in sorted((room / "templates").glob("*.j2")):
            tree = Environment().parse(path.read_text(encoding="utf-8"))
            for _, name, message in extract_from_ast(tree, gettext_functions=("say", "plural")):
                parts = (message,) if isinstance(message, str) else tuple(message or ())
                if name == "plural":
                    found.add((parts[0], parts[1]))
                elif parts:
                    found.add(parts[0])
    return {text for text in found if text}
