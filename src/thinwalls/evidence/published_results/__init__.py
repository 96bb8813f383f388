"""Published results beside ours, with tolerances kept in files."""
