from .claims.claim_files import (
    ClaimFile as ClaimFile,
    load_claims as load_claims,
)
from .claims.claim_report import (
    as_text as as_text,
    document as document,
    packaged_claims as packaged_claims,
)
from .claims.judge import (
    ClaimResult as ClaimResult,
)
from .claims.runs import (
    Answer as Answer,
    Way as Way,
    runs_of as runs_of,
    try_claims as try_claims,
    try_in_ways as try_in_ways,
)
from .hindcast.judged.hindcast_report import (
    HindcastReport as HindcastReport,
    hindcast_steps as hindcast_steps,
    make_hindcast_report as make_hindcast_report,
)
from .published_results.compare_with_papers import (
    VERDICTS as VERDICTS,
    ComparedRow as ComparedRow,
    TableLine as TableLine,
    Validation as Validation,
    changed_verdicts as changed_verdicts,
    number_of_rows as number_of_rows,
    validate as validate,
)
from .published_results.paper_files import (
    PAPERS as PAPERS,
    Paper as Paper,
    load_paper as load_paper,
)
