"""The join: system, pathogen and scenarios become engine arrays, run, and come back labelled."""

from thinwalls.simulation.run import simulate

__all__ = ["simulate"]
