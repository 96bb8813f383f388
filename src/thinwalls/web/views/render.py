"""Pages from templates; the parts that change while an answer grows are fragments of them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import jinja2

from thinwalls.reporting import Words, blocks_html, capitalized, for_script, languages

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


def answer_values(
    snapshot: Snapshot, *, pictures: bool, query: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the fragment of an answer shows.

    Parameters
    ----------
    snapshot
        The answer.
    pictures
        Draw the charts, for pages without scripts.
    query
        Of the question in an address under which its figures can be taken away; None where there
        is no such address.
    """
    with ThreadPoolExecutor(1) as pool:
        # The checksum of a whole answer is worked out meanwhile: mostly without the interpreter.
        checksum = pool.submit(lambda: snapshot.results.checksum if snapshot.done else "")
        shown = _shown(snapshot, pictures=pictures, query=query)
        return shown | {"checksum": checksum.result()}


def _shown(snapshot: Snapshot, *, pictures: bool, query: dict[str, str] | None) -> dict[str, Any]:
    words, run = snapshot.words, snapshot.results.provenance
    links = {} if query is None else _links(snapshot, query)
    return {
        "said": blocks_html(snapshot.said(), words),
        "shown": blocks_html(snapshot.shown(), words, pictures=pictures, links=links),
        "limits": snapshot.limits,
        "draws": snapshot.results.draws,
        "done": snapshot.done,
        "command": run.get("command", ""),
        "scenario_file": run["scenario_file"],
    }


def _links(snapshot: Snapshot, query: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Where each figure can be taken away."""
    asked = urlencode(query)
    return {
        figure.name: [(kind.upper(), f"/take/{name}.{kind}?{asked}") for kind in ("svg", "png")]
        for name, figure in snapshot.figures.items()
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
        **answer_values(snapshot, pictures=False, query=query),
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
