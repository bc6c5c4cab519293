"""Which uncertain input moves a result, and how much of the result's spread does it bring?

First-order shares of variance: how much of the variance of a result goes away, on average, once one input is known. Inputs are
taken as independent, and cut into bins of equal count; what they bring only together is the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

BINS = 50


def variance_shares(inputs: Mapping[str, np.ndarray], result: np.ndarray, *, bins: int = BINS) -> dict[str, float]:
    """Return for each input the share of the variance of the result that it alone explains.

    Parameters
    ----------
    inputs
        Draws of each input, shape (n,); whole numbers of few values are taken as categories.
    result
        Draws of the result, shape (n,).
    bins
        Bins of equal count for an input with many values.

    Returns
    -------
    dict
        Shares in [0, 1], less the share that bins of pure chance would explain; all zero if the result does not vary.

    Notes
    -----
    First-order Sobol indices estimated by binning: variance of the mean of the result within bins over its whole variance.
    With k bins and n draws chance alone explains about (k − 1) / n, which is taken off.
    """
    whole = float(np.var(result))
    if np.ptp(result) == 0:
        return dict.fromkeys(inputs, 0.0)
    return {name: _explained(draws, result, bins) / whole for name, draws in inputs.items()}


def _explained(draws: np.ndarray, result: np.ndarray, bins: int) -> float:
    """Return the variance of the means of the result within bins of an input, less what chance makes of it."""
    labels = _binned(draws, bins)
    counts = np.bincount(labels)
    sums = np.bincount(labels, weights=result)
    used = counts > 0
    means, share = sums[used] / counts[used], counts[used] / len(result)
    between = float(np.sum(share * (means - np.mean(result)) ** 2))
    within = float(np.var(result)) - between
    chance = within * (int(used.sum()) - 1) / max(1, len(result) - int(used.sum()))
    return max(0.0, between - chance)


def _binned(draws: np.ndarray, bins: int) -> np.ndarray:
    values, labels = np.unique(draws, return_inverse=True)
    if len(values) <= bins:
        return labels
    edges = np.quantile(draws, np.linspace(0, 1, bins + 1)[1:-1])
    return np.searchsorted(edges, draws, side="right")
