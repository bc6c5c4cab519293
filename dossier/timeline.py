"""What happened when, what was announced, and what may be said about the tempo?

Pure functions from a view's tables to frames and findings; no files, no charts. They assume dated events with a quad
class, and refuse nothing but an empty category list: with too few events a statistic is None, never a number.

What such a record cannot show is said beside it: an editor chose the events, so their number per month measures editing
as much as events (``tempo_power``).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from dossier import dates
from dossier.data import View
from dossier.intervals import category_share, share_test_power, trend_test_power

QUADS = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
TYPES = ("announcement", "diplomatic", "statement", "military", "legal", "economic")
DEADLINE_KINDS = ("deadline", "target", "appointment")
LATE_WINDOW = 0.10
RATE_RATIO = 3.0
RECENT_SHARE = 2 / 3  # of all events: what a chart of them opens on


@dataclass(frozen=True)
class Gaps:
    """Days between consecutive events known to the day.

    ``spread`` is the coefficient of variation; it and the quartiles are None with fewer than two gaps.
    """

    events: int
    longest_days: int | None
    longest_from: str | None
    longest_to: str | None
    median_days: float | None
    spread: float | None


def dated(events: pd.DataFrame) -> pd.DataFrame:
    """Return events in order of date with their first and last day as timestamps.

    Adds ``first_day`` and ``last_day`` (the period that the date names, or the stated span) and ``number``, counted from 1.
    """
    ordered = events.sort_values(["date", "event_id"], kind="stable").reset_index(drop=True)
    ends = [
        end if isinstance(end, str) else start for start, end in zip(ordered["date"], ordered["end_date"], strict=True)
    ]
    return ordered.assign(
        first_day=pd.to_datetime([dates.first_day(text) for text in ordered["date"]]),
        last_day=pd.to_datetime([dates.last_day(text) for text in ends]),
        number=range(1, len(ordered) + 1),
    )


def gaps(events: pd.DataFrame) -> Gaps:
    """Return the gaps between consecutive events known to the day; they sum to last minus first day.

    Two events on one day are a gap of zero.
    """
    days = sorted(events.loc[events["date_precision"] == "day", "date"])
    if len(days) < 2:
        return Gaps(len(days), None, None, None, None, None)
    lengths = pd.Series([(dates.first_day(b) - dates.first_day(a)).days for a, b in itertools.pairwise(days)])
    longest = int(lengths.idxmax())
    spread = float(lengths.std(ddof=1) / lengths.mean()) if len(lengths) > 1 and lengths.mean() > 0 else None
    return Gaps(len(days), int(lengths.max()), days[longest], days[longest + 1], float(lengths.median()), spread)


def longest_gaps(events: pd.DataFrame, *, most: int = 5) -> pd.DataFrame:
    """Return the longest gaps between consecutive events known to the day, longest first.

    Returns
    -------
    pandas.DataFrame
        ``days``, and of the events before and after the gap ``from_id``, ``from_date``, ``to_id``, ``to_date``.
    """
    ordered = events[events["date_precision"] == "day"].sort_values(["date", "event_id"], kind="stable")
    pairs = zip(ordered.itertuples(), list(ordered.itertuples())[1:], strict=False)
    rows = [
        {
            "days": (dates.first_day(after.date) - dates.first_day(before.date)).days,
            "from_id": before.event_id,
            "from_date": before.date,
            "to_id": after.event_id,
            "to_date": after.date,
        }
        for before, after in pairs
    ]
    found = pd.DataFrame(rows, columns=["days", "from_id", "from_date", "to_id", "to_date"])
    return found.sort_values("days", ascending=False, kind="stable").head(most).reset_index(drop=True)


def mix(events: pd.DataFrame, column: str, kinds: Sequence[str], *, level: float = 0.90) -> pd.DataFrame:
    """Return counts of each kind with the interval of its share.

    Returns
    -------
    pandas.DataFrame
        One row a kind, in the order given: ``kind``, ``count``, ``share``, ``low``, ``high`` (shares in [0, 1];
        Jeffreys–Dirichlet). Empty if there are no events.
    """
    total = len(events)
    if total == 0:
        return pd.DataFrame(columns=["kind", "count", "share", "low", "high"])
    counts = events[column].value_counts()
    rows = []
    for kind in kinds:
        count = int(counts.get(kind, 0))
        interval = category_share(count, total, kinds=len(kinds), level=level)
        rows.append({"kind": kind, "count": count, "share": interval.share, "low": interval.low, "high": interval.high})
    return pd.DataFrame(rows)


def mixed_types(events: pd.DataFrame) -> list[str]:
    """Return the types under which both cooperation and conflict stand."""
    sides = events.assign(side=events["quad"].str.split().str[-1]).groupby("type")["side"].nunique()
    return [kind for kind in TYPES if sides.get(kind, 0) > 1]


def tempo_power(total: int) -> float:
    """Return the chance of seeing a tripled rate in the last tenth of the period, with so many events.

    The window is taken as fixed beforehand, the best case there is; a searched window sees less. With rate r before and
    3 r in the last tenth, that tenth holds 0.3/1.2 of the events instead of 0.1.
    """
    raised = LATE_WINDOW * RATE_RATIO / (LATE_WINDOW * RATE_RATIO + 1 - LATE_WINDOW)
    return share_test_power(total, share=LATE_WINDOW, share_if=raised)


def trend_power(total: int) -> float:
    """Return the chance that Laplace's test for trend sees a tripled rate in the last tenth of the period."""
    return trend_test_power(total, share=LATE_WINDOW, ratio=RATE_RATIO)


def recent(events: pd.DataFrame, *, share: float = RECENT_SHARE) -> int:
    """Return the position of the first event of the shortest stretch up to the end that holds ``share`` of all events.

    A chart opens on that stretch, so that a few early events do not squeeze the rest; 0 for an empty record. Events of one
    day are never parted.

    >>> recent(pd.DataFrame({"date": ["1994-12-05", "2014-02-27", "2025-03-02", "2025-03-03", "2025-03-03", "2025-12-28"]}))
    2
    """
    kept = math.ceil(len(events) * share)
    position = len(events) - kept
    while 0 < position < len(events) and events["date"].iloc[position - 1] == events["date"].iloc[position]:
        position -= 1
    return position


def levels(days: Sequence[pd.Timestamp], *, apart_days: float) -> list[int]:
    """Return a level for each mark so that marks on one level are at least ``apart_days`` apart.

    >>> levels([pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-02"), pd.Timestamp("2025-02-01")], apart_days=5)
    [0, 1, 0]
    """
    last: list[pd.Timestamp] = []
    chosen = []
    for day in days:
        free = (level for level, taken in enumerate(last) if day - taken >= timedelta(days=apart_days))
        level = next(free, len(last))
        last[level : level + 1] = [day]
        chosen.append(level)
    return chosen


def out_of_order(events: pd.DataFrame) -> list[str]:
    """Return ids of the narrative's events that stand in the wrong place in its list, newest first.

    The fewest events whose removal leaves the list in order of date; events of one day may stand in any order.
    """
    listed = events[events["narrative_order"].notna()].sort_values("narrative_order")
    days, ids = list(listed["date"]), list(listed["event_id"])
    kept = _longest_falling(days)
    return [name for position, name in enumerate(ids) if position not in kept]


def by_year(events: pd.DataFrame) -> pd.DataFrame:
    """Return how many events each calendar year holds, and how many of them the narrative tells.

    Returns
    -------
    pandas.DataFrame
        ``year`` (int, ascending, only years with an event), ``events``, ``told``.
    """
    years = events.assign(year=events["date"].str[:4].astype(int), mine=events["in_narrative"]).groupby("year")
    return pd.DataFrame({"events": years.size(), "told": years["mine"].sum()}).reset_index()


def until_told(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events up to the narrative's day, oldest first; none before it was told."""
    days = events["told_on"].dropna()
    if days.empty:
        return events.iloc[:0]
    told_on = dates.parse_day(max(days))
    return events[[dates.last_day(text) <= told_on for text in events["date"]]]


def left_out(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events up to the narrative's day that it does not tell, oldest first; none before it was told."""
    before = until_told(events)
    return before[~before["in_narrative"]]


def by_criterion(view: View, events: pd.DataFrame) -> pd.DataFrame:
    """Return for each criterion of the inclusion rule how many events meet it and how many of them the narrative tells.

    Returns
    -------
    pandas.DataFrame
        ``criterion_id``, ``title``, ``rule``, ``events``, ``told``, in the order of the table of criteria.
    """
    told = events["in_narrative"]
    rule = view["inclusion-criteria"]
    return rule.assign(
        events=[int((events["criterion_id"] == name).sum()) for name in rule["criterion_id"]],
        told=[int(((events["criterion_id"] == name) & told).sum()) for name in rule["criterion_id"]],
    )


def deadlines(view: View) -> pd.DataFrame:
    """Return deadlines announced by the day, with a letter each and their state on the day.

    Adds ``letter`` and ``state``: the outcome where known, else ``open`` or, past its date, ``no outcome recorded``.
    """
    rows = view["deadlines"].sort_values(["due", "deadline_id"], kind="stable").reset_index(drop=True)
    states = [
        outcome if isinstance(outcome, str) else "open" if dates.last_day(due) >= view.as_of else "no outcome recorded"
        for outcome, due in zip(rows["outcome"], rows["due"], strict=True)
    ]
    return rows.assign(state=states, letter=[_letter(position) for position in range(len(rows))])


def deadline_record(rows: pd.DataFrame) -> pd.DataFrame:
    """Return for each kind how many had come to an outcome and how many of these were met.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (deadline, target, appointment; all three, in this order), ``settled``, ``met``. What was moved or
        dropped counts as not met.
    """
    settled = rows[rows["outcome"].notna()]
    return pd.DataFrame(
        [
            {
                "kind": kind,
                "settled": int((settled["kind"] == kind).sum()),
                "met": int(((settled["kind"] == kind) & (settled["outcome"] == "met")).sum()),
            }
            for kind in DEADLINE_KINDS
        ]
    )


def disputed(view: View) -> pd.DataFrame:
    """Return the points on which at least two accounts stand, with whether the narrative gives one of them.

    Returns
    -------
    pandas.DataFrame
        The columns of ``disputes`` and ``accounts`` (their number) and ``narrative`` (bool).
    """
    accounts = view["accounts"]
    counts = accounts.groupby("dispute_id").size()
    told = set(accounts.loc[accounts["standing"] == "narrative", "dispute_id"])
    rows = view["disputes"]
    rows = rows.assign(
        accounts=rows["dispute_id"].map(counts).fillna(0).astype(int), narrative=rows["dispute_id"].isin(told)
    )
    return rows[rows["accounts"] > 1].reset_index(drop=True)


def deeds_range(events: pd.DataFrame) -> tuple[int, int, int]:
    """Return how many events are deeds as coded, and the fewest and most that other defensible codings would give."""
    deed = events["quad"].str.startswith("material")
    other = events["quad_alternative"].fillna(events["quad"]).str.startswith("material")
    return int(deed.sum()), int((deed & other).sum()), int((deed | other).sum())


def happened(events: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the events that had begun by the day; the others are scheduled, known from their announcement."""
    begun = pd.Series([dates.first_day(text) <= as_of for text in events["date"]], index=events.index, dtype=bool)
    return events[begun]


def _letter(position: int) -> str:
    """Return A for 0, B for 1, AA for 26 and so on."""
    first, second = divmod(position, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)


def _longest_falling(days: Sequence[str]) -> set[int]:
    """Return positions of a longest non-rising run through ``days`` (dynamic programming, n²)."""
    best: list[list[int]] = []
    for position, day in enumerate(days):
        before = [run for run in best if days[run[-1]] >= day]
        best.append([*max(before, key=len, default=[]), position])
    return set(max(best, key=len, default=[]))
