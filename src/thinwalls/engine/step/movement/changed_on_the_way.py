"""People of a movement by number on their way, some of them in another stage than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.engine.numba_support.decorators import kernel
from thinwalls.engine.numba_support.tuple_references import never_inlined
from thinwalls.engine.step.disease.stage_changes import count_flow
from thinwalls.engine.step.event_draws import DRAFT_STAGE, event, sample_count
from thinwalls.engine.step.movement.people_on_the_way import send

if TYPE_CHECKING:
    import numpy as np

    from thinwalls.engine.plan.plan_arrays import Plan
    from thinwalls.engine.plan.state import Outputs, State


@kernel
def send_changed(
    plan: Plan,
    state: State,
    outputs: Outputs,
    step: int,
    interval: int,
    mean_field: bool,
    row: int,
    cell: int,
    stage: int,
    destination: int,
    people: float,
    stream: np.uint64,
    number: int,
) -> None:
    """Send people of one cell and stage; those for whom it works arrive in another stage."""
    never_inlined()
    rows = plan.drafts
    movement = rows.movement[row]
    to = rows.changed_to[row]
    if to >= 0 and stage != to:
        changed = sample_count(
            people,
            rows.changed_share[row, stage],
            mean_field,
            stream,
            step,
            event(DRAFT_STAGE, stage, number),
        )
        if changed > 0.0:
            count_flow(plan, outputs, interval, cell, stage, to, changed)
            send(plan, state, outputs, interval, cell, to, destination, movement, changed)
        people -= changed
    if stage != plan.graph.susceptible:
        movement = rows.movement_of_others[row]
    if people > 0.0:
        send(plan, state, outputs, interval, cell, stage, destination, movement, people)
