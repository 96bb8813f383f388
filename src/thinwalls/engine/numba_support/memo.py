"""What was computed from objects that never change, for as long as they are in use."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """The last few values computed, by the identity of the objects they were computed from.

    It relies on the rule of the contract that arrays are never changed in place.  Threads may
    compute the same value twice, which does no harm.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, tuple[tuple[object, ...], Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, owners: tuple[object, ...], extra: Hashable, make: Callable[[], Value]) -> Value:
        """The value for these objects (kept alive) and these other facts."""
        key = (tuple(id(owner) for owner in owners), extra)
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][1]
        value = make()
        with self._lock:
            self._values[key] = (owners, value)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return value
