"""Pages from templates; the parts that change while an answer grows are fragments of them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import jinja2

from thinwalls.policy import loads_scenarios
from thinwalls.reporting import GROUP_NOTES, Words, capitalized, languages, scenario_name, svg
from thinwalls.web.answers.form_controls import labels_of

if TYPE_CHECKING:
    from thinwalls.web.answers.answer_view import Snapshot
    from thinwalls.web.answers.question import Question


@lru_cache
def environment() -> jinja2.Environment:
    """Templates of this room; everything put into them is escaped."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("thinwalls.web", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["for_script"] = for_script
    found.filters["capitalized"] = capitalized
    found.filters["query"] = urlencode
    return found


def for_script(value: object) -> str:
    """JSON that can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def page(template: str, words: Words, **values: Any) -> str:
    """One page in the language of ``words``."""
    shown = {
        "words": words,
        "say": words.say,
        "plural": words.plural,
        "languages": [(name, Words(name).own_name) for name in languages()],
        "static": "/static/",
        **values,
    }
    return environment().get_template(template).render(shown)


def answer_values(snapshot: Snapshot, *, pictures: bool) -> dict[str, Any]:
    """What the fragment of an answer shows; ``pictures`` draws the charts for pages without
    scripts."""
    with ThreadPoolExecutor(1) as pool:
        # The checksum of a whole answer is worked out meanwhile: mostly without the interpreter.
        checksum = pool.submit(lambda: snapshot.results.checksum if snapshot.done else "")
        shown = _shown(snapshot, pictures=pictures)
        return shown | {"checksum": checksum.result()}


def _shown(snapshot: Snapshot, *, pictures: bool) -> dict[str, Any]:
    words = snapshot.words
    figures = snapshot.figures
    run = snapshot.results.provenance
    return {
        "headline": snapshot.headline,
        "contents": [
            "; ".join(words.say(label).lower() for label in labels_of(scenario))
            for scenario in loads_scenarios(str(run["scenario_file"]))
            if scenario.name != snapshot.baseline
        ],
        "baseline": scenario_name(words, snapshot.baseline),
        "figures": figures,
        "pictures": {
            figure.name: [
                svg(panel.spec, words, f"{figure.name}-{number}", figure.static_width)
                if pictures
                else ""
                for number, panel in enumerate(figure.panels)
            ]
            for figure in figures.values()
        },
        "groups": snapshot.groups,
        "group_notes": GROUP_NOTES,
        "beds": snapshot.beds,
        "objections": snapshot.objections if snapshot.done else (),
        "general": snapshot.general,
        "limits": snapshot.limits,
        "draws": snapshot.results.draws,
        "done": snapshot.done,
        "command": run.get("command", ""),
        "scenario_file": run["scenario_file"],
    }


def specs_of(snapshot: Snapshot) -> dict[str, Any]:
    """Charts as plain data by the id of their place."""
    return {
        f"{figure.name}-{number}": panel.spec
        for figure in snapshot.figures.values()
        for number, panel in enumerate(figure.panels)
    }


def fragment(snapshot: Snapshot, question: Question, query: dict[str, str]) -> bytes:
    """One step of an answer for the page: a line of JSON with HTML and charts."""
    html = page(
        "answer.html.j2",
        snapshot.words,
        question=question,
        query=query,
        **answer_values(snapshot, pictures=False),
    )
    content = {
        "draws": snapshot.results.draws,
        "done": snapshot.done,
        "html": html,
        "specs": specs_of(snapshot),
        "say": snapshot.words.plural(
            "{count} simulated future so far", "{count} simulated futures so far",
            snapshot.results.draws,
        )
        if not snapshot.done
        else snapshot.words.plural(
            "Answer from {count} simulated future.", "Answer from {count} simulated futures.",
            snapshot.results.draws,
        ),
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def embed_options(words: Words) -> dict[str, Any]:
    """How the charts are drawn: as SVG, without evaluating code, in the locale."""
    numbers, dates = words.vega_locales()
    return {
        "renderer": "svg",
        "ast": True,
        "defaultStyle": False,
        "actions": False,
        "tooltip": False,
        "formatLocale": numbers,
        "timeFormatLocale": dates,
    }
