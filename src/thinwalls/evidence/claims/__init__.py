"""Sentences from either side, tried as experiments and judged by rules written down before."""
