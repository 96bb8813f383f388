"""Commands that show what is packaged or saved: lists, numbers with their sources, answers."""
