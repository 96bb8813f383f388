"""What a file says before anything is built from it, and whether totals agree."""
