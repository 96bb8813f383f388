"""Severity tables that others printed, from the pathogen file through the public face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.evidence.published_results.compare_with_papers import Effort, Found
from thinwalls.pathogens import OLDEST_AGE, PersonClass, load_pathogen, severity_shares_by_age
from thinwalls.simulation import sample_quantities

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from thinwalls.common import Float
    from thinwalls.pathogens import Pathogen


PATHOGEN = "covid-2020"
SCALE, DEATHS = "severity.scale", "by_age.death_share.position"
DECADES = {f"{low}-{low + 9}": (low, low + 9) for low in range(0, 80, 10)} | {"80+": (80, 100)}
LEVIN_AGES = (10, 25, 55, 65, 75, 85)
CDC_FATALITY = {"0-19": (0, 19), "20-49": (20, 49), "50-69": (50, 69), "70+": (70, 100)}
CDC_BANDS = {"0-49": (0, 49), "50-64": (50, 64), "65+": (65, 100)}
CDC_BURDEN = {"18-49": (18, 49), "50-64": (50, 64), "65+": (65, 100)}
SYMPTOMATIC = 2 / 3
"""of infections, the share with which Report 9 prints per symptomatic case"""
STEEPNESS = ("Ferguson", "Verity", "Levin", "Salje", "O'Driscoll", "Brazeau")
YOUNGER, OLDER = (30, 39), (70, 79)
LEVEL = 0.9
SEED, DRAWS = 1, 200
STEEP, MIDDLE, FLAT = 0.0, 0.5, 1.0
"""Places at which the table of deaths is Levin's, Report 9's and Brazeau's."""
NOTE = (
    f"90 % of {DRAWS} draws of the factor on severity at every age and of the places between the "
    "ends of the tables by age, everything else at its centre."
)


def experiment(_: Effort) -> Iterator[tuple[str, Found]]:
    """Every row of ``published/severity.toml``."""
    pathogen = load_pathogen(PATHOGEN)
    centre = _by_age(pathogen, {})
    steep, middle, flat = (_by_age(pathogen, {DEATHS: at}) for at in (STEEP, MIDDLE, FLAT))
    drawn = [_by_age(pathogen, values) for values in _draws(pathogen)]

    def with_interval(what: str, ages: tuple[int, int]) -> Found:
        return _found(_mean(centre[what], ages), [_mean(one[what], ages) for one in drawn])

    for name, ages in DECADES.items():
        per_case = _mean(centre["hospital"], ages) / SYMPTOMATIC
        yield f"Ferguson/{name}/hospitalised of symptomatic", Found(per_case)
        yield f"Ferguson/{name}/infection fatality", Found(_mean(middle["fatality"], ages))
        yield f"Verity/{name}/hospitalised", with_interval("hospital", ages)
        yield f"Verity/{name}/infection fatality", with_interval("fatality", ages)
        yield f"Salje/{name}/hospitalised", with_interval("hospital", ages)
        yield f"Salje/{name}/infection fatality", with_interval("fatality", ages)
        yield f"O'Driscoll/{name}/infection fatality", with_interval("fatality", ages)
        critical = _of_hospital(centre, ages)
        yield f"Ferguson critical/{name}/critical of hospitalised", Found(critical)
        if ages[1] != OLDEST_AGE:
            yield (
                f"Levin by decade/{name}/infection fatality",
                Found(_mean(steep["fatality"], ages)),
            )
            yield (
                f"Brazeau by decade/{name}/infection fatality",
                Found(_mean(flat["fatality"], ages)),
            )
    for study in STEEPNESS:
        yield f"Steepness/{study}/30-39 over 70-79", _steepness(centre, drawn)
    for age in LEVIN_AGES:
        yield f"Levin/age {age}/infection fatality", with_interval("fatality", (age, age))
    for name, ages in CDC_FATALITY.items():
        yield f"CDC September/{name}/infection fatality", with_interval("fatality", ages)
    for name, ages in CDC_BURDEN.items():
        yield f"CDC burden/{name}/hospitalised", with_interval("hospital", ages)
    for name, ages in CDC_BANDS.items():
        yield f"CDC May/{name}/hospitalised of symptomatic", with_interval("per case", ages)
        critical = _of_hospital(centre, ages)
        yield f"CDC May critical/{name}/critical of hospitalised", Found(critical)


def _found(value: float, drawn: Sequence[float]) -> Found:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Found(value, low=float(low), high=float(high), note=NOTE)


def _steepness(centre: Mapping[str, Float], drawn: Sequence[Mapping[str, Float]]) -> Found:
    """Infection fatality of younger people over that of older ones, per cent: free of the level."""
    ratios = [
        100 * _mean(one["fatality"], YOUNGER) / _mean(one["fatality"], OLDER)
        for one in (centre, *drawn)
    ]
    return _found(ratios[0], ratios[1:])


def _draws(pathogen: Pathogen) -> Iterator[dict[str, float]]:
    """Values of what the intervals are about, drawn as a run draws them."""
    chosen = {
        name: item
        for name, item in pathogen.parameters.items()
        if name == SCALE or (name.startswith("by_age.") and not item.is_fixed)
    }
    for draw in range(DRAWS):
        yield sample_quantities(chosen, SEED, draw)


def _by_age(pathogen: Pathogen, values: Mapping[str, float]) -> dict[str, Float]:
    """[101] shares in per cent at every age, conditions as in the general population."""
    disease = pathogen.at(values)
    person = [PersonClass(0, OLDEST_AGE, None)]
    branches = severity_shares_by_age(disease.values, person)
    severe = branches["severe"][0]
    return {
        "fatality": 100 * disease.fatality_by_age(person)[0],
        "hospital": 100 * severe,
        "per case": 100 * severe / disease.values["symptomatic_share"],
        "critical": 100 * branches["critical"][0],
    }


def _of_hospital(shares: Mapping[str, Float], ages: tuple[int, int]) -> float:
    """Share of people in hospital who need intensive care, per cent."""
    return _mean(shares["critical"] * shares["hospital"], ages) / _mean(shares["hospital"], ages)


def _mean(by_age: Float, ages: tuple[int, int]) -> float:
    """Over people who are as many at every age of the band."""
    low, high = ages
    return float(by_age[low : high + 1].mean())
