"""What is said follows from the tables: a forecast that loses is said to lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from thinwalls.reporting.hindcast.page import terminal_text, write_page
from thinwalls.reporting.hindcast.tables import HEADS, number
from thinwalls.reporting.hindcast.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ABOUT = {
    "record": None,
    "fit": {
        "seeds": [1, 2],
        "pilot": 5,
        "calibration": 7,
        "nearest_share": 0.25,
        "simulations": [123, 1456],
        "accepted": [40, 41],
        "processor_seconds": 180,
        "versions": {"pyabc": "0.1"},
    },
    "draws": {"forecast": 31, "single": 32, "reduced": 33, "simulation": 34},
    "quick": False,
    "seed": 1,
    "version": "0",
    "fitted_again": False,
}
NAMES = (
    "pathogen.reproduction_number.dormitory",
    "mixing.between_unit_share",
    "mixing.facility_effect_sd",
    "mixing.share_found",
    "detection.share_found_early",
    "mixing.crowding_exponent",
)


def score(forecast: str, what: str, wis: float) -> dict[str, object]:
    return {
        "forecast": forecast,
        "what": what,
        "horizon": "all 37 weeks",
        "wis": wis,
        "crps": wis,
        "covered_50": 0.5,
        "covered_90": 0.8,
        "n": 37,
    }


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Small tables of the right shape."""
    span = {"low": 0.0, "q25": 1.0, "median": 2.0, "q75": 3.0, "high": 4.0}
    averted = {
        "happened": 1.0,
        "march_goes_on": 3.0,
        "averted": 2.0,
        "averted_low": -1.0,
        "averted_high": 4.0,
        "probability": 0.8,
        "population": 9.0,
    }
    return {
        "diagnostics": pd.DataFrame(
            [
                {
                    "seed": 1,
                    "variant": variant,
                    "simulations": 100,
                    "tolerance": 1.0,
                    "effective": effective,
                    "probability": probability,
                }
                for variant, effective, probability in (
                    ("units", 30, 0.4),
                    ("well-mixed", 120, 0.6),
                )
            ]
        ),
        "methods": pd.DataFrame(
            [
                {
                    "variant": "units",
                    "method": method,
                    "crps": crps,
                    "covered_50": 0.5,
                    "covered_90": 0.9,
                    "to_record": away,
                    "checked": 8,
                }
                for method, crps, away in (("rejection", 0.14, 1.0), ("adjusted", 0.12, 1.2))
            ]
        ),
        "usual_priors": pd.DataFrame(
            [
                {
                    "variant": "units",
                    "quantity": name,
                    "usual_low": 0.0,
                    "usual_median": 1.0,
                    "usual_high": 2.0,
                    "low": 1.0,
                    "median": 2.5,
                    "high": 3.0,
                    "inside": inside,
                    "prior_inside": 0.9,
                    "agrees": agrees,
                }
                for name, inside, agrees in (
                    ("mixing.one", 0.2, "no"),
                    ("mixing.two", 0.6, "partly"),
                    ("mixing.three", 0.9, "yes"),
                )
            ]
        ),
        "usual": pd.DataFrame(
            [
                {
                    "model": "reduced, units",
                    "quantity": "early_share",
                    "recorded": 0.2,
                    "low": 0.3,
                    "median": 0.5,
                    "high": 0.7,
                    "agrees": "no",
                }
            ]
        ),
        "usual_consistent": pd.DataFrame(
            [
                {
                    "model": "reduced, units",
                    "quantity": name,
                    "usual_low": 1.0,
                    "usual_median": 6.0,
                    "usual_high": 9.0,
                    "low": 2.0,
                    "median": 3.0,
                    "high": high,
                    "consistent": 0.14,
                }
                for name, high in (("mixing.moved", 5.0), ("mixing.same", 8.0))
            ]
        ),
        "usual_counts": pd.DataFrame(
            [
                {
                    "quantity": "deaths so far",
                    "date": "2021-03-31",
                    "recorded": 8,
                    "low": 50.0,
                    "median": 90.0,
                    "high": 120.0,
                    "allowed_low": 0.0,
                    "allowed_high": 15.8,
                    "agrees": "no",
                    "settled": True,
                    "source": "Somebody",
                },
                {
                    "quantity": "deaths per infection",
                    "date": "2021-03-31",
                    "recorded": 8,
                    "low": 0.0015,
                    "median": 0.002,
                    "high": 0.003,
                    "allowed_low": 0.0,
                    "allowed_high": 0.0016,
                    "agrees": "yes",
                    "settled": False,
                    "source": "Somebody",
                },
            ]
        ),
        "quantities": pd.DataFrame(
            [
                {
                    "variant": "units",
                    "quantity": name,
                    "unit": "",
                    "prior_low": 0.0,
                    "prior_median": 1.0,
                    "prior_high": 2.0,
                    "shrinkage": 0.1 * n,
                    "agreement": 1.0 + 0.05 * n,
                    **span,
                }
                for n, name in enumerate(NAMES)
            ]
        ),
        "distances": pd.DataFrame(
            [
                {
                    "variant": "units",
                    "trajectory": "largest weeks",
                    "to_record": 2.0,
                    "to_each_other": 0.5,
                    "share_as_far": 0.0,
                }
            ]
        ),
        "summaries": pd.DataFrame(
            [
                {
                    "variant": "units",
                    "period": "forecast",
                    "quantity": "outbreaks",
                    "recorded": 9.0,
                    "inside": False,
                    **span,
                }
            ]
        ),
        "scores": pd.DataFrame(
            [
                score("model", "sum", 12.0),
                score("last value", "sum", 10.0),
                score("model", "facility", 0.5),
                score("last value", "facility", 1.0),
            ]
        ),
        "single_outbreaks": pd.DataFrame(
            [
                {
                    "outbreak": "A",
                    "date": "2020-06-01",
                    "what": "cases so far",
                    "population": 100,
                    "recorded": 9,
                    "inside": False,
                    "percentile": 0.97,
                    **span,
                }
            ]
        ),
        "found_early": pd.DataFrame(
            [
                {
                    "model": "reduced, units, usual",
                    "what": "facilities",
                    "date": date,
                    "recorded": 9,
                    "agrees": agrees,
                    "source": "S",
                    **span,
                }
                for date, agrees in (("2020-04-14", "no"), ("2020-05-11", "yes"))
            ]
        ),
        "averted_fitted": pd.DataFrame([{"variant": "units", **averted}]),
        "averted_simulation": pd.DataFrame([{"group": "staff", "outcome": "deaths", **averted}]),
        "weekly": pd.DataFrame(
            [
                {"week": week, "forecast": "units, own past", **span}
                for week in ("2020-09-30", "2020-10-07")
            ]
        ),
        "posterior": pd.DataFrame(
            [{"variant": "units", **dict.fromkeys(NAMES, 0.1 * n)} for n in range(5)]
        ),
    }


def test_what_fails_is_said_to_fail(tables: dict[str, pd.DataFrame]) -> None:
    said = "\n".join(verdicts(tables))
    assert "all facilities together, model LOSES against the last value" in said
    assert "single facilities, model beats the last value" in said
    assert "30 effective draws" in said
    assert "does not look like the record in largest weeks" in said
    assert (
        "0 of 1 recorded numbers lie in the 90 % interval, the middle one at percentile 97" in said
    )
    assert "Cases and facilities with one in 2020: 1 of 2 counts" in said
    assert "does not choose" in said
    # Agreement 1.15 to 1.25 is above 1.1; a variance that falls by 30 % or more is learned.
    assert "differ (agreement above 1.1) in: detection.share_found_early" in said
    assert "found better with adjusted; draws nearer to the record come from rejection" in said
    assert "contradicts the usual priors of mixing.one (units)" in said
    assert "only partly with the usual priors of mixing.two (units)" in said
    assert (
        "INCONSISTENT with what was counted in deaths so far: 90 (50 to 120), allowed 0 to 15.8."
        in said
    )
    assert (
        "only just consistent with what was counted in deaths per infection: 0.2 % (0.15 % to "
        "0.3 %), allowed 0 % to 0.16 %; with more draws perhaps INCONSISTENT." in said
    )
    assert (
        "14% go with what was counted in spring 2020 (reduced, units). They have mixing.moved"
        in said
    )
    assert "mixing.same" not in said
    assert "misses the record in share of those cases by 1 July" in said
    assert "narrows mixing.share_found, detection.share_found_early" in said


@pytest.mark.slow
def test_every_table_is_in_the_text_and_on_the_page(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    text = terminal_text(tables, ABOUT)
    write_page(tables, ABOUT, tmp_path / "page.md", tmp_path / "images")
    page = (tmp_path / "page.md").read_text()
    for head in HEADS.values():
        assert head[-1] in text
        assert "| " + " | ".join(head) + " |" in page
    assert "NO" in text
    assert "32 for each single outbreak" in text
    assert "seed 1: 123 simulations, 40 draws kept; seed 2: 1,456 simulations, 41" in page
    assert "3 minutes of processor time, with pyabc 0.1." in page
    for name in ("pairs", "weeks", "single"):
        picture = (tmp_path / "images" / f"hindcast_{name}.svg").read_text()
        assert picture.startswith("<svg")
        assert "currentColor" not in picture
        assert f"images/hindcast_{name}.svg" in page


def test_numbers_have_three_figures() -> None:
    assert number(12_345.6) == "12,346"
    assert number(0.012345) == "0.0123"
    assert number(float("nan")) == "-"


def test_bad_input_is_one_line(
    exit_code_of: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_of("hindcast", "--fit") == 2
    assert "needs --outbreaks FILE" in capsys.readouterr().err
    assert exit_code_of("hindcast", "--outbreaks", "nowhere.csv") == 2
    said = capsys.readouterr().err
    assert "woodsec20/ICE-COVID-outbreaks" in said
    assert said.count("\n") == 1
