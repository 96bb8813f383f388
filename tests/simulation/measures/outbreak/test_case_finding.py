"""Case-finding: what infected people inside pass on falls by the share of the time saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError

if TYPE_CHECKING:
    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System


def share(value: float) -> tw.Quantity:
    return tw.Quantity(value=value, unit="share", source="a test", tag="assumption")


def exact_sizes(
    rng: np.random.Generator, n: int, *, mean_days: float, beta: float, people: int = 40
) -> np.ndarray:
    """Final sizes of exact epidemics with one exponential infectious stage."""
    sizes = np.zeros(n, dtype=int)
    for one in range(n):
        susceptible, ill = people - 1, 1
        while ill:
            infection = beta * ill * susceptible / people
            if rng.random() < infection / (infection + ill / mean_days):
                susceptible, ill = susceptible - 1, ill + 1
            else:
                ill -= 1
        sizes[one] = people - susceptible
    return sizes


def test_a_shorter_time_and_less_contact_give_the_same_sizes() -> None:
    """What the text says: only the time of an exponential stage, or what is passed on, falls."""
    rng, n = np.random.default_rng(3), 3_000
    shorter = exact_sizes(rng, n, mean_days=5 * (1 - 0.25), beta=0.4)
    less = exact_sizes(rng, n, mean_days=5, beta=0.4 * (1 - 0.25))
    spread = np.sqrt((shorter.var() + less.var()) / n)
    assert abs(shorter.mean() - less.mean()) < 4 * spread
    alone = np.array([(sizes == 1).mean() for sizes in (shorter, less)])
    assert abs(alone[0] - alone[1]) < 4 * np.sqrt(2 * 0.25 / n)


def test_explained_is_the_share_of_contact_that_is_left(louisiana: System, covid: Pathogen) -> None:
    found = tw.CaseFinding(shorter_by=share(0.25), start="2020-04-01")
    (change,) = tw.explain(louisiana, covid, tw.Scenario("x", [found]), days=30)
    (piece,) = change.pieces
    assert (str(piece.first), piece.before, piece.after) == ("2020-04-01", 1.0, 0.75)
    assert change.what == "contact inside"


@pytest.mark.parametrize("value", [25, 1.5])
def test_more_than_all_of_the_time_is_refused(value: float) -> None:
    with pytest.raises(InputError, match=r"shorter_by.*a reduction as a share"):
        tw.CaseFinding(shorter_by=share(value))
