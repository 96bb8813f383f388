"""Counter-based random numbers and samplers by exact quantiles."""
