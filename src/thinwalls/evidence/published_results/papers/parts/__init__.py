"""What longer papers are made of."""
