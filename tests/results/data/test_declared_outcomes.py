"""Outcomes are declared once; what was saved before one was declared still loads and verifies."""

from __future__ import annotations

import dataclasses
import runpy
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import thinwalls as tw
from thinwalls.common import InputError
from thinwalls.reporting.language.names import OUTCOMES as WORDS
from thinwalls.results import BY_AGE, COMPARED, DECLARED, OUTCOMES, TOTALS, first_variables
from thinwalls.runs.run_record import load_record, numbers_of
from thinwalls.simulation.draws.programme_rows import NEW_CASES
from thinwalls.simulation.outputs.by_age import ALWAYS
from thinwalls.simulation.outputs.counts import COUNTS
from thinwalls.simulation.outputs.what_is_recorded import CASES

if TYPE_CHECKING:
    from thinwalls.results import Results

SCRIPT = Path(__file__).parents[3] / "scripts" / "outcome_docs.py"
BEFORE = Path(__file__).parents[2] / "data" / "results" / "before_further_outcomes.tar.xz"
"""A result and its record, as the version before outcomes were declared in one place made them."""


@pytest.fixture
def before(tmp_path: Path) -> Path:
    with tarfile.open(BEFORE) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


def test_names_are_declared_once() -> None:
    kept = [one.total.name for one in DECLARED if one.total is not None]
    daily = [one.daily.name for one in DECLARED if one.daily is not None]
    assert len(set(kept)) == len(kept)
    assert len(set(daily)) == len(daily)
    assert set(OUTCOMES) == set(WORDS)


def test_what_is_compared_is_explained() -> None:
    for one, total in COMPARED:
        assert one.meaning, total.name


def test_the_page_is_made_from_the_declarations() -> None:
    made = runpy.run_path(str(SCRIPT))
    page = made["PAGE"].read_text(encoding="utf-8")
    assert made["page"]() == page, f"run python scripts/{SCRIPT.name}"


def test_what_is_counted_has_a_function() -> None:
    named = {one.measure.what for one in DECLARED if one.measure.how == "counted"}
    assert named == set(COUNTS)


def test_what_is_always_known_by_age_is_counted_from_cells() -> None:
    always = [one.total.name for one in DECLARED if one.total and one.by_age == "always"]
    assert set(always) == set(ALWAYS)
    assert {one.name for one in BY_AGE} <= {one.name for one in TOTALS}


def test_conditions_look_at_new_cases() -> None:
    assert NEW_CASES == CASES


def test_every_result_still_has_the_first_variables(small: Results) -> None:
    first = first_variables()
    for table, names in small.variables.items():
        assert set(first[table]) <= set(names)


def test_an_old_result_loads_with_its_numbers(before: Path) -> None:
    saved = tw.load_results(str(before / "results.zarr"))
    record = load_record(before / "record.json")
    assert record.sealed() == record.seal
    assert numbers_of(saved, record.numbers.further) == record.numbers
    assert "infections" in set(tw.compare(saved).table["outcome"])


@pytest.mark.slow
def test_an_old_record_is_read_and_what_differs_is_named(before: Path) -> None:
    """Bits changed since: individual variation, people found in every run."""
    found = tw.verify(str(before / "record.json"))
    assert not found.same_numbers
    assert "numbers" in {one.kind for one in found.differences}


def without(results: Results, name: str) -> Results:
    """As if the outcome had been declared after the result was made."""
    return dataclasses.replace(results, totals=results.totals.drop_vars(name))


def test_a_result_from_before_an_outcome_says_so(
    small: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = first_variables()
    fewer = tuple(name for name in table["totals"] if name != "infected_removed")
    monkeypatch.setitem(table, "totals", fewer)
    old = without(small, "infected_removed")
    compared = tw.compare(old)
    assert compared.lacking == ("infected_removed",)
    assert "infected_removed" not in set(compared.table["outcome"])
    scenario = old.scenarios[-1]
    for ask in (
        lambda: compared.row(scenario, "detained", "infected_removed"),
        lambda: tw.doubts(old, scenario, outcome="infected_removed", group="detained"),
        lambda: tw.sensitivity(old, scenario, outcome="infected_removed", group="detained"),
    ):
        with pytest.raises(InputError, match="made before it was counted: run again"):
            ask()
    # What the record of the old result covers is the same in a result that has more.
    recorded = numbers_of(old)
    assert "infected_removed" not in recorded.further.get("totals", ())
    assert numbers_of(small, recorded.further) == recorded
    assert "infected_removed" in numbers_of(small).further["totals"]
    with pytest.raises(InputError, match="not in this result, which was made by another version"):
        numbers_of(old, {"totals": ("infected_removed",)})


def test_a_result_without_one_of_the_first_variables_is_refused(small: Results) -> None:
    with pytest.raises(tw.RunError, match="totals has no variable 'deaths'"):
        without(small, "deaths")
