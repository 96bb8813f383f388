"""Scenarios times draws over threads, and where everything in a result came from."""
