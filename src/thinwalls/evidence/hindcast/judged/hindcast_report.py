"""All that ``thinwalls hindcast`` shows, as tables."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from thinwalls._version import __version__
from thinwalls.evidence.hindcast.fit.fitted_priors import write_priors
from thinwalls.evidence.hindcast.fit.packaged_fit import Fitted, load_fitted, write_fitted
from thinwalls.evidence.hindcast.fit.scoring import load_scoringrules
from thinwalls.evidence.hindcast.fit.trajectories import VARIANTS
from thinwalls.evidence.hindcast.judged.early_spread import found_early
from thinwalls.evidence.hindcast.judged.judge_all import (
    FIT_SEEDS,
    FULL,
    QUICK,
    evaluate,
    fit_all,
    judge_all,
)
from thinwalls.evidence.hindcast.judged.natural_experiment import (
    in_reduced_model,
    in_simulation,
    run_simulation,
)
from thinwalls.evidence.hindcast.judged.single_outbreaks import (
    load_single_outbreaks,
    predict_single,
)
from thinwalls.evidence.hindcast.judged.usual_priors import (
    against_counts,
    compare_priors,
    consistent_draws,
)
from thinwalls.evidence.hindcast.model.measures_inside import HAPPENED
from thinwalls.evidence.hindcast.model.reduced_model import build_frame
from thinwalls.evidence.hindcast.model.weekly_record import read_outbreaks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Progress = Callable[[int], None]

SYSTEM: Final = "ice-2020"
SINGLE_DRAWS: Final = 200
REDUCED_DRAWS: Final = 200
SIMULATION_DRAWS: Final = 100
_QUICK: Final = 20
_QUICK_SIMULATION: Final = 4
_SCENARIOS: Final = 2


@dataclass(frozen=True)
class HindcastReport:
    """Tables by name, and what they rest on."""

    tables: dict[str, pd.DataFrame]
    about: dict[str, Any]
    fitted: Fitted

    def as_dict(self) -> dict[str, Any]:
        """Plain data; what is not known is null."""
        tables = {
            name: json.loads(table.to_json(orient="records", double_precision=6))
            for name, table in self.tables.items()
        }
        return {"about": self.about, **tables}

    def write_fitted(self, folder: Path) -> None:
        """Write what the record gave into a new folder: tables, draws, and draws as priors.

        The priors are files for ``thinwalls run --priors FILE``.
        """
        folder.mkdir()
        write_fitted(self.fitted, folder)
        write_priors(self.fitted.posterior, folder)


class _Draws(NamedTuple):
    """Simulations of each thing that does not rest on the record of weeks."""

    single: int
    """per single outbreak"""
    reduced: int
    """pairs per variant of the reduced model"""
    simulation: int
    """pairs of the whole simulation"""


def _draws(quick: bool) -> _Draws:
    if quick:
        return _Draws(_QUICK, _QUICK, _QUICK_SIMULATION)
    return _Draws(SINGLE_DRAWS, REDUCED_DRAWS, SIMULATION_DRAWS)


def hindcast_steps(has_record: bool, fit_again: bool, quick: bool) -> int:
    """About how many simulations :func:`make_hindcast_report` runs, for a progress bar."""
    single, reduced, whole = _draws(quick)
    effort = QUICK if quick else FULL
    total = len(load_single_outbreaks()) * single + 4 * len(VARIANTS) * reduced + _SCENARIOS * whole
    if has_record:
        total += len(VARIANTS) * effort.draws
    if fit_again:
        total += len(FIT_SEEDS) * effort.fit.simulations
    return total


def make_hindcast_report(
    outbreaks: Path | None,
    *,
    fit_again: bool = False,
    quick: bool = False,
    seed: int = 1,
    progress: Progress | None = None,
) -> HindcastReport:
    """Compute everything.

    Parameters
    ----------
    outbreaks
        The recorded outbreaks; None: what is packaged about them is shown.
    fit_again
        Fit to them instead of using the packaged posterior.
    quick
        Few draws.
    seed
        Of everything but the fits, which have their own.
    progress
        Called with the number of simulations done.

    Raises
    ------
    InputError
        When the file cannot be used, or something that is needed is not installed.
    """
    from thinwalls.system import load_system

    system = load_system(SYSTEM)
    effort = QUICK if quick else FULL
    done = _Steps(progress)
    about: dict[str, Any] = {
        "version": __version__,
        "system": system.title,
        "system_checksum": system.content_hash,
        "seed": seed,
        "quick": quick,
        "record": None,
        "fitted_again": fit_again,
    }
    if outbreaks is None:
        fitted = load_fitted()
    else:
        record = read_outbreaks(outbreaks, system)
        # Known to be there before minutes of simulation, not after them.
        load_scoringrules()
        about["record"] = {
            "sha256": hashlib.sha256(outbreaks.read_bytes()).hexdigest(),
            "facilities": len(record.names),
            "left_out": list(record.left_out),
            "left_out_cases": record.left_out_cases,
        }
        if fit_again:
            frame = build_frame(system)
            fits = fit_all(frame, record, effort, done.part())
            done.finish(len(FIT_SEEDS) * effort.fit.simulations)
            fitted = evaluate(system, record, fits, effort, done.part())
        else:
            packaged = load_fitted()
            judged, weekly = judge_all(
                system, record, packaged.posterior, effort, seed=seed, progress=done.part()
            )
            fitted = Fitted(
                packaged.posterior, {**packaged.tables, **judged}, weekly, packaged.made
            )
        done.finish(len(VARIANTS) * effort.draws)
    about["fit"] = fitted.made
    about["draws"] = {"forecast": effort.draws, **_draws(quick)._asdict()}
    tables = {**fitted.tables, "weekly": fitted.weekly}
    if outbreaks is not None:
        tables["recorded"] = pd.DataFrame(
            {"week": record.weeks.strftime("%Y-%m-%d"), "cases": record.weekly().sum(axis=0)}
        )
    single, reduced, whole = _draws(quick)
    frame = build_frame(system)
    units = fitted.posterior[fitted.posterior["variant"] == VARIANTS[0]]
    alone = []
    for outbreak in load_single_outbreaks():
        alone.append(
            predict_single(
                outbreak, units, draws=single, seed=seed, system_frame=frame, progress=done.part()
            )
        )
        done.finish(single)
    tables["single_outbreaks"] = pd.concat(alone, ignore_index=True)
    tables["averted_fitted"] = in_reduced_model(
        frame, fitted.posterior, draws=reduced, seed=seed, progress=done.part()
    )
    done.finish(len(VARIANTS) * reduced)
    results = run_simulation(system, draws=whole, seed=seed, progress=done.part())
    tables["averted_simulation"] = in_simulation(results)
    tables["usual_priors"] = compare_priors(fitted.posterior)
    tables["usual_counts"] = against_counts(results, HAPPENED)
    done.finish(_SCENARIOS * whole)
    tables["usual_consistent"] = consistent_draws(
        frame, draws=reduced, seed=seed, progress=done.part()
    )
    done.finish(len(VARIANTS) * reduced)
    tables["found_early"] = found_early(
        frame, fitted.posterior, draws=reduced, seed=seed, progress=done.part()
    )
    tables["posterior"] = fitted.posterior
    return HindcastReport(tables, about, fitted)


class _Steps:
    """Adds up the progress of parts that each count from 1."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._before = 0

    def part(self) -> Progress | None:
        """Progress of the next part."""
        if self._progress is None:
            return None
        report, before = self._progress, self._before
        return lambda done: report(before + done)

    def finish(self, steps: int) -> None:
        """Count a part as done."""
        self._before += steps
