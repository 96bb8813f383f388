"""One module per published study: its inputs, run with our engine."""
