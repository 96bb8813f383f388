"""The join: system, pathogen and scenarios become engine arrays, run, and come back labelled."""

from thinwalls.simulation.experiment import Experiment, Workbench, simulate
from thinwalls.simulation.explaining import Change, explain
from thinwalls.simulation.one_person import PersonRisk, check_plan, person, person_in
from thinwalls.simulation.run import start_date
from thinwalls.simulation.waiting import delayed, delays

__all__ = [
    "Change",
    "Experiment",
    "PersonRisk",
    "Workbench",
    "check_plan",
    "delayed",
    "delays",
    "explain",
    "person",
    "person_in",
    "simulate",
    "start_date",
]
