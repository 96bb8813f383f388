"""File, object and link hold the same, whatever the scenario."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings, strategies as st

import thinwalls.policy as tw
from thinwalls.common.errors import InputError
from thinwalls.common.plain_text import problem_in_text
from thinwalls.common.quantities import Quantity

days = st.dates(dt.date(2019, 1, 1), dt.date(2026, 1, 1))
shares = st.floats(0, 1)


def printable(least: int, most: int) -> st.SearchStrategy[str]:
    """Texts that are not refused: see :mod:`thinwalls.common.plain_text`."""
    texts = st.text(min_size=least, max_size=most)
    return texts.filter(lambda text: problem_in_text(text) is None)


words = printable(0, 40)


def spans(draw: st.DrawFn) -> dict[str, dt.date | None]:
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start is not None and end is not None and end < start:
        start, end = end, start
    return {"start": start, "end": end}


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    low = draw(st.floats(0.001, 0.4))
    high = draw(st.floats(0.5, 0.99))
    note, source = draw(words), draw(words)
    kind = draw(st.sampled_from(["fixed", "uniform", "triangular", "lognormal", "beta"]))
    numbers: dict[str, object] = {
        "fixed": {"value": low},
        "uniform": {"low": low, "high": high},
        "triangular": {"low": low, "mode": 0.45, "high": high},
        "lognormal": {"low": low, "high": high, "max": 1.0},
        "beta": {"mean": 0.45, "sd": 0.1},
    }[kind]
    return Quantity(distribution=kind, note=note, source=source, **numbers)


effects = st.none() | quantities()
who = st.one_of(
    st.sampled_from([tw.everyone, tw.vulnerable, tw.pretrial, ~tw.vaccinated]),
    st.integers(0, 100).map(lambda years: (tw.age >= years) & tw.vulnerable),
    words.map(tw.facility),
)


@st.composite
def actions(draw: st.DrawFn) -> tw.Action:
    kind = draw(st.integers(0, 7))
    when = spans(draw)
    match kind:
        case 0:
            return tw.Release(share=draw(shares), who=draw(who), start=when["start"])
        case 1:
            return tw.HaltArrests(who=draw(who), **when)
        case 2:
            return tw.Hygiene(effect=draw(effects), adherence=draw(shares), **when)
        case 3:
            fields = {"facilities": draw(who), "ramp_days": draw(st.floats(0, 100))}
            return tw.Masks(who=draw(who), wearing=draw(effects), **fields, **when)
        case 4:
            order = draw(st.lists(who, min_size=1, max_size=3, unique=True))
            return tw.Vaccination(people_per_day=draw(st.floats(0.5, 1e6)), order=tuple(order))
        case 5:
            movement = st.sampled_from(["arrest", "transfer", "release", "removal"])
            chosen = draw(st.lists(movement, min_size=1, unique=True))
            return tw.GateTesting(movements=tuple(chosen), infectious=draw(effects), **when)
        case 6:
            return tw.When(
                cases=draw(st.integers(1, 99)),
                then=tw.Testing(exposed=draw(effects), interval_days=draw(st.floats(0.25, 99))),
                **when,
            )
        case _:
            return tw.IntakeQuarantine(
                test_out=True, missed=draw(effects), alone=draw(st.booleans())
            )


@pytest.mark.slow
@given(st.lists(actions(), max_size=1), printable(1, 50), printable(0, 200))
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost(done: list[tw.Action], name: str, description: str) -> None:
    scenario = tw.Scenario(name, done, description)
    text = tw.dumps_scenarios([scenario])
    assert tw.loads_scenarios(text) == [scenario]
    assert tw.dumps_scenarios(tw.loads_scenarios(text)) == text
    link = tw.to_link([scenario])
    assert link.isascii()
    assert tw.from_link(link) == [scenario]
    assert tw.loads_scenarios(text)[0].quantities() == scenario.quantities()


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_a_file_or_refused(text: str) -> None:
    for read in (tw.loads_scenarios, tw.from_link, lambda body: tw.from_link(f"thinwalls1.{body}")):
        try:
            read(text)
        except InputError as problem:
            refused = str(problem)
        else:
            refused = ""
        assert "\n" not in refused
