from .model.housing_units import (
    LEAST_PEOPLE as LEAST_PEOPLE,
    UNIT_PEOPLE as UNIT_PEOPLE,
    no_units as no_units,
)
from .model.immunity import (
    immunity_row as immunity_row,
    no_immunity as no_immunity,
)
from .model.parts import (
    TRANSFER_IN as TRANSFER_IN,
    TRANSFER_OUT as TRANSFER_OUT,
    part as part,
)
from .model.system import (
    System as System,
)
from .monthly_record import (
    history as history,
)
from .packaged import (
    list_systems as list_systems,
    load_system as load_system,
    newest_record as newest_record,
    read_system as read_system,
    write_system as write_system,
)
from .packaged_tables import (
    load_table as load_table,
    packaged_directory as packaged_directory,
)
from .tables.ages import (
    AGE_NUMBERS as AGE_NUMBERS,
    CUSTODY_AGES as CUSTODY_AGES,
    age_composition as age_composition,
    age_rows as age_rows,
)
from .tables.assumption_tables import (
    assumption_sources as assumption_sources,
    assumption_table as assumption_table,
)
from .tables.assumptions import (
    ASSUMPTIONS as ASSUMPTIONS,
    Assumption as Assumption,
    assumed as assumed,
)
from .tables.columns import (
    OUTSIDE as OUTSIDE,
    table_at as table_at,
)
from .tables.derived_columns import (
    hospital_county as hospital_county,
    staff_homes as staff_homes,
    whole_people as whole_people,
)
from .tables.distances import (
    miles_between as miles_between,
)
from .tables.tables import (
    CLASSES_OF as CLASSES_OF,
    CUSTODIES as CUSTODIES,
    EVERY as EVERY,
    SCHEMAS as SCHEMAS,
)
