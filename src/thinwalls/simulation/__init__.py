"""The join: system, pathogen and scenarios become engine arrays, run, and come back labelled."""

from thinwalls.simulation.explaining import Change, explain
from thinwalls.simulation.known import known_composition, relative_severity
from thinwalls.simulation.one_person import PersonRisk, person
from thinwalls.simulation.run import simulate, start_date
from thinwalls.simulation.waiting import delayed, delays

__all__ = [
    "Change",
    "PersonRisk",
    "delayed",
    "delays",
    "explain",
    "known_composition",
    "person",
    "relative_severity",
    "simulate",
    "start_date",
]
