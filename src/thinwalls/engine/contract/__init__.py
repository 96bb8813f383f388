"""What the engine takes: arrays in, their shapes and bounds, and errors where they are wrong."""
