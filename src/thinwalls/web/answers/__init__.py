"""Questions of the page answered: read, queued, run, turned into views and files."""
