"""Where everything in a result came from: parameters, versions, what is not modelled."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from thinwalls._version import __version__
from thinwalls.common import Message
from thinwalls.policy import Scenario, dumps_scenarios, later_starts_among
from thinwalls.simulation.draws.one_draw import OWN_SPREAD, SPREAD
from thinwalls.simulation.population.immunity import IMMUNE
from thinwalls.simulation.shared_types.quantity_library import ascertainment, mixing_quantities
from thinwalls.simulation.shared_types.time_step import STEPS_PER_DAY

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from thinwalls.common import Quantity
    from thinwalls.pathogens import Pathogen
    from thinwalls.simulation.draws.priors import Priors
    from thinwalls.simulation.experiments.run_options import RunOptions
    from thinwalls.simulation.population.layout import Layout
    from thinwalls.simulation.shared_types.compiled_scenario import CompiledScenario
    from thinwalls.system import System


ONE_SETTING = Message(
    "Housing units within a facility: everybody in a facility can meet everybody else."
)

IN_UNITS = (
    Message("Cells within a housing unit: everybody in a unit can meet everybody else."),
    Message("Staff who work in one housing unit only: staff of a facility go to all of its units."),
)

NOT_MODELLED = (
    Message("Households of staff and of people released, apart from the county they live in."),
    Message(
        "Infections after removal from the country; the course of those brought along is followed."
    ),
    Message("Differences between people of one cell, but for how many they infect."),
    Message(
        "Ways into a facility other than staff, book-ins, transfers and social visits: lawyers, "
        "deliveries. From 13 March 2020 to 10 May 2022 there are no visits unless a scenario has "
        "them."
    ),
    Message("Patients of counties that are not in the system but use the same hospitals."),
    Message(
        "Crime, court cases, money, and every harm or good of detention that is not this disease."
    ),
)
"""Sentences for the report; each is a limit of every result of this version."""


def not_modelled(system: System, layout: Layout) -> list[Message]:
    """What results of a system leave out, one sentence each."""
    n_units = layout.housing.n_units
    here = [*IN_UNITS] if n_units else []
    without = set(layout.facility_ids) - set(system.units.index)
    if without and n_units:
        here.append(
            Message(
                "Housing units in {some} of {all} facilities: there, everybody can meet everybody "
                "else.",
                some=len(without),
                all=len(layout.facility_ids),
            )
        )
    return [*(here or [ONE_SETTING]), *NOT_MODELLED]


def housing_of(system: System, layout: Layout) -> str:
    """How people are housed, in words for the record of a run."""
    if not len(system.units):
        return "every facility one setting"
    size = system.units["unit_people"].median()
    return (
        f"{layout.housing.n_units} housing units of about {size:g} people in "
        f"{len(layout.housing.facilities)} facilities, the others one setting"
    )


WHEN_GIVEN = "prophylaxis."
"""Parameters of a pathogen that only actions need; they bring them along."""


def quantities_of(pathogen: Pathogen, compiled: Sequence[CompiledScenario]) -> dict[str, Quantity]:
    """Every uncertain or fixed quantity of a run by its dotted name."""
    found = {
        f"pathogen.{name}": quantity
        for name, quantity in pathogen.parameters.items()
        if not name.startswith(WHEN_GIVEN)
    }
    found.update(mixing_quantities())
    if OWN_SPREAD in found:
        del found[SPREAD]
    for scenario in compiled:
        found.update(scenario.quantities)
    return dict(sorted(found.items()))


def provenance_of(
    system: System,
    pathogen: Pathogen,
    scenarios: Sequence[Scenario],
    *,
    start: dt.date,
    options: RunOptions,
    layout: Layout,
    priors: Priors | None,
) -> dict[str, Any]:
    """With what a run was made; the command and the draws are put in when they are known."""
    return {
        "command": "",
        "versions": dict(versions()),
        "system": system.title,
        "system_name": system.name,
        "system_checksum": system.content_hash,
        "pathogen": pathogen.title,
        "pathogen_name": pathogen.name,
        "pathogen_checksum": pathogen_checksum(pathogen),
        "scenarios": {scenario.name: scenario.text for scenario in scenarios},
        "delays": {
            package: {str(days): name for days, name in starts.items()}
            for package, starts in later_starts_among(scenarios, start).items()
        },
        "test_kinds": {scenario.name: test_kinds(scenario) for scenario in scenarios},
        "scenario_file": dumps_scenarios(scenarios),
        "start": start.isoformat(),
        "days": options.days,
        "draws": 0,
        "seed": options.seed,
        "step_days": 1.0 / STEPS_PER_DAY,
        "created_from": sorted(set(system.sources["attribution"].dropna())),
        "housing": housing_of(system, layout),
        "not_modelled": not_modelled(system, layout),
        **options.later_options(),
        **({} if priors is None else _about(priors)),
    }


def test_kinds(scenario: Scenario) -> list[str]:
    """Kinds of test that a scenario uses, each once."""
    return sorted({kind for action in scenario.actions for kind in action.test_kinds()})


def _about(priors: Priors) -> dict[str, str]:
    return {
        "priors": priors.name,
        "priors_title": priors.title,
        "priors_source": priors.source,
        "priors_checksum": priors.checksum,
    }


def reported_name(name: str) -> str:
    """Name of a quantity in results: without the room that it comes from."""
    for room in ("mixing.", "pathogen.", "effect.", "system."):
        name = name.removeprefix(room)
    return name


@cache
def versions() -> Mapping[str, str]:
    """What can change the bits of a result."""
    names = ("numpy", "numba", "scipy", "pandas", "xarray")
    return {"thinwalls": __version__, **{name: metadata.version(name) for name in names}}


def pathogen_checksum(pathogen: Pathogen) -> str:
    """SHA-256 of a pathogen's stages and quantities."""
    parts = [repr(pathogen.stages)]
    parts += [f"{name} {quantity!r}" for name, quantity in sorted(pathogen.parameters.items())]
    if pathogen.immunity_in_reproduction_number:
        parts.append("immunity in reproduction number")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def assumptions_of(system: System, quantities: Mapping[str, Quantity]) -> list[dict[str, str]]:
    """Everything that no source gives, for the report."""
    series = ascertainment()
    of_record = [
        {
            "name": "share of infections reported, by month",
            "value": ", ".join(
                f"{month}: {share:.2f}" for month, share in series.share_by_month.items()
            ),
            "unit": series.unit,
            "source": series.source,
            "tag": series.tag,
            "note": "multiplied by the ascertainment factor of each draw",
        }
    ]
    made = of_record if "mixing.ascertainment_factor" in quantities else []
    for name, quantity in quantities.items():
        # The ends of a table by age are told by the place that a draw takes between them.
        if (
            (quantity.tag in ("assumption", "definition") or name.startswith(IMMUNE))
            and ".low." not in name
            and ".high." not in name
        ):
            made.append(
                {
                    "name": name,
                    "value": str(quantity),
                    "unit": quantity.unit,
                    "source": quantity.source,
                    "tag": quantity.tag,
                    "note": quantity.note,
                }
            )
    for key, row in system.assumptions.iterrows():
        made.append(
            {
                "name": f"system.{key}",
                "value": f"{row['value']:g} ({row['low']:g} to {row['high']:g})",
                "unit": str(row["unit"]),
                "source": str(row["rests_on"]),
                "tag": "assumption",
                "note": str(row["meaning"]),
            }
        )
    return made
