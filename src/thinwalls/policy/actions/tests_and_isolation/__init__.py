"""Actions that find infected people and keep them apart, one a module."""
