"""Everything that can be wrong with inputs, found before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thinwalls.engine.inputs import Inputs


def validate(inputs: Inputs, mode: str = "stochastic") -> None:
    """Raise :class:`EngineError`, naming array, index and value, unless the inputs can be run."""
