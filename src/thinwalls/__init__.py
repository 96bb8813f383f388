"""thinwalls."""
