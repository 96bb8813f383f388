"""A system and its verbs: parts of it, search, housing units, description."""
