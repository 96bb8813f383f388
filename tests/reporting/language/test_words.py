from __future__ import annotations

import datetime
import io
import re
import string
import tomllib
from importlib.resources import files

import pytest

from support.catalogue import MAPPING, PACKAGE, TRANSLATED, catalogue, said, texts
from thinwalls.common.errors import InputError, Message
from thinwalls.policy import effects
from thinwalls.reporting import Words
from thinwalls.reporting.language import extract_texts
from thinwalls.reporting.language.names import capitalized
from thinwalls.reporting.language.parameter_names import PARAMETERS, parameter_name, plain_id
from thinwalls.reporting.language.words import languages, rounded
from thinwalls.results import load_prices


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_spanish_is_there():
    assert "es" in TRANSLATED


@pytest.mark.slow
@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_nothing_else(language):
    entries = {
        message.id if isinstance(message.id, str) else tuple(message.id)
        for message in catalogue(language)
        if message.id
    }
    assert entries - texts() == set()
    lacking = sorted(texts() - set(said(language)), key=str)
    if catalogue(language).fuzzy and lacking:
        pytest.skip(f"{language} is marked incomplete; {len(lacking)} texts stay English")
    assert lacking == []


def test_spanish_is_complete():
    assert not catalogue("es").fuzzy


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_same_places_for_values(language):
    for text, forms in said(language).items():
        wanted = places(text if isinstance(text, str) else text[0])
        for form in forms:
            assert places(form) == wanted, text


def test_texts_are_found_in_python_templates_and_packaged_tables():
    found = extract_texts.texts(PACKAGE, MAPPING)
    assert found["Soap and sanitizer alone change little."] == "evidence/claims.toml"
    assert found["COVID-19, Delta, 2021"] == "pathogens/library/covid-delta.toml"
    assert found["U.S. immigration detention, from 2020-03-20"].startswith("system/data/")
    assert found["what happened"] == "policy/library/demo-2020.toml"
    assert found["no such action; {hint}"].endswith(".py")
    assert any(name.endswith(".j2") for name in found.values())


def test_a_table_gives_the_texts_of_its_fields_each_once():
    content = """
    title = "One"
    other = "not this"
    unit = "1"
    [[part]]
    unit = "days"
    says = ["First.", "Second."]
    [part.deeper]
    unit = "days"
    """
    rows = extract_texts.from_tables(
        io.BytesIO(content.encode()), (), (), {"fields": "title unit says"}
    )
    assert [(line, text) for line, _, text, _ in rows] == [
        (2, "One"), (6, "days"), (7, "First."), (7, "Second."),
    ]  # fmt: skip
    rows = extract_texts.from_tables(io.BytesIO(b'{"title": "A"}'), (), (), {"fields": "title"})
    assert [text for _, _, text, _ in rows] == ["A"]


def test_what_is_not_modelled_can_be_translated():
    from thinwalls.simulation.experiments.provenance import IN_UNITS, NOT_MODELLED, ONE_SETTING

    spanish = Words("es")
    for text in (ONE_SETTING, *IN_UNITS, *NOT_MODELLED):
        assert spanish.tell(text) != text
    some = Message(
        "Housing units in {some} of {all} facilities: there, everybody can meet everybody else.",
        some=3,
        all=12,
    )
    assert spanish.tell(some).startswith("Las unidades en 3 de 12 centros")
    assert spanish.tell("Something of one's own {3}.") == "Something of one's own {3}."


def test_every_packaged_parameter_has_a_name():
    from thinwalls.pathogens import list_pathogens, load_pathogen
    from thinwalls.system.tables.assumptions import ASSUMPTIONS

    names = {name for one in list_pathogens() for name in load_pathogen(one).parameters}
    names |= set(effects())
    mixing = files("thinwalls.simulation") / "mixing.toml"
    names |= set(leaves(tomllib.loads(mixing.read_text(encoding="utf-8"))))
    names |= set(ASSUMPTIONS)
    assert "reproduction_number.dormitory" in names
    words = Words()
    nameless = [
        name
        for name in sorted(map(plain_id, names))
        if name not in PARAMETERS and parameter_name(words, name) == humanized(name)
    ]
    assert nameless == []
    older = parameter_name(words, "system.jail_age_65_plus")
    assert older == "share of people in local jails aged 65+"
    assert parameter_name(words, "system.vulnerable_18_49").endswith("aged 18–49")
    assert parameter_name(words, "my.own_value") == "my: own value"
    assert parameter_name(words, "my.own_value", "my own") == "my own"
    assert parameter_name(words, "pathogen.by_age.death_share.80").endswith("from age 80")


def leaves(tree, beginning=""):
    for key, value in tree.items():
        if isinstance(value, dict):
            if "unit" in value:
                yield beginning + key
            else:
                yield from leaves(value, f"{beginning}{key}.")


def humanized(name):
    return name.replace(".", ": ").replace("_", " ")


def test_a_catalogue_that_is_not_complete_falls_back_to_english(tmp_path):
    home = tmp_path / "pt" / "LC_MESSAGES"
    home.mkdir(parents=True)
    (home / "thinwalls.po").write_text(
        '#, fuzzy\nmsgid ""\nmsgstr ""\n"Language: pt_BR\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "deaths"\nmsgstr "mortes"\n\nmsgid "infections"\nmsgstr ""\n',
        encoding="utf-8",
    )
    words = Words("pt", catalogues=tmp_path)
    assert (words.say("deaths"), words.say("infections")) == ("mortes", "infections")
    error = InputError("must be a number", where=Message("{file}, line {line}", file="a", line=2))
    assert words.tell_error(error) == "a, line 2: must be a number"
    assert (words.own_name, words.number(1234.5, 1)) == ("Português", "1.234,5")


def test_unknown_language_names_what_there_is():
    known = ", ".join(map(repr, languages()))
    with pytest.raises(InputError, match=f"language = 'xx': must be one of {known}"):
        Words("xx")
    with pytest.raises(InputError, match="language"):
        Words("../es")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (0.4, "0"),
        (3.4, "3"),
        (42.4, "42"),
        (337, "340"),
        (1_349, "1,300"),
        (18_900, "19,000"),
        (-337, "−340"),
        (1_649_000, "1.6 million"),
        (float("nan"), "–"),
    ],
)
def test_estimates_are_said_with_two_digits(value, said):
    assert Words().about(value) == said


def test_known_numbers_of_people_are_not_rounded_away():
    words = Words()
    assert words.people(1_350) == "1,350"
    assert words.people(37_688) == "37,688"
    assert words.people(127_123) == "127,000"
    assert words.people(62_400_000) == "62.4 million"
    assert words.people(62_400_000, short=True) == "62.4M"
    assert words.people(127_123, short=True) == "127,000"
    assert words.about(127_123, short=True) == "130K"
    assert words.value(0.01234) == "0.0123"
    assert words.value(12.345) == "12.3"


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [(0.0123, 2, 0.012), (123.4, 2, 120.0), (7.0, 2, 7.0), (0.0, 2, 0.0), (98_765, 3, 98_800.0)],
)
def test_rounding_to_significant_digits(value, digits, said):
    assert rounded(value, digits) == pytest.approx(said)


def test_spanish_writes_numbers_and_dates_as_in_the_united_states():
    words = Words("es")
    assert words.number(1234.5, 1) == "1,234.5"
    assert words.date(datetime.date(2020, 3, 20)) == "20 de marzo de 2020"
    assert words.tag == "es-US"
    assert words.listing(["a", "b", "c"]) == "a, b y c"


def test_signs_and_shares():
    words = Words()
    assert words.signed(12.2) == "+12"
    assert words.signed(-12.2) == "−12"
    assert words.signed(0.2) == words.signed(-0.2) == "0"
    assert words.percent(0.314) == "31%"
    assert words.percent(0.004) == "0.4%"


def test_plurals_follow_the_number():
    words = Words("es")
    pair = ("about {count} fewer death", "about {count} fewer deaths")
    assert words.plural(*pair, 1) == "alrededor de 1 muerte menos"
    assert words.plural(*pair, 20) == "alrededor de 20 muertes menos"


def test_charts_get_month_names_in_the_language():
    numbers, dates = Words("es").vega_locales()
    assert dates["months"][2] == "marzo"
    assert dates["days"][0] == "domingo"
    assert numbers["thousands"] == ","


PSEUDO_HEAD = """msgid ""
msgstr ""
"Language: de_DE\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.fixture
def pseudo(tmp_path):
    """A third language made of marked English; it needs a catalogue and no code."""
    lines = [PSEUDO_HEAD]
    for text in sorted(texts(), key=str):
        if isinstance(text, str):
            lines.append(f"msgid {quoted(text)}\nmsgstr {quoted('«' + text + '»')}\n")
        else:
            one, many = text
            lines.append(
                f"msgid {quoted(one)}\nmsgid_plural {quoted(many)}\n"
                f"msgstr[0] {quoted('«' + one + '»')}\nmsgstr[1] {quoted('«' + many + '»')}\n"
            )
    home = tmp_path / "zz" / "LC_MESSAGES"
    home.mkdir(parents=True)
    (home / "thinwalls.po").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_third_language_is_one_more_catalogue(pseudo, few):
    from thinwalls.reporting.report.html import report_html

    words = Words("zz", catalogues=pseudo)
    assert words.number(1234.5, 1) == "1.234,5"
    page = report_html(few, words)
    assert '<html lang="de-DE"' in page
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.S)
    visible = [text.strip() for text in re.findall(r">([^<>]+)<", body) if text.strip()]
    untranslated = [text for text in visible if re.search(r"[A-Za-z]{4}", text) and "«" not in text]
    known = ("Thin Walls", "thinwalls", "Detention", "DETENTION", "doi:", "uniform", "ICE", "#")
    rest = [text for text in untranslated if not any(part in text for part in known)]
    allowed = {few.checksum, few.provenance["pathogen"], *few.scenarios, "no public record"}
    allowed |= set(few.provenance["created_from"])
    for variable in few.parameters.data_vars.values():
        allowed.add(capitalized(variable.attrs["long_name"]))
    for record in few.assumptions:
        allowed |= {capitalized(record["name"]), record["value"], record["note"]}
        allowed.add(f"{record['value']} {record['unit']}")
    for variable in few.parameters.data_vars.values():
        allowed.add(variable.attrs["source"])
    for price in load_prices().values():
        allowed |= {price.source, price.note, price.unit}
        allowed.add(f"{words.number(price.low, 2)} «to» {words.number(price.high, 2)}")
    assert [text for text in rest if text not in allowed and "Million" not in text] == []
