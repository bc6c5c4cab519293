"""Indicators, worked out by hand: two maps of one harbour, grain sent month by month, prices of a bet."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier import data, indicators
from dossier.data import View
from dossier.pages import situation as page

DAY = date(2031, 6, 30)
QUAYS, GRAIN, SHIPS = "quays-held", "grain-aid", "ships-lost"
ALL = (QUAYS, GRAIN, SHIPS, "watch-size")


@pytest.fixture(scope="module")
def package(harbour):
    return data.describe(harbour)


@pytest.fixture(scope="module")
def later(package) -> View:
    """The story when all of it is known."""
    return data.view(package, as_of="2032-01-01")


def known(view: View, day: date) -> View:
    """A view of a later day cut at an earlier one."""
    return View(day, view.package, data.cut(view.raw, view.package.tables, as_of=day), view.documents)


def measured(view: View, *values: tuple[str, float], series: str = "quays-gazette", day: date | None = None) -> View:
    """The story with the values of one series alone."""
    rows = [{"series_id": series, "date": text, "value": str(value)} for text, value in values]
    frame = pd.DataFrame(rows, columns=view.package.table("observations").columns, dtype="str")
    return View(day or view.as_of, view.package, {**view.raw, "observations": frame}, view.documents)


def windows(view: View, *months: int) -> dict[tuple[str, int], tuple[str, float, float]]:
    rows = indicators.windows(view, QUAYS, months or indicators.WINDOWS_MONTHS)
    return {(row.series_id, row.months): (row.start.isoformat(), row.net, row.per_month) for row in rows.itertuples()}


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2025-12-30", 1, "2025-11-30"),
        ("2025-12-30", 12, "2024-12-30"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-08-31", 6, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2024-02-29", 48, "2020-02-29"),
        ("2031-05-31", 1, "2031-04-30"),
    ],
)
def test_months_earlier_is_the_same_day_or_the_last_of_a_shorter_month(day, months, before):
    assert indicators.months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


@given(st.dates(date(1950, 1, 1), date(2050, 12, 31)), st.integers(0, 120))
def test_months_earlier_is_so_many_months_earlier(day, months):
    before = indicators.months_before(day, months)
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day == day.day or ((before + timedelta(days=1)).day == 1 and before.day < day.day)


def test_a_square_mile_is_2_589988_square_kilometres():
    assert indicators.square_miles(2.589988) == pytest.approx(1, abs=1e-6)
    assert indicators.square_miles(401.533333) == pytest.approx(155.03, abs=0.005)


def test_indicators_stand_in_the_order_of_topics(harbour_view):
    assert list(indicators.ordered(harbour_view)["topic"]) == list(indicators.TOPICS)


def test_the_newest_value_of_every_series_stands_by_itself(harbour_view):
    gazette, league = indicators.latest(harbour_view, QUAYS)
    assert (gazette.title, gazette.day, gazette.value, gazette.low) == ("Gazette", "2031-06-30", 21, None)
    assert (league.title, league.day, league.value) == ("League", "2031-06-30", 18)  # beside it, not averaged to 19.5


def test_bounds_of_the_producer_come_with_the_value(harbour_view):
    (ships,) = indicators.latest(harbour_view, SHIPS)
    assert (ships.value, ships.low, ships.high) == (5, 4, 7)


def test_a_share_needs_a_whole(harbour_view):
    assert indicators.share(indicators.indicator(harbour_view, QUAYS), 21) == pytest.approx(0.21)
    assert indicators.share(indicators.indicator(harbour_view, SHIPS), 5) is None


def test_an_indicator_without_series_has_no_value_and_no_change(harbour_view):
    assert indicators.latest(harbour_view, "watch-size") == []
    for rows in (indicators.windows, indicators.monthly_changes, indicators.records, indicators.yearly):
        assert rows(harbour_view, "watch-size").empty
    assert indicators.indicator(harbour_view, "no-such") is None


def test_change_over_windows_at_the_end_of_may(later):
    assert windows(known(later, date(2031, 5, 31))) == {
        ("quays-gazette", 1): ("2031-04-30", 1, 1),
        ("quays-gazette", 3): ("2031-02-28", 4, pytest.approx(4 / 3)),
        ("quays-league", 1): ("2031-04-30", 1, 1),
        ("quays-league", 3): ("2031-02-28", 2, pytest.approx(2 / 3)),
    }  # six months before lies November, and both series begin in December


def test_change_over_windows_at_the_end_of_march(later):
    assert windows(known(later, date(2031, 3, 31)), 3) == {
        ("quays-gazette", 3): ("2030-12-31", 8, pytest.approx(8 / 3)),
        ("quays-league", 3): ("2030-12-31", 4, pytest.approx(4 / 3)),
    }


def test_a_window_that_ends_with_a_month_begins_with_one(harbour_view):
    """From the last day of March, June or December to the last of June: series of month ends have a window every month."""
    assert windows(harbour_view, 1, 3, 6) == {
        ("quays-gazette", 1): ("2031-05-31", 1, 1),
        ("quays-gazette", 3): ("2031-03-31", 3, 1),
        ("quays-gazette", 6): ("2030-12-31", 11, pytest.approx(11 / 6)),
        ("quays-league", 1): ("2031-05-31", 2, 2),
        ("quays-league", 3): ("2031-03-31", 3, 1),
        ("quays-league", 6): ("2030-12-31", 7, pytest.approx(7 / 6)),
    }


def test_a_window_that_begins_before_its_series_is_missing(harbour_view):
    view = measured(harbour_view, ("2031-03-15", 5), ("2031-04-15", 9))
    assert windows(view) == {("quays-gazette", 1): ("2031-03-15", 4, 4)}


@pytest.mark.parametrize(("first", "found"), [("2031-01-15", True), ("2031-01-05", True), ("2031-01-04", False)])
def test_a_value_ten_days_before_a_window_stands_for_its_start_and_an_older_one_does_not(harbour_view, first, found):
    view = measured(harbour_view, (first, 5), ("2031-04-15", 8))
    assert windows(view, 3) == ({("quays-gazette", 3): (first, 3, 1)} if found else {})


def test_the_newest_value_on_or_before_the_start_is_taken(harbour_view):
    view = measured(harbour_view, ("2031-01-10", 1), ("2031-01-14", 2), ("2031-01-16", 3), ("2031-04-15", 8))
    assert windows(view, 3) == {("quays-gazette", 3): ("2031-01-14", 6, 2)}


def test_monthly_change_runs_from_the_last_day_of_a_month_to_the_next(harbour_view):
    rows = indicators.monthly_changes(harbour_view, QUAYS)
    changes = rows.pivot(index="month", columns="series_id", values="change")
    assert list(changes["quays-gazette"]) == [2, 4, 2, 1, 1, 1]
    assert list(changes["quays-league"]) == [1, 2, 1, 0, 1, 2]
    assert list(changes.index) == [f"2031-{month:02d}" for month in range(1, 7)]  # none for December: no November


def test_a_month_without_a_value_for_its_last_day_has_no_change_and_neither_has_the_next(harbour_view):
    view = measured(
        harbour_view, ("2031-01-31", 1), ("2031-02-28", 3), ("2031-03-30", 9), ("2031-04-30", 10), ("2031-05", 14)
    )
    rows = indicators.monthly_changes(view, QUAYS)
    assert dict(zip(rows["month"], rows["change"], strict=True)) == {"2031-02": 2, "2031-05": 4}


@pytest.mark.parametrize(("february", "months"), [("2032-02-28", []), ("2032-02-29", ["2032-02"])])
def test_february_of_a_leap_year_ends_on_the_29th(harbour_view, february, months):
    view = measured(harbour_view, ("2032-01-31", 1), (february, 3), day=date(2032, 3, 1))
    assert list(indicators.monthly_changes(view, QUAYS)["month"]) == months


def test_the_record_is_the_month_of_the_largest_rise_and_of_equals_the_first(harbour_view):
    rows = indicators.records(harbour_view, QUAYS).set_index("series_id")
    assert tuple(rows.loc["quays-gazette", ["month", "change"]]) == ("2031-02", 4)
    assert tuple(rows.loc["quays-league", ["month", "change"]]) == ("2031-02", 2)  # June rose by 2 as well


def test_a_record_is_one_of_its_day(later):
    assert list(indicators.records(known(later, date(2031, 1, 31)), QUAYS)["month"]) == ["2031-01", "2031-01"]
    august = known(later, date(2031, 8, 1))
    assert list(indicators.records(august, QUAYS)["change"]) == [9, 12]  # July: from 21 and from 18 to 30


@pytest.mark.parametrize(
    ("day", "total", "months"), [("2031-06-30", 39, 6), ("2031-03-15", 9, 2), ("2031-07-31", 59, 7)]
)
def test_a_year_sums_the_months_that_are_over(later, day, total, months):
    (row,) = indicators.yearly(known(later, date.fromisoformat(day)), GRAIN).itertuples()
    assert (row.side, row.year, row.total, row.months) == ("Tessary", 2031, total, months)


def test_years_are_summed_apart(harbour_view):
    view = measured(harbour_view, ("2030-11", 3), ("2030-12", 4), ("2031-01", 5), series="grain-tessary")
    rows = indicators.yearly(view, GRAIN)
    assert list(zip(rows["year"], rows["total"], rows["months"], strict=True)) == [(2030, 7, 2), (2031, 5, 1)]


def test_the_newest_three_months_of_a_flow_stand_beside_the_three_before(harbour_view, later):
    (row,) = indicators.recent_flow(harbour_view, GRAIN).itertuples()
    assert (row.newest, row.before) == (24, 15)  # 8 + 9 + 7 after 5 + 4 + 6
    assert indicators.recent_flow(known(later, date(2031, 5, 31)), GRAIN).empty  # five months are too few


@pytest.mark.parametrize(
    ("series", "indicator", "text", "day", "stale"),
    [
        ("quays-gazette", QUAYS, "2031-06-30", "2031-08-14", False),  # 45 days later
        ("quays-gazette", QUAYS, "2031-06-30", "2031-08-15", True),
        ("grain-tessary", GRAIN, "2031-06", "2031-09-28", False),  # 90 days after the month is over
        ("grain-tessary", GRAIN, "2031-06", "2031-09-29", True),
    ],
)
def test_a_value_is_stale_from_the_day_after_its_days_are_over(harbour_view, series, indicator, text, day, stale):
    view = measured(harbour_view, (text, 1), series=series, day=date.fromisoformat(day))
    assert [one.stale for one in indicators.latest(view, indicator)] == [stale]


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        (1000, 1004, "flat"),
        (1000, 996, "flat"),
        (1000, 1005, "up"),
        (1000, 995, "down"),
        (-10, -5, "up"),
        (0, 1, "up"),
        (0, -1, "down"),
    ],
)
def test_direction_is_flat_below_half_a_per_cent_of_the_value_before(before, after, way):
    assert indicators.direction(before, after) == way


@given(st.floats(-1e9, 1e9))
def test_no_change_is_flat_from_whatever_value(value):
    assert indicators.direction(value, value) == "flat"


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_up_and_down_are_opposites(before, after):
    opposite = {"up": "down", "down": "up", "flat": "flat"}
    assert indicators.direction(-before, -after) == opposite[indicators.direction(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [(0.20, 0.209, "flat"), (0.20, 0.21, "up"), (0.20, 0.19, "down"), (0.0, 0.0, "flat"), (0.02, 0.005, "down")],
)
def test_a_probability_moves_from_one_percentage_point_on(before, after, way):
    assert indicators.direction_of_share(before, after) == way


def quoted(view: View, *values: tuple[str, float], closes: str = "2031-12-31", day: date) -> View:
    """The story with the quotes of one question alone."""
    first = view.raw["quotes"].iloc[[0]]
    rows = pd.concat(
        [first.assign(quote_id=text, date=text, value=str(value), closes=closes) for text, value in values]
    )
    return View(day, view.package, {**view.raw, "quotes": rows.reset_index(drop=True)}, view.documents)


@pytest.mark.parametrize(
    ("values", "closes", "found"),
    [
        ([("2031-06-20", 0.6), ("2031-09-20", 0.2)], "2031-12-31", [(0.6, 0.2)]),
        ([("2031-06-18", 0.6), ("2031-09-20", 0.2)], "2031-12-31", [(0.6, 0.2)]),
        ([("2031-06-01", 0.6), ("2031-09-20", 0.2)], "2031-12-31", []),  # nothing near the start of the window
        ([("2031-06-20", 0.6), ("2031-09-20", 0.2)], "2031-09-24", []),  # the question is over
        ([("2031-06-20", 0.6)], "2031-12-31", []),  # nothing was said since
        ([("2031-06-19", 0.5), ("2031-06-24", 0.6), ("2031-09-20", 0.2)], "2031-12-31", [(0.6, 0.2)]),
    ],
)
def test_a_quote_is_set_against_the_one_three_months_before(later, values, closes, found):
    view = quoted(later, *values, closes=closes, day=date(2031, 9, 25))
    rows = indicators.quote_changes(view, "harbour-market", months=3)
    assert [(row.before, row.after) for row in rows.itertuples()] == found


def test_stated_figures_come_oldest_first(harbour_view):
    assert list(indicators.stated(harbour_view, "watch-size")["figure_id"]) == ["watch-hundred", "watch-forty"]
    assert list(indicators.stated(harbour_view, "treaty-length")["figure_id"]) == [
        "treaty-five", "treaty-ten", "treaty-story",
    ]  # fmt: skip


def test_a_question_has_the_newest_quote_that_was_known(later):
    def quoted(day: str) -> list[str]:
        return list(indicators.newest_quotes(known(later, date.fromisoformat(day)))["quote_id"])

    assert [quoted(day) for day in ("2031-06-19", "2031-06-20", "2031-07-19", "2031-07-20")] == [
        [], ["bet-june"], ["bet-june"], ["bet-july"],
    ]  # fmt: skip


@st.composite
def later_values(draw) -> dict[str, str]:
    """A value for a day or a month that is not over on the day of the edition."""
    day = draw(st.dates(DAY + timedelta(days=1), date(2033, 12, 31))).isoformat()
    series = draw(st.sampled_from(["quays-gazette", "quays-league", "grain-tessary", "ships-korsmark"]))
    return {
        "series_id": series,
        "date": draw(st.sampled_from([day, day[:7], day[:4]])),
        "value": str(draw(st.integers(-1000, 1000))),
    }


def everything(view: View) -> list[str]:
    """Every number that the functions say, as text."""
    functions = (indicators.windows, indicators.monthly_changes, indicators.records, indicators.yearly)
    frames = [function(view, name).to_csv() for name in ALL for function in (*functions, indicators.recent_flow)]
    return [*map(str, [indicators.latest(view, name) for name in ALL]), *frames]


@pytest.fixture(scope="module")
def said(harbour_view) -> list[str]:
    return everything(harbour_view)


@settings(max_examples=8)
@given(rows=st.lists(later_values(), min_size=3, max_size=12))
def test_later_values_change_nothing(rows, later, said):
    added = pd.DataFrame(rows, columns=later.package.table("observations").columns, dtype="str")
    observations = pd.concat([later.raw["observations"], added], ignore_index=True)
    grown = View(later.as_of, later.package, {**later.raw, "observations": observations}, later.documents)
    assert everything(known(grown, DAY)) == said


def findings(view: View) -> dict[str, object]:
    return {one.finding_id.removeprefix("fnd-situation-"): one for one in page.answer(view).findings}


def test_the_answer_of_the_page_in_figures(harbour_view):
    assert {name: one.text for name, one in findings(harbour_view).items()} == {
        "indicators": "7",
        "quays-held": "Gazette 21.00 sq km (21.00 %) on 30 June 2031; League 18.00 sq km (18.00 %) on 30 June 2031",
        "grain-aid": "Tessary 7.00 tons a month in June 2031",
        "watch-size": "40 to 60 persons, reported (Harbour League, 10 May 2031)",
        "treaty-length": "10 years, asked (Orla Teck, 10 April 2031)",
        "town-poll": "wanted 61 % (Selwick Gazette, to 10 May 2031)",
        "ships-lost": "Korsmark 5.00 ships, 4.00 to 7.00 on 30 June 2031",
        "harbour-market": "The treaty holds to the end of 2031 60 % (20 June 2031)",
    }


def test_what_was_said_long_ago_is_stale_and_a_question_that_has_closed_is_no_news(later):
    after = findings(known(later, date(2032, 6, 30)))
    assert after["treaty-length"].text.endswith(", stale)")
    assert after["harbour-market"].text.startswith("none of ")


def test_an_arrow_says_its_window_and_its_reason(harbour_view):
    grain = findings(harbour_view)["grain-aid"]
    assert (grain.arrow, grain.reason) == ("up", "over 3 months: Tessary 24.0 after 15.0")


def test_series_that_differ_in_direction_have_no_arrow(harbour_view):
    day = date(2031, 4, 15)
    rows = [("quays-gazette", "2031-01-15", "5"), ("quays-gazette", "2031-04-15", "8")]
    rows += [("quays-league", "2031-01-15", "8"), ("quays-league", "2031-04-15", "5")]
    frame = pd.DataFrame(rows, columns=["series_id", "date", "value"], dtype="str").assign(low=None, high=None)
    view = View(day, harbour_view.package, {**harbour_view.raw, "observations": frame}, harbour_view.documents)
    quays = findings(view)["quays-held"]
    assert quays.arrow == "none"
    assert quays.reason == "the series differ over 3 months: Gazette +3; League \N{MINUS SIGN}3"


def test_an_indicator_on_which_nothing_is_known_has_no_finding(later):
    assert set(findings(known(later, date(2029, 1, 1)))) == {"indicators"}
