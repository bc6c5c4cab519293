"""Which words stand for a probability?

One scale: that of Intelligence Community Directive 203, *Analytic Standards* (US Office of the Director of National
Intelligence, 2015), seven words that do not overlap. A bin holds its lower edge and not its upper one. The directive leaves
0–1 % and 99–100 % without a word; here they keep the word at their end and the figure says "less than 1 %" or "more than
99 %". In a sentence the word goes by the figure that is printed, so that 19.8 %, printed as 20 %, is "unlikely".

Exactly 0 and exactly 1 stand for what is certain and for nothing else: their figures are "0 %" and "100 %", and no word of
the scale is said of them where the whole interval lies there. A share of draws that counted none or all is not certain.

This module speaks of likelihood. How well founded a likelihood is belongs in a sentence of its own, written elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST, MOST = 0.01, 0.99


@dataclass(frozen=True)
class Band:
    """A word and the probabilities it stands for, ``low <= p < high``."""

    word: str
    low: float
    high: float


BANDS = (
    Band("almost no chance", LEAST, 0.05),
    Band("very unlikely", 0.05, 0.20),
    Band("unlikely", 0.20, 0.45),
    Band("roughly even chance", 0.45, 0.55),
    Band("likely", 0.55, 0.80),
    Band("very likely", 0.80, 0.95),
    Band("almost certain", 0.95, MOST),
)


@dataclass(frozen=True)
class Step:
    """What would move a probability to a neighbouring word.

    Attributes
    ----------
    word
        The neighbouring word.
    edge
        Probability at which the two words meet; it belongs to the higher one, so that a step down ends just below it.
    ratio
        Likelihood ratio that moves the probability to the edge: above 1 for a step up, at most 1 for a step down.
    """

    word: str
    edge: float
    ratio: float


@dataclass(frozen=True)
class Steps:
    """The steps to the next word up and down; None where the scale ends."""

    up: Step | None
    down: Step | None


def word(p: float) -> str:
    """Return the one word for a probability.

    >>> word(0.071), word(0.2), word(0.004), word(0.997)
    ('very unlikely', 'unlikely', 'almost no chance', 'almost certain')
    """
    return BANDS[_place(_probability(p))].word


def percent(p: float) -> str:
    """Return a probability as a figure, nothing finer than 1 %.

    >>> percent(0.071), percent(0.004), percent(0.997), percent(0), percent(1)
    ('7 %', 'less than 1 %', 'more than 99 %', '0 %', '100 %')
    """
    share = _probability(p)
    if 0 < share < LEAST:
        return "less than 1 %"
    if MOST < share < 1:
        return "more than 99 %"
    return f"{share * 100:.0f} %"


def spoken(p: float, low: float, high: float, *, level: float = 0.90) -> str:
    """Return word, figure and interval of a probability.

    Parameters
    ----------
    p
        The probability. It may lie outside its interval, as a mean can lie outside the quantiles.
    low, high
        Bounds of the interval, ``0 <= low <= high <= 1``.
    level
        Level of the interval, above 0 and below 1.

    Returns
    -------
    str
        Where the interval reaches over more than two words, its end words stand in place of the word for ``p``. What is
        certain, with no interval around it, is the figure alone.

    >>> spoken(0.071, 0.03, 0.13)
    'very unlikely: 7 % (90 % interval 3–13 %)'
    >>> spoken(0.071, 0.004, 0.3)
    'from almost no chance to unlikely: 7 % (90 % interval less than 1 % to 30 %)'
    """
    point, first, last = _probability(p), _probability(low, "low"), _probability(high, "high")
    if first > last:
        raise ValueError(f"low is {low} and high is {high}: accepted is low <= high")
    if not 0 < level < 1:
        raise ValueError(f"level is {level}: accepted is a level above 0 and below 1")
    if point == first == last and point in (0, 1):
        return percent(point)
    return f"{words(point, first, last)}: {_figure(point)} ({level * 100:g} % interval {bounds(first, last)})"


def told(p: float, low: float, high: float, *, level: float = 0.90) -> str:
    """Return word, figure and interval for the end of a sentence that has a colon of its own.

    >>> told(0.071, 0.03, 0.13)
    'very unlikely, 7 % (90 % interval 3–13 %)'
    """
    return spoken(p, low, high, level=level).replace(": ", ", ", 1)


def words(p: float, low: float, high: float) -> str:
    """Return the word for a probability, or the end words of its interval where that reaches over more than two.

    Words go by the figures as they are shown, in whole per cent, so that none hangs on what nobody sees.

    >>> words(0.36, 0.1999, 0.53), words(0.36, 0.15, 0.53)
    ('unlikely', 'from very unlikely to roughly even chance')
    """
    point, first, last = (round(_probability(value), 2) for value in (p, low, high))
    wide = _place(last) - _place(first) > 1
    return f"from {word(first)} to {word(last)}" if wide else word(point)


def bounds(low: float, high: float) -> str:
    """Return an interval in whole per cent.

    >>> bounds(0.03, 0.13), bounds(0.004, 0.3)
    ('3–13 %', 'less than 1 % to 30 %')
    """
    first, last = percent(low), percent(high)
    if first[0].isdigit() and last[0].isdigit():
        return f"{first.removesuffix(' %')}–{last}"
    return first if first == last else f"{first} to {last}"


def odds(p: float) -> float:
    """Return p / (1 − p); of certainty, infinity.

    >>> odds(0.2), odds(1)
    (0.25, inf)
    """
    share = _probability(p)
    return math.inf if share == 1 else share / (1 - share)


def log_odds(p: float) -> float:
    """Return ln(p / (1 − p)); of 0 and 1, minus and plus infinity.

    >>> log_odds(0.5), log_odds(0)
    (0.0, -inf)
    """
    share = _probability(p)
    if share in (0, 1):
        return math.inf if share else -math.inf
    return math.log(share) - math.log1p(-share)


def from_log_odds(value: float) -> float:
    """Return the probability of which ``value`` is the log odds.

    >>> from_log_odds(0), round(from_log_odds(log_odds(0.071)), 12)
    (0.5, 0.071)
    """
    if math.isnan(value):
        raise ValueError(f"log odds are {value}: accepted is any number, also plus or minus infinity")
    small = math.exp(-abs(value))
    return 1 / (1 + small) if value >= 0 else small / (1 + small)


def ratio_to(p: float, edge: float) -> float:
    """Return the likelihood ratio that moves ``p`` to ``edge``, odds(edge) / odds(p).

    No evidence moves a certainty: from 0 upwards the ratio is infinite, from 1 downwards it is 0. An edge of 0 or 1 is
    refused, because no finite evidence leads there.

    >>> round(ratio_to(0.071, 0.45), 1)
    10.7
    """
    start, end = odds(p), _probability(edge, "edge")
    if end in (0, 1):
        raise ValueError(f"edge is {edge}: accepted is a probability above 0 and below 1")
    return math.inf if start == 0 else odds(end) / start


def to_next_band(p: float) -> Steps:
    """Return what would move a probability to the next word up and to the next word down.

    >>> steps = to_next_band(0.071)
    >>> steps.up.word, steps.up.edge, round(steps.up.ratio, 2)
    ('unlikely', 0.2, 3.27)
    >>> steps.down.word, steps.down.edge, round(steps.down.ratio, 2)
    ('almost no chance', 0.05, 0.69)
    """
    here = _place(_probability(p))
    band = BANDS[here]
    up = Step(BANDS[here + 1].word, band.high, ratio_to(p, band.high)) if here + 1 < len(BANDS) else None
    down = Step(BANDS[here - 1].word, band.low, ratio_to(p, band.low)) if here else None
    return Steps(up, down)


def _place(p: float) -> int:
    """Return the place of a probability's word on the scale; the end words reach to 0 and 1."""
    return sum(p >= band.low for band in BANDS[1:])


def _figure(p: float) -> str:
    """Return the figure of a probability that has an interval, and so is not certain even at 0 or 1."""
    return {0.0: "less than 1 %", 1.0: "more than 99 %"}.get(p, percent(p))


def _probability(p: float, name: str = "p") -> float:
    if not 0 <= p <= 1:
        raise ValueError(f"{name} is {p}: accepted is a probability from 0 to 1")
    return float(p)
