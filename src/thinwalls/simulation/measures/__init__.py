"""Actions of a scenario compiled into factors, exits, counts and programmes of the engine."""
