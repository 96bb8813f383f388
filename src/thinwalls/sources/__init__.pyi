from .audit.check_file import (
    Report as Report,
    check as check,
    check_file as check_file,
)
from .audit.reconcile import (
    as_markdown as as_markdown,
    inventory as inventory,
    reconcile as reconcile,
)
from .build_packaged import (
    build as build,
    builders as builders,
    system_from_workbook as system_from_workbook,
)
from .files_offered import (
    CATALOGUE as CATALOGUE,
)
from .own_table.read_table import (
    load_user_system as load_user_system,
    problems_of_text as problems_of_text,
    template as template,
    template_text as template_text,
    user_system_of_text as user_system_of_text,
)
from .publisher import (
    Citation as Citation,
    Compared as Compared,
    FileRead as FileRead,
    Publisher as Publisher,
    all_publishers as all_publishers,
)
from .reading.download import (
    Download as Download,
    cache_folder as cache_folder,
    fetch as fetch,
)
from .reading.ice_workbook import (
    IceWorkbook as IceWorkbook,
    read_ice_workbook as read_ice_workbook,
)
from .update import (
    Update as Update,
    build_system as build_system,
    update as update,
)
