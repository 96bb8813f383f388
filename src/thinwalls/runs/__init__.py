"""A run as a thing: chosen, recorded, repeated."""
