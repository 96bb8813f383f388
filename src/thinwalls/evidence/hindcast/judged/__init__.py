"""What was fitted or assumed, judged on counts that came later or from elsewhere."""
