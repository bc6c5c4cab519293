"""How sure can a count make us? Intervals for shares, shared by all analyses.

Counts are taken as independent draws of one kind of thing. That is false for events an editor chose and for precedents
chosen for their fame; the pages that show such intervals say so. Only ``scipy.special`` is imported: ``scipy.stats``
costs a second a process.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True)
class Interval:
    """A share with its bounds, all in [0, 1], at the stated level."""

    share: float
    low: float
    high: float
    level: float

    def percent(self) -> str:
        """Return the share with its bounds in whole per cent.

        >>> Interval(1 / 3, 0.0084, 0.9057, 0.95).percent()
        '33 % (95 % interval 1–91 %)'
        """
        bounds = f"{_percent(self.low)}–{_percent(self.high)} %"
        return f"{_percent(self.share)} % ({_percent(self.level)} % interval {bounds})"


def exact_share(count: int, total: int, *, level: float = 0.95) -> Interval:
    """Return the exact (Clopper–Pearson) interval of a binomial share.

    Parameters
    ----------
    count, total
        Successes and trials, ``0 <= count <= total``, ``total >= 1``.
    level
        Confidence level.

    Notes
    -----
    Clopper and Pearson (1934): bounds are quantiles of beta distributions.

    >>> interval = exact_share(1, 3)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0084, 0.9057)
    """
    _refuse_counts(count, total)
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(special.betaincinv(count, total - count + 1, tail))
    high = 1.0 if count == total else float(special.betaincinv(count + 1, total - count, 1 - tail))
    return Interval(count / total, low, high, level)


def category_share(count: int, total: int, *, kinds: int, level: float = 0.90) -> Interval:
    """Return the Jeffreys–Dirichlet interval of one category's share among ``kinds``.

    With a Dirichlet(½, …, ½) prior the share of one category is Beta(count + ½, total − count + (kinds − 1)/2); the
    point is its mean, (count + ½) / (total + kinds/2).

    >>> round(category_share(0, 15, kinds=4).share, 4)
    0.0294
    """
    _refuse_counts(count, total)
    if kinds < 2:
        raise ValueError(f"kinds is {kinds}: a share needs at least two categories")
    first, second = count + 0.5, total - count + (kinds - 1) / 2
    tail = (1 - level) / 2
    low, high = (float(special.betaincinv(first, second, q)) for q in (tail, 1 - tail))
    return Interval(first / (first + second), low, high, level)


def share_test_power(total: int, *, share: float, share_if: float, size: float = 0.05) -> float:
    """Return the power of the exact one-sided binomial test of a share.

    Parameters
    ----------
    total
        Number of events.
    share
        Expected share of them in the window if nothing changed.
    share_if
        Share in the window under the change that one hopes to see.
    size
        Largest chance of a false alarm.

    Returns
    -------
    float
        Chance that the test sees the change. The window is fixed beforehand, the most favourable case.
    """
    if total < 1:
        return 0.0
    critical = next(k for k in range(total + 2) if _tail(k, total, share) <= size)
    return _tail(critical, total, share_if)


def trend_test_power(total: int, *, share: float, ratio: float, size: float = 0.05) -> float:
    """Return the power of Laplace's test for trend against a raised rate at the end of a period.

    Parameters
    ----------
    total
        Number of events.
    share
        Part of the period, at its end, in which the rate is raised, in (0, 1).
    ratio
        The raised rate over the rate before.
    size
        Chance of a false alarm, both sides together.

    Returns
    -------
    float
        Chance that the test sees the rise, by the normal approximation to the mean of the times.

    Notes
    -----
    Laplace's statistic is U = (mean of the times − 1/2) √(12 n) for times in [0, 1]; at a constant rate it is standard normal.
    Under the rise the times have mean m and variance v by integration, so that U has mean (m − 1/2) √(12 n) and standard
    deviation √(12 v).

    >>> [round(trend_test_power(n, share=0.1, ratio=3), 2) for n in (15, 40, 80)]
    [0.19, 0.39, 0.63]
    """
    if total < 1:
        return 0.0
    before, weight = 1 - share, 1 - share + ratio * share
    mean = (before**2 / 2 + ratio * (1 - before**2) / 2) / weight
    variance = (before**3 / 3 + ratio * (1 - before**3) / 3) / weight - mean**2
    centre, spread = (mean - 0.5) * math.sqrt(12 * total), math.sqrt(12 * variance)
    bound = float(special.ndtri(1 - size / 2))
    return float(special.ndtr((centre - bound) / spread) + special.ndtr((-bound - centre) / spread))


def _tail(at_least: int, total: int, share: float) -> float:
    """Return P(X >= at_least) for a binomial count."""
    if at_least <= 0:
        return 1.0
    if at_least > total:
        return 0.0
    return float(special.bdtrc(at_least - 1, total, share))


def _refuse_counts(count: int, total: int) -> None:
    if total < 1 or not 0 <= count <= total:
        raise ValueError(f"{count} of {total}: a share needs 0 <= count <= total and total >= 1")


def _percent(share: float) -> str:
    return f"{share * 100:.0f}"
