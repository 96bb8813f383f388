"""Bring the catalogues of all languages up to date with the texts of the program.

    python scripts/catalogues.py          in every language: new texts come in empty, old ones go
    python scripts/catalogues.py pt_BR    begin a language: one new file, locale/pt/.../thinwalls.po

A new catalogue is marked incomplete (``#, fuzzy`` before its first entry): what it lacks stays
English.  Take the mark away when everything is translated; then a test wants all of it.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from thinwalls.reporting.language.extract_texts import texts
from thinwalls.reporting.language.words import home_of, languages

PACKAGE = Path(__file__).parents[1] / "src" / "thinwalls"
MAPPING = Path(__file__).parents[1] / "babel.cfg"
WIDTH = 100


def wanted() -> Catalog:
    """The texts of the program as an empty catalogue."""
    found = Catalog(project="thinwalls", version="1")
    for text in texts(PACKAGE, MAPPING):
        found.add(text)
    return found


def begun(locale: Locale) -> Catalog:
    """A catalogue without any translation."""
    return Catalog(locale=locale, project="thinwalls", version="1", fuzzy=True,
                   header_comment=f"# {locale.english_name}.")  # fmt: skip


def main(names: list[str]) -> None:
    template = wanted()
    for name in names:
        path = Path(str(home_of(name.partition("_")[0])))
        if path.exists():
            sys.exit(f"{path}: is there already")
        path.parent.mkdir(parents=True)
        path.write_bytes(_text(begun(Locale.parse(name))))
    for language in [name.partition("_")[0] for name in names] or languages()[1:]:
        path = Path(str(home_of(language)))
        catalogue = read_po(io.BytesIO(path.read_bytes()))
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        path.write_bytes(_text(catalogue))
        lacking = [one for one in catalogue if one.id and not _is_told(one)]
        print(f"{language}: {len(catalogue)} texts, {len(lacking)} without a translation")


def _is_told(message: Message) -> bool:
    forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return all(forms)


def _text(catalogue: Catalog) -> bytes:
    content = io.BytesIO()
    write_po(content, catalogue, width=WIDTH, no_location=True, ignore_obsolete=True)
    return content.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
