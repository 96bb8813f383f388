"""What the engine gives back: arrays, with the letters of ``contract.inputs``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thinwalls.common import Float


@dataclass(frozen=True, slots=True)
class Output:
    """What one run gives back.

    D are intervals, Y rows of the daily outputs (all, unless ``OutputSpec.daily`` says otherwise).
    """

    flow: Float
    """[D, Y, V]"""
    stock: Float
    """[D, Y, U]"""
    moved: Float
    """[D, Y, movements] people who left cells of the row, by class"""
    arrived: Float
    """[D, Y, movements]"""
    force: Float
    """[D, Y] mean force of infection per day (empty when not recorded)"""
    moved_infected: Float
    """[D, Y, movements] of those who left, people in a stage with infectiousness > 0 or on the
    way there"""
    resource_in_use: Float
    """[D, R, resources] largest number in use within the interval"""
    overflowed: Float
    """[D, R, resources] people turned away within the interval"""
    final: Float
    """[C, S] people at the end"""
    flow_total: Float
    """[O, V] sum over all intervals, as the others below"""
    stock_total: Float
    """[O, U] with ``every_days`` 1 and stocks of people: person-days"""
    moved_total: Float
    """[O, movements]"""
    arrived_total: Float
    """[O, movements]"""
    moved_infected_total: Float
    """[O, movements]"""
    seeded: Float
    """[C] people whom the seeds put into a stage, by the cell in which they then are"""
    trigger_days: Float
    """[Q] days on which a trigger was on"""
    trigger_people: Float
    """[watched] sum of ``Triggers.counted_stock`` at the end of each of these days, by output that
    the trigger watches"""
