"""Runs and draws that reach the lines of every kernel, on systems small enough for plain Python.

As a program, it makes them without the compiler and saves what comes out:
``python plain_runs.py FILE`` with ``tests`` on the path.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

if __name__ == "__main__":
    import support.plain_python  # noqa: F401 (before the engine)

import numpy as np

from support.systems import f, i32, i64, random_system, seir, start, system, twisted
from thinwalls.engine import (
    NONE,
    Counts,
    Exits,
    Inputs,
    Programmes,
    Seeds,
    Triggers,
    no_exits,
    run,
    run_draws,
    track,
    uniforms,
)
from thinwalls.engine.analysis.reproduction import spectral_radius
from thinwalls.engine.contract.field_rules import first_outside
from thinwalls.engine.numba_support.decorators import standalone
from thinwalls.engine.numba_support.stage_sets import words_of
from thinwalls.engine.numba_support.tuple_references import by_reference
from thinwalls.engine.random.counter_based import key, uniform
from thinwalls.engine.random.delayed_counts import delayed_counts
from thinwalls.engine.random.exact_math import (
    exp_neg,
    hazard_of,
    log,
    normal_quantile,
    one_minus_exp,
)
from thinwalls.engine.random.exact_quantiles import (
    binomial_probability,
    hypergeometric_probability,
    hypergeometric_quantile,
)
from thinwalls.engine.random.quantile_samplers import (
    binomial,
    binomial_given,
    binomial_hazard,
    hypergeometric,
)
from thinwalls.engine.step.disease.force_of_infection import power
from thinwalls.engine.step.movement.exit_destinations import stage_at

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = ("final", "flow", "stock", "moved", "arrived", "moved_infected", "force",
          "resource_in_use", "overflowed", "flow_total", "stock_total", "moved_total",
          "seeded")  # fmt: skip
RANDOM_SYSTEMS = 40
UNIFORMS = (1e-15, 1e-6, 0.03, 0.2, 0.45, 0.5, 0.61, 0.9, 0.999, 1 - 1e-9, 1 - 1e-13)
PEOPLE = (0, 1, 7, 40, 300, 5_000, 10**6)
CHANCES = (0.0, 1e-9, 1e-3, 0.02, 0.3, 0.5, 0.77, 0.999, 1.0)


def switched(inputs: Inputs) -> Inputs:
    """With a trigger on cases and one on beds."""
    return replace(
        inputs,
        rates=replace(inputs.rates, profile=np.ones((1, 3))),
        triggers=Triggers(
            i32(0, -1), i64(0, 1, 1), i32(0), i32(-1, 0), i32(-1, 0), f(2.0, 0.1), i32(3, 1),
            i32(5, 4), i32(1, 0), i32(1, -1), f(0.5, 1.0), i64(0, 0, 1), i32(0), f(1.0, 0.3),
        ),
    )  # fmt: skip


def with_found(inputs: Inputs) -> Inputs:
    """People who are found: those of the second cell infect less from the second day on."""
    is_found = np.zeros(inputs.people.shape[1], np.bool_)
    is_found[2] = True
    period = (np.arange(inputs.n_steps) >= 4).astype(np.int32)
    rates = replace(
        inputs.rates, period_of_step=period, multiplier=np.ones((2, 1)),
        hazard_per_day=np.zeros((2, 1)), profile=np.array([[1.0, 1.0], [1.0, 0.25]]),
        capacity=np.repeat(inputs.rates.capacity, 2, axis=0),
    )  # fmt: skip
    return replace(
        inputs,
        stages=replace(inputs.stages, found=is_found, found_least=0.3),
        cells=replace(inputs.cells, found_profile=i32(NONE, 1)),
        rates=rates,
    )


def many_places(n: int, *, force: bool = False) -> Inputs:
    """One infected place among many, so that cells are found through their settings."""
    people = np.zeros((n, 5), np.int64)
    people[:, 0] = 50
    people[0, 2] = 30
    made = system(people, seir(), n_steps=60, setting_of=range(n), beta=0.5)
    return replace(made, outputs=replace(made.outputs, force=force))


def crowd(n: int, *, rows: int, people: int) -> Inputs:
    """Many cells at once, whose people go to some of the others and are not counted there."""
    inside = np.zeros((n, 5), np.int64)
    inside[:, 0] = people
    inside[::3, 2] = people // 10
    to = (np.arange(n)[:, None] + 1 + np.arange(rows)) % n
    made = system(inside, seir(), n_steps=4, setting_of=np.arange(n) // 5, beta=2.0, n_movements=0)
    exits = Exits(
        np.arange(n + 1) * rows, to.ravel().astype(np.int32), np.full(n * rows, 0.6 / rows),
        np.zeros(n * rows, np.int32), np.full(n * rows, NONE, np.int32),
        np.zeros(n * rows, np.int32),
    )  # fmt: skip
    return replace(made, exits=exits)


def recurring() -> Inputs:
    """People become susceptible again, and whoever is vaccinated goes one of two ways."""
    stages = replace(
        seir(), dwell_days=f(np.inf, 4, 7, 5, np.inf), branch_from=i32(1, 2, 2, 3),
        branch_to=i32(2, 3, 4, 0), branch_probability=np.array([[1.0, 0.9, 0.1, 1.0]]),
    )  # fmt: skip
    made = system(start(400, 300, infectious=40), stages, n_steps=60)
    return replace(
        made,
        programmes=Programmes(
            i64(0, 2, 4), i32(0, 1, 0, 1), i32(2, 2), i32(3, 1), f(0.1, 0.3), i32(0, 0),
            i32(NONE, NONE), f(),
        ),
    )  # fmt: skip


def full_hospital() -> Inputs:
    """Whoever finds no intensive care asks for a bed, from home too; stocks of nobody."""
    made = twisted()
    stages = replace(
        made.stages, branch_to=i32(2, 4, 3, 4, 6, 6, 7, 6, 7),
        overflow=i32(-1, -1, -1, 5, 3, -1, -1, -1),
    )  # fmt: skip
    return replace(
        made, stages=stages, rates=replace(made.rates, capacity=np.array([[[6.0, 1.0]]])),
        outputs=replace(made.outputs, stock=np.zeros((0, 8))),
    )  # fmt: skip


def wide_fan(people_per_day: float, *, others: float = 900.0) -> Inputs:
    """People taken by number go to many cells; a row that asks for nobody, three for too many.

    The last destinations have no weight.
    """
    made = crowd(60, rows=1, people=30)
    fan = np.tile(np.arange(10, 50), 5)
    return replace(
        made,
        counts=Counts(
            f(people_per_day, 0.0, others, others, others), np.zeros(5, np.int32),
            np.full(5, NONE, np.int32), np.zeros(5, np.int32), np.arange(6) * 2,
            np.tile(i32(0, 1), 5), np.ones(10), np.full(10, NONE, np.int32), np.arange(6) * 40,
            fan.astype(np.int32), np.where(fan < 48, np.linspace(0.5, 1.5, 200), 0.0),
        ),
    )  # fmt: skip


def by_stage() -> Inputs:
    """Of two ways out of a cell the ill take one only; more are asked for than are there."""
    made = twisted(weighted=True)
    weight = made.rates.stage_weight.copy()
    weight[1, 2] = 0.0
    taken = replace(
        made.counts, people_per_day=f(30.0, 30.0, 30.0), pool_cell=i32(3, 2, 3, 2, 3),
        pool_weight=np.full(5, 0.1), stage_weight=i32(1, 1, 1), pool_to=i32(0, 0, 1, 1, 0),
    )  # fmt: skip
    return replace(made, rates=replace(made.rates, stage_weight=weight), counts=taken)


def without_infection() -> Inputs:
    """Susceptible people, some of them alone, also go away by themselves; the latent stay in bed.

    One setting has only people who infect from outside of it.
    """
    stages = replace(
        seir(), dwell_days=f(3.0, 4, 7, np.inf, np.inf), present=f(1, 0.5, 0, 1, 0),
        branch_from=i32(0, 1, 2, 2), branch_to=i32(3, 2, 3, 4),
        branch_probability=np.array([[1.0, 1.0, 0.9, 0.1]]),
    )  # fmt: skip
    people = start(300, 1, 1, 1, 1, 0, infectious=20)
    people[5, 2] = 9
    return system(people, stages, n_steps=40, setting_of=[0, 0, 0, 0, 0, 1], beta=9.0)


def several_entries(n: int) -> Inputs:
    """So many are infected in so many cells at once that their ways are drawn in two batches."""
    stages = replace(seir(), entry=i32(1, 2), entry_probability=np.array([[0.6, 0.4]]))
    made = system(start(*[2_000] * n), stages, n_steps=3)
    return replace(made, rates=replace(made.rates, hazard_per_day=np.full((1, 1), 0.5)))


def few_settings() -> Inputs:
    """Few settings have a force; cells attend theirs twice, and one of them is empty."""
    made = many_places(30)
    n = 31
    people = np.vstack([made.people, np.zeros((1, 5), np.int64)])
    setting = np.r_[np.arange(30), 0].astype(np.int32)
    made = system(people, seir(), n_steps=40, setting_of=setting, beta=0.5)
    twice = replace(
        made.attendance, start=np.arange(n + 1) * 2, setting=np.repeat(setting, 2),
        role=np.zeros(2 * n, np.int32), activity=np.ones(2 * n), presence=np.ones(2 * n),
    )  # fmt: skip
    return replace(made, attendance=twice, outputs=replace(made.outputs, force=False))


def seeded() -> Inputs:
    """More than are there, a part of a person, people who go elsewhere, and nobody."""
    made = twisted()
    return replace(
        made,
        seeds=Seeds(
            step=i32(9, 0, 9, 20, 21), stage=i32(2, 1, 1, 2, 1), people=f(4, 1.5, 5_000, 2, 3),
            movement=i32(0, NONE, NONE, 0, NONE), pool_start=i64(0, 3, 4, 6, 8, 9),
            pool_cell=i32(2, 0, 1, 1, 0, 1, 0, 1, 3), pool_weight=f(1, 2, 0.5, 1, 1, 3, 1, 0, 0),
            pool_to=i32(NONE, 1, 0, NONE, NONE, NONE, 1, NONE, NONE),
            key=np.array([5, 2, 9, 7, 1], np.uint64),
        ),
    )  # fmt: skip


def with_series(inputs: Inputs) -> Inputs:
    """A setting that follows a series."""
    steps = np.linspace(0.5, 1.5, inputs.n_steps)[:, None]
    rates = replace(
        inputs.rates, series_setting=i32(0), series_multiplier=steps,
        series_hazard_per_day=steps * 1e-3,
    )  # fmt: skip
    return replace(inputs, rates=rates)


def inputs() -> Iterator[tuple[str, Inputs]]:
    """Systems by name."""
    yield "twisted", twisted()
    yield "weighted", twisted(weighted=True)
    yield "switched", switched(twisted())
    yield "series", with_series(twisted())
    yield "linear", replace(twisted(), linear=True)
    leaving = replace(twisted().exits, hazard_per_day=f(0.02, 0.01, 8.0))
    yield "linear, all leave", replace(twisted(), linear=True, exits=leaving)
    shared = replace(twisted().outputs, daily=i32(0, 0, NONE, 1))
    yield "shared rows", replace(twisted(), outputs=shared)
    yield "by stage", by_stage()
    yield "without infection", without_infection()
    yield "several entries", several_entries(300)
    yield "few settings", few_settings()
    yield "places", many_places(40)
    yield "places with force", many_places(40, force=True)
    plain = system(start(9_000, 300, infectious=40), n_steps=40)
    yield "large", plain
    yield (
        "crowded",
        replace(
            plain, settings=replace(plain.settings, crowding_exponent=f(1.0)), exits=no_exits(2)
        ),
    )
    yield (
        "by role",
        replace(plain, settings=replace(plain.settings, normalise_by_role=np.array([True]))),
    )
    varied = replace(plain.cells, contagion_shape_per_day=f(0.05, np.inf))
    yield "individual variation", replace(plain, cells=varied)
    yield "found", with_found(system(start(400, 300, infectious=40), n_steps=40))
    yield "recurring", recurring()
    yield "seeded", seeded()
    yield "full hospital", full_hospital()
    yield "wide fan", wide_fan(8.0)
    yield "wide fan of few", wide_fan(8.0, others=0.0)
    yield "wide fan of many", wide_fan(700.0)
    yield "one way each", crowd(600, rows=1, people=40)
    yield "many ways", crowd(600, rows=24, people=60)
    yield "few ways, many people", crowd(40, rows=3, people=3_000)
    for number in range(RANDOM_SYSTEMS):
        rng = np.random.default_rng(number)
        yield f"random {number}", random_system(rng, 4 + number % 6, 2 + number % 5)


class Held(NamedTuple):
    """As much of a run's state as is needed to find the stage of a person."""

    people: np.ndarray[Any, Any]
    stages_held: np.ndarray[Any, Any]


@standalone
def stage_of_person(held: Held, target: float, weight: np.ndarray[Any, Any]) -> int:
    """Stage of a person who is not susceptible; beyond the end of the line for a large target."""
    return stage_at(by_reference(held), 0, target, weight, 0)  # type: ignore[arg-type]


def samples() -> Iterator[tuple[str, float]]:
    """Counts and functions at single points."""
    for at, u in enumerate(UNIFORMS):
        for n in PEOPLE:
            for p in CHANCES:
                yield f"binomial {n} {p} {u}", binomial(n, p, u)
                hazard = hazard_of(p) if p < 1.0 else np.inf
                yield f"binomial_given {n} {p} {u}", binomial_given(n, p, hazard, u)
                yield f"binomial_hazard {n} {p} {u}", binomial_hazard(n, p * 2, u)
            for good in PEOPLE:
                drawn = (n + good) // (2 + at)
                yield f"hypergeometric {good} {n} {u}", hypergeometric(good, n, drawn, u)
        yield f"normal_quantile {u}", normal_quantile(u)
        yield (
            f"uniform {u}",
            uniform(np.uint64(key(np.uint64(at), np.uint64(3))), at, np.uint64(7), at),
        )
    yield "binomial of very many", binomial(10**12, 0.3, 0.7)
    yield "rare binomial of very many", binomial(10**12, 0.3, 1e-9)
    for guess in (0, 20, 45, 60):
        for u in (1e-9, 0.3, 0.7):
            yield f"guess {guess} {u}", hypergeometric_quantile(60, 90, 70, u, guess)
    matrices = np.stack([np.zeros((3, 3)), np.vander(f(1, 2, 3))])
    for number, radius in enumerate(spectral_radius(matrices)):
        yield f"spectral radius {number}", radius
    for values in (f(1.0, 2.0), f(1.0, np.inf), f(1.0, -3.0), f(np.nan)):
        yield f"outside {values}", first_outside(values, 0.0, np.inf, False)
    for base, exponent in ((0.0, 0.5), (0.0, -0.5), (3.0, -0.5), (0.2, 1.5)):
        yield f"power {base} {exponent}", power(base, exponent)
    for name, people in (("nobody", (0, 0, 0)), ("one stage", (4, 0, 0)), ("others", (4, 2, 1))):
        for target in (0.5, 2.5, 99.0):
            held = Held(np.array([people], np.float64), words_of(np.array([people]) > 0))
            yield f"stage of {name} at {target}", stage_of_person(held, target, np.ones(3))
    yield "all are good", hypergeometric(50, 0, 20, 0.5)
    yield "all are taken", hypergeometric(50, 30, 80, 0.5)
    yield "cannot be", binomial_probability(9, 5, 0.5) + hypergeometric_probability(9, 5, 5, 5)
    yield "must be", hypergeometric_probability(5, 5, 3, 8) + hypergeometric_probability(0, 5, 3, 0)
    for x in np.r_[0.0, np.logspace(-300, 2.9, 80)]:
        yield f"exp_neg {x}", exp_neg(x)
        yield f"one_minus_exp {x}", one_minus_exp(x)
        yield f"log {x}", log(x) if x > 0 else 0.0
        yield f"hazard_of {x}", hazard_of(min(x, 1 - 1e-12))


def followed() -> np.ndarray[Any, Any]:
    """Two places that follow a record, one of which has too few people; some go by themselves."""
    leaving = replace(
        seir(), dwell_days=f(400.0, 4, 7, np.inf, np.inf), branch_from=i32(0, 1, 2, 2),
        branch_to=i32(3, 2, 3, 4), branch_probability=np.array([[1.0, 1.0, 0.99, 0.01]]),
    )  # fmt: skip
    stages = leaving
    people = np.zeros((2, 1, stages.dwell_days.size))
    people[:, 0, 0] = (10_000.0, 5.0)
    made = track(
        stages, people=people, severity_row=np.zeros((2, 1), np.int64), step_days=1.0,
        target=np.array([[1.0, 3.0], [2.0, 4.0], [0.0, 9.0], [5.0, 1.0]] * 5),
        cap=np.full((20, 2), 2.0), transmission=f(0.2, 0.2), exposure=f(1, 1),
        presence=np.ones((2, 1)), infectivity=np.ones((2, 1)), crowding_exponent=f(0, 0.5),
        reference_present=f(10_000, 5),
    )  # fmt: skip
    complete = np.full((1, 2), made.complete, np.float64)
    return np.concatenate([made.multiplier, made.hazard_per_day, made.shortfall, complete])


def everything() -> dict[str, np.ndarray[Any, Any]]:
    """All of it, as arrays by name."""
    made: dict[str, np.ndarray[Any, Any]] = {"followed": followed()}
    for name, one in inputs():
        for mode in ("stochastic", "mean_field"):
            output = run(one, seed=3, draw=1, mode=mode, check=True)  # type: ignore[arg-type]
            for field in FIELDS:
                made[f"{name} {mode} {field}"] = getattr(output, field)
    for number, output in enumerate(run_draws(twisted(), [0, 1, 2], seed=4)):
        made[f"draw {number}"] = output.final
    made["uniforms"] = uniforms(4, 1, 9, 50)
    found = np.arange(24.0).reshape(8, 3) % 5
    rows = np.arange(3, dtype=np.uint64)
    for part, share in (("whole", 1.0), ("parts", 0.3)):
        made[f"delayed {part}"] = delayed_counts(
            found * share, rows, mean_delay_days=2.0, every_days=3, seed=1, draw=0
        )
    made["samples"] = np.array([value for _, value in samples()], np.float64)
    return made


if __name__ == "__main__":
    np.savez(sys.argv[1], **everything())  # type: ignore[arg-type]
