"""Oracles: published results, closed forms and independent simulations the engine has to meet."""
