from .claims.claim_files import ClaimFile as ClaimFile, load_claims as load_claims
from .claims.claim_report import packaged_claims as packaged_claims
from .claims.judge import ClaimResult as ClaimResult
from .claims.runs import Answer as Answer, Way as Way, try_claims as try_claims
from .published_results.compare_with_papers import (
    Validation as Validation,
    rows_of as rows_of,
    validate as validate,
)
from .published_results.paper_files import (
    PAPERS as PAPERS,
    Paper as Paper,
    load_paper as load_paper,
)
