"""One draw: parameters sampled, places imputed, engine inputs made."""
