"""Write docs/hindcast.md, its figures, and the packaged fit and priors.

``python scripts/hindcast_docs.py OUTBREAKS`` judges the packaged fit again;
``python scripts/hindcast_docs.py OUTBREAKS --fit`` fits first (about 20 minutes of processor time,
of which the fits take 17).
"""

from __future__ import annotations

import sys
from pathlib import Path

from thinwalls.evidence.hindcast.fit.fitted_priors import write_priors
from thinwalls.evidence.hindcast.fit.packaged_fit import write_fitted
from thinwalls.evidence.hindcast.judged.hindcast_report import make_hindcast_report
from thinwalls.reporting.hindcast.page import terminal_text, write_page

ROOT = Path(__file__).parent.parent


def main(outbreaks: str, *options: str) -> None:
    fit_again = "--fit" in options
    report = make_hindcast_report(Path(outbreaks), fit_again=fit_again)
    fitted = ROOT / "src/thinwalls/evidence/fitted"
    priors = ROOT / "src/thinwalls/simulation/priors"
    write_fitted(report.fitted, fitted)
    if fit_again:
        # Written from a posterior that was read, and so rounded, they would be rounded twice.
        write_priors(report.fitted.posterior, priors)
    write_page(report.tables, report.about, ROOT / "docs" / "hindcast.md", ROOT / "docs" / "images")
    print(terminal_text(report.tables, report.about))


if __name__ == "__main__":
    main(*sys.argv[1:])
