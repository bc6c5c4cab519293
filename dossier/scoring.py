"""How good were forecasts, and against what?

A forecast gives each of two or more categories, of which exactly one happens, a probability. Brier and logarithmic score
are losses, least in expectation where the forecast is what the forecaster believes; the baseline score is a gain. A score alone says little, since
easy questions score well: ``score`` sets forecasts beside references on the same questions. Few questions tell nothing, and
``allowed`` says what may be printed of how many.

Forecasts are mappings from category to probability, or sequences, whose categories are 0, 1, 2, …
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dossier.intervals import Interval, exact_share

Category = str | int
Forecast = Mapping[str, float] | Sequence[float]

LIST_BELOW = 10
CURVE_FROM = 30
SUM_WITHIN = 1e-9
TENTHS = tuple(tenth / 10 for tenth in range(11))


@dataclass(frozen=True)
class Resolved:
    """One resolved question: what was forecast, what happened, and what the references said of it.

    Attributes
    ----------
    question
        Label of the question.
    probabilities
        The forecast.
    outcome
        The category that happened.
    references
        Forecasts of the same categories by name of the reference. One that said nothing of this question is left out.
    """

    question: str
    probabilities: Forecast
    outcome: Category
    references: Mapping[str, Forecast] = field(default_factory=dict)


@dataclass(frozen=True)
class Scores:
    """Brier and logarithmic loss and the baseline score, of one forecast or as means over several."""

    brier: float
    log: float
    baseline: float


@dataclass(frozen=True)
class Comparison:
    """Forecasts beside one reference, over the questions of which both spoke.

    Attributes
    ----------
    reference
        Name of the reference.
    count
        Questions of which both spoke.
    ours, theirs
        Mean scores over these questions; None where they are too few to be more than listed.
    brier_skill, log_skill
        Skill by either loss; None where too few or not defined.
    """

    reference: str
    count: int
    ours: Scores | None
    theirs: Scores | None
    brier_skill: float | None
    log_skill: float | None


@dataclass(frozen=True)
class Scorecard:
    """What may be said of resolved forecasts.

    Attributes
    ----------
    count
        Resolved questions.
    may
        ``list``, ``scores`` or ``curve``, as ``allowed`` says.
    each
        Scores by question, in the order given.
    references
        For each reference, by name, its scores by question.
    mean
        Mean scores; None where only the list may be shown.
    comparisons
        One for each reference, by name; none where only the list may be shown.
    """

    count: int
    may: str
    each: Mapping[str, Scores]
    references: Mapping[str, Mapping[str, Scores]]
    mean: Scores | None
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class CalibrationBin:
    """Forecasts of one event a question within ``low <= p < high``, and how many of the events happened.

    Attributes
    ----------
    low, high
        Edges; the last bin holds its upper edge too.
    count, happened
        Forecasts in the bin, and events that happened among them.
    stated
        Mean of the probabilities stated.
    share
        Share that happened with its exact interval, taking the questions as independent.
    """

    low: float
    high: float
    count: int
    happened: int
    stated: float
    share: Interval


@dataclass(frozen=True)
class BeliefPath:
    """How much beliefs moved and how much uncertainty that resolved, as ``belief_path`` computes."""

    movement: float
    reduction: float

    @property
    def excess(self) -> float:
        """Movement beyond reduction, 0 in expectation where beliefs are updated coherently."""
        return self.movement - self.reduction


def brier(probabilities: Forecast, outcome: Category) -> float:
    """Return the Brier loss, the sum over categories of squared differences from what happened: 0 at best, 2 at worst.

    Notes
    -----
    Brier (1950), "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78. This is his
    own form, over all categories; for two categories it is twice the squared error of one of them.

    >>> round(brier({"signed": 0.1, "unsigned": 0.9}, "unsigned"), 12)
    0.02
    """
    read = _read(probabilities)
    _refuse_outcome(read, outcome)
    return math.fsum((p - (category == outcome)) ** 2 for category, p in read.items())


def log_score(probabilities: Forecast, outcome: Category) -> float:
    """Return the logarithmic loss, −ln of the probability given to what happened.

    Nothing is clipped: who gave what happened no chance at all loses infinitely much (``math.inf``). To bound the loss
    apply ``floor`` to forecast and references before anything is resolved, and say so.

    Notes
    -----
    Good (1952), "Rational decisions", Journal of the Royal Statistical Society B 14.

    >>> round(log_score([0.25, 0.75], 0), 4), log_score([0.0, 1.0], 0)
    (1.3863, inf)
    """
    read = _read(probabilities)
    _refuse_outcome(read, outcome)
    p = read[outcome]
    return 0.0 - math.log(p) if p else math.inf


def baseline_score(probabilities: Forecast, outcome: Category) -> float:
    """Return the baseline score, 100 ln(p K) / ln K for probability p of what happened among K categories.

    It is 100 for a certain forecast that came true, 0 for equal chances, and minus infinity for a zero given to what happened.

    Notes
    -----
    The baseline score of Metaculus for binary and multiple-choice questions, in its published code (``scoring/score_math.py``
    of Metaculus/metaculus), there weighted by the share of time for which a forecast stood, here of one forecast.

    >>> round(baseline_score([0.75, 0.25], 0), 2), baseline_score([0.5, 0.5], 1)
    (58.5, 0.0)
    """
    return 100 * (1 - log_score(probabilities, outcome) / math.log(len(probabilities)))


def scores(probabilities: Forecast, outcome: Category) -> Scores:
    """Return all three scores of one forecast."""
    return Scores(*(rule(probabilities, outcome) for rule in (brier, log_score, baseline_score)))


def skill(loss: float, reference: float) -> float | None:
    """Return the skill score 1 − S / S_ref of a loss: 1 at best, 0 for no better than the reference, below 0 for worse.

    None where the reference gives no scale: it lost nothing, or infinitely much.

    Notes
    -----
    Murphy (1973), "Hedging and skill scores for probability forecasts", Journal of Applied Meteorology 12, who also shows
    that a skill score need not be proper where its reference is taken from the outcomes scored: fix references beforehand.

    >>> skill(0.25, 0.5), skill(0.1, 0)
    (0.5, None)
    """
    for name, value in (("loss", loss), ("reference", reference)):
        if not value >= 0:
            raise ValueError(f"{name} is {value}: accepted is a loss of 0 or more")
    if reference == 0 or math.isinf(reference):
        return None
    return 1 - loss / reference


def uniform(categories: Iterable[str]) -> dict[str, float]:
    """Return equal chances, the reference that knows nothing.

    >>> uniform(["signed", "unsigned"])
    {'signed': 0.5, 'unsigned': 0.5}
    """
    names = list(categories)
    equal = {name: 1 / len(names) for name in names}
    if len(equal) < max(2, len(names)):
        raise ValueError(f"categories are {names}: accepted are two or more, none of them twice")
    return equal


def floor(probabilities: Forecast, *, at: float = 0.005) -> Forecast:
    """Return a forecast in which nothing has less than ``at``, the rest lowered in proportion so that the sum stays 1.

    To be applied before outcomes are known, to the forecast and to all its references alike.

    Parameters
    ----------
    probabilities
        A forecast of K categories; the result is a dictionary for a mapping and a tuple for a sequence.
    at
        The least probability, from 0 to 1/K.

    >>> [round(p, 12) for p in floor([0.0, 0.2, 0.8], at=0.1)]
    [0.1, 0.18, 0.72]
    """
    read = _read(probabilities)
    if not 0 <= at * len(read) <= 1:
        raise ValueError(f"at is {at}: accepted is 0 to 1/{len(read)} for {len(read)} categories")
    left, stated = 1.0, math.fsum(read.values())  # what is still to be given out, and the forecast's share of it
    floored: dict[Category, float] = {}
    for category in sorted(read, key=lambda key: read[key]):
        floored[category] = max(at, read[category] * left / stated)
        left, stated = left - floored[category], stated - read[category]
    if isinstance(probabilities, Mapping):
        return {category: floored[category] for category in read}
    return tuple(floored[category] for category in read)


def allowed(resolved: int) -> str:
    """Return what may be shown of so many resolved questions.

    ``list``: each with its scores, below ``LIST_BELOW``. ``scores``: means and skill too. ``curve``: calibration too, from
    ``CURVE_FROM`` on.

    >>> [allowed(resolved) for resolved in (9, 10, 29, 30)]
    ['list', 'scores', 'scores', 'curve']
    """
    if resolved < 0:
        raise ValueError(f"resolved is {resolved}: accepted is a count of 0 or more")
    if resolved < LIST_BELOW:
        return "list"
    return "scores" if resolved < CURVE_FROM else "curve"


def score(resolved: Sequence[Resolved]) -> Scorecard:
    """Return the scores of resolved questions, alone and beside each reference, as far as their number allows.

    A reference is compared over the questions of which it spoke, and the forecasts are averaged over the same ones.

    >>> card = score([Resolved("q1", [0.9, 0.1], 0, {"uniform": [0.5, 0.5]})])
    >>> card.may, card.mean, round(card.each["q1"].brier, 12)
    ('list', None, 0.02)
    """
    each = {item.question: scores(item.probabilities, item.outcome) for item in resolved}
    if len(each) < len(resolved):
        raise ValueError(f"questions are {[item.question for item in resolved]}: accepted is each question once")
    theirs: dict[str, dict[str, Scores]] = {}
    for item in resolved:
        for name, reference in item.references.items():
            _refuse_other_categories(item, name, reference)
            theirs.setdefault(name, {})[item.question] = scores(reference, item.outcome)
    may = allowed(len(each))
    if may == "list":
        return Scorecard(len(each), may, each, theirs, None, ())
    comparisons = tuple(_compare(name, each, theirs[name]) for name in sorted(theirs))
    return Scorecard(len(each), may, each, theirs, _mean(each.values()), comparisons)


def calibration(
    forecasts: Sequence[tuple[float, bool]], *, edges: Sequence[float] = TENTHS, level: float = 0.95
) -> tuple[CalibrationBin, ...]:
    """Return how often events happened, by the probability stated of them.

    Parameters
    ----------
    forecasts
        For each resolved question the probability of one category, fixed beforehand, and whether it happened. All the
        categories of a question must not be entered: they exclude each other, and the intervals take them as independent.
    edges
        Edges of the bins, rising from 0 to 1.
    level
        Level of the exact intervals.

    Returns
    -------
    tuple
        Bins in rising order; those without forecasts are left out.

    Raises
    ------
    ValueError
        Below ``CURVE_FROM`` forecasts, of which no curve is drawn.

    Notes
    -----
    Intervals are those of Clopper and Pearson (1934), ``dossier.intervals.exact_share``.
    """
    if allowed(len(forecasts)) != "curve":
        raise ValueError(f"{len(forecasts)} resolved: accepted for calibration are {CURVE_FROM} or more")
    if len(edges) < 2 or (edges[0], edges[-1]) != (0, 1) or not all(low < high for low, high in pairwise(edges)):
        raise ValueError(f"edges are {list(edges)}: accepted are numbers rising from 0 to 1")
    for p, _ in forecasts:
        _refuse_improbable("a forecast", p)
    found = []
    for low, high in pairwise(edges):
        inside = [(p, bool(happened)) for p, happened in forecasts if low <= p < high or p == high == 1]
        if inside:
            count, happened = len(inside), sum(came for _, came in inside)
            stated = math.fsum(p for p, _ in inside) / count
            share = exact_share(happened, count, level=level)
            found.append(CalibrationBin(low, high, count, happened, stated, share))
    return tuple(found)


def movement(path: Sequence[float]) -> float:
    """Return how much beliefs moved, the sum of squared changes along a path of probabilities.

    >>> round(movement([0.5, 0.6, 0.5]), 12)
    0.02
    """
    _refuse_path(path)
    return math.fsum((after - before) ** 2 for before, after in pairwise(path))


def reduction(path: Sequence[float]) -> float:
    """Return how much uncertainty went, p(1 − p) at the start of a path less p(1 − p) at its end; below 0 where it grew.

    >>> round(reduction([0.5, 0.6, 0.9]), 12)
    0.16
    """
    _refuse_path(path)
    return path[0] * (1 - path[0]) - path[-1] * (1 - path[-1])


def belief_path(path: Sequence[float]) -> BeliefPath:
    """Return movement and uncertainty reduction along a path of beliefs.

    Beliefs that are updated coherently move, in expectation, exactly as much as uncertainty falls. One story is one path, and
    one path may do either: the difference is there to be shown, and passes no verdict.

    Notes
    -----
    Augenblick and Rabin (2021), "Belief movement, uncertainty reduction, and rational updating", Quarterly Journal of
    Economics 136.
    """
    return BeliefPath(movement(path), reduction(path))


def _compare(name: str, each: Mapping[str, Scores], theirs: Mapping[str, Scores]) -> Comparison:
    if allowed(len(theirs)) == "list":
        return Comparison(name, len(theirs), None, None, None, None)
    ours, other = _mean([each[question] for question in theirs]), _mean(theirs.values())
    return Comparison(name, len(theirs), ours, other, skill(ours.brier, other.brier), skill(ours.log, other.log))


def _mean(several: Iterable[Scores]) -> Scores:
    rows = [(one.brier, one.log, one.baseline) for one in several]
    return Scores(*(math.fsum(column) / len(rows) for column in zip(*rows, strict=True)))


def _read(probabilities: Forecast) -> dict[Category, float]:
    """Return a forecast by category, and refuse one that is none."""
    pairs = probabilities.items() if isinstance(probabilities, Mapping) else enumerate(probabilities)
    read: dict[Category, float] = {category: float(p) for category, p in pairs}
    if len(read) < 2:
        raise ValueError(f"the forecast is {probabilities}: accepted are two categories or more")
    for category, p in read.items():
        _refuse_improbable(repr(category), p)
    total = math.fsum(read.values())
    if abs(total - 1) > SUM_WITHIN:
        raise ValueError(f"the forecast sums to {total}: accepted is 1 within {SUM_WITHIN}")
    return read


def _refuse_outcome(read: Mapping[Category, float], outcome: Category) -> None:
    if outcome not in read:
        raise ValueError(f"the outcome is {outcome!r}: accepted is one of {', '.join(map(repr, read))}")


def _refuse_improbable(name: str, p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"{name} has probability {p}: accepted is a probability from 0 to 1")


def _refuse_other_categories(item: Resolved, name: str, reference: Forecast) -> None:
    ours, theirs = set(_read(item.probabilities)), set(_read(reference))
    if ours != theirs:
        listed, accepted = (", ".join(sorted(map(repr, some))) for some in (theirs, ours))
        raise ValueError(f"{item.question}: reference {name!r} speaks of {listed}: accepted is {accepted}")


def _refuse_path(path: Sequence[float]) -> None:
    if len(path) < 1:
        raise ValueError("the path is empty: accepted are one probability or more")
    for p in path:
        _refuse_improbable("a belief", p)
