from .history import (
    history as history,
)
from .model import (
    System as System,
)
from .parts import (
    TRANSFER_IN as TRANSFER_IN,
    TRANSFER_OUT as TRANSFER_OUT,
)
from .schema import (
    OUTSIDE as OUTSIDE,
)
from .store import (
    list_systems as list_systems,
    load_system as load_system,
    read_system as read_system,
    write_system as write_system,
)
from .tables import (
    CLASSES_OF as CLASSES_OF,
)
