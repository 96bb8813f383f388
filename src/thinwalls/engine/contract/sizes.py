"""Sizes that all arrays of the inputs share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many there are of everything, as the shapes of the arrays say."""

    cells: int
    settings: int
    roles: int
    kinds: int
    stages: int
    courses: int
    regions: int
    resources: int
    profiles: int
    stage_weights: int
    outputs: int
    flows: int
    movements: int
