"""Tables of a system: columns, schemas, checks, assumptions, derived columns."""
