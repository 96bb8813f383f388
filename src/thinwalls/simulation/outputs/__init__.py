"""What the engine's record becomes: daily rows, counts, labels, results by age."""
