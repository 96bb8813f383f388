"""One step, part by part: policies, force of infection, progression, movement, record."""
