"""Severity tables that others printed, from the pathogen file through the public face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.evidence.validating import Effort, Found
from thinwalls.pathogens import PersonClass, load_pathogen
from thinwalls.pathogens.severity import shares

if TYPE_CHECKING:
    from collections.abc import Iterator

PATHOGEN = "covid-2020"
SCALE = "severity.scale"
DECADES = {f"{low}-{low + 9}": (low, low + 9) for low in range(0, 80, 10)} | {"80+": (80, 100)}
LEVIN_AGES = (10, 25, 55, 65, 75, 85)
CDC_FATALITY = {"0-19": (0, 19), "20-49": (20, 49), "50-69": (50, 69), "70+": (70, 100)}
CDC_BANDS = {"0-49": (0, 49), "50-64": (50, 64), "65+": (65, 100)}
SYMPTOMATIC = 2 / 3
"""of infections, the share with which Report 9 prints per symptomatic case"""
LEVEL = 0.9
NOTE = "90 % interval of the factor on severity at every age, everything else at its centre."


def experiment(_: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/severity.toml``."""
    pathogen = load_pathogen(PATHOGEN)
    scale = pathogen.parameters[SCALE]
    diseases = [pathogen.at({SCALE: value}) for value in (scale.central, *scale.interval(LEVEL))]

    def values(ages: tuple[int, int]) -> dict[str, Found]:
        person = [PersonClass(*ages, None)]
        found = {}
        for name in ("fatality", "hospital", "per case"):
            middle, low, high = (
                {
                    "fatality": float(disease.infection_fatality(person)[0]),
                    "hospital": float(shares(disease.values, person)["severe"][0]),
                    "per case": float(shares(disease.values, person)["severe"][0])
                    / disease.values["symptomatic_share"],
                }[name]
                for disease in diseases
            )
            found[name] = Found(100 * middle, low=100 * low, high=100 * high, note=NOTE)
        return found

    for name, ages in DECADES.items():
        found = values(ages)
        per_case = found["hospital"].value / SYMPTOMATIC
        yield f"Ferguson/{name}/hospitalised of symptomatic", Found(per_case)
        yield f"Ferguson/{name}/infection fatality", Found(found["fatality"].value)
        yield f"Verity/{name}/hospitalised", found["hospital"]
        critical = shares(diseases[0].values, [PersonClass(*ages, None)])["critical"][0]
        yield f"Ferguson critical/{name}/critical of hospitalised", Found(100 * float(critical))
    for age in LEVIN_AGES:
        yield f"Levin/age {age}/infection fatality", values((age, age))["fatality"]
    for name, ages in CDC_FATALITY.items():
        yield f"CDC September/{name}/infection fatality", values(ages)["fatality"]
    for name, ages in CDC_BANDS.items():
        yield f"CDC May/{name}/hospitalised of symptomatic", values(ages)["per case"]
        one = [PersonClass(*ages, None)]
        critical = shares(diseases[0].values, one)["critical"][0]
        yield f"CDC May critical/{name}/critical of hospitalised", Found(100 * float(critical))
