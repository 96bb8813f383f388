from .catalogue import (
    Pathogen as Pathogen,
    list_pathogens as list_pathogens,
    load_pathogen as load_pathogen,
)
from .describe import (
    age_table_entries as age_table_entries,
    age_table_of as age_table_of,
    compare_pathogens as compare_pathogens,
    parameter_sheet as parameter_sheet,
)
from .detection import (
    DELAY_DAYS as DELAY_DAYS,
    EARLY as EARLY,
    LATE as LATE,
    REPORT_DELAY_DAYS as REPORT_DELAY_DAYS,
    ChangeOfShare as ChangeOfShare,
    hazard_that_misses as hazard_that_misses,
    split_of_found as split_of_found,
)
from .disease import (
    Disease as Disease,
)
from .schema import (
    OLDEST_AGE as OLDEST_AGE,
)
from .severity import (
    PersonClass as PersonClass,
    severity_shares as severity_shares,
    severity_shares_by_age as severity_shares_by_age,
)
from .stages import (
    Stage as Stage,
)
