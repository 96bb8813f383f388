"""The report of a run, and its rendering as HTML, PDF and on the terminal."""
