from .answers.comparison import (
    Comparison as Comparison,
    compare as compare,
    compare_ages as compare_ages,
    summary as summary,
)
from .answers.cost import (
    Cost as Cost,
    cost as cost,
)
from .answers.delay import (
    Delay as Delay,
    delay as delay,
)
from .answers.doubts import (
    Doubts as Doubts,
    doubts as doubts,
    influences as influences,
)
from .answers.equity import (
    Equity as Equity,
    counted_by_age as counted_by_age,
    equity as equity,
    equity_by_age as equity_by_age,
)
from .answers.hospital_capacity import (
    Flattening as Flattening,
    flattening as flattening,
)
from .answers.one_person import (
    PersonRisk as PersonRisk,
    PlanRisks as PlanRisks,
    Stay as Stay,
    person as person,
    risk_of_plans as risk_of_plans,
)
from .answers.outcomes import (
    OUTCOMES as OUTCOMES,
    check_asked as check_asked,
    outcomes as outcomes,
)
from .answers.prices import (
    Price as Price,
    load_prices as load_prices,
    with_values as with_values,
)
from .answers.sensitivity import (
    Flip as Flip,
    Sensitivity as Sensitivity,
    flip_along as flip_along,
    flip_value as flip_value,
    sensitivity as sensitivity,
)
from .answers.summary_csv import (
    safe_cell as safe_cell,
    summary_bytes as summary_bytes,
    write_summary as write_summary,
)
from .data.checksum import (
    checksum as checksum,
)
from .data.dataset import (
    Results as Results,
    labelled as labelled,
    labelled_parameters as labelled_parameters,
    load_results as load_results,
    save_results as save_results,
)
from .data.declared_outcomes import (
    BY_AGE as BY_AGE,
    COMPARED as COMPARED,
    DECLARED as DECLARED,
    SERIES_BY_GROUP as SERIES_BY_GROUP,
    TOTALS as TOTALS,
    Measure as Measure,
    Outcome as Outcome,
)
from .data.first_variables import (
    first_variables as first_variables,
)
from .data.intervals import (
    DEFAULT_LEVEL as DEFAULT_LEVEL,
    interval as interval,
)
from .data.lazy_pieces import (
    NOWHERE as NOWHERE,
    Pieces as Pieces,
)
from .data.life_table import (
    LifeTable as LifeTable,
    life_table as life_table,
)
from .data.schema import (
    AGE_DIMS as AGE_DIMS,
    AGE_GROUPS as AGE_GROUPS,
    GROUPS as GROUPS,
    HOSPITALS as HOSPITALS,
    HOSPITALS_DIMS as HOSPITALS_DIMS,
    SERIES_BY_PLACE as SERIES_BY_PLACE,
    SERIES_DIMS as SERIES_DIMS,
    TOTALS_DIMS as TOTALS_DIMS,
    WHOLE_SYSTEM as WHOLE_SYSTEM,
)
