from .catalogue import (
    Pathogen as Pathogen,
    list_pathogens as list_pathogens,
    load_pathogen as load_pathogen,
)
from .describe import (
    compare_pathogens as compare_pathogens,
    sheet as sheet,
)
from .disease import (
    Disease as Disease,
)
from .severity import (
    PersonClass as PersonClass,
)
from .stages import (
    Stage as Stage,
)
