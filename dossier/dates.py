"""What does a date known only to the month or the year say, and how is a date written for readers?

A date is ISO 8601 text of reduced precision: ``2025``, ``2025-12`` or ``2025-12-30``. A period counts as known once it
has ended, so that a month is never taken for its first day. Calendar arithmetic is in days; no time zones enter, because
the record gives days as the place of the event counts them.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

PATTERN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
ACCEPTED = "an ISO date: YYYY, YYYY-MM or YYYY-MM-DD"
DAYS_PER_YEAR = 365.25


def first_day(text: str) -> date:
    """Return the first day of the period that ``text`` names.

    >>> first_day("2025-02")
    datetime.date(2025, 2, 1)
    """
    year, month, day = _parts(text)
    return date(year, month or 1, day or 1)


def last_day(text: str) -> date:
    """Return the last day of the period that ``text`` names.

    >>> last_day("2024-02"), last_day("1994")
    (datetime.date(2024, 2, 29), datetime.date(1994, 12, 31))
    """
    year, month, day = _parts(text)
    last_month = month or 12
    return date(year, last_month, day or calendar.monthrange(year, last_month)[1])


def is_date(text: str) -> bool:
    """Return whether ``text`` is a date that a calendar has.

    >>> is_date("2024-02-29"), is_date("2025-02-29"), is_date("soon")
    (True, False, False)
    """
    try:
        first_day(text)
    except ValueError:
        return False
    return True


def precision(text: str) -> str:
    """Return ``day``, ``month`` or ``year``.

    >>> [precision(text) for text in ("2025-12-30", "2025-12", "2025")]
    ['day', 'month', 'year']
    """
    return {10: "day", 7: "month", 4: "year"}[len(text)]


def written(text: str) -> str:
    """Return a date as the report writes it, at its own precision.

    >>> written("2025-12-30"), written("2025-12"), written("2025")
    ('30 December 2025', 'December 2025', '2025')
    """
    year, month, day = _parts(text)
    words = [str(day) if day else "", calendar.month_name[month] if month else "", str(year)]
    return " ".join(word for word in words if word)


def parse_day(text: str) -> date:
    """Return a full ISO day; raise ``ValueError`` for anything else.

    >>> parse_day("2025-12-30")
    datetime.date(2025, 12, 30)
    """
    if len(str(text)) != 10:
        raise ValueError(f"{text!r} is not a day: accepted is YYYY-MM-DD")
    return first_day(str(text))


def is_after(text: object, day: date) -> bool:
    """Return whether a date lies wholly after ``day``; a blank one does not.

    >>> is_after("2026-01", date(2025, 12, 30)), is_after("2025", date(2025, 12, 30)), is_after(None, date(2025, 12, 30))
    (True, False, False)
    """
    return isinstance(text, str) and first_day(text) > day


def years_between(start: date, end: date) -> float:
    """Return the time from ``start`` to ``end`` in years of 365.25 days."""
    return (end - start).days / DAYS_PER_YEAR


def whole_years(start: date, end: date) -> int:
    """Return completed years, counted by anniversary.

    >>> whole_years(date(1953, 7, 27), date(2025, 7, 26)), whole_years(date(1953, 7, 27), date(2025, 7, 27))
    (71, 72)
    """
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _parts(text: str) -> tuple[int, int | None, int | None]:
    match = PATTERN.fullmatch(str(text))
    if not match:
        raise ValueError(f"{text!r} is not a date: accepted is {ACCEPTED}")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None  # the pattern requires it
    date(year, 1 if month is None else month, 1 if day is None else day)  # raises for month 13 or 00, or a 31 April
    return year, month, day
