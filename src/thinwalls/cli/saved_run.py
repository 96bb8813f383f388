"""A saved run as commands take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.pathogens import load_pathogen
from thinwalls.system import load_system

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.results import Results
    from thinwalls.system import System


def used_by(results: Results) -> tuple[System, Pathogen]:
    """The packaged system and the pathogen of a saved result."""
    # A part of a system is named after it, as in ice-2020:state:LA.
    system = load_system(str(results.provenance["system_name"]).partition(":")[0])
    return system, load_pathogen(str(results.provenance["pathogen_name"]))
