"""Actions that slow transmission inside facilities, one a module."""
