"""The Recidiviz model as inputs alone: five scenarios, every compartment, to 1e-9.

Source: Recidiviz covid19-dashboard, src/infection-model/seir.tsx.  The reference below is written
from its equations in NumPy and knows nothing of the engine; the printed values are in
``evidence/published/recidiviz.toml``, and both are held against them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from thinwalls.evidence.published_results.papers.parts.recidiviz_model import (
    COMPARTMENTS,
    D_D,
    D_E,
    D_I,
    D_M,
    D_R,
    D_V,
    FATAL,
    SCENARIOS,
    SEVERE,
    STAFF,
    Defects,
    Scenario,
    course,
    exposure,
    initial,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from thinwalls.evidence import Validation

    Float = NDArray[np.float64]


def reference(scenario: Scenario) -> tuple[Float, Float]:
    """[90, 9, 9] and [90] people by day, bracket, compartment, and N (1.5)."""
    x = initial(scenario)
    total = x.sum()
    rate = exposure(scenario)
    days, totals = [x], [total]
    for t in range(1, 90):
        s, e, i, m, v, h, mild, severe, dead = x.T
        change = -sum(n for day, n in scenario.releases if day == t)
        detained = s[:STAFF].sum()
        s = s + np.where(np.arange(9) < STAFF, change * s / detained if detained > 0 else 0.0, 0.0)
        force = rate * i.sum() * s / total
        infected = np.minimum(s, force)
        died = FATAL * h / D_D
        left = (1 - FATAL) * h / D_R
        x = np.stack(
            [
                np.maximum(s - force, 0), e + infected - e / D_E, i + e / D_E - i / D_I,
                m + (1 - SEVERE) * i / D_I - m / D_M, v + SEVERE * i / D_I - v / D_V,
                h + v / D_V - died - left, mild + m / D_M, severe + left, dead + died,
            ],
            axis=1,
        )  # fmt: skip
        total += change
        days.append(x)
        totals.append(total)
    return np.array(days), np.array(totals)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_reference_gives_the_printed_values(
    name: str, validated: Callable[[str], Validation]
) -> None:
    x, total = reference(SCENARIOS[name])
    printed = {row.key: row.published for row in validated("recidiviz").rows}
    for day in (30, 89):
        assert total[day] == pytest.approx(printed[f"total/{name}, day {day}/N"], abs=1e-6)
        for group, state in (("detained", x[day, :STAFF].sum(axis=0)), ("staff", x[day, STAFF])):
            for compartment, value in zip(COMPARTMENTS, state, strict=True):
                key = f"state/{name}, day {day}, {group}/{compartment}"
                assert value == pytest.approx(printed[key], abs=5.1e-5)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_engine_gives_the_reference(name: str) -> None:
    expected, total = reference(SCENARIOS[name])
    found, found_total = course(SCENARIOS[name])
    leaving = np.zeros(90)
    for day, n in SCENARIOS[name].releases:
        leaving[day - 1] += n
    assert found_total + leaving == pytest.approx(total, abs=1e-9)
    # On the eve of a release its people have left their cells already (see above).
    compared = leaving == 0
    assert np.abs(found - expected)[compared].max() < 1e-9
    assert np.abs(found - expected)[:, :, 1:].max() < 1e-9


@pytest.mark.xdist_group("published results")
def test_the_engine_gives_the_printed_values(validated: Callable[[str], Validation]) -> None:
    """State by compartment, denominators, peaks and Rt estimates."""
    found = validated("recidiviz")
    assert [row.key for row in found.rows if row.verdict == "fail"] == []
    assert found.count("pass") >= 220


def test_without_competing_exits_the_table_of_deaths_holds() -> None:
    """Settled on admission, a bracket's deaths per infection are those of the table, 1.2."""
    x, _ = course(SCENARIOS["A"], Defects(competing_exits=False))
    ended = x[-1, 0]
    over = ended[6:].sum() + ended[3:6].sum()
    assert ended[8] / over == pytest.approx(0.026, rel=0.02)


def test_the_dead_are_no_longer_met() -> None:
    """Without them in the denominator there is more contact, so fewer escape."""
    a = SCENARIOS["A"]
    susceptible = [course(a, Defects(dead_counted=on))[0][-1, :, 0].sum() for on in (True, False)]
    assert susceptible[1] < susceptible[0]


def test_released_people_of_every_stage() -> None:
    """As many leave; fewer of them susceptible, so more susceptible people stay."""
    c = SCENARIOS["C"]
    before, after = (course(c, Defects(release_of_susceptible_only=on))[0] for on in (True, False))
    assert after[11].sum() == pytest.approx(before[11].sum(), abs=1e-9)
    assert after[11, :STAFF, 0].sum() > before[11, :STAFF, 0].sum()
