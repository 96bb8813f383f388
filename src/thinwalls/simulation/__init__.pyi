from .draws.county_epidemics import (
    BURN_IN_DAYS as BURN_IN_DAYS,
    infections_per_day as infections_per_day,
)
from .draws.priors import (
    Priors as Priors,
    list_priors as list_priors,
    load_priors as load_priors,
)
from .draws.sampled_values import (
    sample_quantities as sample_quantities,
    stream_of_name as stream_of_name,
)
from .experiments.experiment import (
    Experiment as Experiment,
)
from .experiments.provenance import (
    pathogen_checksum as pathogen_checksum,
    versions as versions,
)
from .experiments.run_checks import (
    start_date as start_date,
)
from .experiments.run_options import (
    FIRST_OPTIONS as FIRST_OPTIONS,
    MOST_DAYS as MOST_DAYS,
    OptionField as OptionField,
    RunOptions as RunOptions,
    option_fields as option_fields,
)
from .experiments.shared_work import (
    Workbench as Workbench,
)
from .experiments.simulate import (
    simulate as simulate,
    simulate_options as simulate_options,
)
from .measures.recorded_flows import (
    recorded_flows as recorded_flows,
)
from .movement.base_flows import (
    read_flows as read_flows,
)
from .movement.recorded_history import (
    recorded_factors as recorded_factors,
)
from .population.build_cells import (
    build_layout as build_layout,
)
from .questions.equity import (
    equity_of as equity_of,
    known_burdens as known_burdens,
    known_equity as known_equity,
)
from .questions.explain import (
    Change as Change,
    explain as explain,
)
from .questions.known_composition import (
    By as By,
    composition_of as composition_of,
    known_composition as known_composition,
    relative_severity as relative_severity,
)
from .questions.one_person import (
    PersonPlan as PersonPlan,
    check_plan as check_plan,
    course_of as course_of,
    one_person_in as one_person_in,
    parameters_of_draw as parameters_of_draw,
    person as person,
    risk as risk,
)
from .shared_types.movement_classes import (
    BORDER_AGENCY as BORDER_AGENCY,
)
from .shared_types.quantity_library import (
    housing_quantities as housing_quantities,
    measure_quantities as measure_quantities,
    mixing_quantities as mixing_quantities,
)
