"""Types of arrays, by what they hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Index = NDArray[np.int64]
"""positions in another array"""
Bool = NDArray[np.bool_]
Key = NDArray[np.uint64]
"""keys of random streams, and sets of stages as bits"""
Small = NDArray[np.uint32]
