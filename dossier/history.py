"""How did each forecast move week by week, and did it move more than what was learned?

Every week of a question is computed anew: the data are cut at that day, the model is built from the cut, and the probability is
drawn from the same random numbers each time, so that what moves is the data and the days that are left, and next to nothing the drawing. It is
all made after the fact, with today's code and with rows that were written later about the time then; a week sees no row dated after it.

Belief movement is set against the uncertainty that went (`scoring.belief_path`). One story is one path: this is a display and no test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pandas as pd

from dossier import data, dates, indicators, questions, scoring
from dossier.data import View
from dossier.forecast import Model

WEEK_DAYS = 7
DRAWS = 20_000
COLUMNS = ["question_id", "day", "mean", "low", "high"]
MOVED = [
    "question_id",
    "first_day",
    "last_day",
    "points",
    "first",
    "last",
    "answered",
    "movement",
    "reduction",
    "excess",
]
ANSWER = "answer"
YES_NO = {"yes": 1.0, "no": 0.0}


def weeks(first: date, last: date) -> list[date]:
    """Return the first day, every seventh day after it, and the last day.

    >>> [day.day for day in weeks(date(2031, 6, 2), date(2031, 6, 18))]
    [2, 9, 16, 18]
    """
    count = (last - first).days // WEEK_DAYS + 1
    days = [first + timedelta(days=WEEK_DAYS * week) for week in range(max(0, count))]
    return days if not days or days[-1] == last else [*days, last]


def view_before(view: View, *, months: int, first: date) -> View | None:
    """Return what was known so many months earlier, or on the first day of something that is younger; None if that is today."""
    day = max(indicators.months_before(view.as_of, months), first)
    return data.seen(data.read(view.package), as_of=day) if day < view.as_of else None


def told(view: View, model_of: Callable[[View], Model | None], *, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """Return the probability of every question in every week from the day on which it applies until it is answered.

    Parameters
    ----------
    model_of
        Returns the model of the event tree as of the day of a view, or None.
    seed
        The same for every week, so that equal data give equal numbers.
    draws
        Of the inputs, each week.

    Returns
    -------
    pandas.DataFrame
        ``question_id``, ``day`` (ISO), ``mean``, ``low``, ``high`` (90 %), in order of question and day.
    """
    days = _days(view)
    reading, found = data.read(view.package), []
    for day in sorted(set().union(*days.values())):
        then = data.seen(reading, as_of=day)
        rows = questions.probabilities(then, model_of(then), seed=seed, draws=draws).dropna(subset=["mean"])
        due = pd.Series([day in days.get(name, ()) for name in rows["question_id"]], index=rows.index, dtype=bool)
        found.append(rows[due].assign(day=day.isoformat())[COLUMNS])
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(found).sort_values(["question_id", "day"], kind="stable").reset_index(drop=True)


def _days(view: View) -> dict[str, set[date]]:
    """Return the days on which each question is told."""
    rows = questions.asked(view)
    first = (dates.last_day(text) for text in rows["applies_from"])
    return {name: set(weeks(day, view.as_of)) for name, day in zip(rows["question_id"], first, strict=True)}


def said(view: View) -> pd.DataFrame:
    """Return what markets and crowds said of the questions on or before the day, until these were answered, oldest first.

    Returns
    -------
    pandas.DataFrame
        The columns of the table of quotes; ``value`` is a share.
    """
    rows = view["quotes"]
    answers = view["resolutions"].set_index("question_id")["resolved_on"].to_dict()
    kept = [
        isinstance(row.question_id, str) and not row.date > answers.get(row.question_id, row.date)
        for row in rows.itertuples()
    ]
    order = ["question_id", "kind", "venue", "question", "date"]
    return rows[pd.Series(kept, index=rows.index, dtype=bool)].sort_values(order, kind="stable").reset_index(drop=True)


def moved(asked: pd.DataFrame, course: pd.DataFrame) -> pd.DataFrame:
    """Return how much each probability moved and how much uncertainty went, as shares squared.

    Parameters
    ----------
    asked
        From `questions.asked`.
    course
        From `told`.

    Returns
    -------
    pandas.DataFrame
        ``question_id``, ``first_day``, ``last_day``, ``points`` (how many probabilities), ``first``, ``last``, ``answered``,
        ``movement``, ``reduction``, ``excess``. A path that was answered ends on the day of the answer, at one or nothing.

    Notes
    -----
    Augenblick and Rabin (2021), Quarterly Journal of Economics 136.
    """
    answers = {
        row.question_id: (str(row.resolved_on), YES_NO[row.outcome])
        for row in asked.itertuples()
        if row.outcome in YES_NO
    }
    rows = []
    for name in asked["question_id"]:
        own = course[course["question_id"] == name]
        path, days = [float(mean) for mean in own["mean"]], list(own["day"])
        if not path:
            continue
        ended = [answers[name]] if name in answers else []
        path, days = [*path, *(end for _, end in ended)], [*days, *(day for day, _ in ended)]
        found = scoring.belief_path(path)
        told_of = (name, days[0], days[-1], len(own), path[0], path[-1], bool(ended))
        rows.append((*told_of, found.movement, found.reduction, found.excess))
    return pd.DataFrame(rows, columns=MOVED)


def compared(course: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Return each probability with the newest quote of the week up to its day, of each venue.

    Parameters
    ----------
    course, quotes
        From `told` and `said`.

    Returns
    -------
    pandas.DataFrame
        ``question_id``, ``day``, ``mean``, ``kind``, ``venue``, ``value`` (shares).
    """
    columns = ["question_id", "day", "mean", "kind", "venue", "value"]
    ours = course.assign(at=pd.to_datetime(course["day"]))
    theirs = quotes.assign(at=pd.to_datetime(quotes["date"]), value=quotes["value"].astype(float))
    both = ours.merge(theirs[["question_id", "at", "kind", "venue", "question", "value"]], on="question_id")
    age = (both["at_x"] - both["at_y"]).dt.days
    near = both[(age >= 0) & (age < WEEK_DAYS)].sort_values("at_y", kind="stable")
    newest = near.drop_duplicates(["question_id", "day", "venue", "question"], keep="last")
    return newest.sort_values(["question_id", "day", "kind", "venue"], kind="stable")[columns].reset_index(drop=True)
