"""One module per publisher with a TOML file beside it: its files into our tables."""
