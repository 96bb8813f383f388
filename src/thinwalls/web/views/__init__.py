"""Pages rendered from answers, forms and maps."""
