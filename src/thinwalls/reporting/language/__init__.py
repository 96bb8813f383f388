"""Words in each language: catalogues, names of things, plurals, numbers."""
