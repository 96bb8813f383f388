"""Files of any publisher: opening them, what is odd in them, names of places."""
