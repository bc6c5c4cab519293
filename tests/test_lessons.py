"""The narrative's lessons as contrasts: counted by hand on made-up cases, and each word for what became of them."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dossier import lessons
from dossier.errors import DossierError
from dossier.intervals import exact_share
from dossier.lessons import AGAINST, IN_PART, NOT_READ, READINGS, SURVIVES, Contrast

MAIN, STRICT, NO_WIN = READINGS


def lesson(value: str = "yes", against: str = "no", *, feature: str = "dmz", expects: str = "less") -> pd.Series:
    return pd.Series(
        {"lesson_id": "zone-works", "feature": feature, "value": value, "against": against, "expects": expects}
    )


def coded(*cases: tuple[str | None, str, str, bool]) -> pd.DataFrame:
    """Cases from zone, victory, outcome and whether they failed read strictly."""
    rows = pd.DataFrame(cases, columns=["dmz", "victory", "outcome", "strictly"], dtype=object)
    return rows.assign(strict_failure_on=["2005" if strictly else None for strictly in rows.pop("strictly")])


def contrast(failed: int, other_failed: int, cases: int = 20, other_cases: int = 20) -> Contrast:
    """A contrast of two groups, by the first reading."""
    first, second = (
        exact_share(count, total) if total else None for count, total in ((failed, cases), (other_failed, other_cases))
    )
    return Contrast(MAIN, cases, failed, other_cases, other_failed, first, second)


BELOW, OVER, SAME = contrast(0, 20), contrast(20, 0), contrast(10, 10)  # as "less" expects, the other way, no matter

# Counting


@pytest.fixture
def rows() -> pd.DataFrame:
    return coded(
        ("yes", "no", "failed", False),
        ("yes", "no", "holding", True),
        ("yes", "yes", "holding", False),
        ("no", "no", "failed", True),
        ("no", "yes", "failed", False),
        ("no", "yes", "breached", True),
        ("no", "yes", "holding", False),
        (None, "no", "failed", True),
    )


def test_a_contrast_is_counted_by_each_reading(rows):
    counted = {
        one.reading: (one.failed, one.cases, one.other_failed, one.other_cases)
        for one in lessons.contrasts(rows, lesson())
    }
    assert counted == {
        MAIN: (1, 3, 2, 4),
        STRICT: (2, 3, 3, 4),
        NO_WIN: (1, 2, 1, 1),  # only the cases without a decisive win, by the main coding
    }


def test_the_interval_of_each_group_is_the_exact_one(rows):
    main = lessons.contrasts(rows, lesson())[0]
    for interval, failed, cases in ((main.interval, 1, 3), (main.other_interval, 2, 4)):
        oracle = stats.binomtest(failed, cases).proportion_ci(0.95, method="exact")
        assert (interval.low, interval.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


def test_a_group_can_take_in_several_values_and_leaves_out_what_is_not_coded(rows):
    all_coded = lessons.contrasts(rows, lesson("yes;no", "maybe"))[0]
    assert (all_coded.failed, all_coded.cases) == (3, 7)
    assert (all_coded.other_cases, all_coded.other_interval) == (0, None)


def test_a_case_whose_win_is_not_coded_is_not_among_those_without_one():
    rows = coded(("yes", "no", "holding", False), ("yes", None, "holding", False))
    assert [one.cases for one in lessons.contrasts(rows, lesson())] == [2, 2, 1]


def test_a_lesson_on_a_feature_that_is_no_column_is_refused_with_a_hint(rows):
    with pytest.raises(DossierError, match="lesson zone-works: feature 'dmzz'; did you mean 'dmz'"):
        lessons.contrasts(rows, lesson(feature="dmzz"))


# Standing


def test_intervals_that_overlap_say_nothing_and_those_that_do_not_say_which_way():
    assert [one.apart("less") for one in (BELOW, OVER, SAME)] == [1, -1, 0]
    assert [one.apart("more") for one in (BELOW, OVER, SAME)] == [-1, 1, 0]


def test_where_the_line_lies_for_ten_against_ten():
    # exact 95 % bounds for ten: none 0 to .308, one .0025 to .445; seven from .348, eight from .444, nine from .555
    assert [contrast(0, other, 10, 10).apart("less") for other in (6, 7)] == [0, 1]
    assert [contrast(1, other, 10, 10).apart("less") for other in (8, 9)] == [0, 1]


@pytest.mark.parametrize("expects", ["less", "more"])
@pytest.mark.parametrize(("cases", "other_cases"), [(0, 20), (20, 0), (0, 0)])
def test_a_group_of_no_case_says_nothing(expects, cases, other_cases):
    assert contrast(0, other_cases, cases, other_cases).apart(expects) == 0


@pytest.mark.parametrize(
    ("found", "standing"),
    [
        ([BELOW, BELOW, BELOW], SURVIVES),
        ([BELOW, BELOW, SAME], IN_PART),
        ([SAME, SAME, BELOW], IN_PART),
        ([SAME, SAME, SAME], NOT_READ),
        ([OVER, OVER, OVER], AGAINST),
        ([BELOW, BELOW, OVER], AGAINST),  # one reading the other way is enough
        ([SAME, OVER, SAME], AGAINST),
        ([BELOW, BELOW, contrast(0, 0, 0, 0)], IN_PART),
        ([contrast(0, 0, 0, 0)] * 3, NOT_READ),
    ],
)
def test_what_became_of_a_lesson_hangs_on_all_three_readings(found, standing):
    assert lessons.standing(found, "less") == standing


def test_the_order_of_the_readings_does_not_matter():
    for one in itertools.product([BELOW, OVER, SAME], repeat=3):
        assert len({lessons.standing(list(order), "less") for order in itertools.permutations(one)}) == 1


groups = st.tuples(st.integers(0, 25), st.integers(0, 25), st.integers(0, 25), st.integers(0, 25)).map(
    lambda t: contrast(min(t[0], t[2]), min(t[1], t[3]), t[2], t[3])
)


@given(groups)
def test_what_speaks_for_less_speaks_against_more(one):
    assert one.apart("less") == -one.apart("more")


@given(groups)
def test_the_two_groups_exchanged_say_the_opposite(one):
    turned = contrast(one.other_failed, one.failed, one.other_cases, one.cases)
    assert turned.apart("less") == -one.apart("less")


@given(groups)
def test_shares_lie_as_far_apart_as_their_intervals_say(one):
    sign = one.apart("less")
    if sign:
        assert sign * (one.other_failed / one.other_cases - one.failed / one.cases) > 0


# Lessons of a story


def test_a_lesson_on_two_cases_cannot_be_read(harbour_view):
    (row,) = lessons.judged(harbour_view).to_dict("records")
    assert (row["lesson_id"], row["standing"]) == ("zone-works", NOT_READ)
    assert [(one.failed, one.cases, one.other_failed, one.other_cases) for one in row["contrasts"]] == [
        (0, 1, 1, 1)
    ] * 3


def test_before_the_narrative_was_told_it_teaches_nothing(story):
    assert lessons.judged(story.view("2031-06-29")).empty


def test_zones_of_the_project_cannot_be_read(real_view):
    """With a zone 17 of 35 settlements failed, without one 18 of 39."""
    rows = lessons.judged(real_view).set_index("lesson_id")
    main = rows.loc["zone-works", "contrasts"][0]
    assert (main.failed, main.cases, main.other_failed, main.other_cases) == (17, 35, 18, 39)
    assert rows.loc["zone-works", "standing"] == NOT_READ


def test_lessons_that_survive_come_first(real_view):
    rows = lessons.judged(real_view)
    ranks = [lessons.STANDINGS.index(standing) for standing in rows["standing"]]
    assert ranks == sorted(ranks)
    assert len(rows) == len(real_view["lessons"])
    for _, group in rows.groupby("standing"):
        assert list(group["lesson_id"]) == sorted(group["lesson_id"])


def test_each_lesson_of_the_project_stands_where_its_contrasts_put_it(real_view):
    for row in lessons.judged(real_view).itertuples():
        assert [one.reading for one in row.contrasts] == list(READINGS)
        assert row.standing == lessons.standing(row.contrasts, row.expects)
        assert all(one.failed <= one.cases and one.other_failed <= one.other_cases for one in row.contrasts)
        main, strict, _ = row.contrasts
        assert main.failed <= strict.failed
        assert main.other_failed <= strict.other_failed
