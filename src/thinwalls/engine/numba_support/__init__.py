"""How kernels are compiled, linked, cached and handed their arrays."""
