"""Fitted draws as priors of the simulation: ``priors="ice-2020 fitted"``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from thinwalls.evidence.hindcast.fit.trajectories import VARIANTS
from thinwalls.evidence.hindcast.model.measures_inside import measure_effects
from thinwalls.evidence.hindcast.model.reduced_model import DORMITORY_OVER_CELLS

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

NAMES: Final = {"units": "ice-2020-fitted", "well-mixed": "ice-2020-well-mixed-fitted"}
"""Files by variant, without their ending."""
SHARED: Final = (
    "pathogen.reproduction_number.dormitory",
    "mixing.between_unit_share",
    "mixing.crowding_exponent",
    "mixing.facility_effect_sd",
    "mixing.ascertainment_factor",
    "mixing.detained_initial_prevalence_ratio",
    "mixing.border_prevalence_ratio",
)
"""Fitted quantities that every run has under the same name; runs with measures have theirs, too."""
_CELLS: Final = "pathogen.reproduction_number.cells"
_TITLES: Final = {
    "units": "fitted to outbreaks in immigration detention, facilities in housing units",
    "well-mixed": "fitted to outbreaks in immigration detention, everybody in a facility mixes",
}
_SOURCE: Final = (
    "Fitted by this project (thinwalls hindcast --fit) to weekly cases of 82 ICE facilities from "
    "6 May to 30 September 2020 (COVID Prison Project counts as published with "
    "woodsec20/ICE-COVID-outbreaks); docs: what really happened."
)
_NOTE: Final = (
    "R is without measures inside: the fit had those of the scenario what happened (demo-2020), "
    "and their effects are in the joint draws. R in cells is R in dormitories over 2.32 in every "
    "draw: the record does not tell them apart."
)
_UNITS_NOTE: Final = " For systems with units: system.with_units({people:.0f}), the fitted median."


def write_priors(posterior: pd.DataFrame, folder: Path) -> None:
    """Write a TOML file and the CSV file of its joint draws for every variant that was fitted."""
    for variant in VARIANTS:
        draws = posterior[posterior["variant"] == variant]
        if not len(draws):
            continue
        names = [one for one in SHARED if variant == VARIANTS[0] or "between_unit" not in one]
        names += list(measure_effects())
        joint = draws[names].copy()
        joint.insert(1, _CELLS, joint[SHARED[0]] / DORMITORY_OVER_CELLS)
        name, note = NAMES[variant], _NOTE
        if variant == VARIANTS[0]:
            note += _UNITS_NOTE.format(people=draws["mixing.unit_people"].median())
        joint.to_csv(folder / f"{name}.csv", index=False, float_format="%.5g")
        text = "\n".join(
            [
                f'title = "{_TITLES[variant]}"',
                f'source = "{_SOURCE}"',
                'pathogen = "covid-2020"',
                f'note = "{note}"',
                f'joint = "{name}.csv"',
            ]
        )
        (folder / f"{name}.toml").write_text(text + "\n", encoding="utf-8")
