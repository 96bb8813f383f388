"""What the page names by itself is what is packaged."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi", reason="the page needs the extra: pip install 'thinwalls[web]'")

from thinwalls.pages.words import languages
from thinwalls.pathogens import list_pathogens, load_pathogen
from thinwalls.system import list_systems
from thinwalls.web.render import LANGUAGE_NAMES
from thinwalls.web.titles import TITLES


def test_titles_of_systems_and_diseases_can_be_translated():
    packaged = {str(title) for title in list_systems()["title"]}
    packaged |= {load_pathogen(name).title for name in list_pathogens()}
    assert set(TITLES) == packaged


def test_languages_call_themselves_something():
    assert set(languages()) == set(LANGUAGE_NAMES)


def test_the_browsers_language_is_used(client):
    spanish = client.get("/own", headers={"accept-language": "fr, es-MX;q=0.9, en;q=0.8"})
    assert '<html lang="es-US"' in spanish.text
    assert '<html lang="en-US"' in client.get("/own", headers={"accept-language": "fr"}).text
    assert '<html lang="es-US"' in client.get("/own?lang=es").text
    assert '<html lang="en-US"' in client.get("/own?lang=../es").text
