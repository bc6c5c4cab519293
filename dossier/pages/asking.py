"""What all exhibits of the page *Forecasts* share: the questions, their probabilities on the day and on earlier days, and the quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dossier import data, dates, history, questions
from dossier.data import View
from dossier.findings import Finding
from dossier.forecast import Model
from dossier.lock import Lock
from dossier.pages.outlook import Outlook, outlook

READS = ("questions", "resolutions", "quotes", "misses", "priors", "implications", "conflict-spells", "war-durations")
MARKED = {"judged": "elicited", "counted": "counted from data", "model": "event tree"}


@dataclass(frozen=True)
class Forecasts:
    """The outlook, and the settings by which that of an earlier day is made again."""

    own: Outlook
    began: str
    deadline: str
    until: str
    locks: Sequence[Lock] = ()

    @property
    def view(self) -> View:
        """The view of the day."""
        return self.own.view

    @property
    def day(self) -> str:
        """The as-of date, as in the data."""
        return self.view.as_of.isoformat()

    @cached_property
    def asked(self) -> pd.DataFrame:
        """Questions with their answers."""
        return questions.asked(self.view)

    @cached_property
    def told(self) -> pd.DataFrame:
        """Questions still open, with their probabilities."""
        return questions.probabilities(self.view, self.own.model, seed=self.own.seed)

    @cached_property
    def quotes(self) -> pd.DataFrame:
        """What markets and crowds said on or before the day, the newest of each venue."""
        return questions.quoted(self.view)

    @cached_property
    def ahead(self) -> pd.DataFrame:
        """Questions written before their answer could be known."""
        return questions.ahead(self.asked)

    @cached_property
    def earlier(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Probabilities and quotes of the back-test: answered questions of no track record, on the days from which they were applied."""
        rows = self.asked[~self.asked["question_id"].isin(self.recorded[0]["question_id"])]
        return self._on({row.question_id: row.applies_from for row in rows.itertuples() if row.state == "answered"})

    @cached_property
    def recorded(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Probabilities of the track record, as the newest edition released before the answer told them, and quotes of its day.

        Nothing of it is computed again: a rewritten question, input or method changes no record.
        """
        told, quotes = [self.told.iloc[:0].assign(edition="")], [self.quotes.iloc[:0]]
        for row in self.asked[self.asked["state"] == "answered"].itertuples():
            for held, share in questions.told_before(self.locks, row)[-1:]:
                told.append(pd.DataFrame([{"question_id": row.question_id, "mean": share, "edition": held.edition}]))
                said = questions.quoted(data.view(self.view.package, as_of=held.as_of))
                quotes.append(said[said["question_id"] == row.question_id])
        return pd.concat(told), pd.concat(quotes)

    @cached_property
    def course(self) -> pd.DataFrame:
        """The probability of every question week by week."""
        return history.told(self.view, self.model_of, seed=self.own.seed)

    @cached_property
    def said(self) -> pd.DataFrame:
        """What markets and crowds said of the questions over time."""
        return history.said(self.view)

    def model_of(self, then: View) -> Model | None:
        """Return the model of the event tree as of an earlier day."""
        days = {"began": self.began, "deadline": self.deadline, "until": self.until}
        return outlook(then, **days, draws=1, seed=self.own.seed).model

    def _on(self, days: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return probabilities and quotes of questions, each on a day of its own."""
        told, quotes = [], []
        for day in sorted(set(days.values())):
            then = data.view(self.view.package, as_of=dates.last_day(day))
            found = questions.probabilities(then, self.model_of(then), seed=self.own.seed)
            names = [name for name, own in days.items() if own == day]
            told.append(found[found["question_id"].isin(names)])
            said = questions.quoted(then)
            quotes.append(said[said["question_id"].isin(names)])
        empty = (self.told.iloc[:0], self.quotes.iloc[:0])
        return (pd.concat(told), pd.concat(quotes)) if told else empty


def finding(page: Forecasts, name: str, value: float | str | None, text: str, sentence: str, function: str) -> Finding:
    """Return a finding of the page."""
    return Finding(
        f"fnd-forecasts-{name}",
        value,
        text,
        sentence,
        "sec-forecasts-evidence",
        f"dossier.{function}",
        page.day,
        tables=READS,
    )


def price(share: float) -> str:
    """Return a price of a market to the tenth of a per cent in which it is quoted.

    >>> price(0.0335)
    '3.4 %'
    """
    return f"{share * 100:.1f} %"
