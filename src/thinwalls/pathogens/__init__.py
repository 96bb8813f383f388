"""What the germ does: stages, times, contagiousness and severity, one cited file per pathogen."""

from thinwalls.pathogens.catalogue import Pathogen, list_pathogens, load_pathogen
from thinwalls.pathogens.describe import compare_pathogens, sheet
from thinwalls.pathogens.disease import Disease
from thinwalls.pathogens.severity import PersonClass
from thinwalls.pathogens.stages import Stage

__all__ = [
    "Disease",
    "Pathogen",
    "PersonClass",
    "Stage",
    "compare_pathogens",
    "list_pathogens",
    "load_pathogen",
    "sheet",
]
