"""The join: system, pathogen and scenarios become engine arrays, run, and come back labelled."""

from thinwalls.results import PersonRisk
from thinwalls.simulation.burdens import burden_of, known_burdens
from thinwalls.simulation.experiment import Experiment, simulate
from thinwalls.simulation.explaining import Change, explain
from thinwalls.simulation.known import composition_of, known_composition, relative_severity
from thinwalls.simulation.one_person import PersonPlan, check_plan, person, person_in
from thinwalls.simulation.priors import Priors, list_priors, load_priors
from thinwalls.simulation.run import start_date
from thinwalls.simulation.waiting import delayed, delays, delays_among
from thinwalls.simulation.workbench import Workbench

__all__ = [
    "Change",
    "Experiment",
    "PersonPlan",
    "PersonRisk",
    "Priors",
    "Workbench",
    "burden_of",
    "check_plan",
    "composition_of",
    "delayed",
    "delays",
    "delays_among",
    "explain",
    "known_burdens",
    "known_composition",
    "list_priors",
    "load_priors",
    "person",
    "person_in",
    "relative_severity",
    "simulate",
    "start_date",
]
