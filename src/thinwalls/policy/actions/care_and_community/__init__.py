"""Actions on care, vaccines, counties and hospitals, one a module."""
