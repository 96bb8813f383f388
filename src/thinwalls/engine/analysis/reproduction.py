"""Reproduction numbers from the next-generation matrix, and the generation interval.

Diekmann, Heesterbeek, Roberts 2010, "The construction of next-generation matrices for
compartmental epidemic models", J R Soc Interface 7:873-885; renewal equation: Fraser 2007,
"Estimating individual and household reproduction numbers in an emerging epidemic", PLoS ONE 2:e758.
All quantities are those of the engine's own time steps, in which a stage of mean length d lasts
dt / (1 - exp(-dt / d)) days; they tend to those of continuous time as dt -> 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from thinwalls.engine.numba_support.decorators import compiled
from thinwalls.engine.numba_support.kernel_arrays import floats
from thinwalls.engine.plan.stage_graph import graph_of

if TYPE_CHECKING:
    from thinwalls.common import Float
    from thinwalls.engine.contract.inputs import Attendance, Cells, Settings, Stages


_TURNS: Final = 10_000
_CLOSE: Final = 1e-14


def activity_by_time(stages: Stages, step_days: float, n_steps: int, linear: bool = False) -> Float:
    """[K, n_steps] expected infectious activity of a person j + 1 steps after infection.

    The activity of a step counts the stage in which the person is at its start, as in the engine.
    """
    graph = graph_of(stages, step_days, linear)
    n_severity_rows = graph.branch_share.shape[0]
    n = graph.leave_probability.shape[0]
    origin = stages.branch_from.astype(np.int64)
    to = stages.branch_to.astype(np.int64)
    out = np.zeros((n_severity_rows, n_steps))
    for severity_row in range(n_severity_rows):
        moves = np.zeros((n, n))
        np.add.at(moves, (origin, to), stages.branch_probability[severity_row])
        moves *= graph.leave_probability[:, None]
        moves[np.arange(n), np.arange(n)] += 1.0 - graph.leave_probability
        # An infection ends where its person becomes susceptible again.
        moves[stages.susceptible] = 0.0
        where = np.zeros(n)
        if stages.entry is None or stages.entry_probability is None:
            where[stages.infected] = 1.0
        else:
            np.add.at(where, stages.entry.astype(np.int64), stages.entry_probability[severity_row])
        for step in range(n_steps):
            out[severity_row, step] = where @ stages.infectiousness
            where = where @ moves
    return out


def activity_days(stages: Stages, step_days: float, linear: bool = False) -> Float:
    """[K] expected infectious activity of one infection, summed over its course, in days.

    Visits v of the stages solve v = entry + v P; each lasts dt / (probability of leaving).
    People who become susceptible again leave the chain.
    """
    graph = graph_of(stages, step_days, linear)
    n = graph.leave_probability.shape[0]
    out = np.zeros(graph.branch_share.shape[0])
    origin = stages.branch_from.astype(np.int64)
    to = stages.branch_to.astype(np.int64)
    with np.errstate(divide="ignore"):
        # A stage that is left with probability p lasts dt / p days on average.
        stay = np.where(stages.infectiousness > 0, step_days / graph.leave_probability, 0.0)
    for severity_row in range(out.shape[0]):
        moves = np.zeros((n, n))
        np.add.at(moves, (origin, to), stages.branch_probability[severity_row])
        moves[graph.leave_probability <= 0] = 0.0
        moves[stages.susceptible] = 0.0
        entry = np.zeros(n)
        if stages.entry is None or stages.entry_probability is None:
            entry[stages.infected] = 1.0
        else:
            np.add.at(entry, stages.entry.astype(np.int64), stages.entry_probability[severity_row])
        # How often each stage is entered; v_s of docs/model.md, section 2.2.
        expected_entries = np.linalg.solve(np.eye(n) - moves.T, entry)
        sources = np.flatnonzero((stages.infectiousness > 0) & (expected_entries > 0))
        out[severity_row] = (
            expected_entries[sources] * stages.infectiousness[sources] * stay[sources]
        ).sum()
    return out


def generation_interval(
    stages: Stages,
    step_days: float,
    *,
    severity_row: int = 0,
    tail: float = 1e-9,
    linear: bool = False,
) -> tuple[Float, float]:
    """Distribution of the time from an infection to those it causes, at constant contact.

    Returns
    -------
    ([n] probability of j + 1 steps, mean in days); the distribution is cut where what is left of
    the infectious activity is below ``tail`` of all of it.
    """
    whole = float(activity_days(stages, step_days, linear)[severity_row]) / step_days
    n = 64
    while True:
        activity = activity_by_time(stages, step_days, n, linear)[severity_row]
        # Twice as long until almost all activity is covered.
        covered = np.cumsum(activity)
        if covered[-1] >= (1.0 - tail) * whole or n > 2**16:
            break
        n *= 2
    length = int(np.searchsorted(covered, (1.0 - tail) * whole)) + 1
    weights = activity[:length] / activity[:length].sum()
    return weights, float((weights * np.arange(1, weights.size + 1)).sum() * step_days)


def renewal_R(infections: Float, interval: Float, floor: float = 0.0) -> Float:  # noqa: N802
    """[T, M] reproduction number R_t = i_t / sum_j w_j i_(t-j) of recorded infections.

    Parameters
    ----------
    infections
        [T, M] new infections per step.
    interval
        [n] generation interval from :func:`generation_interval`.
    floor
        Added to numerator and denominator, so that long zeros give 1 and not 0 / 0.
    """
    steps = infections.shape[0]
    pressure = np.zeros(infections.shape)
    for lag, weight in enumerate(interval[: steps - 1], start=1):
        pressure[lag:] += weight * infections[:-lag]
    out = np.ones(infections.shape)
    np.divide(infections + floor, pressure + floor, out=out, where=pressure + floor > 0)
    return out


def next_generation_R(  # noqa: N802
    stages: Stages,
    cells: Cells,
    settings: Settings,
    attendance: Attendance,
    people: Float,
    *,
    step_days: float,
    linear: bool = False,
) -> Float:
    """[M] reproduction number of each setting by itself, at a transmission of 1 per day.

    The spectral radius of the next-generation matrix of the cells that attend the setting, all
    people susceptible, crowding at its reference: with u_i = n_i sigma_i a_i and v_i = presence_i
    x infectivity_i x (infectious activity-days of the course), the matrix u_i K[r_i, r_j] v_j / N
    has the same spectral radius as W_r K[r, q] / N between roles, W_r = sum of u_i v_i over role r
    (N_q in place of N where a kind of setting is normalised by role).  Divide the reproduction
    number of a setting by this to get ``Settings.transmission``.

    Parameters
    ----------
    people
        [C] people in each cell, all taken as present.
    stages, cells, settings, attendance, step_days, linear
        As in :class:`thinwalls.engine.Inputs`.
    """
    per_severity_row = activity_days(stages, step_days, linear)
    cell = np.repeat(np.arange(people.shape[0]), np.diff(attendance.start))
    n = np.asarray(people, np.float64)[cell]
    gives = (
        attendance.presence * cells.infectivity[cell] * per_severity_row[cells.severity_row[cell]]
    )
    takes = n * cells.susceptibility[cell] * attendance.activity
    roles = settings.contact.shape[1]
    n_settings = settings.transmission.shape[0]
    at = attendance.setting.astype(np.int64) * roles + attendance.role
    weight = np.bincount(at, takes * gives, n_settings * roles).reshape(n_settings, roles)
    present = np.bincount(at, n * attendance.presence, n_settings * roles)
    present = present.reshape(n_settings, roles)
    of = np.where(
        settings.normalise_by_role[settings.kind][:, None],
        present,
        present.sum(axis=1, keepdims=True),
    )
    inverse = np.divide(1.0, of, out=np.zeros_like(of), where=of > 0)
    matrices = weight[:, :, None] * settings.contact[settings.kind] * inverse[:, None, :]
    return spectral_radius(floats(matrices))


@compiled
def spectral_radius(matrices: Float) -> Float:
    """[M] spectral radius of [M, n, n] matrices without negative entries.

    Power iteration on A + c I (which has no other eigenvalue of the same modulus), c the mean row
    sum; relative accuracy 1e-12 unless two eigenvalues nearly coincide.
    """
    count, n = matrices.shape[0], matrices.shape[1]
    out = np.zeros(count)
    for m in range(count):
        shift = 0.0
        for i in range(n):
            for j in range(n):
                shift += matrices[m, i, j] / n
        if shift <= 0.0:
            continue
        x = np.ones(n)
        y = np.empty(n)
        before = 0.0
        for _ in range(_TURNS):
            largest = 0.0
            for i in range(n):
                y[i] = shift * x[i]
                for j in range(n):
                    y[i] += matrices[m, i, j] * x[j]
                largest = max(largest, y[i])
            for i in range(n):
                x[i] = y[i] / largest
            if abs(largest - before) <= _CLOSE * largest:
                break
            before = largest
        out[m] = largest - shift
    return out
