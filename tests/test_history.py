"""Forecasts week by week: which days, what a week may see, what moves and what does not, and what stands beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier import data, forecast, history, questions, scoring
from dossier.data import View
from dossier.forecast import Model

FIRST = date(2031, 6, 30)
LATER = "2031-07-16"
SET = {"war_began": "2029-03-01", "deadline": "2031-07-31", "horizon": "2031-12-31", "years": 5, "seed": 1}
SET |= {"tier": "return to war", "weights": "as given"}
LAMP, SOON, LATE = "lamp-by-2031-12-31", "treaty-by-2031-07-31", "treaty-by-2031-12-31"


def model_of(then: View) -> Model | None:
    return forecast.model(then, **SET)


def without(then: View) -> None:
    return None


def told(view: View, make: Callable[[View], Model | None] = model_of) -> pd.DataFrame:
    return history.told(view, make, seed=1, draws=500)


def days_of(course: pd.DataFrame, question_id: str) -> list[str]:
    return list(course[course["question_id"] == question_id]["day"])


# Which days


@pytest.mark.parametrize(
    ("last", "days"),
    [
        ("2031-06-30", ["2031-06-30"]),
        ("2031-07-01", ["2031-06-30", "2031-07-01"]),
        ("2031-07-07", ["2031-06-30", "2031-07-07"]),
        ("2031-07-16", ["2031-06-30", "2031-07-07", "2031-07-14", "2031-07-16"]),
        ("2031-06-29", []),
    ],
)
def test_weeks_run_from_the_first_day_to_the_last(last, days):
    assert [day.isoformat() for day in history.weeks(FIRST, date.fromisoformat(last))] == days


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 900))
def test_no_week_is_longer_than_seven_days_and_all_but_the_last_are_seven(first, length):
    last = date.fromordinal(first.toordinal() + length)
    days = history.weeks(first, last)
    gaps = [(after - before).days for before, after in pairwise(days)]
    assert (days[0], days[-1]) == (first, last)
    assert set(gaps[:-1]) <= {7}
    assert all(1 <= gap <= 7 for gap in gaps)


def test_a_question_is_told_from_the_day_on_which_it_applies(story):
    assert days_of(told(story.view(LATER), without), LAMP) == ["2031-06-30", "2031-07-07", "2031-07-14", "2031-07-16"]


def test_a_question_that_applies_later_has_weeks_of_its_own(story):
    story.set("questions.csv", LAMP, applies_from="2031-07-03")
    course = told(story.view(LATER))
    assert days_of(course, LAMP) == ["2031-07-03", "2031-07-10", "2031-07-16"]
    assert days_of(course, LATE) == ["2031-06-30", "2031-07-07", "2031-07-14", "2031-07-16"]


def test_a_question_that_was_answered_is_told_no_longer(story):
    course = told(story.view("2031-08-06"))
    assert days_of(course, SOON)[-1] == "2031-07-28"
    assert days_of(course, LATE)[-1] == "2031-08-06"


def test_without_a_question_there_is_no_week(story):
    assert told(story.view("1900-01-01")).empty
    assert list(told(story.view("1900-01-01"))) == history.COLUMNS


# What a week may see


def test_a_week_is_what_the_report_of_that_day_would_have_said(story):
    course, then = told(story.view(LATER)), story.view("2031-07-07")
    alone = questions.probabilities(then, model_of(then), seed=1, draws=500)
    week = course[course["day"] == "2031-07-07"].set_index("question_id")
    pd.testing.assert_series_equal(week["mean"], alone.set_index("question_id")["mean"], check_like=True)


LATER_ROWS = {
    "a quote": ("quotes.csv", "bet-june", {"quote_id": "bet-later", "date": "2031-07-15", "value": "0.99"}),
    "an answer": ("resolutions.csv", SOON, {"question_id": LATE, "resolved_on": "2031-07-15", "outcome": "yes"}),
    "a judgement": ("priors.csv", "judged-lamp", {"prior_id": "judged-again", "applies_from": "2031-07-15", "third": "0.9"}),
    "a question": ("questions.csv", LAMP, {"question_id": "lamp-again", "applies_from": "2031-07-15"}),
}  # fmt: skip


@pytest.mark.parametrize("row", LATER_ROWS.values(), ids=LATER_ROWS)
def test_a_row_of_a_later_day_changes_no_earlier_week(row, story):
    before = told(story.view(LATER))
    file, like, cells = row
    story.add_like(file, like, **cells)
    after = told(story.view(LATER))
    early, same = (course[course["day"] < "2031-07-15"].reset_index(drop=True) for course in (before, after))
    pd.testing.assert_frame_equal(early, same)


def test_the_days_that_follow_change_no_earlier_week(story):
    short, long = told(story.view("2031-07-14")), told(story.view("2031-07-21"))
    both = long[long["day"] <= "2031-07-14"].reset_index(drop=True)
    pd.testing.assert_frame_equal(both, short)


# What moves


def test_where_neither_data_nor_days_change_nothing_moves(story):
    """A judgement knows no days: with the same random numbers each week its probability is the very same."""
    course = told(story.view(LATER))
    lamp = course[course["question_id"] == LAMP]
    assert len(lamp) == 4
    assert lamp[["mean", "low", "high"]].nunique().tolist() == [1, 1, 1]


def test_the_same_model_gives_the_same_numbers_each_week(story):
    fixed = model_of(story.view("2031-06-30"))
    course = told(story.view(LATER), lambda then: fixed)
    assert course.groupby("question_id")["mean"].nunique().tolist() == [1, 1, 1]


def path_of(*means: float) -> pd.DataFrame:
    days = [f"2031-07-0{place + 1}" for place in range(len(means))]
    return pd.DataFrame({"question_id": "a", "day": days, "mean": means, "low": means, "high": means})


def asked(outcome: str | None, resolved_on: str | None) -> pd.DataFrame:
    return pd.DataFrame({"question_id": ["a"], "outcome": [outcome], "resolved_on": [resolved_on]})


def test_movement_and_reduction_by_hand():
    (row,) = history.moved(asked(None, None), path_of(0.5, 0.6, 0.4)).itertuples()
    # 0.1² + 0.2² = 0.05; 0.5·0.5 − 0.4·0.6 = 0.01
    assert (row.movement, row.reduction, row.excess) == pytest.approx((0.05, 0.01, 0.04))
    assert (row.first_day, row.last_day, row.points, row.answered) == ("2031-07-01", "2031-07-03", 3, False)


@pytest.mark.parametrize(("outcome", "last", "movement"), [("yes", 1.0, 0.01 + 0.16), ("no", 0.0, 0.01 + 0.36)])
def test_a_path_that_was_answered_ends_at_one_or_nothing(outcome, last, movement):
    (row,) = history.moved(asked(outcome, "2031-08-01"), path_of(0.5, 0.6)).itertuples()
    assert (row.last, row.last_day, row.answered, row.points) == (last, "2031-08-01", True, 2)
    assert row.movement == pytest.approx(movement)
    assert row.reduction == pytest.approx(0.25)


def test_a_void_question_ends_with_its_last_probability():
    (row,) = history.moved(asked("void", "2031-08-01"), path_of(0.5, 0.6)).itertuples()
    assert (row.last, row.answered) == (0.6, False)


def test_a_question_without_a_probability_has_no_path():
    assert history.moved(asked(None, None), path_of()).empty


def test_each_path_is_that_of_the_scores(story):
    view = story.view("2031-08-06")
    course = told(view)
    for row in history.moved(questions.asked(view), course).itertuples():
        path = list(course[course["question_id"] == row.question_id]["mean"])
        expected = scoring.belief_path([*path, 0.0] if row.question_id == SOON else path)
        assert (row.movement, row.reduction) == (expected.movement, expected.reduction)


# What stands beside


def test_quotes_stand_beside_from_before_the_first_week_until_the_answer(story):
    story.add_like("quotes.csv", "bet-june", quote_id="bet-soon", question_id=SOON, date="2031-07-30")
    story.add_like("quotes.csv", "bet-june", quote_id="bet-too-late", question_id=SOON, date="2031-08-03")
    story.add_like("quotes.csv", "bet-june", quote_id="bet-on-nothing", question_id="", date="2031-07-30")
    found = history.said(story.view("2031-08-06"))
    assert list(found["quote_id"]) == ["bet-soon", "bet-june", "bet-july"]


def quote(day: str, value: float, venue: str = "Exchange", kind: str = "market") -> dict[str, object]:
    return {"question_id": "a", "date": day, "value": value, "venue": venue, "kind": kind, "question": "a?"}


def test_a_probability_is_compared_with_the_newest_quote_of_the_week_up_to_its_day():
    course = pd.DataFrame({"question_id": "a", "day": ["2031-07-07", "2031-07-14"], "mean": [0.5, 0.4]})
    quotes = pd.DataFrame([quote("2031-06-30", 0.1), quote("2031-07-01", 0.2), quote("2031-07-06", 0.3), quote("2031-07-08", 0.9)])  # fmt: skip
    found = history.compared(course, quotes)
    # of the first week the quote of the sixth; of the second that of the eighth; that of 30 June is a week old by the seventh
    assert found[["day", "mean", "value"]].to_numpy().tolist() == [["2031-07-07", 0.5, 0.3], ["2031-07-14", 0.4, 0.9]]


def test_each_venue_is_compared_for_itself():
    course = pd.DataFrame({"question_id": "a", "day": ["2031-07-07"], "mean": [0.5]})
    quotes = pd.DataFrame([quote("2031-07-05", 0.3), quote("2031-07-05", 0.2, venue="Club", kind="crowd")])
    assert history.compared(course, quotes)[["kind", "value"]].to_numpy().tolist() == [["crowd", 0.2], ["market", 0.3]]


# The real story


@pytest.fixture(scope="module")
def later(root) -> View:
    return data.view(data.describe(root / "data"), as_of="2026-08-21")


def test_every_question_of_the_story_begins_on_the_first_day(later):
    course = told(later, without)
    first = course.groupby("question_id")["day"].min()
    assert set(first) == {"2025-12-30"}
    assert len(first) == 6  # five judged and one counted: no model is needed for them


def test_quotes_of_the_market_were_keyed_once_a_week(later):
    """By the weekday of the first day; beside that the day of an edition, and the first and the last day of a course."""
    rows = history.said(later)
    daily = rows[rows["venue"] == "Polymarket"]
    assert (daily["date"].min(), daily["date"].max()) == ("2025-11-26", "2026-05-07")
    for _, course in daily.groupby(["question_id", "question"]):
        ends = {course["date"].min(), course["date"].max(), "2026-02-25"}
        days = [date.fromisoformat(day) for day in course["date"] if day not in ends]
        weeks = [-(-(day - date(2025, 12, 30)).days // history.WEEK_DAYS) for day in days]
        assert len(weeks) == len(set(weeks)) >= 15


def test_no_snapshot_is_keyed_twice(later):
    rows = history.said(later)
    rows = rows[rows["kind"] == "market"]
    for _, course in rows.groupby(["question_id", "venue", "question"]):
        pairs = list(zip(course["value"], course["volume_usd"], strict=True))
        assert all(before != after for before, after in pairwise(pairs))


def test_a_market_has_money_at_stake_and_a_crowd_has_none(later):
    rows = later["quotes"]
    direct = rows[~rows["venue"].str.contains("as stored by")]
    assert set(direct["kind"]) == {"market"}
    assert direct["volume_usd"].notna().all()
    assert rows[rows["kind"] == "crowd"]["volume_usd"].isna().all()


@pytest.mark.parametrize(
    ("as_of", "first", "then"),
    [
        ("2031-09-30", "2031-04-10", "2031-06-30"),  # three months earlier
        ("2031-09-30", "2031-07-15", "2031-07-15"),  # the thing is younger than that
        ("2031-07-15", "2031-07-15", None),  # it is as old as the day
    ],
)
def test_the_view_before_is_three_months_older_or_as_old_as_the_thing(harbour, as_of, first, then):
    view = data.view(data.describe(harbour), as_of=as_of)
    before = history.view_before(view, months=3, first=date.fromisoformat(first))
    assert (before and before.as_of.isoformat()) == then
    assert before is None or not any(day > then for day in before["events"]["date"])
