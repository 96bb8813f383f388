"""Who is immune on the first day, as a person writes it: ``stewart:detained=0.93``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thinwalls.common import InputError
from thinwalls.system import EVERY

if TYPE_CHECKING:
    from thinwalls.system import System

FLAG = "--immune"
FORM = "SHARE, FACILITY=SHARE, FACILITY:GROUP=SHARE or FACILITY:GROUP:AGES=SHARE"
"""What can be given; a share may have an interval: ``0.93:0.88:0.96``."""
_GROUPS = ("detained", "staff")


def with_immune(system: System, text: str) -> System:
    """The system with the share immune that ``text`` says.

    ``SHARE`` is of everybody detained; ``FACILITY`` an id, a name or ``*``; ``GROUP`` detained
    (unless given) or staff; ``AGES`` an age band of the system.  ``SHARE:LOW:HIGH`` is drawn.

    Raises
    ------
    InputError
        Names the text and what is allowed.
    """
    who, equals, number = text.rpartition("=")
    parts = [part.strip() for part in who.split(":")] if equals else []
    shares = [_share(part, text) for part in number.split(":")]
    if len(parts) > 3 or len(shares) not in (1, 3) or "" in parts:
        raise InputError("must be {form}", field=FLAG, value=text, form=FORM)
    facility, group, ages = (*parts, *(EVERY, _GROUPS[0], EVERY)[len(parts) :])
    if group not in _GROUPS:
        raise InputError(
            "must be one of {names}", field=FLAG, value=group, names=", ".join(_GROUPS)
        )
    low, high = shares[1:] or (None, None)
    return system.with_immunity(
        shares[0], facility=facility, group=group, age_band=ages, low=low, high=high
    )


def _share(text: str, given: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise InputError("must be {form}", field=FLAG, value=given, form=FORM) from None
    if not 0.0 <= value <= 1.0:
        raise InputError("must be a share from 0 to 1 (0.93 for 93 %)", field=FLAG, value=given)
    return value
