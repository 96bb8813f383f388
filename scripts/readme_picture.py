"""The picture of the README: every scenario's curve, from one saved run.

thinwalls demo --out out/demo
python scripts/readme_picture.py out/demo/results.zarr docs/images/readme.png
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from thinwalls.reporting import Words, infected_figure, save
from thinwalls.results import load_results

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.results import Results


def readme_picture(results: Results, path: str | Path) -> Path:
    """Save the curves of all scenarios as ``.svg`` or ``.png`` with the run's facts below."""
    words = Words()
    figure = infected_figure(words, results, results.baseline_name(), group="followed")
    facts = results.provenance
    system, pathogen, seed = (facts.get(name, "–") for name in ("system", "pathogen", "seed"))
    source = f"System {system}, disease {pathogen}, seed {seed}, checksum {results.checksum[:12]}."
    return save(figure, path, words, source=source)


if __name__ == "__main__":
    saved, picture = sys.argv[1:]
    print(readme_picture(load_results(saved), picture))
