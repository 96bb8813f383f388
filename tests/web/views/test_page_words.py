"""What the page names by itself is what is packaged."""

from __future__ import annotations

import html

import pytest

from support.asked import STEWART

pytest.importorskip("fastapi", reason="the page needs the extra: pip install 'thinwalls[web]'")

from thinwalls.pathogens import list_pathogens, load_pathogen
from thinwalls.reporting import Words
from thinwalls.reporting.language.words import languages
from thinwalls.system import list_systems


def test_titles_of_systems_and_diseases_can_be_translated():
    packaged = {str(title) for title in list_systems()["title"]}
    packaged |= {load_pathogen(name).title for name in list_pathogens()}
    spanish = Words("es")
    assert [title for title in packaged if spanish.say(title) == title] == []


def test_languages_call_themselves_by_their_names(client):
    assert {"English", "Español"} <= {Words(name).own_name for name in languages()}
    page = client.get("/own").text
    assert all(Words(name).own_name in page for name in languages())


def test_the_browsers_language_is_used(client):
    spanish = client.get("/own", headers={"accept-language": "fr, es-MX;q=0.9, en;q=0.8"})
    assert '<html lang="es-US"' in spanish.text
    assert '<html lang="en-US"' in client.get("/own", headers={"accept-language": "fr"}).text
    assert '<html lang="es-US"' in client.get("/own?lang=es").text
    assert '<html lang="en-US"' in client.get("/own?lang=../es").text


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/ask?where=facility:nowhere", "ningún centro de ice-2020 tiene este nombre"),
        ("/ask?where=all&days=4000", "days = 4000: debe ser como máximo 365"),
        ("/ask?where=all&a.release=on&a.release.share=900", "debe estar entre 1 y 100"),
        ("/ask?where=all&scenarios=zzz", "está"),
        ("/nothing", "No se encontró"),
    ],
)
def test_errors_are_in_the_language_of_the_page(client, address, told):
    mark = "&" if "?" in address else "?"
    found = client.get(f"{address}{mark}lang=es")
    assert 400 <= found.status_code < 500
    assert told in html.unescape(found.text)


def test_what_is_wrong_with_a_table_is_in_the_language_of_the_page(client):
    table = "name,state,county,people,custody\nHere,GA,Nowhere,12,jail\nThere,GA,,-1,jail\n"
    found = client.post("/own?lang=es", data={"table": table})
    assert found.status_code == 400
    text = html.unescape(found.text)
    assert "su tabla, línea 2" in text
    assert "su tabla, línea 3: people = -1.0: debe ser" in text
    assert "no existe tal condado en GA" in text


@pytest.mark.slow
def test_notes_on_numbers_are_in_the_language_of_the_page(client):
    text = html.unescape(client.get(f"/ask?where={STEWART}&days=7&draws=1&lang=es").text)
    assert "promedio del año fiscal" in text
    assert "average over the fiscal year" not in text
    assert "annual average of the facility" not in text
