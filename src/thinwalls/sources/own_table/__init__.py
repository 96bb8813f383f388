"""A system from a user's own table."""
