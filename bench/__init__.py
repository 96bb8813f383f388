"""Speed of the engine, side by side with a limit in C, with peers and with earlier releases."""
