"""A document as one self-contained HTML page: it opens offline and asks no other host."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

import jinja2

from thinwalls.common import check_target, write_bytes
from thinwalls.reporting.charts.figure import Figure, svg
from thinwalls.reporting.language.words import Words
from thinwalls.reporting.report.answers import Answers
from thinwalls.reporting.report.build import report_document
from thinwalls.reporting.report.document import Block, Table, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from thinwalls.results import Equity, PersonRisk, Results


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

    What the run counted by age is told anyway, and what waiting costs where the run has one
    package at several starts.

    Parameters
    ----------
    results
        The run.
    path
        The file; one that is there is replaced.
    language
        ``"en"`` or the name of a catalogue.
    baseline
        The scenario to compare with, the first one unless named.
    people
        Risks of single persons (:func:`thinwalls.person`), each a part of the report.
    burdens
        Who carries what (:func:`thinwalls.equity`), each a part of the report.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        For an unknown language or scenario or a directory in the way.
    RunError
        When the file cannot be written.
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
    """The report as text; parameters as for :func:`write_report`."""
    name = results.baseline_name(baseline)
    document = report_document(Answers(words, results, name, tuple(people), tuple(burdens)))
    page = {
        "words": words,
        "say": words.say,
        "document": document,
        "view": _View(words),
        "specs": {
            f"{figure.name}-{number}": panel.spec
            for figure in document.figures
            for number, panel in enumerate(figure.panels)
        },
        "embed_options": _embed_options(words),
        "charts_script": charts_script(),
        "style": common_style() + _asset("report.css"),
        "script": _asset("report.js"),
    }
    return _environment().get_template("report.html.j2").render(page)


def blocks_html(
    blocks: Iterable[Block],
    words: Words,
    *,
    pictures: bool = True,
    links: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> str:
    """Blocks as a piece of a page.

    Parameters
    ----------
    blocks
        What to show.
    words
        The reader's language.
    pictures
        Draw the figures; else their places stay empty for scripts to fill.
    links
        By the name of a figure: label and address of what can be taken away.
    """
    template = cast("Any", _environment().get_template("blocks.html.j2").module)
    return str(template.blocks_of(tuple(blocks), _View(words, pictures, links or {})))


@dataclass(frozen=True)
class _View:
    """What the templates of blocks ask for."""

    words: Words
    drawn: bool = True
    links: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """What stands before the caption of a table, for those who listen."""
        return self.words.say("table")

    @property
    def change(self) -> str:
        """What stands before a difference in a card."""
        return self.words.say("change")

    @property
    def same_numbers(self) -> str:
        """The summary over the numbers of a figure."""
        return self.words.say("The same numbers as a table")

    def pictures(self, figure: Figure) -> list[str]:
        """One SVG per panel of a figure."""
        if not self.drawn:
            return [""] * len(figure.panels)
        return [
            svg(panel.spec, self.words, f"static-{figure.name}-{number}", figure.static_width)
            for number, panel in enumerate(figure.panels)
        ]

    def numbers(self, figure: Figure) -> Table:
        """The numbers of a figure."""
        return table_of(figure)


def _embed_options(words: Words) -> dict[str, Any]:
    """How the charts are drawn where scripts run."""
    numbers, dates = words.vega_locales()
    return {
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
    }


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


def for_script(value: object) -> str:
    """JSON that can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@lru_cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("thinwalls.reporting", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["for_script"] = for_script
    return environment
