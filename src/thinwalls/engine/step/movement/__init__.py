"""Movements from cell to cell in a step: by hazard, by number, and arrival."""
