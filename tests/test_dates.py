"""Dates known to the day, the month or the year."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier import dates


def test_a_month_runs_from_its_first_to_its_last_day():
    assert dates.first_day("2024-02") == date(2024, 2, 1)
    assert dates.last_day("2024-02") == date(2024, 2, 29)  # a leap year
    assert dates.last_day("2031-02") == date(2031, 2, 28)


def test_a_year_runs_from_january_to_december():
    assert (dates.first_day("1994"), dates.last_day("1994")) == (date(1994, 1, 1), date(1994, 12, 31))


def test_dates_are_written_at_their_own_precision():
    assert [dates.written(text) for text in ("2031-06-09", "2031-06", "2031")] == ["9 June 2031", "June 2031", "2031"]


@pytest.mark.parametrize(
    "text",
    [
        "2031-04-31",
        "2031-02-29",
        "2031-13",
        "2031-00",
        "31-04-2031",
        "2031-4-1",
        "2031-06-",
        "",
        "soon",
        "2031-05-00",
        "2031\n",
    ],
)
def test_what_no_calendar_holds_is_refused(text):
    with pytest.raises(ValueError, match=r"accepted is|day is out of range|month must be|out of range"):
        dates.first_day(text)


@pytest.mark.parametrize("text", ["2031", "2031-06", "2031-04-31", "tomorrow", None, 20310630])
def test_only_a_full_day_is_a_day(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the calendar's own messages differ
        dates.parse_day(text)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2031-07-01", True),
        ("2031-07", True),
        ("2032", True),
        ("2031-06-30", False),
        ("2031-06", False),
        ("2031", False),
        (None, False),
    ],
)
def test_a_period_lies_after_a_day_only_if_it_begins_after_it(text, after):
    assert dates.is_after(text, date(2031, 6, 30)) is after


@given(st.dates())
def test_a_day_is_its_own_first_and_last_day(day):
    assert dates.first_day(day.isoformat()) == dates.last_day(day.isoformat()) == day


@given(st.dates(), st.dates())
def test_whole_years_count_anniversaries(start, end):
    if end < start:
        start, end = end, start
    years = dates.whole_years(start, end)
    assert years == sum(
        (year, start.month, start.day) <= (end.year, end.month, end.day) for year in range(start.year + 1, end.year + 1)
    )


def test_years_between_are_of_365_and_a_quarter_days():
    assert dates.years_between(date(2010, 1, 1), date(2016, 1, 1)) == 2191 / 365.25  # six years, one leap day
