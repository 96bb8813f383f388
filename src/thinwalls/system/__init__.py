"""Who is where: facilities, counties, hospitals and movements, each value with its source."""

from thinwalls.system.history import history
from thinwalls.system.model import System
from thinwalls.system.parts import TRANSFER_IN, TRANSFER_OUT
from thinwalls.system.schema import OUTSIDE
from thinwalls.system.store import list_systems, load_system, read_system, write_system
from thinwalls.system.tables import CLASSES_OF

__all__ = [
    "CLASSES_OF",
    "OUTSIDE",
    "TRANSFER_IN",
    "TRANSFER_OUT",
    "System",
    "history",
    "list_systems",
    "load_system",
    "read_system",
    "write_system",
]
