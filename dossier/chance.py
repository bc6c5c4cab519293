"""Where does chance come from, so that the same seed gives the same book?

One stream of random numbers for each use, made from the seed and the names of the use: no result depends on which cell ran
first. There is no unseeded randomness in the project.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return a generator of its own for a named use of a seed.

    >>> bool(stream(1, "draws").integers(100) == stream(1, "draws").integers(100))
    True
    """
    return np.random.default_rng([seed, *(zlib.crc32(name.encode("utf-8")) for name in names)])


def by_weight(weights: Sequence[float], size: int, rng: np.random.Generator) -> np.ndarray:
    """Return draws of a place in a list, each place as often as its weight says; shape (size,).

    >>> by_weight([0.0, 2.0], 3, stream(1, "places"))
    array([1, 1, 1])
    """
    shares = np.cumsum(weights)
    return np.searchsorted(shares[:-1], rng.uniform(0, shares[-1], size), side="right")
