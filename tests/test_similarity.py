"""Likeness of cases: Gower's distance by hand and by its properties, and the convex hull against linear programming."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dossier import settlements, similarity
from dossier.errors import DossierError

FEATURES = ("dmz", "pressured", "victory")
VALUES = ("low", "middle", "high")
TARGET = dict.fromkeys(FEATURES, "low")
E = math.exp(-1)

complete = st.lists(st.tuples(*[st.sampled_from(VALUES)] * 3), min_size=1, max_size=12)
patchy = st.lists(st.tuples(*[st.sampled_from([*VALUES, None])] * 3), min_size=1, max_size=12)
weightings = st.lists(st.floats(0.1, 5), min_size=3, max_size=3).map(np.array)


class Known(dict):
    """Tables known on a day, in place of a view."""

    as_of = date(2031, 6, 30)


def table(values: Sequence[tuple[str | None, ...]]) -> pd.DataFrame:
    return pd.DataFrame(values, columns=FEATURES, dtype=object)


def settled(*cases: dict[str, object], weights: Mapping[str, float] | None = None, offer: bool = False) -> Known:
    """Settlements of 2000, followed to the end of 2030, that agree with the present case but for what is said of each."""
    blank = dict.fromkeys(
        ["return_to_war_on", "first_fatal_on", "first_force_on", "exit_other", "exit_other_on", "ended_as"]
    )
    common = {**blank, **TARGET, "start_date": "2000-01-01", "observed_until": "2030", "in_narrative": False}
    named = [{"case_id": f"case-{n}", "name": f"Case {n}", "war_cluster": f"War {n}"} for n in range(len(cases))]
    rows = pd.DataFrame([{**common, **own, **case} for own, case in zip(named, cases, strict=True)], dtype=object)
    given = dict.fromkeys(FEATURES, 1.0) if weights is None else weights
    present = [(feature, TARGET[feature], "context", weight) for feature, weight in given.items()]
    present += [("guarantee", "garrison", "offer", None)] if offer else []
    return Known(
        {
            "precedents": rows,
            "present-case": pd.DataFrame(present, columns=["feature", "value", "role", "weight"]).astype(
                {"weight": "Float64"}
            ),
        }
    )


def distance_to(values: Sequence[tuple[str | None, ...]], target: Mapping[str, str], weights: np.ndarray) -> np.ndarray:
    return similarity.distances(*similarity.agreement(table(values), target), weights)


# Gower's distance


def test_a_distance_worked_out_by_hand():
    # weights 2, 1, 1: alike on all 0; unlike on the first 2/4; on the last two 2/4; on the first, the last not coded 2/3
    rows = [("low", "low", "low"), ("high", "low", "low"), ("low", "high", "middle"), ("high", "low", None)]
    assert distance_to(rows, TARGET, np.array([2, 1, 1])) == pytest.approx([0, 1 / 2, 1 / 2, 2 / 3])


def test_what_differs_is_told_from_what_is_not_coded():
    differs, coded = similarity.agreement(table([("low", "high", None)]), TARGET)
    assert differs.tolist() == [[0, 1, 0]]
    assert coded.tolist() == [[1, 1, 0]]


def test_a_case_with_which_nothing_can_be_compared_is_as_far_away_as_can_be():
    assert distance_to([(None, None, None)], TARGET, np.ones(3)) == [1]
    assert distance_to([("low", None, None)], TARGET, np.array([0, 1, 1])) == [1]  # what is coded has no weight


@given(patchy, weightings)
def test_a_distance_lies_between_none_and_all(rows, weights):
    found = similarity.pairwise(table(rows), FEATURES, weights)
    assert np.all((found >= 0) & (found <= 1 + 1e-12))


@given(patchy, weightings)
def test_a_distance_is_the_same_both_ways_and_none_from_a_case_to_itself(rows, weights):
    found = similarity.pairwise(table(rows), FEATURES, weights)
    assert np.array_equal(found, found.T)
    assert np.array_equal(np.diag(found), np.zeros(len(rows)))


@given(complete, weightings)
def test_where_all_is_coded_a_detour_is_never_shorter(rows, weights):
    found = similarity.pairwise(table(rows), FEATURES, weights)
    detours = (found[:, :, None] + found[None, :, :]).min(axis=1)
    assert np.all(found <= detours + 1e-12)


def test_where_something_is_not_coded_a_detour_can_be_shorter():
    # the one in the middle can be compared on one feature with each, and is like both
    found = similarity.pairwise(
        table([("low", "low", "low"), ("low", None, None), ("low", "high", "high")]), FEATURES, np.ones(3)
    )
    assert found[0, 2] > found[0, 1] + found[1, 2]


@given(patchy, st.tuples(*[st.sampled_from(VALUES)] * 3), weightings)
def test_the_distance_to_a_target_is_that_between_it_and_each_case(rows, target, weights):
    with_target = similarity.pairwise(table([target, *rows]), FEATURES, weights)
    found = distance_to(rows, dict(zip(FEATURES, target, strict=True)), weights)
    assert found == pytest.approx(with_target[0, 1:], abs=1e-12)


@given(patchy, weightings, st.floats(0.01, 100))
def test_the_unit_of_the_weights_changes_nothing(rows, weights, unit):
    plain, scaled = (similarity.pairwise(table(rows), FEATURES, own) for own in (weights, unit * weights))
    assert scaled == pytest.approx(plain, abs=1e-12)


@given(patchy, weightings, st.permutations(FEATURES))
def test_the_order_of_the_features_changes_nothing(rows, weights, order):
    own = dict(zip(FEATURES, weights, strict=True))
    shuffled = similarity.pairwise(table(rows), order, np.array([own[feature] for feature in order]))
    assert shuffled == pytest.approx(similarity.pairwise(table(rows), FEATURES, weights), abs=1e-12)


@given(patchy, weightings)
def test_what_the_values_are_called_changes_nothing(rows, weights):
    renamed = table(rows).replace({"low": "z", "middle": "a", "high": "m"})
    found = similarity.pairwise(renamed, FEATURES, weights)
    assert found == pytest.approx(similarity.pairwise(table(rows), FEATURES, weights), abs=1e-12)


@given(patchy, st.lists(weightings, min_size=1, max_size=4))
def test_many_weightings_at_once_are_each_alone(rows, weights):
    found = distance_to(rows, TARGET, np.array(weights))
    assert found.shape == (len(weights), len(rows))
    for row, own in zip(found, weights, strict=True):
        assert row == pytest.approx(distance_to(rows, TARGET, own), abs=1e-12)


def test_a_feature_that_is_no_column_is_refused_with_a_hint():
    with pytest.raises(DossierError, match="present case: feature 'presured'; did you mean 'pressured'"):
        similarity.agreement(table([("low", "low", "low")]), {"presured": "low"})


# From distance to weight


def test_a_weight_falls_off_with_the_distance_in_units_of_the_median():
    assert similarity.kernel(np.array([0, 0.5, 1])) == pytest.approx([1, E, E**2])  # the median is .5
    assert similarity.kernel(np.array([0.2, 0.2, 0.2])) == pytest.approx([E, E, E])


def test_where_most_cases_do_not_differ_only_those_count():
    assert similarity.kernel(np.array([0, 0, 1])).tolist() == [1, 1, 0]
    assert similarity.kernel(np.array([0.0])).tolist() == [1]


def test_where_more_than_half_of_the_cases_do_not_differ_only_those_count():
    assert similarity.kernel(np.array([0, 0, 0, 0.5, 1])).tolist() == [1, 1, 1, 0, 0]


def test_weights_of_many_weightings_are_those_of_each_alone():
    many = np.array([[0, 0.5, 1], [0, 0, 1], [0.3, 0.6, 0.9]])
    assert similarity.kernel(many) == pytest.approx(np.array([similarity.kernel(row) for row in many]))


def test_equal_weights_are_worth_as_many_cases_as_there_are():
    assert similarity.effective(np.ones(7)) == 7
    assert similarity.effective(np.array([1.0, 0.0])) == 1
    assert similarity.effective(np.array([2.0, 1.0, 1.0])) == pytest.approx(16 / 6)
    assert similarity.effective(np.zeros(3)) == 0


@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=20), st.floats(0.01, 100))
def test_weights_are_worth_between_one_case_and_all_whatever_their_unit(weights, unit):
    own = similarity.effective(np.array(weights))
    assert 1 - 1e-9 <= own <= len(weights) + 1e-9
    assert similarity.effective(unit * np.array(weights)) == pytest.approx(own)


# The present case


def test_the_context_is_what_has_a_weight_heaviest_first():
    view = settled({}, weights={"victory": 1, "dmz": 1, "pressured": 2}, offer=True)
    rows = similarity.context(view)
    assert list(zip(rows["feature"], rows["weight"], strict=True)) == [
        ("pressured", 0.5),
        ("dmz", 0.25),
        ("victory", 0.25),
    ]
    unweighted = settled({}, weights={"victory": 0, "dmz": 1, "pressured": 2})
    assert list(similarity.context(unweighted)["feature"]) == ["pressured", "dmz"]


def test_cases_are_ranked_by_distance_and_cases_as_near_by_id():
    view = settled(
        {"case_id": "far", "dmz": "high", "victory": "high"},
        {"case_id": "two", "dmz": "high"},
        {"case_id": "alike"},
        {"case_id": "one", "victory": "high"},
        {"case_id": "patchy", "pressured": None, "start_date": "1999-01-01"},
    )
    rows = similarity.ranked(view)
    assert list(rows["case_id"]) == ["alike", "patchy", "one", "two", "far"]
    assert rows["distance"].tolist() == pytest.approx([0, 0, 1 / 3, 1 / 3, 2 / 3])
    assert rows["agrees"].tolist() == [3, 2, 2, 2, 1]
    assert rows["coded"].tolist() == [3, 2, 3, 3, 3]
    assert rows["weight"].tolist() == pytest.approx(np.array([1, 1, E, E, E**2]) / (2 + 2 * E + E**2))


def test_before_any_settlement_none_is_ranked(story):
    assert similarity.ranked(story.view("1900-01-01")).empty
    assert similarity.narrowing(story.view("1900-01-01")).empty


def test_before_any_settlement_nothing_lies_inside(story):
    found = similarity.inside(story.view("1900-01-01"))
    assert (found["cases"], found["matches"], found["inside"]) == (0, 0, False)


# Inside what the cases cover


def in_hull(values: Sequence[tuple[str | None, ...]], target: Sequence[str]) -> bool:
    """Whether a target is a weighted mean of fully coded cases, each kind being a coordinate of 0 or 1."""
    points = np.array([_dummies(row) for row in values if None not in row], dtype=float).reshape(-1, 9)
    if not len(points):
        return False
    equal = np.vstack([points.T, np.ones(len(points))])
    found = linprog(np.zeros(len(points)), A_eq=equal, b_eq=[*_dummies(target), 1], bounds=(0, None), method="highs")
    return found.status == 0


def _dummies(row: Sequence[str | None]) -> list[int]:
    return [int(value == kind) for value in row for kind in VALUES]


@settings(max_examples=150)
@given(st.lists(st.tuples(*[st.sampled_from([*VALUES[:2], *VALUES, None])] * 3), min_size=1, max_size=12))
def test_the_present_case_is_inside_if_and_only_if_linear_programming_says_so(rows):
    view = settled(*[dict(zip(FEATURES, row, strict=True)) for row in rows])
    assert similarity.inside(view)["inside"] is in_hull(rows, list(TARGET.values()))


def test_the_present_case_lies_outside_cases_that_agree_on_every_two_features():
    rows = [("low", "low", "high"), ("low", "high", "low"), ("high", "low", "low")]
    assert not in_hull(rows, ["low"] * 3)
    assert not similarity.inside(settled(*[dict(zip(FEATURES, row, strict=True)) for row in rows]))["inside"]


def test_how_many_are_near_is_counted_within_half_the_mean_distance_of_all_pairs():
    # distances: 0 to 1 and to 2 one third, to 3 all; 1 to 2 two thirds; 1 and 2 to 3 two thirds
    # over 16 pairs: 2 (1/3 + 1/3 + 1 + 2/3 + 2/3 + 2/3) / 16 = 22/48; half of it is 11/48, so that only the first is near
    view = settled({}, {"dmz": "high"}, {"victory": "high"}, dict.fromkeys(FEATURES, "high"))
    found = similarity.inside(view)
    assert found["spread"] == pytest.approx(11 / 48)
    assert (found["cases"], found["matches"], found["nearby"], found["nearby_share"]) == (4, 1, 1, 0.25)
    assert found["inside"] is True


def test_a_case_that_is_not_coded_on_a_feature_matches_none_and_can_be_near():
    found = similarity.inside(settled({"dmz": None}, {"victory": "high"}))
    assert (found["matches"], found["inside"], found["nearby"]) == (0, False, 1)


def test_what_is_left_is_counted_feature_by_feature():
    view = settled(
        {"guarantee": "garrison", "ended_as": "failed"},
        {"guarantee": "none", "ended_as": "failed"},
        {"guarantee": "none", "victory": "high", "ended_as": "breached"},
        {"guarantee": "garrison", "dmz": "high", "ended_as": "failed"},
        {"guarantee": "garrison", "pressured": None},
        weights={"dmz": 3, "pressured": 2, "victory": 1},
        offer=True,
    )
    rows = similarity.narrowing(view)
    assert rows.drop(columns="names").to_dict("list") == {
        "feature": ["dmz", "pressured", "victory", "guarantee"],
        "value": ["low", "low", "low", "garrison"],
        "role": ["context", "context", "context", "offer"],
        "left": [4, 3, 2, 1],
        "failed": [2, 2, 2, 1],
    }
    assert rows["names"].iloc[-1] == ["Case 0"]
    assert similarity.inside(view)["with_offer"] == 1
    assert similarity.inside(view)["matches"] == 2


@given(patchy)
def test_no_step_of_the_narrowing_adds_a_case_and_the_last_leaves_the_matches(rows):
    view = settled(*[dict(zip(FEATURES, row, strict=True)) for row in rows])
    left = similarity.narrowing(view)["left"].tolist()
    assert left == sorted(left, reverse=True)
    assert left[-1] == similarity.inside(view)["matches"]


# The rate weighted by likeness


@pytest.fixture
def four() -> Known:
    """Four cases at distances 0, ½, ½ and 1, of which the first and the last returned to war within five years."""
    return settled(
        {"return_to_war_on": "2002-01-01"},
        {"victory": "high"},
        {"dmz": "high"},
        {"dmz": "high", "victory": "high", "return_to_war_on": "2004-01-01"},
        weights={"dmz": 1, "victory": 1},
    )


def test_a_weighted_rate_worked_out_by_hand(four):
    # weights 1, e⁻¹, e⁻¹, e⁻²; all were followed beyond five years or violated before
    rate, worth, unweighted = similarity.weighted_rate(four, years=5)
    assert rate == pytest.approx((1 + E**2) / (1 + 2 * E + E**2))
    assert worth == pytest.approx((1 + 2 * E + E**2) ** 2 / (1 + 2 * E**2 + E**4))
    assert unweighted == pytest.approx(0.5)


def test_a_horizon_before_the_second_war_counts_the_first_alone(four):
    rate, _, unweighted = similarity.weighted_rate(four, years=3)
    assert rate == pytest.approx(1 / (1 + 2 * E + E**2))
    assert unweighted == pytest.approx(0.25)


def test_cases_are_followed_to_another_exit_and_for_a_day_at_least():
    view = settled(
        {"return_to_war_on": "2003-01-01", "exit_other_on": "2002-12-31"},
        {"return_to_war_on": "2000-01-01"},
        {},
    )
    found = settlements.times(view["precedents"], view)
    assert found.violated.tolist() == [False, True, False]
    assert found.years.tolist() == pytest.approx([1095 / 365.25, 1 / 365.25, 11322 / 365.25])  # to the end of 2030
    assert found.war_count == 3


def test_without_a_case_or_a_feature_the_rate_is_that_of_the_rest(four):
    rows = similarity.left_out(four, years=5)
    assert list(zip(rows["without"], rows["kind"], strict=True)) == [
        ("Case 0", "case"), ("Case 1", "case"), ("Case 2", "case"), ("Case 3", "case"), ("dmz", "feature"), ("victory", "feature"),
    ]  # fmt: skip
    assert rows["rate"].tolist() == pytest.approx(
        [
            E**2 / (2 * E + E**2),
            (1 + E**2) / (1 + E + E**2),
            (1 + E**2) / (1 + E + E**2),
            1 / (1 + 2 * E),
            # without a feature two cases lie at 0 and two at 1, the median is ½, and one of each two was violated
            0.5,
            0.5,
        ]
    )
    assert rows["effective"].iloc[3] == pytest.approx((1 + 2 * E) ** 2 / (1 + 2 * E**2))
    assert rows["effective"].iloc[4] == pytest.approx((2 + 2 * E**2) ** 2 / (2 + 2 * E**4))


def test_of_weights_drawn_anew_the_nearest_are_three(four):
    shares, rates = similarity.redrawn(four, years=5, draws=200, rng=np.random.default_rng(1))
    assert shares["share"].sum() == pytest.approx(similarity.NEAREST)
    assert shares["share"].between(0, 1).all()
    assert dict(zip(shares["case_id"], shares["share"], strict=True)) == pytest.approx(
        {"case-0": 1, "case-1": 1, "case-2": 1, "case-3": 0}  # whatever the weights, the last is the farthest
    )
    assert rates.shape == (200,)
    assert np.all((rates >= 0) & (rates <= 1))


def test_weights_drawn_anew_lie_about_those_of_the_analyst(four):
    _, rates = similarity.redrawn(four, years=5, draws=4000, rng=np.random.default_rng(1))
    assert np.median(rates) == pytest.approx(similarity.weighted_rate(four, years=5)[0], abs=0.02)


def test_the_same_seed_draws_the_same_weights(four):
    one, same, other = (
        similarity.redrawn(four, years=5, draws=50, rng=np.random.default_rng(seed))[1] for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@given(patchy.filter(lambda rows: len(rows) >= similarity.NEAREST), st.integers(0, 99))
def test_drawn_shares_add_up_to_the_nearest_whatever_the_cases(rows, seed):
    view = settled(*[dict(zip(FEATURES, row, strict=True)) for row in rows])
    shares, _ = similarity.redrawn(view, years=5, draws=20, rng=np.random.default_rng(seed))
    assert shares["share"].sum() == pytest.approx(similarity.NEAREST)


def test_a_likeness_of_the_projects_own_settlements_is_that_of_its_features(real_view):
    rows, features = similarity.ranked(real_view), similarity.context(real_view)
    assert rows["distance"].between(0, 1).all()
    assert rows["weight"].sum() == pytest.approx(1)
    assert features["weight"].sum() == pytest.approx(1)
    identical = rows[rows["distance"] == 0]
    assert (identical["agrees"] == identical["coded"]).all()
    assert similarity.inside(real_view)["matches"] == (identical["coded"] == len(features)).sum()
