"""Gamma distributed numbers that rise with each of the uniform numbers they are made of.

For shapes of :data:`_PLAIN` and more, the cube of a normal number (Wilson, Hilferty 1931, "The
distribution of chi-square", PNAS 17:684-688).  Below, a Gamma(a + 3) number times powers of three
uniform numbers: Gamma(a) is Gamma(a + 1) times U**(1 / a) (Devroye 1986, "Non-uniform random
variate generation", page 420).  So with the same uniform numbers the result rises with the shape,
too, and a paired comparison stays sharp.  What the cube leaves of an error is in the docs
(docs/samplers.md).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from thinwalls.engine.numba_support.decorators import compiled
from thinwalls.engine.random.exact_math import exp_neg, log, normal_quantile

_PLAIN: Final = 8.0
_NOTHING: Final = 16.0
"""Of a number below exp(-16) of its first factor nothing is left."""


@compiled
def gamma_large(shape: float, u: float) -> float:
    """Gamma number of mean ``shape``, at least 3, at a uniform number."""
    ninth = 1.0 / (9.0 * shape)
    # Wilson and Hilferty: the cube root is nearly normal.
    root = 1.0 - ninth + normal_quantile(u) * float(np.sqrt(ninth))
    if root <= 0.0:
        return 0.0
    # The cube alone has a mean too small by the share (9 shape)**-3.
    return shape * root * root * root / (1.0 - ninth * ninth * ninth)


@compiled
def gamma(shape: float, u: float, first: float, second: float, third: float) -> float:
    """Gamma number of scale 1 from four uniform numbers, of which large shapes need the first.

    Parameters
    ----------
    shape
        Above 0; the mean.
    u, first, second, third
        Independent, strictly between 0 and 1.
    """
    if shape >= _PLAIN:
        return gamma_large(shape, u)
    exponent = -log(first) / shape
    # Mostly so where the shape is small: nearly all people pass nearly nothing on in a step.
    if exponent > _NOTHING:
        return 0.0
    exponent -= log(second) / (shape + 1.0) + log(third) / (shape + 2.0)
    return gamma_large(shape + 3.0, u) * exp_neg(exponent)
