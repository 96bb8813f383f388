"""Runs of one scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from thinwalls.common import RunError
from thinwalls.engine.contract.check_inputs import check_inputs
from thinwalls.engine.contract.errors import EngineError
from thinwalls.engine.contract.output import Output
from thinwalls.engine.plan.allocation import for_one_draw, for_several_draws, outputs_of, state_of
from thinwalls.engine.plan.invariants import invariants_of
from thinwalls.engine.plan.make_plan import order_of_cells, plan_of
from thinwalls.engine.random.keyed_uniforms import key_of, uniforms_of
from thinwalls.engine.step.invariants import PROBLEMS
from thinwalls.engine.step.kernel import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from thinwalls.common import Float
    from thinwalls.engine.contract.inputs import Inputs
    from thinwalls.engine.plan.plan_arrays import Plan

Mode = Literal["stochastic", "mean_field"]

MODES = ("stochastic", "mean_field")
_LARGEST = 2**64


class StepPart(NamedTuple):
    """One part of a step."""

    name: str
    what: str


def step_order() -> tuple[StepPart, ...]:
    """The parts of one step, in the order in which they are done."""
    return (
        StepPart("policies", "which multipliers, movements and programmes are in force"),
        StepPart("seeds", "people who are put into a stage: the first of an outbreak"),
        StepPart("pressure", "force of infection of every setting, from one snapshot"),
        StepPart("infection", "who is infected in this step"),
        StepPart("progression", "who leaves a stage of the disease, and along which branch"),
        StepPart(
            "admission",
            "hospital demand against free capacity; above it, overflow stages",
        ),
        StepPart("programmes", "detection, isolation, vaccination, within their limits"),
        StepPart("exits", "movements by hazard"),
        StepPart("drafts", "movements by number, out of the people who are left"),
        StepPart("arrive", "everybody who moved arrives"),
        StepPart("keep_outputs", "flows, stocks, force of infection; triggers read them"),
    )


def check_draw(seed: int, draw: int) -> None:
    """Raise :class:`EngineError` unless both are integers in [0, 2**64)."""
    for name, value in (("seed", seed), ("draw", draw)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise EngineError(name, "must be an integer", value=value)
        if not 0 <= value < _LARGEST:
            raise EngineError(name, "must be at least 0 and below 2**64", value=value)


def uniforms(seed: int, draw: int, stream: int, n: int) -> Float:
    """Vector of n keyed uniform numbers in (0, 1), for callers that draw what a run starts from.

    Parameters
    ----------
    seed, draw
        As for :func:`run`; the numbers differ from those that a run uses.
    stream
        Which vector, 0 <= stream < 2**64.
    n
        How many, below 2**31.
    """
    check_draw(seed, draw)
    return uniforms_of(key_of(seed, draw), np.uint64(stream), int(n))


def run(
    inputs: Inputs,
    *,
    seed: int,
    draw: int,
    mode: Mode = "stochastic",
    check: bool = False,
) -> Output:
    """Run one scenario of one draw.

    The result is a pure function of the arguments: the same bits on every machine, whatever the
    number of threads.  Inputs are never changed.

    Parameters
    ----------
    inputs
        What to run.
    seed
        Of the whole experiment.
    draw
        Number of the draw; scenarios of one draw share their noise cell by cell.
    mode
        "stochastic" (integer people, binomial draws) or "mean_field" (expectations).
    check
        Verify conservation and the other invariants of the model after every step.

    Raises
    ------
    EngineError
        An input cannot be used.
    RunError
        With ``check``, an invariant is broken.
    """
    check_draw(seed, draw)
    return execute(prepare(inputs, mode), seed, (draw,), check)[0]


def run_draws(
    inputs: Inputs,
    draws: Sequence[int],
    *,
    seed: int,
    mode: Mode = "stochastic",
    check: bool = False,
) -> list[Output]:
    """Run several draws of the same inputs in one compiled call.

    Bit for bit what :func:`run` gives for each draw, without its cost per call: for small systems
    that is most of the time.  All outputs exist at the same time; :func:`run_ensemble` gives them
    one after another, and uses this where it can.

    Parameters
    ----------
    inputs
        What to run.
    draws
        Numbers of the draws.
    seed, mode, check
        As for :func:`run`.

    Raises
    ------
    EngineError
        An argument or an input cannot be used.
    RunError
        With ``check``, an invariant is broken.
    """
    for draw in draws:
        check_draw(seed, draw)
    return execute(prepare(inputs, mode), seed, draws, check) if len(draws) else []


class Prepared(NamedTuple):
    """Inputs that were found correct, and what the kernels read."""

    inputs: Inputs
    mode: Mode
    order: NDArray[np.int64] | None
    plan: Plan
    people: Float
    """[C, S] in the order of the plan"""


def prepare(inputs: Inputs, mode: Mode) -> Prepared:
    """Check and compile inputs; raises :class:`EngineError`."""
    if mode not in MODES:
        raise EngineError("mode", "must be one of {names}", value=mode, names=", ".join(MODES))
    check_inputs(inputs, mode)
    order = order_of_cells(inputs)
    people = np.ascontiguousarray(inputs.people, dtype=np.float64)
    if order is not None:
        people = people[order]
    return Prepared(inputs, mode, order, plan_of(inputs, order), people)


def execute(prepared: Prepared, seed: int, draws: Sequence[int], check: bool) -> list[Output]:
    """:func:`run_draws` of prepared inputs."""
    inputs, mode, order, plan, people = prepared
    n = len(draws)
    state = state_of(inputs, plan, people)
    state, reset = for_several_draws(state) if n > 1 else for_one_draw(state)
    outputs = outputs_of(inputs, n, check)
    final = np.empty((n, *people.shape))
    problem, at, step, cell, stage = simulate(
        plan,
        state,
        reset,
        outputs,
        final,
        np.uint64(seed),
        np.array(draws, np.uint64),
        int(inputs.n_steps),
        mode == "mean_field",
        invariants_of(inputs, plan, people, check),
    )
    if problem:
        # Messages and results number cells as the caller does.
        position = cell if order is None else int(order[cell])
        raise RunError(
            "draw {draw}, step {step}, cell {position}, stage {stage}: {problem}",
            draw=draws[at],
            step=step,
            position=position,
            stage=stage,
            problem=PROBLEMS[problem],
        )
    seeded = outputs.seeded
    if order is not None:
        final, seeded = _as_the_caller(final, order), _as_the_caller(seeded, order)
    return [
        Output(
            outputs.flow[i],
            outputs.stock[i],
            outputs.moved[i],
            outputs.arrived[i],
            outputs.force[i],
            outputs.moved_infected[i],
            outputs.resource_in_use[i],
            outputs.overflowed[i],
            final[i],
            outputs.flow_total[i],
            outputs.stock_total[i],
            outputs.moved_total[i],
            outputs.arrived_total[i],
            outputs.moved_infected_total[i],
            seeded[i],
            outputs.trigger_days[i],
            outputs.trigger_people[i],
        )
        for i in range(n)
    ]


def _as_the_caller(values: Float, order: NDArray[np.int64]) -> Float:
    """[draws, C, ...] with the cells as the caller numbers them."""
    made = np.empty_like(values)
    made[:, order] = values
    return made
