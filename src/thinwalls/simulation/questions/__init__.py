"""Questions beyond a run: one person, who bears it, what a scenario changes."""
