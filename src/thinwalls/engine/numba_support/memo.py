"""What was computed from objects that never change, for as long as they are in use.

The store and its rule of forgetting are those of ``cachetools``; what is ours is the key.  Arrays
cannot be hashed, so objects are known by identity, and an identity is good only while the object
lives: every value is kept together with what it was computed from.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from cachetools import LRUCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """The last few values used, by the identity of the objects they were computed from.

    It relies on the rule of the contract that arrays are never changed in place.  Threads may
    compute the same value twice, which does no harm; none waits while another computes.
    """

    def __init__(self, size: int) -> None:
        self._values: LRUCache[Hashable, tuple[tuple[object, ...], Value]] = LRUCache(size)
        self._lock = Lock()

    def get(self, owners: tuple[object, ...], extra: Hashable, make: Callable[[], Value]) -> Value:
        """The value for these objects (kept alive) and these other facts.

        Parameters
        ----------
        owners
            Objects that are told apart by identity and never change.
        extra
            What else the value depends on, told apart by equality.
        make
            Computes the value when it is not known.
        """
        key = (tuple(id(owner) for owner in owners), extra)
        with self._lock:
            known = self._values.get(key)
        if known is not None:
            return known[1]
        value = make()
        with self._lock:
            self._values[key] = (owners, value)
        return value
