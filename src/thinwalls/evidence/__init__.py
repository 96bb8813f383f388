"""What holds a result against the world: published results, recorded outbreaks, claims.

Nothing here draws or prints; tables are data.  Modules are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thinwalls.evidence.claim_file import ClaimFile, load_claims
    from thinwalls.evidence.claim_report import packaged_claims
    from thinwalls.evidence.claim_runs import Answer, Way, try_claims
    from thinwalls.evidence.claim_testing import ClaimResult
    from thinwalls.evidence.published_results import PAPERS, Paper, load_paper
    from thinwalls.evidence.record import RunRecord, load_record, make_record, write_record
    from thinwalls.evidence.validating import Validation, rows_of, validate
    from thinwalls.evidence.verifying import Verification, verify

_HOME = {
    "Answer": "claim_runs",
    "ClaimFile": "claim_file",
    "ClaimResult": "claim_testing",
    "PAPERS": "published_results",
    "Paper": "published_results",
    "RunRecord": "record",
    "Validation": "validating",
    "Verification": "verifying",
    "Way": "claim_runs",
    "load_claims": "claim_file",
    "load_paper": "published_results",
    "load_record": "record",
    "make_record": "record",
    "packaged_claims": "claim_report",
    "rows_of": "validating",
    "try_claims": "claim_runs",
    "validate": "validating",
    "verify": "verifying",
    "write_record": "record",
}
"""Exported name -> module of this package that it lives in."""

__all__ = [
    "PAPERS",
    "Answer",
    "ClaimFile",
    "ClaimResult",
    "Paper",
    "RunRecord",
    "Validation",
    "Verification",
    "Way",
    "load_claims",
    "load_paper",
    "load_record",
    "make_record",
    "packaged_claims",
    "rows_of",
    "try_claims",
    "validate",
    "verify",
    "write_record",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
