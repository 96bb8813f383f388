"""Other distributions for the quantities of a run: one by one, and drawn together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.common.errors import InputError
from thinwalls.simulation import load_priors

if TYPE_CHECKING:
    from pathlib import Path

    from thinwalls.pathogens import Pathogen
    from thinwalls.system import System

TOML = """
title = "Made up for a test"
source = "nowhere"
pathogen = "covid-2020"
joint = "together.csv"

[quantities."mixing.border_prevalence_ratio"]
distribution = "uniform"
low = 0.2
high = 0.3
unit = "ratio"
"""
ROWS = ((0.1, 0.21), (0.2, 0.22), (0.3, 0.23), (0.4, 0.24))


def written(folder: Path, toml: str = TOML, header: str = "") -> str:
    names = header or "mixing.crowding_exponent,mixing.facility_effect_sd"
    lines = [names, *(f"{low},{high}" for low, high in ROWS)]
    (folder / "together.csv").write_text("\n".join(lines) + "\n")
    file = folder / "mine.toml"
    file.write_text(toml)
    return str(file)


def run(system: System, pathogen: Pathogen, priors: str | None, draws: int = 8) -> tw.Results:
    return tw.simulate(
        system,
        pathogen,
        [tw.Scenario("nothing changes")],
        days=2,
        draws=draws,
        seed=3,
        threads=1,
        priors=priors,
    )


@pytest.mark.slow
def test_rows_are_drawn_together_and_recorded(
    louisiana: System, covid: Pathogen, tmp_path: Path
) -> None:
    results = run(louisiana, covid, written(tmp_path))
    sampled = results.parameters
    pairs = zip(
        sampled["crowding_exponent"].values, sampled["facility_effect_sd"].values, strict=True
    )
    assert {tuple(pair) for pair in pairs} <= set(ROWS)
    single = sampled["border_prevalence_ratio"].values
    assert ((single > 0.2) & (single < 0.3)).all()
    assert "joint draws" in sampled["crowding_exponent"].attrs["distribution"]
    assert results.provenance["priors"] == "mine"
    assert len(results.provenance["priors_checksum"]) == 64


@pytest.mark.slow
def test_other_quantities_keep_their_values(
    louisiana: System, covid: Pathogen, tmp_path: Path
) -> None:
    with_priors = run(louisiana, covid, written(tmp_path), draws=3)
    without = run(louisiana, covid, None, draws=3)
    name = "staff_time_inside_share"
    np.testing.assert_array_equal(with_priors.parameters[name], without.parameters[name])
    assert "priors" not in without.provenance


def test_every_row_comes_equally_often_in_a_block_of_draws(tmp_path: Path) -> None:
    from thinwalls.simulation.draws.priors import Sampler
    from thinwalls.simulation.draws.sampled_values import BLOCK
    from thinwalls.simulation.shared_types.quantity_library import mixing_quantities

    sampler = Sampler(mixing_quantities(), 3, load_priors(written(tmp_path)))
    seen = [sampler.values(draw)["mixing.crowding_exponent"] for draw in range(BLOCK)]
    counts = [seen.count(low) for low, _ in ROWS]
    # 50 strata over 4 rows: a row gets the 12 strata that lie in it, and at most the two at its
    # ends.
    assert all(12 <= count <= 14 for count in counts)


@pytest.mark.parametrize(
    ("toml", "header", "problem"),
    [
        (TOML.replace("covid-2020", "measles"), "", "are for the pathogen measles"),
        (TOML, "mixing.crowding_exponent,mixing.unheard_of", "no quantity of this run"),
        (TOML, "mixing.crowding_exponent,mixing.border_prevalence_ratio", "joint draws, too"),
        (TOML.replace("title", "titel"), "", "titel"),
        (TOML.replace("together.csv", "nothing.csv"), "", "no such file"),
    ],
)
def test_what_cannot_be_used_is_refused(
    louisiana: System, covid: Pathogen, tmp_path: Path, toml: str, header: str, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        run(louisiana, covid, written(tmp_path, toml, header))


def test_a_joint_draw_that_is_no_number_is_named(tmp_path: Path) -> None:
    file = written(tmp_path)
    (tmp_path / "together.csv").write_text("mixing.crowding_exponent\n0.1\nx\n")
    with pytest.raises(InputError, match=r"line 3"):
        load_priors(file)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(InputError, match="no packaged priors"):
        load_priors("of nobody")
