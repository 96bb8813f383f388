"""Who is where on the first day: cells, units, contacts, severity, beds."""
