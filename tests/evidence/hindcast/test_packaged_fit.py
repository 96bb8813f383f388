"""What is packaged of the fit is whole, inside its priors, and can be used as priors."""

from __future__ import annotations

import numpy as np
import pytest

import thinwalls as tw
from thinwalls.evidence.hindcast.fit.packaged_fit import TABLES, load_fitted
from thinwalls.evidence.hindcast.fit.trajectories import VARIANTS, fitted_names, fitted_quantities
from thinwalls.simulation import load_priors


def test_draws_lie_within_their_priors() -> None:
    posterior = load_fitted().posterior
    assert set(posterior["variant"]) == set(VARIANTS)
    for name, quantity in fitted_quantities().items():
        low, high = quantity.quantile(0.0), quantity.quantile(1.0)
        # The file has six decimals.
        assert posterior[name].between(low - 1e-6, high + 1e-6).all(), name


def test_tables_agree_with_the_draws() -> None:
    fitted = load_fitted()
    assert set(fitted.tables) == set(TABLES)
    table = fitted.tables["quantities"]
    for row in table.to_dict("records"):
        draws = fitted.posterior.loc[fitted.posterior["variant"] == row["variant"], row["quantity"]]
        assert row["median"] == pytest.approx(float(np.median(draws)), abs=2e-6)
    assert len(table) == sum(len(fitted_names(variant)) for variant in VARIANTS)
    assert "recorded" not in fitted.weekly


@pytest.mark.slow
def test_the_simulation_takes_them() -> None:
    priors = load_priors("ice-2020 fitted")
    system = tw.load_system("ice-2020").facilities_only(["stewart"])
    results = tw.simulate(
        system,
        tw.load_pathogen("covid-2020"),
        [tw.Scenario("nothing changes")],
        days=2,
        draws=3,
        seed=1,
        threads=1,
        priors="ice-2020 fitted",
    )
    drawn = results.parameters["reproduction_number.dormitory"].to_numpy()
    fitted = priors.joint["pathogen.reproduction_number.dormitory"].to_numpy()
    assert np.isin(drawn, fitted).all()
    assert "mixing.between_unit_share" not in load_priors("ice-2020-well-mixed fitted").names
