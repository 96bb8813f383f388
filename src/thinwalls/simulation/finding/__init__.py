"""How people become known to be infected, what follows for them, and when it is reported."""
