"""What outbreak teams do: doses on dates, prophylaxis for the exposed."""
