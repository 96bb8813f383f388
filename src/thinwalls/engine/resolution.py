"""What an operation means for given types is asked once, not in every line.

Numba finds the meaning of ``a + b`` by trying some thirty templates, of strings, lists and sets
among others, anew for every addition and again when the line is translated: a third of the time
that the rest of Numba takes before the optimiser.  To look something up it compares its flags one
by one, which is most of each trial.
"""

# mypy: disable-error-code="import-untyped, misc, no-untyped-call"

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from numba import types
from numba.core.compiler import Flags
from numba.core.targetconfig import ConfigStack, TargetConfig

if TYPE_CHECKING:
    from collections.abc import Iterator

_meanings: Final[dict[tuple[Any, ...], Any]] = {}

_ask: Final[Any] = types.Function.get_call_type


class SettledFlags(Flags):
    """Flags as they are when they are copied, which say quickly whether they are the same."""

    __slots__ = ("_settled",)

    def __init__(self, copy_from: TargetConfig) -> None:
        super().__init__(copy_from)
        self._settled = self.summary()

    def __hash__(self) -> int:
        return hash(self._settled)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SettledFlags) and self._settled == other._settled


def _recall(function: Any, context: Any, args: Any, kws: Any) -> Any:
    """Signature of a call of what Numba brings along; only those found are remembered."""
    question = function, id(context), tuple(args), tuple(kws.items()), ConfigStack.top_or_none()
    if question not in _meanings:
        _meanings[question] = _ask(function, context, args, kws)
    return _meanings[question]


@contextmanager
def remembered() -> Iterator[None]:
    """While this lasts, Numba remembers; it compiles in one thread at a time."""
    function: Any = types.Function
    before = function.get_call_type
    function.get_call_type = _recall
    try:
        yield
    finally:
        function.get_call_type = before
