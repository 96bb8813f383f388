"""Who is where: facilities, counties, hospitals and movements, each value with its source."""

from thinwalls.system.history import history
from thinwalls.system.model import System
from thinwalls.system.schema import OUTSIDE
from thinwalls.system.store import list_systems, load_system, read_system, write_system

__all__ = [
    "OUTSIDE",
    "System",
    "history",
    "list_systems",
    "load_system",
    "read_system",
    "write_system",
]
