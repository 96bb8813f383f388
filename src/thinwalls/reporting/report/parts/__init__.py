"""Sections of the report: one file each, made from the answers to a run."""
