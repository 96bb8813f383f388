"""Commands that hold results against the world: claims, published results, records, repeats."""
