"""Where does chance come from, so that the same seed gives the same book?

One stream of random numbers for each use, made from the seed and the names of the use: no result depends on which cell ran
first. There is no unseeded randomness in the project.
"""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return a generator of its own for a named use of a seed.

    >>> stream(1, "draws").integers(100) == stream(1, "draws").integers(100)
    True
    """
    return np.random.default_rng([seed, *(zlib.crc32(name.encode("utf-8")) for name in names)])
