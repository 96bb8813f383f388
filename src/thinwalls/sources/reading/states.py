"""Postal codes of states and territories."""

from __future__ import annotations

_CODES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI CU AA AE AP"
)
STATES = frozenset(_CODES.split(" "))
"""Postal codes of states, territories and the armed forces, and CU for Guantánamo Bay."""
