"""Scores of forecasts against hand-computed values, closed forms, and what makes a score proper."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.intervals import exact_share
from dossier.scoring import (
    CURVE_FROM,
    LIST_BELOW,
    Resolved,
    Scores,
    allowed,
    baseline_score,
    belief_path,
    brier,
    calibration,
    floor,
    log_score,
    movement,
    reduction,
    score,
    scores,
    skill,
    uniform,
)

WEATHER = {"rain": 0.2, "snow": 0.1, "dry": 0.7}
RULES = pytest.mark.parametrize("rule", [brier, log_score, baseline_score])


def forecasts(categories: int) -> st.SearchStrategy[list[float]]:
    weights = st.lists(st.floats(0.001, 1), min_size=categories, max_size=categories)
    return weights.map(lambda several: [weight / math.fsum(several) for weight in several])


def resolved(count: int, **references: list[float]) -> list[Resolved]:
    return [Resolved(f"q{number}", [0.8, 0.2], 0, references) for number in range(count)]


def expected(rule, truth: list[float], stated: list[float]) -> float:
    return math.fsum(chance * rule(stated, outcome) for outcome, chance in enumerate(truth))


def test_a_forecast_scored_by_hand():
    assert brier(WEATHER, "dry") == pytest.approx(0.04 + 0.01 + 0.09)
    assert log_score(WEATHER, "dry") == pytest.approx(0.3566749)  # −ln .7
    assert baseline_score(WEATHER, "dry") == pytest.approx(100 * math.log(2.1) / math.log(3))


def test_with_two_categories_the_brier_loss_is_twice_the_squared_error_of_one():
    assert brier([0.3, 0.7], 0) == pytest.approx(2 * 0.7**2)


def test_a_forecast_is_a_mapping_or_a_sequence():
    assert scores(WEATHER, "snow") == scores([0.2, 0.1, 0.7], 1) == scores((0.2, 0.1, 0.7), 1)


@pytest.mark.parametrize("kinds", [2, 3, 4, 7, 49])
def test_equal_chances_score_what_can_be_written_down(kinds):
    names = [f"kind {number}" for number in range(kinds)]
    found = scores(uniform(names), names[-1])
    assert (found.brier, found.log) == pytest.approx((1 - 1 / kinds, math.log(kinds)))
    assert found.baseline == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("kinds", [2, 3, 7])
def test_a_certain_forecast_that_came_true_scores_best(kinds):
    assert scores([1.0] + [0.0] * (kinds - 1), 0) == Scores(brier=0.0, log=0.0, baseline=100.0)


def test_a_certain_forecast_that_failed_scores_worst():
    assert scores([1.0, 0.0], 1) == Scores(brier=2.0, log=math.inf, baseline=-math.inf)


@given(st.integers(2, 6).flatmap(lambda kinds: st.tuples(forecasts(kinds), forecasts(kinds))))
def test_no_other_forecast_is_expected_to_lose_less_than_the_truth(truth_and_other):
    truth, other = truth_and_other
    assert expected(brier, truth, truth) <= expected(brier, truth, other) + 1e-12
    assert expected(log_score, truth, truth) <= expected(log_score, truth, other) + 1e-12
    assert expected(baseline_score, truth, truth) >= expected(baseline_score, truth, other) - 1e-9


@given(st.integers(2, 6).flatmap(lambda kinds: st.tuples(forecasts(kinds), forecasts(kinds))))
def test_the_expected_loss_beyond_that_of_the_truth_has_a_closed_form(truth_and_other):
    truth, other = truth_and_other
    distance = math.fsum((q - p) ** 2 for q, p in zip(truth, other, strict=True))
    divergence = math.fsum(q * math.log(q / p) for q, p in zip(truth, other, strict=True))
    assert expected(brier, truth, other) - expected(brier, truth, truth) == pytest.approx(distance, abs=1e-12)
    assert expected(log_score, truth, other) - expected(log_score, truth, truth) == pytest.approx(divergence, abs=1e-12)


@RULES
@given(st.data())
def test_relabelling_categories_changes_no_score(rule, data):
    stated = data.draw(st.integers(2, 6).flatmap(forecasts))
    order = data.draw(st.permutations(range(len(stated))))
    outcome = data.draw(st.integers(0, len(stated) - 1))
    named = {f"renamed {place}": stated[place] for place in order}
    assert rule(named, f"renamed {outcome}") == rule(stated, outcome)


@RULES
@pytest.mark.parametrize(
    ("stated", "outcome", "said"),
    [
        ([1.0], 0, r"the forecast is \[1\.0\]: accepted are two categories or more"),
        ({}, "rain", r"the forecast is \{\}: accepted are two categories or more"),
        ([0.5, 0.4], 0, r"the forecast sums to 0\.9: accepted is 1 within 1e-09"),
        ([0.5, 0.5 + 1e-8], 0, r"the forecast sums to 1\.00000001: accepted"),
        ({"rain": 1.2, "dry": -0.2}, "dry", r"'rain' has probability 1\.2: accepted is a probability from 0 to 1"),
        ([math.nan, 1.0], 0, r"0 has probability nan: accepted is a probability from 0 to 1"),
        (WEATHER, "hail", r"the outcome is 'hail': accepted is one of 'rain', 'snow', 'dry'"),
        (WEATHER, None, r"the outcome is None: accepted is one of 'rain', 'snow', 'dry'"),
        ([0.5, 0.5], -1, r"the outcome is -1: accepted is one of 0, 1"),
        ([0.5, 0.5], 2, r"the outcome is 2: accepted is one of 0, 1"),
    ],
)
def test_what_is_no_forecast_or_no_outcome_is_refused(rule, stated, outcome, said):
    with pytest.raises(ValueError, match=said):
        rule(stated, outcome)


def test_a_sum_off_by_rounding_is_accepted():
    assert brier([0.1] * 10, 0) == pytest.approx(0.9)


def test_skill_is_the_part_of_the_reference_loss_avoided():
    assert skill(0.14, 2 / 3) == pytest.approx(0.79)
    assert skill(0.9, 0.6) == pytest.approx(-0.5)


@given(st.floats(1e-6, 100))
def test_skill_against_itself_is_none_at_all(loss):
    assert skill(loss, loss) == 0


@pytest.mark.parametrize("reference", [0, math.inf])
def test_a_reference_without_scale_gives_no_skill(reference):
    assert skill(0.3, reference) is None
    assert skill(reference, reference) is None


def test_an_infinite_loss_has_infinitely_little_skill():
    assert skill(math.inf, 0.5) == -math.inf


@pytest.mark.parametrize(("loss", "reference", "name"), [(-0.1, 1, "loss"), (0.1, math.nan, "reference")])
def test_skill_is_of_losses_only(loss, reference, name):
    with pytest.raises(ValueError, match=f"{name} is .*: accepted is a loss of 0 or more"):
        skill(loss, reference)


@pytest.mark.parametrize("names", [[], ["rain"], ["rain", "rain"], ["rain", "dry", "rain"]])
def test_equal_chances_need_two_different_categories(names):
    with pytest.raises(ValueError, match="accepted are two or more, none of them twice"):
        uniform(names)


def test_a_floor_lifts_what_lies_below_and_lowers_the_rest_in_proportion():
    floored = floor({"rain": 0.0, "snow": 0.2, "dry": 0.8}, at=0.1)
    assert floored == pytest.approx({"rain": 0.1, "snow": 0.18, "dry": 0.72})


def test_what_falls_below_the_floor_by_the_lowering_is_lifted_too():
    assert floor([0.0, 0.1, 0.9], at=0.1) == pytest.approx((0.1, 0.1, 0.8))


def test_a_floored_forecast_cannot_lose_infinitely():
    assert log_score(floor([1.0, 0.0]), 1) == pytest.approx(-math.log(0.005))


@given(st.integers(2, 8).flatmap(forecasts), st.floats(0, 0.125))
def test_a_floored_forecast_is_a_forecast_above_the_floor(stated, at):
    floored = floor(stated, at=at)
    assert math.fsum(floored) == pytest.approx(1, abs=1e-12)
    assert min(floored) >= at - 1e-12
    assert floor(floored, at=at) == pytest.approx(floored)
    places = range(len(stated))
    assert all(
        floored[one] <= floored[other] + 1e-12 for one in places for other in places if stated[one] <= stated[other]
    )


@given(st.integers(2, 8).flatmap(forecasts))
def test_a_floor_below_everything_changes_nothing(stated):
    assert floor(stated, at=min(stated) / 2) == pytest.approx(stated)


def test_the_highest_floor_leaves_equal_chances():
    assert floor([0.0, 0.0, 1.0, 0.0], at=0.25) == pytest.approx((0.25,) * 4)


@pytest.mark.parametrize("at", [-0.01, 0.34, math.nan])
def test_a_floor_that_cannot_hold_for_all_is_refused(at):
    with pytest.raises(ValueError, match=f"at is {at}: accepted is 0 to 1/3 for 3 categories"):
        floor(WEATHER, at=at)


def test_how_much_may_be_shown_depends_on_how_much_is_resolved():
    assert (LIST_BELOW, CURVE_FROM) == (10, 30)
    assert [allowed(count) for count in (0, 9, 10, 29, 30, 500)] == [
        "list",
        "list",
        "scores",
        "scores",
        "curve",
        "curve",
    ]
    with pytest.raises(ValueError, match="resolved is -1: accepted is a count of 0 or more"):
        allowed(-1)


def test_few_questions_are_listed_and_not_averaged():
    card = score(resolved(9, uniform=[0.5, 0.5]))
    assert (card.count, card.may, card.mean, card.comparisons) == (9, "list", None, ())
    assert card.each["q8"] == scores([0.8, 0.2], 0)
    assert card.references["uniform"]["q8"] == scores([0.5, 0.5], 0)


def test_nothing_resolved_is_an_empty_list():
    assert (score([]).count, score([]).may, score([]).each) == (0, "list", {})


def test_from_ten_questions_on_forecasts_stand_beside_each_reference():
    card = score(resolved(10, uniform=[0.5, 0.5], market=[0.9, 0.1]))
    assert card.may == "scores"
    assert card.mean.brier == pytest.approx(0.08)
    market, equal = card.comparisons
    assert (market.reference, market.count, equal.reference, equal.count) == ("market", 10, "uniform", 10)
    assert equal.brier_skill == pytest.approx(1 - 0.08 / 0.5)
    assert equal.log_skill == pytest.approx(1 - math.log(0.8) / math.log(0.5))
    assert market.brier_skill == pytest.approx(1 - 0.08 / 0.02)


def test_a_forecast_set_beside_itself_has_no_skill():
    (itself,) = score(resolved(10, itself=[0.8, 0.2])).comparisons
    assert (itself.brier_skill, itself.log_skill, itself.ours) == (0, 0, itself.theirs)


def test_a_reference_is_compared_over_the_questions_of_which_it_spoke():
    spoken_of = [Resolved(f"s{number}", [0.8, 0.2], 0, {"market": [0.6, 0.4]}) for number in range(10)]
    passed_over = [Resolved(f"p{number}", [0.1, 0.9], 0) for number in range(5)]
    card = score([*spoken_of, *passed_over])
    (market,) = card.comparisons
    assert (card.count, market.count) == (15, 10)
    assert market.ours.brier == pytest.approx(0.08)
    assert card.mean.brier == pytest.approx((10 * 0.08 + 5 * 1.62) / 15)
    assert market.brier_skill == pytest.approx(1 - 0.08 / 0.32)


def test_a_reference_that_spoke_of_few_questions_is_counted_and_not_compared():
    (market,) = score([*resolved(9, market=[0.6, 0.4]), Resolved("last", [0.8, 0.2], 1)]).comparisons
    assert (market.count, market.ours, market.theirs, market.brier_skill, market.log_skill) == (
        9,
        None,
        None,
        None,
        None,
    )


def test_a_reference_that_was_always_right_gives_no_skill():
    (oracle,) = score(resolved(10, oracle=[1.0, 0.0])).comparisons
    assert (oracle.brier_skill, oracle.log_skill) == (None, None)


def test_a_question_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="accepted is each question once"):
        score([*resolved(1), *resolved(1)])


def test_a_reference_of_other_categories_is_refused():
    with pytest.raises(ValueError, match=r"q0: reference 'market' speaks of 0, 1, 2: accepted is 0, 1$"):
        score(resolved(1, market=[0.2, 0.3, 0.5]))


def test_calibration_counts_by_what_was_stated():
    stated = [(0.05, False)] * 18 + [(0.05, True)] * 2 + [(0.65, True)] * 7 + [(0.65, False)] * 3
    low, high = calibration(stated)
    assert (low.low, low.high, low.count, low.happened) == (0.0, 0.1, 20, 2)
    assert (high.low, high.high, high.count, high.happened) == (0.6, 0.7, 10, 7)
    assert (low.stated, high.stated) == pytest.approx((0.05, 0.65))
    assert (low.share, high.share) == (exact_share(2, 20), exact_share(7, 10))


def test_a_bin_holds_its_lower_edge_and_the_last_one_its_upper_edge_too():
    found = calibration([(0.3, True)] * 15 + [(1.0, True)] * 15)
    assert [(one.low, one.high, one.count) for one in found] == [(0.3, 0.4, 15), (0.9, 1.0, 15)]


def test_bins_and_level_can_be_chosen():
    (low, high) = calibration([(0.3, True)] * 15 + [(0.5, False)] * 15, edges=(0, 0.5, 1), level=0.9)
    assert (low.share, high.share) == (exact_share(15, 15, level=0.9), exact_share(0, 15, level=0.9))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=30, max_size=60))
def test_every_forecast_falls_into_one_bin(stated):
    found = calibration(stated)
    assert sum(one.count for one in found) == len(stated)
    assert sum(one.happened for one in found) == sum(happened for _, happened in stated)
    assert all(one.low - 1e-12 <= one.stated <= one.high + 1e-12 for one in found)


def test_no_curve_is_drawn_through_few_questions():
    with pytest.raises(ValueError, match="29 resolved: accepted for calibration are 30 or more"):
        calibration([(0.5, True)] * 29)


@pytest.mark.parametrize("edges", [(0.0,), (0.1, 1.0), (0.0, 0.9), (0.0, 0.6, 0.4, 1.0), (0.0, math.nan, 1.0), ()])
def test_edges_that_do_not_cover_everything_once_are_refused(edges):
    with pytest.raises(ValueError, match="accepted are numbers rising from 0 to 1"):
        calibration([(0.5, True)] * 30, edges=edges)


def test_what_is_no_probability_is_not_counted():
    with pytest.raises(ValueError, match=r"a forecast has probability 1\.5: accepted"):
        calibration([(1.5, True)] * 30)


def test_movement_and_reduction_by_hand():
    path = [0.5, 0.7, 0.4, 0.9]
    assert movement(path) == pytest.approx(0.04 + 0.09 + 0.25)
    assert reduction(path) == pytest.approx(0.25 - 0.09)
    assert belief_path(path).excess == pytest.approx(0.38 - 0.16)


@given(st.floats(0, 1), st.integers(1, 20))
def test_beliefs_that_stay_do_not_move(p, length):
    found = belief_path([p] * length)
    assert (found.movement, found.reduction, found.excess) == (0, 0, 0)


def test_growing_doubt_is_a_negative_reduction():
    assert reduction([0.9, 0.5]) == pytest.approx(0.09 - 0.25)


def beta_paths(first: int, second: int, draws: int) -> list[tuple[Fraction, list[float]]]:
    """All paths of belief that the last draw succeeds, with their chances, from a Beta(first, second) prior."""
    paths = []
    for sequence in itertools.product([1, 0], repeat=draws):
        chance, beliefs, good, bad = Fraction(1), [], first, second
        for draw in sequence:
            success = Fraction(good, good + bad)
            beliefs.append(float(success))
            chance *= success if draw else 1 - success
            good, bad = good + draw, bad + 1 - draw
        paths.append((chance, [*beliefs, float(sequence[-1])]))
    return paths


@pytest.mark.parametrize(("first", "second", "draws"), [(1, 1, 3), (1, 1, 6), (2, 5, 4), (7, 1, 5), (3, 3, 1)])
def test_coherent_beliefs_move_in_expectation_as_much_as_uncertainty_falls(first, second, draws):
    paths = beta_paths(first, second, draws)
    assert sum(chance for chance, _ in paths) == 1
    moved = math.fsum(float(chance) * belief_path(path).movement for chance, path in paths)
    resolved_doubt = math.fsum(float(chance) * belief_path(path).reduction for chance, path in paths)
    assert moved == pytest.approx(resolved_doubt, abs=1e-12)
    assert resolved_doubt == pytest.approx(first * second / (first + second) ** 2, abs=1e-12)


@pytest.mark.parametrize(("first", "second", "draws"), [(1, 1, 3), (2, 5, 4)])
def test_it_holds_as_well_where_the_path_ends_in_doubt(first, second, draws):
    paths = [(chance, path[:-1]) for chance, path in beta_paths(first, second, draws)]
    moved = math.fsum(float(chance) * belief_path(path).movement for chance, path in paths)
    resolved_doubt = math.fsum(float(chance) * belief_path(path).reduction for chance, path in paths)
    assert 0 < moved == pytest.approx(resolved_doubt, abs=1e-12)


def test_beliefs_that_overreact_move_more_than_uncertainty_falls():
    paths = [(chance, [0.5 + 1.3 * (p - 0.5) for p in path[:-1]] + path[-1:]) for chance, path in beta_paths(2, 2, 4)]
    assert math.fsum(float(chance) * belief_path(path).excess for chance, path in paths) > 0.01


@pytest.mark.parametrize("function", [movement, reduction, belief_path])
def test_a_path_is_made_of_probabilities(function):
    with pytest.raises(ValueError, match="the path is empty: accepted are one probability or more"):
        function([])
    with pytest.raises(ValueError, match=r"a belief has probability -0\.1: accepted is a probability from 0 to 1"):
        function([0.5, -0.1])
