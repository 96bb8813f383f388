"""Fits of the reduced model to recorded outbreaks, and what they taught."""
