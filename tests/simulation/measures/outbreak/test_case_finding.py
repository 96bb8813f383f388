"""Case-finding: infected people are among the others for a shorter time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.simulation.measures.outbreak.case_finding import further_hazard, goes_on
from thinwalls.simulation.shared_types.drawn_effects import MOST_HAZARD_PER_DAY

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen


def share(value: float) -> tw.Quantity:
    return tw.Quantity(value=value, unit="share", source="a test", tag="assumption")


@pytest.mark.parametrize("shorter_by", [0.0, 0.25, 0.6])
@pytest.mark.parametrize("days", [0.25, 0.4, 4.875])
def test_the_mean_stay_is_shorter_by_the_share(shorter_by: float, days: float) -> None:
    """Step by step: who is there infects, leaves by the usual chance, else by the further one."""
    step = 0.25
    usual = step / days
    further = -np.expm1(-further_hazard(shorter_by, days, step) * step)
    there, spent = 1.0 - further, 0.0
    for _ in range(2000):
        spent += there * step
        there *= (1.0 - usual) * (1.0 - further)
    assert spent == pytest.approx(days * (1 - shorter_by))


def test_all_of_the_time_can_be_saved() -> None:
    assert further_hazard(1.0, 4.875, 0.25) == MOST_HAZARD_PER_DAY


def test_who_goes_on_sooner(covid: Pathogen) -> None:
    """Contagious stages that all leave for the same one, in the same order as ever."""
    sooner = [stage.name for stage in covid.stages if goes_on(stage)]
    assert {"A1", "A2", "I_mild1", "I_mild2"} <= set(sooner)
    assert not {"P", "E1", "I_severe2", "H_ward", "R"} & set(sooner)


@pytest.mark.parametrize("value", [25, 1.5])
def test_more_than_all_of_the_time_is_refused(value: float) -> None:
    with pytest.raises(InputError, match=r"shorter_by.*a reduction as a share"):
        tw.CaseFinding(shorter_by=share(value))
