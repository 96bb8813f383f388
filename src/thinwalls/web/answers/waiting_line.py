"""A line of visitors who were asked to wait: first come, first served, so that nobody starves.

A visitor who cannot be answered yet gets a ticket and is told when to come back.  Whoever comes
back in time keeps the place; newcomers go behind everybody who holds a ticket.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_WAIT_SECONDS = 3
"""Shortest time after which a visitor is asked to come back."""
LONGEST_WAIT_SECONDS = 30
GRACE_SECONDS = 15.0
"""How much later than asked a visitor may come back without losing the place."""
MOST_IN_LINE = 5_000
_LATELY = 20


@dataclass(frozen=True)
class _Place:
    """Of one who waits."""

    nbytes: int
    kept_until: float


class Line:
    """Tickets in the order of arrival.  Not safe for several threads; its owner has a lock."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._tickets: OrderedDict[str, _Place] = OrderedDict()
        self._finished: deque[float] = deque(maxlen=_LATELY)

    def __len__(self) -> int:
        return len(self._tickets)

    def finished(self) -> None:
        """Note that a place became free, to know how long a wait will be."""
        self._finished.append(self._clock())

    def may_enter(
        self, ticket: str | None, nbytes: int, free: int, free_bytes: int, *, empty: bool
    ) -> bool:
        """Whether this visitor's turn has come; the ticket is used up then.

        There are ``free`` places and ``free_bytes`` of memory, of which ``nbytes`` are asked for;
        what those ahead asked for is left to them.  When nothing is under way (``empty``) the
        first may enter whatever it asks for.
        """
        self._drop_late()
        position = self._position(ticket)
        ahead = sum(one.nbytes for one in islice(self._tickets.values(), position))
        fits = ahead + nbytes <= free_bytes or (empty and position == 0)
        if position >= free or not fits:
            return False
        if ticket is not None:
            self._tickets.pop(ticket, None)
        return True

    def wait(self, ticket: str | None, nbytes: int, free: int) -> tuple[str | None, int]:
        """The ticket of a visitor who may not enter, and in how many seconds to come back.

        Without a ticket when the line is full.
        """
        position = self._position(ticket)
        seconds = self._seconds(position - free + 1)
        if ticket not in self._tickets:
            if len(self._tickets) >= MOST_IN_LINE:
                return None, LONGEST_WAIT_SECONDS
            ticket = secrets.token_urlsafe(12)
        assert ticket is not None
        self._tickets[ticket] = _Place(nbytes, self._clock() + seconds + GRACE_SECONDS)
        return ticket, seconds

    def _position(self, ticket: str | None) -> int:
        if ticket not in self._tickets:
            return len(self._tickets)
        return next(n for n, one in enumerate(self._tickets) if one == ticket)

    def _seconds(self, ahead: int) -> int:
        """Time for so many answers at the pace of the last ones."""
        if len(self._finished) < 2:
            return FIRST_WAIT_SECONDS
        each = (self._finished[-1] - self._finished[0]) / (len(self._finished) - 1)
        return round(min(max(each * ahead, FIRST_WAIT_SECONDS), LONGEST_WAIT_SECONDS))

    def _drop_late(self) -> None:
        now = self._clock()
        for ticket in [one for one, place in self._tickets.items() if place.kept_until < now]:
            del self._tickets[ticket]
