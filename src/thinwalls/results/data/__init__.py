"""The labelled dataset of a run: its schema, checks, intervals and storage."""
