"""While the engine is compiled Numba remembers what operations mean; otherwise it is as it was."""

from __future__ import annotations

import pytest
from numba import njit, types
from numba.core.compiler import Flags

from thinwalls.engine import make_ready
from thinwalls.engine.resolution import SettledFlags, remembered

USUAL = types.Function.get_call_type


def test_numba_is_left_as_it_was() -> None:
    make_ready()
    assert types.Function.get_call_type is USUAL
    with remembered():
        assert types.Function.get_call_type is not USUAL
    assert types.Function.get_call_type is USUAL
    with pytest.raises(KeyError), remembered():
        raise KeyError
    assert types.Function.get_call_type is USUAL


@pytest.mark.slow
def test_what_is_remembered_depends_on_the_types() -> None:
    def halved(a, b):
        return (a + b) / 2

    with remembered():
        once, again = njit(halved), njit(halved)
        for dispatcher in (once, again):
            assert dispatcher(1, 2) == 1.5
            assert dispatcher(1.0, 2) == 1.5
            assert dispatcher(1, 2j) == 0.5 + 1j
            with pytest.raises(Exception, match="No implementation of function"):
                dispatcher("a", 1)


def test_flags_are_equal_when_all_of_them_are() -> None:
    flags = Flags()
    flags.nrt = True
    one, other = SettledFlags(flags), SettledFlags(flags)
    assert one == other
    assert hash(one) == hash(other)
    assert SettledFlags(one) == one
    flags.nrt = False
    assert SettledFlags(flags) != one
