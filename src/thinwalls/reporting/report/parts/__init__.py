"""Parts of the report, each from one answer."""
