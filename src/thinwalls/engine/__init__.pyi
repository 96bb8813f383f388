from .analysis.places_that_follow_a_record import (
    Tracked as Tracked,
    track as track,
)
from .analysis.reproduction import (
    activity_by_time as activity_by_time,
    activity_days as activity_days,
    generation_interval as generation_interval,
    next_generation_R as next_generation_R,
    renewal_R as renewal_R,
)
from .analysis.superspreading import (
    contagion_shape as contagion_shape,
    extinction_chance as extinction_chance,
)
from .contract.check_inputs import (
    check_inputs as check_inputs,
)
from .contract.counts import (
    Counts as Counts,
)
from .contract.errors import (
    EngineError as EngineError,
)
from .contract.former_names import (
    Record as Record,
    validate as validate,
)
from .contract.inputs import (
    NOBODY_SUSCEPTIBLE as NOBODY_SUSCEPTIBLE,
    NONE as NONE,
    Attendance as Attendance,
    Cells as Cells,
    Exits as Exits,
    Inputs as Inputs,
    OutputSpec as OutputSpec,
    Programmes as Programmes,
    Rates as Rates,
    Settings as Settings,
    Stages as Stages,
    Triggers as Triggers,
)
from .contract.no_rows import (
    no_counts as no_counts,
    no_exits as no_exits,
    no_programmes as no_programmes,
    no_triggers as no_triggers,
)
from .contract.output import (
    Output as Output,
)
from .contract.seeds import (
    Seeds as Seeds,
    no_seeds as no_seeds,
)
from .random.delayed_counts import (
    delayed_counts as delayed_counts,
)
from .random.quantile_samplers import (
    normal_quantile as normal_quantile,
)
from .running.draws import (
    StepPart as StepPart,
    run as run,
    run_draws as run_draws,
    step_order as step_order,
    uniforms as uniforms,
)
from .running.ensemble import (
    run_ensemble as run_ensemble,
)
from .running.warm_up import (
    make_ready as make_ready,
)
