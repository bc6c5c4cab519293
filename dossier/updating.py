"""By how much does a signpost move the chance at a node?

Each signpost has two judged chances of being observed: if the node comes true and if it does not. Their ratio moves the odds of the node:
up or down if it is observed, the other way, by the ratio of what is left, if its day passes without it, half way if it is seen in part, and not
at all before its day. Signposts of one group tell the same thing in part, so each counts for less; together they may not move the odds by more
than `CAP`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dossier import scenarios
from dossier.data import View

CAP = 20.0  # the most that all signposts together may multiply the odds of a node, or divide them
RHO = 0.5  # how much of what a signpost tells the others of its group have told already
GRADES: Mapping[str, float | None] = {"observed": 1.0, "partly observed": 0.5, "not observed": 0.0}
EDGE = 1e-6  # chances of nothing and certainty would move odds without bound


@dataclass(frozen=True)
class Sign:
    """A signpost's likelihoods for a node, and how it stood: 1 seen, 0 its day passed without it, between in part, None not yet due."""

    signpost_id: str
    node: str
    group_id: str
    if_true: tuple[float, float, float]
    if_not: tuple[float, float, float]
    grade: float | None

    def log_ratio(self, chance_if: np.ndarray | float, chance_not: np.ndarray | float) -> np.ndarray | float:
        """Return the logarithm of the likelihood ratio of its state, for given chances of observing it."""
        if self.grade is None:
            return 0.0 * chance_if
        one, other = (np.clip(chance, EDGE, 1 - EDGE) for chance in (chance_if, chance_not))
        seen, unseen = np.log(one / other), np.log((1 - one) / (1 - other))
        if self.grade in (0.0, 1.0):
            return seen if self.grade else unseen
        return self.grade * seen  # seen in part: part of the way, and no more

    @property
    def central(self) -> tuple[float, float]:
        """The most likely chances of observing it, if the node comes true and if not."""
        return self.if_true[1], self.if_not[1]


def signs(view: View) -> list[Sign]:
    """Return every signpost that has likelihoods, with its state on the day."""
    status = scenarios.signposts(view).set_index("signpost_id")["status"]
    return [
        Sign(
            row.signpost_id,
            row.node,
            row.group_id,
            (float(row.if_low), float(row.if_mode), float(row.if_high)),
            (float(row.not_low), float(row.not_mode), float(row.not_high)),
            GRADES.get(status.get(row.signpost_id, ""), None),
        )
        for row in view["likelihoods"].itertuples()
        if row.signpost_id in status.index
    ]


def weight(known: Sequence[Sign], one: Sign) -> float:
    """Return how much a signpost counts beside the others of its group that bear on the same node, have been read, and say anything.

    >>> one, two, three = (Sign(name, "signed", "g", (0.4, 0.4, 0.4), (0.2, 0.2, 0.2), 1.0) for name in "abc")
    >>> weight([one], one), weight([one, two, three], one)
    (1.0, 0.5)
    """
    fellows = sum(
        s is not one and (s.group_id, s.node) == (one.group_id, one.node) and float(s.log_ratio(*s.central)) != 0
        for s in known
    )
    return 1 / (1 + fellows * RHO)


def shift(known: Sequence[Sign], node: str) -> float:
    """Return the logarithm by which the odds of a node move at the most likely chances, within the cap."""
    return min(max(_total(known, node), -math.log(CAP)), math.log(CAP))


def capped(known: Sequence[Sign], node: str) -> bool:
    """Return whether the cap holds the signposts of a node back."""
    return abs(_total(known, node)) > math.log(CAP)


def draw_shift(known: Sequence[Sign], node: str, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return draws of the logarithm by which the odds of a node move, with the judged chances drawn; shape (size,).

    Each signpost draws from a stream of its own, by its id: neither their order in the table nor the reading of another moves it.
    """
    total = np.zeros(size)
    mine = sorted((one for one in known if one.node == node), key=lambda one: one.signpost_id)
    for one, own_rng in zip(mine, rng.spawn(len(mine)), strict=True):
        if one.grade is not None:
            chances = [_triangular(own_rng, bounds, size) for bounds in (one.if_true, one.if_not)]
            total += weight(known, one) * one.log_ratio(*chances)
    return np.clip(total, -math.log(CAP), math.log(CAP))


def told(view: View) -> pd.DataFrame:
    """Return every likelihood with its ratio if seen and if not, its weight, and how it stood.

    Returns
    -------
    pandas.DataFrame
        ``signpost_id``, ``node``, ``group_id``, ``if_true``, ``if_not`` (most likely chances), ``ratio_seen``, ``ratio_unseen``,
        ``grade``, ``weight``, ``moves`` (factor by which it moves the odds now).
    """
    known = signs(view)
    rows = []
    for one in known:
        true, other = (min(max(chance, EDGE), 1 - EDGE) for chance in one.central)
        moves = math.exp(weight(known, one) * float(one.log_ratio(true, other)))
        ratios = (true / other, (1 - true) / (1 - other))
        rows.append(
            (one.signpost_id, one.node, one.group_id, true, other, *ratios, one.grade, weight(known, one), moves)
        )
    columns = [
        "signpost_id",
        "node",
        "group_id",
        "if_true",
        "if_not",
        "ratio_seen",
        "ratio_unseen",
        "grade",
        "weight",
        "moves",
    ]
    return pd.DataFrame(rows, columns=columns)


def _total(known: Sequence[Sign], node: str) -> float:
    return sum(weight(known, one) * float(one.log_ratio(*one.central)) for one in known if one.node == node)


def _triangular(rng: np.random.Generator, bounds: tuple[float, float, float], size: int) -> np.ndarray:
    low, mode, high = bounds
    return np.full(size, mode) if low == high else rng.triangular(low, mode, high, size)
