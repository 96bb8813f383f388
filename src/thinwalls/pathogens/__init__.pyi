from .catalogue import (
    Pathogen as Pathogen,
    list_pathogens as list_pathogens,
    load_pathogen as load_pathogen,
)
from .describe import (
    compare_pathogens as compare_pathogens,
    entries_of as entries_of,
    sheet as sheet,
    table_of as table_of,
)
from .disease import (
    Disease as Disease,
)
from .schema import (
    OLDEST as OLDEST,
)
from .severity import (
    PersonClass as PersonClass,
    shares as shares,
    shares_by_age as shares_by_age,
)
from .stages import (
    Stage as Stage,
)
