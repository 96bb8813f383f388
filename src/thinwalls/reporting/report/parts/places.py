"""The section of where: what changes in which facility, and the system as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.common import InputError
from thinwalls.reporting.charts.map import map_figure
from thinwalls.reporting.charts.system_map import system_map
from thinwalls.reporting.report.document import Block, Section
from thinwalls.system import load_system

if TYPE_CHECKING:
    from thinwalls.reporting.report.answers import Answers
    from thinwalls.results import Results
    from thinwalls.system import System

_MOST_PLACES = 1000
"""Places that the map of the system draws in a report, so that the page stays small."""


def section(answers: Answers) -> Section | None:
    """The maps; None for a run with one scenario or without facilities."""
    words, results = answers.words, answers.results
    if not answers.others or not (results.places["kind"] == "facility").any():
        return None
    table = answers.comparison.table
    inside = table[(table["outcome"] == "infections") & (table["group"] == "detained")]
    inside = inside[inside["scenario"] != answers.baseline]
    strongest = str(inside.set_index("scenario")["difference"].abs().idxmax())
    blocks: list[Block] = [map_figure(words, results, answers.baseline, strongest)]
    system = _packaged_system(results)
    if system is not None:
        blocks.append(system_map(words, system, most_places=_MOST_PLACES))
    return Section("map", words.say("Where"), tuple(blocks))


def _packaged_system(results: Results) -> System | None:
    """The system of the results, when it is a packaged one or a part of one and has not changed."""
    try:
        system = load_system(str(results.provenance.get("system_name", "")))
    except InputError:
        return None
    return system if system.content_hash == results.provenance.get("system_checksum") else None
