"""How long does peace last, when some of it is still going on?

Estimators for times that end in an event or are cut off: Kaplan–Meier with late entry, Aalen–Johansen where a peace can end
in several ways, the mean within a horizon, a bootstrap that draws whole wars, and how little so few events could show. Time
runs in years; a case is at risk just before ``t`` if it entered before ``t`` and was followed to ``t`` or beyond.

Assumes that a case cut off at some time was no likelier to fail than those followed on; where a case can leave in another way,
``aalen_johansen`` says so and Kaplan–Meier does not. Refuses times that end before they begin. A failure share with fewer than
``ENOUGH`` cases at risk is not estimated: whoever shows it says so and gives the counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from dossier.intervals import exact_share

ENOUGH = 10  # cases at risk from which a share is estimated
LEVEL = 0.95


@dataclass(frozen=True)
class Spells:
    """Times of peace, one a case.

    Attributes
    ----------
    years
        Years from the start to the violation, or to the last day followed; shape (n,), positive.
    violated
        Whether it ended in a violation; shape (n,), bool.
    wars
        The war that each case belongs to; cases of one war are drawn together. Blank: each case its own.
    entry
        Years after the start from which a case could be observed; zero for all if blank.
    """

    years: np.ndarray
    violated: np.ndarray
    wars: np.ndarray = field(default_factory=lambda: np.array([], dtype=str))
    entry: np.ndarray = field(default_factory=lambda: np.array([], dtype=float))

    def __post_init__(self) -> None:
        """Refuse arrays of other lengths and times that end before they begin."""
        count = len(self.years)
        object.__setattr__(self, "years", np.asarray(self.years, dtype=float))
        object.__setattr__(self, "violated", np.asarray(self.violated, dtype=bool))
        object.__setattr__(self, "wars", np.asarray(self.wars, dtype=str))
        object.__setattr__(self, "entry", np.asarray(self.entry, dtype=float))
        if len(self.entry) == 0:
            object.__setattr__(self, "entry", np.zeros(count))
        if len(self.wars) == 0:
            object.__setattr__(self, "wars", np.arange(count).astype(str))
        if not len(self.violated) == len(self.wars) == len(self.entry) == count:
            raise ValueError(f"{count} times with arrays of other lengths")
        times = np.concatenate([self.years, self.entry])
        if not np.all(np.isfinite(times)) or np.any(self.years <= self.entry) or np.any(self.entry < 0):
            raise ValueError("accepted: finite years, each greater than its entry, and no entry below zero")

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.years)

    @property
    def war_count(self) -> int:
        """How many wars the cases come from."""
        return len(set(self.wars.tolist()))

    def at_risk(self, years: float) -> int:
        """Return how many cases were at risk just before a time."""
        return int(np.sum((self.entry < years) & (self.years >= years)))

    def violated_by(self, years: float) -> int:
        """Return how many cases had been violated by a time."""
        return int(np.sum(self.violated & (self.years <= years)))


@dataclass(frozen=True)
class Curve:
    """A Kaplan–Meier curve at the times of its violations, in order.

    Attributes
    ----------
    times, at_risk, violations, survival
        Shape (k,): when, how many (or how much weight) at risk just before and violated then, and the share holding after.
    greenwood
        Sum of d / (n (n − d)) up to each time; infinite once nobody is left.
    """

    times: np.ndarray
    at_risk: np.ndarray
    violations: np.ndarray
    survival: np.ndarray
    greenwood: np.ndarray

    def failed_by(self, years: float) -> float:
        """Return the share violated by a time."""
        return 1.0 - _at(self.times, self.survival, years, before=1.0)

    def interval(self, years: float, *, level: float = LEVEL) -> tuple[float, float]:
        """Return the log-log interval of the share violated by a time; see `log_log`."""
        return log_log(
            1.0 - self.failed_by(years), greenwood=_at(self.times, self.greenwood, years, before=0.0), level=level
        )


@dataclass(frozen=True)
class Estimate:
    """A share violated by a horizon, with what it rests on."""

    years: float
    failed: float
    low: float
    high: float
    cases: int
    wars: int
    at_risk: int
    violations: int

    @property
    def estimated(self) -> bool:
        """Whether enough cases were at risk for the share to be told."""
        return self.at_risk >= ENOUGH


def kaplan_meier(spells: Spells, *, weights: np.ndarray | None = None) -> Curve:
    """Return the Kaplan–Meier curve of the time to a violation.

    Parameters
    ----------
    spells
        Times of n cases.
    weights
        Shape (n,), not negative; one each if none are given. Whole weights count a case so many times.

    Notes
    -----
    Kaplan and Meier (1958); late entry as in Kalbfleisch and Prentice (2002), with the convention of R and Stata: a case
    that enters at a time is not yet at risk there.

    >>> curve = kaplan_meier(Spells([1, 2, 3], [True, False, True]))
    >>> [round(float(share), 3) for share in curve.survival]
    [0.667, 0.0]
    """
    weight = np.ones(len(spells)) if weights is None else np.asarray(weights, dtype=float)
    times = np.unique(spells.years[spells.violated])
    risk, hit = _risk_matrices(spells, times)
    at_risk, violations = weight @ risk, weight @ hit
    kept = at_risk > 0  # a time at which no weight is at risk says nothing
    times, at_risk, violations = times[kept], at_risk[kept], violations[kept]
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = violations / (at_risk * (at_risk - violations))
    survival = np.cumprod(1.0 - violations / at_risk)
    return Curve(times, at_risk, violations, survival, np.cumsum(np.where(violations > 0, steps, 0.0)))


def log_log(survival: float, *, greenwood: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of the share violated, from the complementary logarithm of the share holding.

    Parameters
    ----------
    survival
        Share holding, in [0, 1].
    greenwood
        Greenwood's sum up to the time.
    level
        Confidence level.

    Returns
    -------
    tuple of float
        Bounds of the share violated; ``(nan, nan)`` where nobody or everybody has been violated, for the method has no answer there.

    Notes
    -----
    Kalbfleisch and Prentice (2002): log(−log S) is taken as normal with standard error √greenwood / |log S|.
    """
    if not 0 < survival < 1 or not math.isfinite(greenwood):
        return math.nan, math.nan
    spread = float(special.ndtri(1 - (1 - level) / 2)) * math.sqrt(greenwood) / abs(math.log(survival))
    return 1.0 - survival ** math.exp(-spread), 1.0 - survival ** math.exp(spread)


def failed_by(spells: Spells, years: float, *, level: float = LEVEL) -> Estimate:
    """Return the share violated by a horizon, as if the cases were independent.

    Where none, or all, of the cases at risk have been violated, the log-log interval has no answer and the exact binomial
    interval of none (or all) among the cases stands in.
    """
    curve = kaplan_meier(spells)
    share = curve.failed_by(years)
    low, high = curve.interval(years, level=level)
    if math.isnan(low) and len(spells):
        exact = exact_share(len(spells) if share >= 1 else 0, len(spells), level=level)
        low, high = exact.low, exact.high
    return _estimate(spells, years, share, low, high)


def failed_by_wars(spells: Spells, years: float, *, draws: np.ndarray, level: float = LEVEL) -> Estimate:
    """Return the share violated by a horizon, with the interval of a bootstrap that drew whole wars.

    Parameters
    ----------
    draws
        Shares violated by the horizon in each draw, from `bootstrap`.
    """
    tail = (1 - level) / 2
    low, high = (float(bound) for bound in np.quantile(draws, [tail, 1 - tail]))
    return _estimate(spells, years, kaplan_meier(spells).failed_by(years), low, high)


def bootstrap(spells: Spells, horizons: Sequence[float], *, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return shares violated by each horizon when wars are drawn with replacement.

    Parameters
    ----------
    spells
        Times of n cases; those of one war are drawn or left out together.
    horizons
        Years.
    draws
        How many samples.
    rng
        Source of chance.

    Returns
    -------
    numpy.ndarray
        Shape (draws, len(horizons)), in [0, 1].

    Notes
    -----
    The cluster bootstrap (Field and Welsh 2007): the wars, and not the cases, are the independent draws.
    """
    names, member = np.unique(spells.wars, return_inverse=True)
    counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return failed_by_weights(spells, horizons, weights=counts[:, member].astype(float))


def failed_by_weights(spells: Spells, horizons: Sequence[float], *, weights: np.ndarray) -> np.ndarray:
    """Return Kaplan–Meier shares violated by each horizon for many weightings at once.

    Parameters
    ----------
    weights
        Shape (m, n), not negative.

    Returns
    -------
    numpy.ndarray
        Shape (m, len(horizons)). Where no weight is at risk the curve stays as it is.
    """
    times = np.unique(spells.years[spells.violated])
    times = times[times <= max(horizons, default=0.0)]
    risk, hit = _risk_matrices(spells, times)
    at_risk, violations = weights @ risk, weights @ hit
    steps = 1.0 - np.divide(violations, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
    survival = np.cumprod(np.clip(steps, 0.0, 1.0), axis=1)  # weights that nearly cancel leave rounding below zero
    whole = np.concatenate([np.ones((len(weights), 1)), survival], axis=1)
    return 1.0 - whole[:, np.searchsorted(times, np.asarray(horizons, dtype=float), side="right")]


def aalen_johansen(years: np.ndarray, cause: np.ndarray, *, causes: Sequence[str], at: float) -> dict[str, float]:
    """Return, by a time, the share that has left in each way, and under ``""`` the share that has not left.

    Parameters
    ----------
    years
        Shape (n,): when each case left or was last followed.
    cause
        Shape (n,): how it left, one of ``causes``; a blank text if it had not.
    at
        Years.

    Returns
    -------
    dict
        Shares in [0, 1] that add up to one.

    Notes
    -----
    Aalen and Johansen (1978): the chance of leaving in one way is the chance of being there times that way's hazard, summed.
    One less Kaplan–Meier, which takes the other ways for mere endings of following, would be larger.
    """
    years, cause = np.asarray(years, dtype=float), np.asarray(cause, dtype=object)
    left = cause != ""
    unknown = sorted(set(cause[left]) - set(causes))
    if unknown:
        raise ValueError(f"cause {unknown[0]!r}; accepted: {', '.join(causes)}")
    shares, staying = dict.fromkeys(causes, 0.0), 1.0
    for time in np.unique(years[left & (years <= at)]):
        at_risk, now = np.sum(years >= time), left & (years == time)
        for name in causes:
            shares[name] += staying * float(np.sum(now & (cause == name)) / at_risk)
        staying *= 1.0 - float(np.sum(now) / at_risk)
    return {**shares, "": staying}


def restricted_mean(curve: Curve, horizon: float) -> float:
    """Return the mean years of peace within a horizon: the area under the curve up to it.

    >>> restricted_mean(kaplan_meier(Spells([1, 2], [True, True])), 5)
    1.5
    """
    inside = curve.times < horizon
    edges = np.concatenate([[0.0], curve.times[inside], [horizon]])
    return float(np.sum(np.diff(edges) * np.concatenate([[1.0], curve.survival[inside]])))


def weibull_shape(times: np.ndarray) -> tuple[float, float]:
    """Return the shape of the Weibull distribution that fits times best, and its standard error; 1 means that nothing ages.

    Parameters
    ----------
    times
        Shape (n,), positive, none cut off; two different ones at least.

    Notes
    -----
    Maximum likelihood: the shape k solves Σ t^k log t / Σ t^k − 1/k = mean of log t, by Newton's steps; the error is from the observed
    information of k with the scale profiled out.
    """
    logs = np.log(np.asarray(times, dtype=float))
    if len(logs) < 2 or np.ptp(logs) == 0 or not np.all(np.isfinite(logs)):
        raise ValueError("accepted: positive times, at least two of them different")
    logs, shape = logs - np.mean(logs), 1.0
    for _ in range(100):
        powers = np.exp(shape * logs)
        first, second = (float(np.sum(powers * logs**order) / np.sum(powers)) for order in (1, 2))
        spread = second - first**2 + 1 / shape**2
        step = (first - 1 / shape) / spread
        shape = max(shape - step, shape / 2)
        if abs(step) < 1e-12 * shape:
            break
    return shape, 1 / math.sqrt(len(logs) * spread)


def ratio_error(events: int, *, share: float) -> float:
    """Return the smallest standard error that a logarithm of a hazard ratio can have.

    Parameters
    ----------
    events
        Violations seen.
    share
        Share of the cases that had the feature, in (0, 1).

    Notes
    -----
    The information bound 1 / √(D p (1 − p)) of Schoenfeld (1983).

    >>> round(ratio_error(12, share=0.5), 2)
    0.58
    """
    if events < 1 or not 0 < share < 1:
        return math.inf
    return 1 / math.sqrt(events * share * (1 - share))


def events_needed(ratio: float, *, share: float, power: float = 0.80, size: float = 0.05) -> int:
    """Return how many violations are needed to see a hazard ratio.

    Notes
    -----
    Schoenfeld (1983): (z of 1 − size/2 plus z of power)² / (p (1 − p) log² ratio).

    >>> events_needed(0.5, share=0.5)
    66
    """
    if ratio <= 0 or ratio == 1 or not 0 < share < 1:
        raise ValueError(f"ratio {ratio}, share {share}; accepted: a positive ratio other than 1 and a share in (0, 1)")
    reach = float(special.ndtri(1 - size / 2) + special.ndtri(power))
    return math.ceil(reach**2 / (share * (1 - share) * math.log(ratio) ** 2))


def _risk_matrices(spells: Spells, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which case was at risk, and which was violated, at each time; both of shape (n, k)."""
    risk = (spells.years[:, None] >= times) & (spells.entry[:, None] < times)
    hit = spells.violated[:, None] & (spells.years[:, None] == times)
    return risk.astype(float), hit.astype(float)


def _estimate(spells: Spells, years: float, share: float, low: float, high: float) -> Estimate:
    counts = (len(spells), spells.war_count, spells.at_risk(years), spells.violated_by(years))
    return Estimate(years, share, low, high, *counts)


def _at(times: np.ndarray, values: np.ndarray, years: float, *, before: float) -> float:
    """Return the value of a step function that holds from each time on."""
    position = int(np.searchsorted(times, years, side="right"))
    return float(values[position - 1]) if position else before
