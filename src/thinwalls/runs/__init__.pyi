from .run_record import (
    load_record as load_record,
    make_record as make_record,
    record_bytes as record_bytes,
    write_record as write_record,
)
from .system_selection import (
    Named as Named,
)
from .verification import (
    verify as verify,
)
