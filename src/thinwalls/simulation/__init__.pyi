from .draws.priors import Priors as Priors, list_priors as list_priors, load_priors as load_priors
from .experiments.experiment import Experiment as Experiment, simulate as simulate
from .experiments.run_checks import start_date as start_date
from .experiments.shared_work import Workbench as Workbench
from .questions.equity import burden_of as burden_of, known_burdens as known_burdens
from .questions.explain import Change as Change, explain as explain
from .questions.known_composition import (
    composition_of as composition_of,
    known_composition as known_composition,
    relative_severity as relative_severity,
)
from .questions.one_person import (
    PersonPlan as PersonPlan,
    check_plan as check_plan,
    person as person,
    person_in as person_in,
)
