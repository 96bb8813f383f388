from .array_types import (
    Bool as Bool,
    Float as Float,
    Index as Index,
    Int as Int,
    Key as Key,
    Small as Small,
)
from .atomic_files import (
    check_target as check_target,
    whole_directory as whole_directory,
    write_bytes as write_bytes,
)
from .errors import (
    FieldError as FieldError,
    InputError as InputError,
    Message as Message,
    RunError as RunError,
    ThinwallsError as ThinwallsError,
    mark as mark,
)
from .plain_text import check_texts as check_texts, problem_in_text as problem_in_text
from .quantities import (
    A_SHARE as A_SHARE,
    SOME_DAYS as SOME_DAYS,
    Bounds as Bounds,
    Quantity as Quantity,
    Tag as Tag,
)
from .typed_records import (
    TypedRecord as TypedRecord,
    did_you_mean as did_you_mean,
    parse_toml as parse_toml,
    read_as as read_as,
    read_text as read_text,
    read_toml as read_toml,
)
