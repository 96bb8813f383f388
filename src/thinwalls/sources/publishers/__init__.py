"""One module per publisher: its files into our tables."""
