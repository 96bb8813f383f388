"""What every room may use: errors, quantities, distributions, typed records, whole files."""
