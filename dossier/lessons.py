"""Which of the narrative's lessons survive the coded settlements?

A lesson is turned into a contrast: did the settlements that it speaks of fail less (or more) often than the others? It is put
to the list three times: by the main coding, on the stricter reading, and among the cases without a decisive win, since
guarantors often came after one. A contrast is read only where the exact 95 % intervals of the two shares do not overlap.
The list was picked by hand, so that even a lesson that survives is a pattern of these cases and no cause.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dossier import settlements
from dossier.data import View
from dossier.errors import DossierError, did_you_mean
from dossier.intervals import Interval, exact_share

READINGS = ("main coding", "stricter reading", "without a decisive win")
SURVIVES, IN_PART, NOT_READ, AGAINST = "survives", "survives in part", "cannot be read", "points the other way"
STANDINGS = (SURVIVES, IN_PART, NOT_READ, AGAINST)


@dataclass(frozen=True)
class Contrast:
    """Two groups of cases by one reading: how many, how many failed, and with what exact interval (None for no case)."""

    reading: str
    cases: int
    failed: int
    other_cases: int
    other_failed: int
    interval: Interval | None
    other_interval: Interval | None

    def apart(self, expects: str) -> int:
        """Return 1 if the intervals lie apart as expected, −1 if the other way, 0 if they overlap or a group is empty."""
        if self.interval is None or self.other_interval is None:
            return 0
        below = self.interval.high < self.other_interval.low
        above = self.interval.low > self.other_interval.high
        sign = 1 if expects == "less" else -1
        return sign * (int(below) - int(above))


def contrasts(rows: pd.DataFrame, lesson: pd.Series) -> list[Contrast]:
    """Return a lesson's contrast by each of `READINGS`; ``rows`` are from `settlements.cases`."""
    feature = str(lesson["feature"])
    if feature not in rows:
        raise DossierError(f"lesson {lesson['lesson_id']}: feature {feature!r}; {did_you_mean(feature, rows.columns)}")
    speaks_of, others = (rows[rows[feature].isin(str(lesson[c]).split(";"))] for c in ("value", "against"))
    return [_contrast(reading, speaks_of, others) for reading in READINGS]


def standing(found: list[Contrast], expects: str) -> str:
    """Return what became of a lesson: one of `STANDINGS`."""
    signs = [contrast.apart(expects) for contrast in found]
    if min(signs) < 0:
        return AGAINST
    return SURVIVES if min(signs) > 0 else IN_PART if max(signs) > 0 else NOT_READ


def judged(view: View) -> pd.DataFrame:
    """Return every lesson known on the day with its contrasts.

    Returns
    -------
    pandas.DataFrame
        The columns of the table, ``contrasts`` (list of `Contrast`) and ``standing``; those that survive first.
    """
    rows, table = settlements.cases(view), view["lessons"]
    found = [contrasts(rows, lesson) for _, lesson in table.iterrows()]
    standings = [standing(own, expects) for own, expects in zip(found, table["expects"], strict=True)]
    rank = [STANDINGS.index(one) for one in standings]
    told = table.assign(contrasts=found, standing=standings, rank=rank)
    return told.sort_values(["rank", "lesson_id"], kind="stable").drop(columns="rank").reset_index(drop=True)


def _contrast(reading: str, one: pd.DataFrame, other: pd.DataFrame) -> Contrast:
    strict = reading == READINGS[1]
    if reading == READINGS[2]:
        one, other = (rows[rows["victory"] == "no"] for rows in (one, other))
    failed, other_failed = (int(settlements.failed(rows, strict=strict).sum()) for rows in (one, other))
    first, second = (
        exact_share(count, len(rows)) if len(rows) else None for count, rows in ((failed, one), (other_failed, other))
    )
    return Contrast(reading, len(one), failed, len(other), other_failed, first, second)
