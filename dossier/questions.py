"""Which questions would show whether the report was right, how likely is each, and how were they answered?

A question has an opening and a closing day, a rule and a source that will answer it. Its probability is a quantity of the event tree by its
closing day, a count from the data, or a judgement, and says which. Beside it stand the probability with every elicited input at
neutral, and what markets and crowds said on or before the day; these are never mixed in. An answer counts from the day on which it was known.

A probability that was computed after the answer could be known is a back-test, whatever day it is applied from; a track record begins
with the first question that was asked before its answer.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import special

from dossier import chance, dates, forecast, indicators, priors, scoring, tree
from dossier.data import View
from dossier.errors import DossierError, did_you_mean
from dossier.forecast import Model
from dossier.lock import Lock
from dossier.priors import Prior

DRAWS = 1_000_000  # as many as the scenarios take by default, so that one chance reads alike on both pages
JUDGED, COUNTED = "judged", "months above the pace"
TREE = (
    "signed by",
    "war ends by",
    "enforced by",
    "vote by",
    "rejected by",
    "unsigned and advancing",
    "violated if signed",
)
QUANTITIES = (*TREE, COUNTED, JUDGED)
EVEN = 0.5
OURS = "this report"
KINDS = ("market", "crowd")
BASE_ALONE, EVEN_ODDS = "base rate alone", "even odds"
REFERENCES = (BASE_ALONE, EVEN_ODDS, *KINDS)
COLUMNS = ["question_id", "basis", "mean", "low", "high", "base", "detail", "inner_low", "inner_high"]
Told: TypeAlias = "tuple[float, float, float, float, str, float, float]"
UNTOLD: Told = (np.nan, np.nan, np.nan, np.nan, "", np.nan, np.nan)
SHARES = (0.05, 0.95, 0.25, 0.75)  # quantiles told of a probability: those of 90 %, then those of 50 %
# Quantities that stand on lengths of wars alone once what is elicited is at neutral
BASE_RATES = ("signed by", "war ends by")
WORDS = {
    "signed by": "a deal is signed by the day",
    "war ends by": "the war ends by the day, in whatever way",
    "enforced by": "a deal with troops is signed in time",
    "vote by": "terms are signed in time and put to a vote",
    "rejected by": "signed terms are rejected in a vote",
    "unsigned and advancing": "no deal, and an advance at the pace",
    "violated if signed": "violated, if signed and not rejected",
    COUNTED: "months above the pace on every series",
    JUDGED: "a judgement",
}


def asked(view: View) -> pd.DataFrame:
    """Return the questions known on the day with their answers, in order of closing.

    Returns
    -------
    pandas.DataFrame
        The columns of the table, ``outcome``, ``resolved_on``, ``answer_standing``, ``answer_note`` (missing while open), and ``state``:
        answered, open, or past due (closed without an answer in the data).
    """
    answers = view["resolutions"].rename(columns={"standing": "answer_standing", "note": "answer_note"})
    kept = answers[["question_id", "outcome", "resolved_on", "answer_standing", "answer_note"]]
    rows = view["questions"].merge(kept, on="question_id", how="left").sort_values(["closes", "question_id"])
    state = [
        "answered"
        if isinstance(row.outcome, str)
        else "past due"
        if dates.last_day(row.closes) < view.as_of
        else "open"
        for row in rows.itertuples()
    ]
    return rows.assign(state=state).reset_index(drop=True)


def ahead(questions: pd.DataFrame) -> pd.DataFrame:
    """Return the questions that were written before their answer could be known: no other can come into a track record.

    A question is one of them if it was written by the day on which it closes and, once it is answered, before its answer was known.

    Parameters
    ----------
    questions
        From `asked`.
    """
    early = [
        str(row.made_on) <= dates.last_day(row.closes).isoformat()
        and not (isinstance(row.resolved_on, str) and str(row.made_on) >= dates.first_day(row.resolved_on).isoformat())
        for row in questions.itertuples()
    ]
    return questions[pd.Series(early, index=questions.index, dtype=bool)]


def told_before(locks: Iterable[Lock], question: Any) -> list[tuple[Lock, float]]:
    """Return the editions released before the answer to a question that gave it a probability, oldest first, each with that.

    Parameters
    ----------
    question
        A row of `asked` that has been answered.
    """
    answered, name = dates.first_day(question.resolved_on).isoformat(), f"probability:question-{question.question_id}"
    return [
        (held, float(held.published.results[name].value))
        for held in sorted(locks, key=lambda held: (held.released_on, held.edition))
        if held.released_on < answered
        and name in held.published.results
        and isinstance(held.published.results[name].value, int | float)
    ]


def basis(quantity_name: str) -> str:
    """Return what a quantity comes from: the model of the event tree, a count, or a judgement."""
    return {JUDGED: "judged", COUNTED: "counted"}.get(quantity_name, "model")


def lag_days(question: object) -> int:
    """Return how many days before a question closes a deal must be signed for what it asks to be possible."""
    return int(_parameters(question).get("lag_days", 0))


def probabilities(view: View, own: Model | None, *, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """Return the probability of every question that is still open on the day.

    Parameters
    ----------
    own
        From `forecast.model`; without one, quantities of the tree have no probability.

    Returns
    -------
    pandas.DataFrame
        ``question_id``, ``basis`` (model, counted or judged), ``mean``, ``low``, ``high`` (90 %), ``base`` (every elicited input at
        neutral; none for a judged question), ``detail`` (what was counted), ``inner_low``, ``inner_high`` (50 %); missing where
        nothing can be derived.
    """
    known, rows = priors.read(view), []
    points = _points(own, seed, draws) if own else {}
    for question in asked(view).itertuples():
        if question.state != "answered":
            found = _told(
                question, view, own, known, points, chance.stream(seed, "question", question.question_id), draws
            )
            rows.append((question.question_id, basis(question.quantity), *found))
    return pd.DataFrame(rows, columns=COLUMNS)


def quantity(own: Model, at: tree.Nodes, point: Mapping[str, tree.Number], name: str, *, day: date) -> tree.Number:
    """Return a quantity of the event tree by a day, for given inputs.

    Parameters
    ----------
    at
        The nodes at these inputs; from `forecast.nodes`.
    name
        One of `TREE`.
    """
    shift = point[f"{forecast.SHIFT}signed"]
    signed = tree.shifted(forecast.signed_by(own, point, day=day), shift)
    ended = tree.ended_unsigned(
        own.setting.days_to(day),
        daily=point[forecast.DAILY],
        multiplier=point[forecast.TALKS],
        share=point[forecast.SIGNED_SHARE],
    )
    found = {
        "signed by": lambda: signed,
        "war ends by": lambda: signed + (1 - signed) * ended,
        "enforced by": lambda: signed * (1 - at.rejected) * at.enforced,
        "vote by": lambda: signed * point[forecast.VOTE],
        "rejected by": lambda: signed * at.rejected,
        "unsigned and advancing": lambda: (1 - signed) * (1 - at.ended) * at.advance,
        "violated if signed": lambda: violated_if_signed(at),
    }
    if name not in found:
        raise DossierError(f"questions: quantity {name!r}; {did_you_mean(name, QUANTITIES)}")
    return found[name]()


def violated_if_signed(at: tree.Nodes) -> tree.Number:
    """Return the chance that a deal is violated within the years of the test, if one is signed by the horizon and no vote rejects it."""
    ends = tree.leaves(at)
    kept = sum(ends[f"{window}-{outcome}"] for window in (tree.EARLY, tree.LATE) for outcome in tree.OUTCOMES[1:])
    violated = sum(
        ends[f"{window}-{kind}-violated"] for window in (tree.EARLY, tree.LATE) for kind in ("enforced", "promise")
    )
    late = at.enforced * at.violated_enforced + (1 - at.enforced) * at.violated_promise
    return np.where(kept > tree.LEAST, violated / np.maximum(kept, tree.LEAST), late)


def runs_above(view: View, parameters: Mapping[str, float | str]) -> tuple[int, int]:
    """Return in how many runs of consecutive months every series of an indicator grew by a pace, and how many runs there were.

    Parameters
    ----------
    parameters
        ``indicator``; ``pace`` a month in its unit; ``run``, months in a run; ``back``, how many months back from the day.

    Notes
    -----
    Runs overlap and are not independent, so that an interval from the count is too narrow.
    """
    changes = [
        _monthly(indicators.values(view, name))
        for name in indicators.series_of(view, str(parameters["indicator"]))["series_id"]
    ]
    shared = sorted(set.intersection(*(set(one) for one in changes))) if changes else []
    first = view.as_of.year * 12 + view.as_of.month - int(parameters["back"])
    months = [month for month in shared if month >= first]
    above = {month: all(one[month] >= float(parameters["pace"]) for one in changes) for month in months}
    starts = [m for m in months if all(m + step in above for step in range(int(parameters["run"])))]
    hits = sum(all(above[start + step] for step in range(int(parameters["run"]))) for start in starts)
    return hits, len(starts)


def missed(view: View, question: object) -> bool:
    """Return whether a month that a counted question asks about is over and fell short of the pace on some series: the answer can be no alone."""
    parameters = _parameters(question)
    opens, closes = dates.last_day(question.opens), dates.last_day(question.closes)
    for name in indicators.series_of(view, str(parameters["indicator"]))["series_id"]:
        for month, change in _monthly(indicators.values(view, name)).items():
            year, number = divmod(month - 1, 12)
            first = date(year, number + 1, 1)
            end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
            if opens < first and end <= min(closes, view.as_of) and change < float(parameters["pace"]):
                return True
    return False


def quoted(view: View) -> pd.DataFrame:
    """Return the newest quote of every venue for every question, on or before the day: the columns of the table."""
    rows = view["quotes"]
    rows = rows[rows["question_id"].notna()].sort_values(["question_id", "venue", "date"], kind="stable")
    return rows.groupby(["question_id", "venue", "question"], sort=False).tail(1).reset_index(drop=True)


def incoherent(view: View, told: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of questions of which one cannot be true without the other, with both probabilities by who gave them.

    Returns
    -------
    pandas.DataFrame
        ``narrower_id``, ``wider_id``, ``why``, ``by`` (a venue, or *this report*), ``narrower``, ``wider``, ``coherent`` (the
        narrower is not the likelier).
    """
    prices = quoted(view)
    prices = prices[prices["question_id"].isin(told["question_id"])]  # of what has been answered a price says nothing
    by = {name: dict(zip(group["question_id"], group["value"], strict=True)) for name, group in prices.groupby("venue")}
    ours = told.dropna(subset=["mean"])
    by[OURS] = dict(zip(ours["question_id"], ours["mean"], strict=True))
    rows = [
        (row.narrower_id, row.wider_id, row.why, name, float(one[row.narrower_id]), float(one[row.wider_id]))
        for row in view["implications"].itertuples()
        for name, one in by.items()
        if row.narrower_id in one and row.wider_id in one
    ]
    found = pd.DataFrame(rows, columns=["narrower_id", "wider_id", "why", "by", "narrower", "wider"])
    return found.assign(coherent=found["narrower"] <= found["wider"] + 1e-9)


def scored(answers: pd.DataFrame, told: pd.DataFrame, quotes: pd.DataFrame) -> scoring.Scorecard:
    """Return the scores of questions that were answered, against the base rate alone, even odds, the market and the crowd.

    Of several markets the one with most money is taken, of several crowds the one that spoke last.

    Parameters
    ----------
    answers
        From `asked` on the day of scoring.
    told, quotes
        From `probabilities` and `quoted` on the day that the probabilities are of.
    """
    said = {kind: _first_said(quotes, kind) for kind in KINDS}
    outcomes = answers[answers["outcome"].isin(["yes", "no"])].set_index("question_id")["outcome"]
    quantities = dict(zip(answers["question_id"], answers["quantity"], strict=True))
    resolved = []
    for row in told.dropna(subset=["mean"]).itertuples():
        if row.question_id not in outcomes.index:
            continue
        references = {EVEN_ODDS: _binary(EVEN)}
        # elsewhere votes and troops would be coin flips in it
        derived = quantities.get(row.question_id) in BASE_RATES and pd.notna(row.base)
        references |= {BASE_ALONE: _binary(row.base)} if derived else {}
        references |= {
            kind: _binary(values[row.question_id]) for kind, values in said.items() if row.question_id in values
        }
        resolved.append(scoring.Resolved(row.question_id, _binary(row.mean), outcomes[row.question_id], references))
    return scoring.score(resolved)


def _first_said(quotes: pd.DataFrame, kind: str) -> dict[str, float]:
    """Return for each question what the market with most money, or the crowd that spoke last, said of it."""
    rows = quotes[quotes["kind"] == kind].sort_values(["volume_usd", "date"], ascending=False, na_position="last")
    first = rows.drop_duplicates("question_id")
    return dict(zip(first["question_id"], first["value"], strict=True))


def _binary(probability: float) -> dict[str, float]:
    return dict(scoring.floor({"yes": float(probability), "no": 1 - float(probability)}))


def _points(own: Model, seed: int, draws: int) -> dict[str, tuple[Model, dict, tree.Nodes]]:
    """Return draws of the inputs and nodes of the model, and of the model with every elicited input at neutral."""
    found = {}
    for name, one in (("model", own), ("base", forecast.neutral(own))):
        point = forecast.primitives(one, draws, chance.stream(seed, "questions", name))
        found[name] = (one, point, forecast.nodes(one, point))
    return found


def _told(
    question: object,
    view: View,
    own: Model | None,
    known: Mapping[str, Prior],
    points: Mapping[str, tuple[Model, dict, tree.Nodes]],
    rng: np.random.Generator,
    draws: int,
) -> Told:
    """Return mean, bounds, the value with what is elicited at neutral, what was counted, and the inner bounds, of one question."""
    if question.quantity == JUDGED:
        prior = priors.pick(known, str(question.prior_id))
        low, high, *inner = (prior.quantile(share) for share in SHARES)
        return float(np.mean(prior.draw(draws, rng))), low, high, np.nan, "", *inner
    if question.quantity == COUNTED:
        return _counted(view, question)
    if own is None:
        return UNTOLD
    day = dates.last_day(question.closes) - timedelta(days=lag_days(question))
    drawn, base = (quantity(one, at, point, question.quantity, day=day) for one, point, at in points.values())
    low, high, *inner = (float(bound) for bound in np.quantile(drawn, SHARES))
    return float(np.mean(drawn)), low, high, float(np.mean(base)), "", *inner


def _parameters(question: object) -> dict[str, float | str]:
    return json.loads(question.parameters) if isinstance(question.parameters, str) else {}


def _counted(view: View, question: object) -> Told:
    if missed(view, question):
        return 0.0, 0.0, 0.0, 0.0, "a month of those asked about has fallen short", 0.0, 0.0
    hits, runs = runs_above(view, _parameters(question))
    if not runs:
        return UNTOLD
    shape = (hits + 0.5, runs - hits + 0.5)
    low, high, *inner = (float(special.betaincinv(*shape, share)) for share in SHARES)
    mean = shape[0] / sum(shape)
    return mean, low, high, mean, f"{hits} of {runs} overlapping runs of months", *inner


def _monthly(values: pd.DataFrame) -> dict[int, float]:
    """Return the change of each month over the month before it, by the number of the month, where both have a value near their end."""
    last: dict[int, float] = {}
    for row in values.itertuples():
        month_end = calendar.monthrange(row.day.year, row.day.month)[1]
        if month_end - row.day.day <= indicators.NEAR_DAYS:
            last[row.day.year * 12 + row.day.month] = float(row.value)
    return {month: value - last[month - 1] for month, value in last.items() if month - 1 in last}
