"""The picture for the README: every scenario's curve and what it changes, from one result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.reporting.charts.curves import infected_figure
from thinwalls.reporting.charts.save import save
from thinwalls.reporting.language.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.results import Results


def readme_picture(
    results: Results, path: str | Path, *, language: str = "en", group: str = "followed"
) -> Path:
    """Save the curves of all scenarios as ``.svg`` or ``.png`` with the run's facts below."""
    words = Words(language)
    figure = infected_figure(words, results, results.baseline_name(), group=group)
    facts = results.provenance
    source = words.say(
        "System {system}, disease {pathogen}, seed {seed}, checksum {checksum}.",
        system=facts.get("system", "–"),
        pathogen=facts.get("pathogen", "–"),
        seed=facts.get("seed", "–"),
        checksum=results.checksum[:12],
    )
    return save(figure, path, words, source=source)
