"""The line of those who were asked to wait: first come, first served."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("fastapi", reason="the page needs the extra: pip install 'thinwalls[web]'")

from support.asked import STEWART
from thinwalls.web.answers import waiting_line as line
from thinwalls.web.answers.question import question_of
from thinwalls.web.answers.queue import Busy, Jobs
from thinwalls.web.answers.waiting_line import (
    FIRST_WAIT_SECONDS,
    GRACE_SECONDS,
    LONGEST_WAIT_SECONDS,
    Line,
)


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_who_came_first_enters_first():
    one = Line(Clock())
    tickets = [one.wait(None, 0, 0)[0] for _ in range(3)]
    assert len(set(tickets)) == len(one) == 3
    assert not one.may_enter(None, 0, 1, 1, empty=False)
    assert not one.may_enter(tickets[1], 0, 1, 1, empty=False)
    assert one.may_enter(tickets[0], 0, 1, 1, empty=False)
    assert one.may_enter(tickets[2], 0, 2, 1, empty=False)
    assert not one.may_enter("made up", 0, 1, 1, empty=False)
    assert one.may_enter(tickets[1], 0, 1, 1, empty=False)
    assert one.may_enter("made up", 0, 1, 1, empty=False)
    assert len(one) == 0


def test_who_does_not_come_back_loses_the_place():
    clock = Clock()
    one = Line(clock)
    first, seconds = one.wait(None, 0, 0)
    second, _ = one.wait(None, 0, 0)
    clock.now = seconds + GRACE_SECONDS - 1
    assert one.wait(second, 0, 0)[0] == second
    clock.now += 2
    assert one.may_enter(second, 0, 1, 1, empty=False)
    assert not one.may_enter(first, 0, 0, 1, empty=False)
    assert len(one) == 0


def test_the_wait_is_that_of_the_answers_ahead():
    clock = Clock()
    one = Line(clock)
    assert one.wait(None, 0, 0)[1] == FIRST_WAIT_SECONDS
    for _ in range(5):
        clock.now += 2.0
        one.finished()
    assert one.wait(None, 0, 0)[1] == 4
    assert one.wait(None, 0, 0)[1] == 6
    for _ in range(30):
        last = one.wait(None, 0, 0)[1]
    assert last == LONGEST_WAIT_SECONDS


def test_a_large_question_at_the_head_is_not_passed_for_ever():
    one = Line(Clock())
    large, small = one.wait(None, 9, 0)[0], one.wait(None, 1, 0)[0]
    assert not one.may_enter(large, 9, 3, 8, empty=False)
    assert not one.may_enter(small, 1, 3, 8, empty=False)
    assert not one.may_enter(None, 1, 3, 8, empty=False)
    assert not one.may_enter(small, 1, 3, 9, empty=False)
    assert not one.may_enter(small, 1, 3, 9, empty=True)
    assert one.may_enter(small, 1, 3, 10, empty=False)
    assert not one.may_enter(large, 9, 3, 8, empty=False)
    assert one.may_enter(large, 9, 3, 8, empty=True)
    assert len(one) == 0


def test_the_line_is_bounded(monkeypatch):
    monkeypatch.setattr(line, "MOST_IN_LINE", 2)
    one = Line(Clock())
    assert one.wait(None, 0, 0)[0]
    known = one.wait(None, 0, 0)[0]
    assert one.wait(None, 0, 0) == (None, LONGEST_WAIT_SECONDS)
    assert one.wait(known, 0, 0)[0] == known
    assert len(one) == 2


def test_nobody_starves_and_memory_is_bounded():
    """Thirty visitors, memory for two at a time: all are answered, first come, first served."""
    jobs = Jobs(most_waiting=3, most_bytes=20)
    entered = []
    most = 0

    async def visitor(number):
        nonlocal most
        ticket = None

        def steps(stop):
            entered.append(number)
            yield number

        while True:
            try:
                async for message, done in jobs.listen(
                    f"question {number}", steps, nbytes=10, ticket=ticket
                ):
                    most = max(most, jobs.under_way)
                    if done:
                        return message
                return number
            except Busy as busy:
                ticket = busy.ticket
                await asyncio.sleep(0.002 * (1 + (7 * number) % 5))

    async def crowd():
        tasks = []
        for number in range(30):
            tasks.append(asyncio.create_task(visitor(number)))
            await asyncio.sleep(0)
        return await asyncio.gather(*tasks)

    assert asyncio.run(crowd()) == list(range(30))
    jobs.close()
    assert sorted(entered) == list(range(30))
    assert most <= 2
    for position, number in enumerate(entered):
        # There is memory for two at a time: at most one who came earlier is left a place.
        assert len(set(range(number)) - set(entered[:position])) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("where", [STEWART, "all"])
def test_what_a_question_records_is_not_more_than_thought(service, where):
    question = question_of({"where": where, "days": "180", "draws": "2", "a.hygiene": "on"})
    runs = service.experiment(question)._runs
    recorders = {id(run.recorder): run.recorder for run in runs}
    assert sum(one.nbytes for one in recorders.values()) <= 1.01 * question.nbytes
