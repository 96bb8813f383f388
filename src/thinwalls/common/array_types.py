"""Types of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


Float = NDArray[np.float64]

Int = NDArray[np.int64]

Index = NDArray[np.int64]

Bool = NDArray[np.bool_]

Key = NDArray[np.uint64]

Small = NDArray[np.uint32]


Float = NDArray[np.float64]
