"""How do things stand in numbers, and how have they moved?

Pure functions over series, stated figures, polls and quotes. A series holds the values of one producer; two series of one
indicator are shown side by side and never averaged. A change over months runs from the newest value up to the day back to
the newest one on or before the same day so many months earlier; if none lies near enough, nothing is said. Values of the
past are those of the data file that was read: a retrospective edition says so.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from dossier import dates
from dossier.data import View

TOPICS = ("territory", "aid", "force size", "guarantee length", "opinion", "losses", "markets")
WINDOWS_MONTHS = (1, 3, 6, 12)
NEAR_DAYS = 10  # a value so many days before the start of a window still stands for it
KM2_PER_SQUARE_MILE = 2.589988110336  # (1.609344 km)², the international mile of 1959
GLANCE_MONTHS = 3  # over which a direction is told
FLAT_POINTS = 0.01  # a probability that moved by less counts as standing still
FLAT_SHARE = 0.005  # a change smaller than this part of the value before counts as none


@dataclass(frozen=True)
class Latest:
    """The newest value of a series up to the day, with its bounds where the producer gives them."""

    series_id: str
    title: str
    day: str
    value: float
    low: float | None
    high: float | None
    stale: bool


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of that month if it has none.

    >>> months_before(date(2026, 8, 31), 6), months_before(date(2025, 12, 30), 12)
    (datetime.date(2026, 2, 28), datetime.date(2024, 12, 30))
    """
    position = day.year * 12 + day.month - 1 - months
    year, month = divmod(position, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def square_miles(km2: float) -> float:
    """Return an area in square miles.

    >>> round(square_miles(2.589988), 6)
    1.0
    """
    return km2 / KM2_PER_SQUARE_MILE


def ordered(view: View) -> pd.DataFrame:
    """Return the indicators by topic, in the order of ``TOPICS``."""
    rows = view["indicators"]
    rank = rows["topic"].map({topic: position for position, topic in enumerate(TOPICS)})
    return rows.assign(rank=rank).sort_values(["rank", "indicator_id"]).drop(columns="rank").reset_index(drop=True)


def series_of(view: View, indicator_id: str) -> pd.DataFrame:
    """Return the series of an indicator, in the order of their ids."""
    rows = view["series"]
    return rows[rows["indicator_id"] == indicator_id].sort_values("series_id").reset_index(drop=True)


def values(view: View, series_id: str) -> pd.DataFrame:
    """Return the observations of a series in order of date, with ``day``, the last day of what each is for."""
    rows = view["observations"]
    rows = rows[rows["series_id"] == series_id].sort_values("date", kind="stable").reset_index(drop=True)
    return rows.assign(day=[dates.last_day(text) for text in rows["date"]])


def indicator(view: View, indicator_id: str) -> pd.Series | None:
    """Return the row of an indicator, or None if the story has none of that name."""
    rows = view["indicators"]
    rows = rows[rows["indicator_id"] == indicator_id]
    return None if rows.empty else rows.iloc[0]


def latest(view: View, indicator_id: str) -> list[Latest]:
    """Return the newest value of each series of an indicator; a series without one is left out."""
    about = indicator(view, indicator_id)
    found = []
    for series in series_of(view, indicator_id).itertuples():
        rows = values(view, series.series_id)
        if rows.empty or about is None:
            continue
        last = rows.iloc[-1]
        age = (view.as_of - last["day"]).days
        bounds = [None if pd.isna(last[name]) else float(last[name]) for name in ("low", "high")]
        stale = age > int(about["stale_after_days"])
        found.append(Latest(series.series_id, series.title, str(last["date"]), float(last["value"]), *bounds, stale))
    return found


def share(about: pd.Series, value: float) -> float | None:
    """Return a value as a share of its indicator's whole, or None where there is none."""
    return None if pd.isna(about["whole"]) else value / float(about["whole"])


def windows(
    view: View, indicator_id: str, months: Sequence[int] = WINDOWS_MONTHS, *, until: date | None = None
) -> pd.DataFrame:
    """Return how each series of a level changed over windows that end with its newest value, or the newest until a day.

    Returns
    -------
    pandas.DataFrame
        ``series_id``, ``title``, ``months``, ``start``, ``end`` (days), ``net``, ``per_month`` (in the unit of the indicator);
        a window that begins before the series does, or where no value lies near, has no row.
    """
    rows = []
    for series in series_of(view, indicator_id).itertuples():
        known = values(view, series.series_id)
        known = known if until is None else known[known["day"] <= until].reset_index(drop=True)
        for length in months:
            found = _window(known, length)
            if found:
                rows.append({"series_id": series.series_id, "title": series.title, "months": length, **found})
    return pd.DataFrame(rows, columns=["series_id", "title", "months", "start", "end", "net", "per_month"])


def monthly_changes(view: View, indicator_id: str) -> pd.DataFrame:
    """Return the change of each series from one month's last day to the next.

    Returns
    -------
    pandas.DataFrame
        ``series_id``, ``title``, ``month`` (YYYY-MM), ``change``; a month counts if the series has a value for its last day and for
        that of the month before.
    """
    rows = []
    for series in series_of(view, indicator_id).itertuples():
        known = values(view, series.series_id)
        ends = known[pd.Series([day == _month_end(day) for day in known["day"]], index=known.index, dtype=bool)]
        by_day = dict(zip(ends["day"], ends["value"], strict=True))
        for day, value in by_day.items():
            before = by_day.get(date(day.year, day.month, 1) - timedelta(days=1))
            if before is not None:
                month = f"{day.year:04d}-{day.month:02d}"
                rows.append(
                    {
                        "series_id": series.series_id,
                        "title": series.title,
                        "month": month,
                        "change": float(value - before),
                    }
                )
    return pd.DataFrame(rows, columns=["series_id", "title", "month", "change"])


def records(view: View, indicator_id: str) -> pd.DataFrame:
    """Return the month of the largest rise of each series: ``series_id``, ``title``, ``month``, ``change``."""
    changes = monthly_changes(view, indicator_id)
    if changes.empty:
        return changes
    return changes.loc[changes.groupby("series_id")["change"].idxmax()].sort_values("series_id").reset_index(drop=True)


def yearly(view: View, indicator_id: str) -> pd.DataFrame:
    """Return the sum of each series of a flow by calendar year, up to the day.

    Returns
    -------
    pandas.DataFrame
        ``series_id``, ``title``, ``side``, ``year`` (int), ``total``, ``months`` (how many are in the sum).
    """
    parts = []
    for series in series_of(view, indicator_id).itertuples():
        known = values(view, series.series_id)
        sums = known.assign(year=[day.year for day in known["day"]]).groupby("year")["value"].agg(["sum", "size"])
        named = sums.reset_index().rename(columns={"sum": "total", "size": "months"})
        parts.append(named.assign(series_id=series.series_id, title=series.title, side=series.side))
    columns = ["series_id", "title", "side", "year", "total", "months"]
    return pd.concat(parts)[columns].reset_index(drop=True) if parts else pd.DataFrame(columns=columns)


def recent_flow(view: View, indicator_id: str, *, months: int = 3) -> pd.DataFrame:
    """Return for each series of a flow the sum of its newest months and of as many before.

    Returns
    -------
    pandas.DataFrame
        ``series_id``, ``title``, ``newest``, ``before``; a series with too few months has no row.
    """
    rows = []
    for series in series_of(view, indicator_id).itertuples():
        known = list(values(view, series.series_id)["value"])
        if len(known) >= 2 * months:
            newest, before = sum(known[-months:]), sum(known[-2 * months : -months])
            rows.append({"series_id": series.series_id, "title": series.title, "newest": newest, "before": before})
    return pd.DataFrame(rows, columns=["series_id", "title", "newest", "before"])


def direction(before: float, after: float) -> str:
    """Return up, down, or flat if the change is smaller than ``FLAT_SHARE`` of the value before.

    >>> direction(1000, 1004), direction(1000, 1006), direction(1000, 990)
    ('flat', 'up', 'down')
    """
    if after == before or abs(after - before) < FLAT_SHARE * abs(before):
        return "flat"
    return "up" if after > before else "down"


def direction_of_share(before: float, after: float) -> str:
    """Return up, down, or flat if a probability moved by less than ``FLAT_POINTS``.

    >>> direction_of_share(0.10, 0.105), direction_of_share(0.10, 0.12), direction_of_share(0.10, 0.08)
    ('flat', 'up', 'down')
    """
    if round(abs(after - before), 9) < FLAT_POINTS:  # 0.21 less 0.20 is a point, whatever binary fractions make of it
        return "flat"
    return "up" if after > before else "down"


def quote_changes(view: View, indicator_id: str, *, months: int) -> pd.DataFrame:
    """Return for each question that is still open its newest quote and the one so many months before at the same venue.

    Returns
    -------
    pandas.DataFrame
        ``title`` (the question), ``before``, ``after``; a question without a quote near the start of the window, or whose
        newest quote is as old as the window is long, has no row.
    """
    start, rows = months_before(view.as_of, months), []
    quotes = view["quotes"]
    for (_, question), own in quotes[quotes["indicator_id"] == indicator_id].groupby(["venue", "question"], sort=True):
        told = own.assign(day=[dates.last_day(text) for text in own["date"]]).sort_values("day", kind="stable")
        before, last = told[told["day"] <= start], told.iloc[-1]
        if before.empty or dates.last_day(last["closes"]) < view.as_of or last["day"] <= start:
            continue
        if (start - before["day"].iloc[-1]).days <= NEAR_DAYS:
            rows.append({"title": question, "before": float(before["value"].iloc[-1]), "after": float(last["value"])})
    return pd.DataFrame(rows, columns=["title", "before", "after"])


def stated(view: View, indicator_id: str) -> pd.DataFrame:
    """Return the figures stated on an indicator, oldest first."""
    rows = view["stated-figures"]
    return rows[rows["indicator_id"] == indicator_id].sort_values(["said_on", "figure_id"]).reset_index(drop=True)


def newest_quotes(view: View) -> pd.DataFrame:
    """Return the newest quote of each question at each venue up to the day."""
    rows = view["quotes"].sort_values(["date", "quote_id"], kind="stable")
    return rows.groupby(["venue", "question"], sort=False).tail(1).reset_index(drop=True)


def _window(known: pd.DataFrame, months: int) -> dict[str, object] | None:
    if known.empty:
        return None
    end = known["day"].iloc[-1]
    wanted = months_before(end, months)
    wanted = _month_end(wanted) if end == _month_end(end) else wanted  # a month that is over, back to one that was
    before = known[known["day"] <= wanted]
    if before.empty or (wanted - before["day"].iloc[-1]).days > NEAR_DAYS:
        return None
    net = float(known["value"].iloc[-1] - before["value"].iloc[-1])
    return {"start": before["day"].iloc[-1], "end": end, "net": net, "per_month": net / months}


def _month_end(day: date) -> date:
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
