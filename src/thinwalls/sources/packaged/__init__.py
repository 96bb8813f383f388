"""Packaged systems built from publishers' files."""
