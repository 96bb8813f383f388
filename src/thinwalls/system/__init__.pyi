from .model.parts import TRANSFER_IN as TRANSFER_IN, TRANSFER_OUT as TRANSFER_OUT
from .model.system import System as System
from .monthly_record import history as history
from .packaged import (
    list_systems as list_systems,
    load_system as load_system,
    read_system as read_system,
    write_system as write_system,
)
from .tables.columns import OUTSIDE as OUTSIDE
from .tables.tables import CLASSES_OF as CLASSES_OF
