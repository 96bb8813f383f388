"""Where in the course of the disease people can be found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen

EXPOSED = "E"
SYMPTOMS = "I"


@dataclass(frozen=True)
class Route:
    """A stage in which infected people can be found, and the stage of people found they enter."""

    source: int
    target: int
    compartment: str
    dwell: str
    """parameter with the mean days in all stages of the compartment"""
    chain: int
    """number of stages that share them"""
    link: int
    """position of the stage among them"""


def routes_of(pathogen: Pathogen) -> tuple[Route, ...]:
    """Every stage with a twin of people found; from the last exposed to the first contagious one.

    There is no exposed stage of people found, so people found while exposed enter the contagious
    stage of people found from the last exposed one.
    """
    index = {stage.name: s for s, stage in enumerate(pathogen.stages)}
    made = []
    for stage in pathogen.stages:
        target = stage.twin
        if stage.compartment == EXPOSED:
            entered = [pathogen.stages[index[to]] for to, _ in stage.exits]
            target = entered[0].twin if len(entered) == 1 else None
        if target is not None and stage.dwell is not None:
            made.append(
                Route(
                    index[stage.name],
                    index[target],
                    stage.compartment,
                    stage.dwell,
                    stage.chain,
                    stage.link,
                )
            )
    return tuple(made)
