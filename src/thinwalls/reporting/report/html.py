"""One self-contained HTML page from a result: it opens offline and asks no other host."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from thinwalls.common import InputError, check_target, write_bytes
from thinwalls.reporting.charts.curves import capacity_figure, infected_figure, needed_figure
from thinwalls.reporting.charts.differences import differences_figure
from thinwalls.reporting.charts.figure import Figure, svg
from thinwalls.reporting.charts.map import map_figure
from thinwalls.reporting.charts.system_map import system_map
from thinwalls.reporting.language.names import (
    GROUP_NOTES,
    capitalized,
    group_name,
    place_name,
    scenario_name,
)
from thinwalls.reporting.language.words import Words
from thinwalls.reporting.report.parts.ages import age_tables
from thinwalls.reporting.report.parts.assumed import fixed_values, sampled_values
from thinwalls.reporting.report.parts.delay import waiting_parts
from thinwalls.reporting.report.parts.equity import age_burdens, burden_parts
from thinwalls.reporting.report.parts.headline import headline
from thinwalls.reporting.report.parts.limits import limits
from thinwalls.reporting.report.parts.money import money
from thinwalls.reporting.report.parts.objections import general, objections
from thinwalls.reporting.report.parts.one_person import person_part
from thinwalls.reporting.report.parts.sensitivity import deciding_table
from thinwalls.reporting.report.parts.tables import bed_cards, further_table, group_tables
from thinwalls.results import compare, flattening
from thinwalls.system import load_system

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import jinja2

    from thinwalls.results import Comparison, Equity, PersonRisk, Results
    from thinwalls.system import System

_MOST_PLACES = 1000
"""Places that the map of the system draws in a report, so that the page stays small."""


def write_report(
    results: Results,
    path: str | Path,
    language: str = "en",
    baseline: str | None = None,
    *,
    people: Sequence[PersonRisk] = (),
    burdens: Sequence[Equity] = (),
) -> Path:
    """Write the report of ``results`` to the file ``path``, whole or not at all.

    ``baseline`` is the scenario to compare with, the first one unless named. ``people`` are risks
    of single persons (:func:`thinwalls.person`) and ``burdens`` who carries what
    (:func:`thinwalls.equity`), each a part of the report; what the run counted by age is told
    anyway, and what waiting costs where the run has one package at several starts. Raises
    :class:`~thinwalls.common.errors.InputError` for an unknown language or scenario or a directory in
    the way, and :class:`~thinwalls.common.errors.RunError` when the file cannot be written.
    """
    words = Words(language)
    results.baseline_name(baseline)
    check_target(path)
    text = report_html(results, words, baseline, people=people, burdens=burdens)
    return write_bytes(path, text.encode("utf-8"))


def report_html(
    results: Results,
    words: Words,
    baseline: str | None = None,
    *,
    people: Sequence[PersonRisk] = (),
    burdens: Sequence[Equity] = (),
) -> str:
    """The report as text."""
    name = results.baseline_name(baseline)
    comparison = compare(results, name)
    flat = flattening(results, name)
    figures = _figures(words, results, comparison)
    persons = [person_part(words, results, one, n) for n, one in enumerate(people)]
    waiting = waiting_parts(words, results, name)
    more = [*(part.figure for part in persons), *(part.figure for part in waiting)]
    figures |= {figure.name: figure for figure in more}
    carried = [*age_burdens(results, name), *burdens]
    contents = _contents(words, figures, persons=bool(persons), waiting=bool(waiting))
    found = objections(words, results, comparison)
    deciding = {name for objection in found for name in objection.parameters}
    sampled = sampled_values(words, results, deciding)
    numbers, dates = words.vega_locales()
    page = {
        "words": words,
        "say": words.say,
        "plural": words.plural,
        "results": results,
        "contents": contents,
        "assumed_number": [part for part, _ in contents].index("assumed") + 1,
        "persons": persons,
        "waiting": waiting,
        "headline": headline(words, results, comparison, flat),
        "figures": figures,
        "pictures": {
            figure.name: [
                svg(panel.spec, words, f"static-{figure.name}-{number}", figure.static_width)
                for number, panel in enumerate(figure.panels)
            ]
            for figure in figures.values()
        },
        "specs": {
            f"{figure.name}-{number}": panel.spec
            for figure in figures.values()
            for number, panel in enumerate(figure.panels)
        },
        "embed_options": {
            "renderer": "svg",
            "tooltip": True,
            "formatLocale": numbers,
            "timeFormatLocale": dates,
            "actions": {"export": True, "source": False, "compiled": False, "editor": False},
            "i18n": {
                "CLICK_TO_VIEW_ACTIONS": words.say("Save this picture"),
                "PNG_ACTION": words.say("Save as PNG"),
                "SVG_ACTION": words.say("Save as SVG"),
            },
        },
        "groups": group_tables(words, comparison),
        "group_notes": GROUP_NOTES,
        "further": further_table(words, comparison, flat),
        "ages": age_tables(words, results, name),
        "burdens": burden_parts(words, carried),
        "everyone": _everyone(words, comparison),
        "decides": deciding_table(words, results, name),
        "money": money(words, results, name) if len(results.scenarios) > 1 else None,
        "beds": {kind: bed_cards(words, flat, kind) for kind in ("icu", "hospital")},
        "deciding": [row for row in sampled if row.decides],
        "parameters": [row for row in sampled if not row.decides],
        "assumptions": fixed_values(words, results),
        "objections": found,
        "general": general(words, results),
        "limits": limits(words),
        "baseline": scenario_name(words, name),
        "provenance": dict(results.provenance),
        "titles": [
            words.say(place_name(str(results.provenance.get(name, "–"))))
            for name in ("system", "pathogen")
        ],
        "checksum": results.checksum,
        "charts_script": charts_script(),
        "style": common_style() + _asset("report.css"),
        "script": _asset("report.js"),
    }
    return _environment().get_template("report.html.j2").render(page)


def _contents(
    words: Words, figures: Mapping[str, Figure], *, persons: bool, waiting: bool
) -> list[tuple[str, str]]:
    """Sections by their id, in their order."""
    sections = [
        ("answer", words.say("In short"), True),
        ("person", words.say("One person"), persons),
        ("curves", words.say("Did it flatten?"), True),
        ("differences", words.say("What each scenario changes"), True),
        ("waiting", words.say("What waiting costs"), waiting),
        ("map", words.say("Where"), "map" in figures),
        ("assumed", words.say("What was assumed"), True),
        ("against", words.say("What speaks against this"), True),
        ("repeat", words.say("How to repeat it"), True),
        ("limits", words.say("What this cannot tell you"), True),
    ]
    return [(name, title) for name, title, there in sections if there]


def _everyone(words: Words, comparison: Comparison) -> str:
    row = comparison.row(comparison.baseline, "everyone", "infections")
    return words.say(
        "{group}: {people} people at risk",
        group=capitalized(group_name(words, "everyone")),
        people=words.people(row["population_at_risk"], short=True),
    )


def _figures(words: Words, results: Results, comparison: Comparison) -> dict[str, Figure]:
    baseline = comparison.baseline
    found = {
        "icu": capacity_figure(words, results, baseline, kind="icu"),
        "infected": infected_figure(words, results, baseline, group="followed"),
        "needed": needed_figure(words, results, baseline, group="followed"),
    }
    others = [name for name in results.scenarios if name != baseline]
    if others:
        found["differences"] = differences_figure(words, comparison)
    facilities = (results.places["kind"] == "facility").any()
    if others and facilities:
        table = comparison.table
        inside = table[(table["outcome"] == "infections") & (table["group"] == "detained")]
        inside = inside[inside["scenario"] != baseline]
        strongest = str(inside.set_index("scenario")["difference"].abs().idxmax())
        found["map"] = map_figure(words, results, baseline, strongest)
        system = _packaged_system(results)
        if system is not None:
            found["system"] = system_map(words, system, most_places=_MOST_PLACES)
    return found


def _packaged_system(results: Results) -> System | None:
    """The system of the results, when it is a packaged one or a part of one and has not changed."""
    try:
        system = load_system(str(results.provenance.get("system_name", "")))
    except InputError:
        return None
    return system if system.content_hash == results.provenance.get("system_checksum") else None


@lru_cache
def charts_script() -> str:
    """The chart library as one script that can stand inside a page."""
    import vl_convert

    bundle: Callable[[], str] = cast("Any", vl_convert).javascript_bundle
    text = bundle()
    return text.replace("</script", "<\\/script")


def common_style() -> str:
    """The rules that reports and the pages of a server share; their own follow."""
    return _asset("common.css")


def _asset(name: str) -> str:
    return (files("thinwalls.reporting") / "templates" / name).read_text(encoding="utf-8")


def _for_script(value: object) -> str:
    """JSON that can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("thinwalls.reporting", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["for_script"] = _for_script
    return environment
