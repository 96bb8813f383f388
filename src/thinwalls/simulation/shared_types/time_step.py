"""How finely time is cut."""

from __future__ import annotations

STEPS_PER_DAY = 2
"""Half-day steps: infections in the first weeks come about a quarter of a day late against steps
of an eighth of a day, totals differ by half a per cent (docs: the simulation, "How fine a step").
"""
