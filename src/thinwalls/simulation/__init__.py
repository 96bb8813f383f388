"""The join: system, pathogen and scenarios become engine arrays, run, and come back labelled."""

from thinwalls.simulation.explaining import Change, explain
from thinwalls.simulation.one_person import PersonRisk, person
from thinwalls.simulation.priors import Priors, list_priors, load_priors
from thinwalls.simulation.run import simulate, start_date
from thinwalls.simulation.waiting import delayed, delays

__all__ = [
    "Change",
    "PersonRisk",
    "Priors",
    "delayed",
    "delays",
    "explain",
    "list_priors",
    "load_priors",
    "person",
    "simulate",
    "start_date",
]
