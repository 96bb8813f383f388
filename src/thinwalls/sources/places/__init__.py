"""Where a place is: ZIP codes, cities and ICE's field offices."""
