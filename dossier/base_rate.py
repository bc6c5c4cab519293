"""How often is a settlement violated within the horizon, with armed enforcement and without?

The rate of the reference classes is known as far as their cases go; how it divides between enforced and other settlements is
not, for the classes do not code missions. It is divided by the hazard ratio of peacekeepers in wars inside states, of which an
unknown part carries over to wars between states: none is possible, and then both kinds have the same rate. Which class speaks
is drawn by its weight, so that the choice of class is part of the uncertainty.

Assumes proportional hazards up to the horizon. Refuses a class whose rate is not estimated: it is left out and said so. The
difference that comes out is that of the assumed ratio, not a finding of these cases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from dossier import chance
from dossier.priors import Prior, pick
from dossier.sensitivity import variance_shares

RATIO, TRANSPORT, SHARE = "enforcement-hazard-ratio", "enforcement-transport", "share-enforced"
INGREDIENTS = {
    "class": "Which reference class speaks",
    "rate": "The rate within the class",
    RATIO: "The hazard ratio of peacekeepers",
    TRANSPORT: "How much of it carries over",
    SHARE: "The share already enforced",
}
LEVEL = 0.90
NEAR = 0.10  # class rates no farther apart than this agree
LEAST_HOLDING = 1e-15  # a share holding of nothing has no logarithm
STEPS, CLOSE = 50, 1e-13  # Newton's steps at most, and the relative step that ends them


@dataclass(frozen=True)
class ClassRate:
    """The rate of one class: share violated by the horizon, its standard deviation, cases, and weight."""

    class_id: str
    failed: float
    sd: float
    cases: int
    weight: float


@dataclass(frozen=True)
class Draws:
    """Draws of the rates and of what they came from; arrays of shape (n,).

    Attributes
    ----------
    pooled
        Share violated by the horizon in the class drawn.
    assured, enforced
        The same without and with armed enforcement.
    inputs
        The ingredients by name, as drawn.
    """

    pooled: np.ndarray
    assured: np.ndarray
    enforced: np.ndarray
    inputs: Mapping[str, np.ndarray]

    def summary(self, *, level: float = LEVEL) -> pd.DataFrame:
        """Return mean and interval of each rate and of the difference: ``what``, ``mean``, ``low``, ``high``."""
        tail = (1 - level) / 2
        named = {"pooled": self.pooled, "assured": self.assured, "enforced": self.enforced}
        named["difference"] = self.assured - self.enforced
        rows = [(what, float(np.mean(d)), *map(float, np.quantile(d, [tail, 1 - tail]))) for what, d in named.items()]
        return pd.DataFrame(rows, columns=["what", "mean", "low", "high"])

    def enforced_lower(self) -> float:
        """Return in what share of the draws enforcement has the lower rate."""
        return float(np.mean(self.enforced < self.assured))

    def shares(self) -> pd.DataFrame:
        """Return what share of the variance of each rate an ingredient alone brings: ``ingredient``, ``enforced``, ``assured``."""
        found = {what: variance_shares(self.inputs, getattr(self, what)) for what in ("enforced", "assured")}
        rows = [(name, found["enforced"][name], found["assured"][name]) for name in self.inputs]
        return pd.DataFrame(rows, columns=["ingredient", "enforced", "assured"])


def class_rates(estimates: pd.DataFrame, weights: Mapping[str, float], *, tier: str, years: int) -> list[ClassRate]:
    """Return the rates of the classes that have a weight and enough cases at risk at the horizon.

    Parameters
    ----------
    estimates
        From `reference.estimates`.
    weights
        By class; from `reference.weighted`.
    """
    chosen = estimates[(estimates["tier"] == tier) & (estimates["years"] == years) & (estimates["coding"] == "main")]
    found = [
        ClassRate(row.class_id, row.failed, row.sd, row.cases, weights[row.class_id])
        for row in chosen.itertuples()
        if row.estimated and weights.get(row.class_id, 0) > 0
    ]
    total = sum(rate.weight for rate in found)
    return [ClassRate(r.class_id, r.failed, r.sd, r.cases, r.weight / total) for r in found]


def sample(rates: Sequence[ClassRate], known: Mapping[str, Prior], *, draws: int, seed: int) -> Draws | None:
    """Return draws of the rates, or None where no class has a rate.

    Parameters
    ----------
    rates
        From `class_rates`.
    known
        Inputs by id; from `priors.read`. Their ``draw`` is used, so that a fixed input is a switch.
    """
    if not rates:
        return None
    rng = chance.stream(seed, "base rate")
    which = chance.by_weight([rate.weight for rate in rates], draws, rng)
    within = rng.uniform(size=draws)
    pooled = np.empty(draws)
    for position, rate in enumerate(rates):
        chosen = which == position
        pooled[chosen] = special.betaincinv(*beta_of(rate), within[chosen])
    named = {name: pick(known, name).draw(draws, rng) for name in (RATIO, TRANSPORT, SHARE)}
    assured, enforced = split(pooled, ratio=named[RATIO] ** named[TRANSPORT], share=named[SHARE])
    return Draws(pooled, assured, enforced, {"class": which, "rate": within, **named})


def confidence(rates: Sequence[ClassRate], known: Mapping[str, Prior]) -> tuple[str, str]:
    """Return how far the rates can be relied on, as a word, and the ground of it.

    One point each for three classes or more, for class rates within `NEAR` of each other, and for no elicited input: high with
    three points, moderate with two, else low.
    """
    shares = [rate.failed for rate in rates]
    spread = max(shares) - min(shares) if shares else 1.0
    guessed = sum(pick(known, name).elicited for name in (RATIO, TRANSPORT, SHARE))
    points = (len(rates) >= 3) + (spread < NEAR) + (guessed == 0)
    bounds = f"from {min(shares) * 100:.0f} % to {max(shares) * 100:.0f} %" if shares else "nowhere"
    ground = (
        f"the {len(rates)} reference classes that are pooled have rates {bounds}; none codes enforcement; "
        f"{guessed} of 3 inputs that divide the rate are elicited"
    )
    return {3: "high", 2: "moderate"}.get(points, "low"), ground


def beta_of(rate: ClassRate) -> tuple[float, float]:
    """Return the Beta distribution with the mean and standard deviation of a rate.

    Where the draws of whole wars do not vary (none, or all, were violated), that of Jeffreys for the count stands in.

    >>> [round(value, 4) for value in beta_of(ClassRate("all", 0.25, 0.1, 40, 1.0))]
    [4.4375, 13.3125]
    """
    mean, variance = rate.failed, rate.sd**2
    if not 0 < mean < 1 or variance <= 0 or variance >= mean * (1 - mean):
        return rate.failed * rate.cases + 0.5, (1 - rate.failed) * rate.cases + 0.5
    size = mean * (1 - mean) / variance - 1
    return mean * size, (1 - mean) * size


def split(pooled: np.ndarray, *, ratio: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates without and with enforcement whose mixture is the pooled rate.

    Parameters
    ----------
    pooled
        Share violated in a class of which ``share`` was enforced, in [0, 1].
    ratio
        Hazard with enforcement over that without, positive.
    share
        In [0, 1].

    Notes
    -----
    With S the share holding, (1 − q) S_A + q S_A^HR = S. Written for y = −log S_A, the logarithm of the left side falls and is
    convex, so that Newton's steps from its left side never pass the root.
    """
    holding = np.log(np.maximum(1.0 - np.asarray(pooled, dtype=float), LEAST_HOLDING))
    ratio, share = np.broadcast_arrays(np.asarray(ratio, dtype=float), np.asarray(share, dtype=float), holding)[:2]
    hazard = -holding / np.maximum(1.0, ratio)
    for _ in range(STEPS):
        alone, both = (1 - share) * np.exp(-hazard), share * np.exp(-ratio * hazard)
        step = (np.log(alone + both) - holding) * (alone + both) / (alone + ratio * both)
        hazard = hazard + step
        if not np.any(np.abs(step) > CLOSE * (1 + hazard)):
            break
    return -np.expm1(-hazard), -np.expm1(-ratio * hazard)


def e_value(ratio: float) -> float:
    """Return how strongly a hidden cause would have to go with both enforcement and peace to explain a hazard ratio away.

    Notes
    -----
    VanderWeele and Ding (2017), for a common outcome: the hazard ratio is first turned into a risk ratio,
    (1 − 0.5^√HR) / (1 − 0.5^√(1/HR)); then RR + √(RR (RR − 1)) for the ratio or its inverse, whichever exceeds one.

    >>> round(e_value(0.427), 1), e_value(1.0)
    (3.0, 1.0)
    """
    if ratio <= 0:
        raise ValueError(f"ratio {ratio}; accepted: above zero")
    risk = (1 - 0.5 ** math.sqrt(ratio)) / (1 - 0.5 ** math.sqrt(1 / ratio))
    risk = max(risk, 1 / risk)
    return risk + math.sqrt(risk * (risk - 1))
