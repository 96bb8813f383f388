"""Commands that simulate: the demo, a run, questions about one person or a delay, the page."""
