from .run_record import (
    load_record as load_record,
    make_record as make_record,
    record_bytes as record_bytes,
    record_of_run as record_of_run,
    write_record as write_record,
)
from .run_request import (
    RunRequest as RunRequest,
)
from .system_selection import (
    SystemSelection as SystemSelection,
)
from .verification import (
    recorded_request as recorded_request,
    verify as verify,
)
