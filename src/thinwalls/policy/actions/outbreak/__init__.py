"""What outbreak teams do once a case is found."""
