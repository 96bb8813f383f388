"""The join: system, pathogen and scenarios become engine arrays, run, and come back labelled."""

from thinwalls.simulation.experiment import Experiment, Workbench, simulate
from thinwalls.simulation.explaining import Change, explain
from thinwalls.simulation.known import composition_of, known_composition, relative_severity
from thinwalls.simulation.one_person import PersonRisk, check_plan, person, person_in
from thinwalls.simulation.priors import Priors, list_priors, load_priors
from thinwalls.simulation.run import start_date
from thinwalls.simulation.waiting import delayed, delays

__all__ = [
    "Change",
    "Experiment",
    "PersonRisk",
    "Priors",
    "Workbench",
    "check_plan",
    "composition_of",
    "delayed",
    "delays",
    "explain",
    "known_composition",
    "list_priors",
    "load_priors",
    "person",
    "person_in",
    "relative_severity",
    "simulate",
    "start_date",
]
