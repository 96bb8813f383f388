from .answers.comparison import (
    Comparison as Comparison,
    compare as compare,
    compare_ages as compare_ages,
    summary as summary,
)
from .answers.cost import Cost as Cost, cost as cost
from .answers.delay import Delay as Delay, delay as delay
from .answers.doubts import Doubts as Doubts, doubts as doubts
from .answers.equity import (
    Equity as Equity,
    counted_by_age as counted_by_age,
    equity as equity,
    equity_by_age as equity_by_age,
)
from .answers.hospital_capacity import Flattening as Flattening, flattening as flattening
from .answers.life_years import LifeTable as LifeTable, life_table as life_table
from .answers.one_person import (
    PersonalRisk as PersonalRisk,
    PersonRisk as PersonRisk,
    Stay as Stay,
    person as person,
)
from .answers.prices import Price as Price, load_prices as load_prices, with_values as with_values
from .answers.sensitivity import (
    Flip as Flip,
    Sensitivity as Sensitivity,
    flip_value as flip_value,
    sensitivity as sensitivity,
)
from .answers.summary_csv import write_summary as write_summary
from .data.dataset import (
    Results as Results,
    labelled as labelled,
    labelled_parameters as labelled_parameters,
    load_results as load_results,
    save_results as save_results,
)
