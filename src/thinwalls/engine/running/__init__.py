"""Draws of one plan: run, ensemble over threads, compilation ahead of use."""
