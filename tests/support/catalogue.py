"""Every text that people read, found where it is written: what a catalogue has to translate."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

import thinwalls
from thinwalls.reporting.language import extract_texts
from thinwalls.reporting.language.words import home_of, languages

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

PACKAGE = Path(thinwalls.__file__).parent
MAPPING = Path(__file__).parents[2] / "babel.cfg"
TRANSLATED = [language for language in languages() if language != "en"]


@lru_cache
def texts() -> frozenset[str | tuple[str, str]]:
    """Singular texts, and pairs of (one, many)."""
    return frozenset(extract_texts.texts(PACKAGE, MAPPING))


def catalogue(language: str) -> Catalog:
    """The catalogue of a language; ``fuzzy`` where its first entry marks it as incomplete."""
    return read_po(io.BytesIO(home_of(language).read_bytes()))


def said(language: str) -> dict[str | tuple[str, str], list[str]]:
    """Every entry of a catalogue that has a translation: a text or pair, and all of its forms."""
    found = {}
    for message in catalogue(language):
        forms = [message.string] if isinstance(message.string, str) else list(message.string)
        if message.id and all(forms) and not message.fuzzy:
            name = message.id if isinstance(message.id, str) else tuple(message.id)
            found[name] = forms
    return found
