"""Who is held where by age and health: shares of the people of each facility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thinwalls.simulation.population.layout import DetainedClass, parse_age_band
from thinwalls.system import EVERY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.system import System

Person = tuple[int, int, bool]


def person_classes(system: System) -> tuple[Person, ...]:
    """Age band x medically vulnerable, for everybody who is or was detained."""
    bands = sorted({parse_age_band(str(band)) for band in system.composition["age_band"]})
    return tuple((low, high, vulnerable) for low, high in bands for vulnerable in (False, True))


def composition_weights(
    system: System, facility_ids: Sequence[str], classes: Sequence[DetainedClass]
) -> NDArray[np.float64]:
    """[F, D] expected composition of the people of each facility; rows sum to 1.

    Custody classes as the facility has them; ages and vulnerability as the composition of the
    facility says, or that of all others.  A facility without people gets the mean of the others.
    """
    held = system.population.pivot_table(
        index="facility_id", columns="custody_class", values="people_start", aggfunc="sum"
    )
    custody = [one.custody_class for one in classes]
    counts = held.reindex(index=list(facility_ids), columns=sorted(set(custody))).fillna(0.0)
    table = system.composition
    own = set(table["facility_id"])
    share: dict[str, dict[tuple[int, int], tuple[float, float]]] = {}
    for facility_id, band, part, vulnerable in zip(
        table["facility_id"],
        table["age_band"],
        table["share"],
        table["vulnerable_share"],
        strict=True,
    ):
        share.setdefault(str(facility_id), {})[parse_age_band(str(band))] = (
            float(part),
            float(vulnerable),
        )
    weights = np.zeros((len(facility_ids), len(classes)))
    by_custody = counts[custody].to_numpy(dtype=np.float64)
    for f, facility_id in enumerate(facility_ids):
        ages = share[facility_id if facility_id in own else EVERY]
        for d, one in enumerate(classes):
            part, vulnerable = ages.get((one.age_low, one.age_high), (0.0, 0.0))
            weights[f, d] = (
                by_custody[f, d] * part * (vulnerable if one.vulnerable else 1.0 - vulnerable)
            )
    total = weights.sum(axis=1, keepdims=True)
    mean = weights.sum(axis=0) / max(weights.sum(), 1e-300)
    return np.asarray(np.where(total > 0, weights / np.maximum(total, 1e-300), mean))


def age_bands_held(system: System, facility_ids: Sequence[str]) -> dict[str, set[tuple[int, int]]]:
    """Age bands of the people of each facility."""
    table = system.composition[system.composition["share"] > 0]
    bands: dict[str, set[tuple[int, int]]] = {}
    for facility_id, band in zip(table["facility_id"], table["age_band"], strict=True):
        bands.setdefault(str(facility_id), set()).add(parse_age_band(str(band)))
    return {one: bands[one if one in bands else EVERY] for one in facility_ids}
