"""An independent, exact simulation of the engine's inputs, event by event."""

from support.exact_engine.exact import run_exact

__all__ = ["run_exact"]
