"""Actions on where people are, one a module."""
