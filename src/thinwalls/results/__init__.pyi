from .against import (
    Doubts as Doubts,
    doubts as doubts,
)
from .burden import (
    Equity as Equity,
    counted_by_age as counted_by_age,
    equity as equity,
    equity_by_age as equity_by_age,
)
from .capacity import (
    Flattening as Flattening,
    flattening as flattening,
)
from .comparison import (
    Comparison as Comparison,
    compare as compare,
    compare_ages as compare_ages,
    summary as summary,
)
from .costing import (
    Cost as Cost,
    cost as cost,
)
from .dataset import (
    Results as Results,
    labelled as labelled,
    labelled_parameters as labelled_parameters,
)
from .deciding import (
    Flip as Flip,
    Sensitivity as Sensitivity,
    flip_value as flip_value,
    sensitivity as sensitivity,
)
from .lifetimes import (
    LifeTable as LifeTable,
    life_table as life_table,
)
from .person_risk import (
    PersonRisk as PersonRisk,
)
from .personal import (
    PersonalRisk as PersonalRisk,
    Stay as Stay,
    person as person,
)
from .prices import (
    Price as Price,
    load_prices as load_prices,
    with_values as with_values,
)
from .store import (
    load_results as load_results,
    save_results as save_results,
    write_summary as write_summary,
)
from .waiting import (
    Delay as Delay,
    delay as delay,
)
