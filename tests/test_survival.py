"""How long peace lasts: against a published trial, against scipy.stats, by hand, and by what must always hold."""

from __future__ import annotations

import math
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dossier import data, survival
from dossier.survival import Spells, aalen_johansen, kaplan_meier

# Freireich and others (1963), weeks in remission under 6-MP; False for those still in remission when last seen
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SEEN = {0, 1, 2, 4, 6, 9, 10, 14, 15}
RELAPSED = [place in SEEN for place in range(len(WEEKS))]
GRID = np.arange(0, 41) / 2

Rows = list[tuple[float, bool]]
whole_times = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=30)
any_times = st.lists(st.tuples(st.floats(0.01, 20), st.booleans()), min_size=1, max_size=30)
either = whole_times | any_times
late_times = st.lists(
    st.tuples(st.integers(1, 12), st.booleans(), st.integers(0, 11)).map(lambda t: (*t[:2], min(t[2], t[0] - 1))),
    min_size=1,
    max_size=30,
)


def spells(rows: list[tuple], wars: list[str] | None = None) -> Spells:
    """Spells from rows of years, violated and, where given, entry."""
    years, violated, *entry = zip(*rows, strict=True)
    late = np.array(entry[0], dtype=float) if entry else np.array([])
    return Spells(np.array(years, dtype=float), np.array(violated), np.array(wars or [], dtype=str), late)


def shares(curve: survival.Curve) -> np.ndarray:
    """Shares violated by every half year."""
    return np.array([curve.failed_by(years) for years in GRID])


def oracle(rows: Rows):
    """The survival function of scipy."""
    ended, followed = ([years for years, violated in rows if violated is kind] for kind in (True, False))
    return stats.ecdf(stats.CensoredData(uncensored=ended, right=followed)).sf


def bounds_of(sf, years: float, level: float) -> tuple[float, float]:
    """Bounds of the share violated, by scipy's log-log interval of the share holding."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no answer where none or all were violated
        interval = sf.confidence_interval(level, method="log-log")
    return 1 - float(interval.high.evaluate(years)), 1 - float(interval.low.evaluate(years))


@pytest.fixture(scope="module")
def trial() -> Spells:
    return spells(list(zip(WEEKS, RELAPSED, strict=True)))


# A published curve


def test_the_trial_of_freireich_has_its_published_curve(trial):
    curve = kaplan_meier(trial)
    assert list(curve.times) == [6, 7, 10, 13, 16, 22, 23]
    assert list(curve.at_risk) == [21, 17, 15, 12, 11, 7, 6]
    assert list(curve.violations) == [3, 1, 1, 1, 1, 1, 1]
    assert [round(float(share), 3) for share in curve.survival] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_its_median_is_23_weeks(trial):
    curve = kaplan_meier(trial)
    assert curve.failed_by(22) < 0.5 < curve.failed_by(23)


def test_its_first_interval_can_be_written_down(trial):
    # S = 18/21, Greenwood 3 / (21 · 18); log S = −.154151; spread 1.959964 · .0890871 / .154151 = 1.132706
    assert kaplan_meier(trial).interval(6) == pytest.approx(
        (1 - (18 / 21) ** math.exp(-1.132706), 1 - (18 / 21) ** math.exp(1.132706)), abs=1e-6
    )


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("week", [6, 7, 10, 13, 16, 22, 23, 35])
def test_its_intervals_are_those_of_scipy(trial, week, level):
    by_scipy = bounds_of(oracle(list(zip(WEEKS, RELAPSED, strict=True))), week, level)
    assert kaplan_meier(trial).interval(week, level=level) == pytest.approx(by_scipy, abs=1e-12)


# Kaplan–Meier


@given(either)
def test_the_curve_is_that_of_scipy(rows):
    curve, sf = kaplan_meier(spells(rows)), oracle(rows)
    for years in [*GRID, *(years for years, _ in rows)]:
        assert 1 - curve.failed_by(years) == pytest.approx(float(sf.evaluate(years)), abs=1e-12)


@given(either, st.sampled_from([0.8, 0.9, 0.95]))
def test_the_log_log_interval_is_that_of_scipy_wherever_it_has_one(rows, level):
    curve, sf = kaplan_meier(spells(rows)), oracle(rows)
    for years in {years for years, _ in rows}:
        if 0 < curve.failed_by(years) < 1:
            assert curve.interval(years, level=level) == pytest.approx(bounds_of(sf, years, level), abs=1e-9)


@given(either | late_times)
def test_all_hold_at_first_and_never_more_than_before(rows):
    curve = kaplan_meier(spells(rows))
    assert curve.failed_by(0) == 0
    assert np.all(np.diff([1.0, *curve.survival]) <= 0)
    assert np.all((curve.survival >= 0) & (curve.survival <= 1))


@given(either)
def test_where_all_were_followed_to_the_end_it_is_the_share_of_those_violated(rows):
    found = kaplan_meier(spells([(years, True) for years, _ in rows]))
    assert shares(found) == pytest.approx([np.mean([years <= t for years, _ in rows]) for t in GRID], abs=1e-12)


@given(either)
def test_where_nobody_was_violated_all_hold(rows):
    curve = kaplan_meier(spells([(years, False) for years, _ in rows]))
    assert len(curve.times) == 0
    assert shares(curve) == pytest.approx(0)


@given(either | late_times)
def test_counting_every_case_twice_leaves_the_curve_and_narrows_the_interval_by_the_root_of_two(rows):
    once, twice = kaplan_meier(spells(rows)), kaplan_meier(spells([*rows, *rows]))
    assert shares(twice) == pytest.approx(shares(once), abs=1e-12)
    for years in GRID:
        if not math.isnan(once.interval(years)[0]):
            widths = [np.diff(_complementary(curve.interval(years)))[0] for curve in (once, twice)]
            assert widths[0] == pytest.approx(math.sqrt(2) * widths[1], rel=1e-6)


def _complementary(bounds: tuple[float, float]) -> np.ndarray:
    """Bounds of a share violated, on the scale on which the interval is symmetric."""
    return np.log(-np.log1p(-np.array(bounds)))


@given(late_times, st.data())
def test_a_whole_weight_counts_a_case_so_many_times(rows, data):
    weights = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)).filter(any))
    weighted = kaplan_meier(spells(rows), weights=np.array(weights))
    repeated = kaplan_meier(spells([row for row, weight in zip(rows, weights, strict=True) for _ in range(weight)]))
    assert shares(weighted) == pytest.approx(shares(repeated), abs=1e-12)
    for years in GRID:
        assert weighted.interval(years) == pytest.approx(repeated.interval(years), abs=1e-9, nan_ok=True)


@given(either | late_times, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, chance):
    shuffled = rows.copy()
    chance.shuffle(shuffled)
    assert shares(kaplan_meier(spells(shuffled))) == pytest.approx(shares(kaplan_meier(spells(rows))), abs=1e-12)


@given(either | late_times, st.data())
def test_following_the_unbroken_longer_never_raises_the_share_violated(rows, data):
    added = data.draw(st.lists(st.floats(0, 10), min_size=len(rows), max_size=len(rows)))
    unbroken = [more * (not row[1]) for row, more in zip(rows, added, strict=True)]  # an event stays where it was
    longer = [(row[0] + more, *row[1:]) for row, more in zip(rows, unbroken, strict=True)]
    assert np.all(shares(kaplan_meier(spells(longer))) <= shares(kaplan_meier(spells(rows))) + 1e-12)


# Cases that could be observed only later


def test_a_case_that_enters_late_is_at_risk_only_from_then_on():
    # at 2: at risk are the three that entered before, one violated: 2/3
    # at 3: at risk are the second, third and fourth, one violated: 2/3 · 2/3 = 4/9
    rows = [(2, True, 0), (3, True, 1), (4, False, 2), (3, False, 0)]
    curve = kaplan_meier(spells(rows))
    assert list(curve.at_risk) == [3, 3]
    assert curve.survival == pytest.approx([2 / 3, 4 / 9])


def test_a_case_that_enters_when_another_is_violated_is_not_yet_at_risk_there():
    assert spells([(2, True, 0), (4, False, 2)]).at_risk(2) == 1
    assert spells([(2, True, 0), (4, False, 1.99)]).at_risk(2) == 2
    assert kaplan_meier(spells([(2, True, 0), (4, False, 2)])).failed_by(2) == 1
    assert kaplan_meier(spells([(2, True, 0), (4, False, 1.99)])).failed_by(2) == 0.5


@given(late_times)
def test_to_be_there_from_the_start_is_the_same_as_no_entry(rows):
    without = spells([row[:2] for row in rows])
    with_zero = spells([(*row[:2], 0) for row in rows])
    assert shares(kaplan_meier(with_zero)) == pytest.approx(shares(kaplan_meier(without)))


# What is refused, and what is counted


def test_cases_at_risk_and_violated_are_counted():
    times = spells([(1, True), (2, False), (2, True), (3, False)], ["Reef", "Reef", "Salt", "Salt"])
    assert [times.at_risk(years) for years in (0.5, 1, 1.5, 2, 2.5, 3, 3.5)] == [4, 4, 3, 3, 1, 1, 0]
    assert [times.violated_by(years) for years in (0.5, 1, 1.5, 2, 3)] == [0, 1, 1, 2, 2]
    assert (len(times), times.war_count) == (4, 2)


def test_without_wars_every_case_is_its_own():
    assert spells([(1, True), (2, False)]).war_count == 2


@pytest.mark.parametrize("years", [0, -1, math.nan, math.inf])
def test_a_time_that_is_none_is_refused(years):
    with pytest.raises(ValueError, match="accepted: finite years, each greater than its entry"):
        spells([(1, True), (years, False)])


@pytest.mark.parametrize("entry", [2, 3, -0.5])
def test_a_case_that_leaves_before_it_enters_is_refused(entry):
    with pytest.raises(ValueError, match="accepted: finite years, each greater than its entry"):
        spells([(1, True, 0), (2, False, entry)])


def test_an_entry_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="accepted: finite years, each greater than its entry"):
        spells([(1, True, 0), (2, False, math.nan)])  # it would never be at risk, and nobody would notice


@pytest.mark.parametrize(
    "others",
    [
        {"violated": np.array([True])},
        {"wars": np.array(["Reef"])},
        {"entry": np.array([0.0, 0.0, 0.0])},
    ],
)
def test_arrays_of_other_lengths_are_refused(others):
    whole = {"years": np.array([1.0, 2.0]), "violated": np.array([True, False])}
    with pytest.raises(ValueError, match="2 times with arrays of other lengths"):
        Spells(**{**whole, **others})


# Shares by a horizon


def test_a_share_comes_with_what_it_rests_on():
    found = survival.failed_by(spells([(1, True), (2, False), (6, False), (7, True)], ["a", "a", "b", "b"]), 5)
    assert (found.years, found.cases, found.wars, found.at_risk, found.violations) == (5, 4, 2, 2, 1)
    assert found.failed == pytest.approx(1 / 4)
    assert found.low < found.failed < found.high


@pytest.mark.parametrize(("at_risk", "told"), [(9, False), (10, True)])
def test_a_share_is_told_from_ten_cases_at_risk(at_risk, told):
    rows = [(1, True), (2, False), *[(5, False)] * at_risk]
    assert survival.failed_by(spells(rows), 5).estimated is told


def test_where_nobody_was_violated_the_interval_is_that_of_none_of_them():
    found = survival.failed_by(spells([(6, False)] * 5), 5)
    assert (found.failed, found.low) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025**0.2)  # (1 − p)⁵ = .025


def test_before_the_first_violation_the_interval_is_that_of_none_of_them_too():
    found = survival.failed_by(spells([(6, True)] * 5), 5)
    assert (found.failed, found.low) == (0, 0)
    assert found.high == pytest.approx(1 - 0.025**0.2)


def test_where_all_were_violated_the_interval_is_that_of_all_of_them():
    found = survival.failed_by(spells([(1, True), (2, True), (3, True), (4, True)]), 5)
    assert (found.failed, found.high) == (1, 1)
    assert found.low == pytest.approx(0.025**0.25)  # p⁴ = .025


@given(either | late_times, st.integers(1, 12))
def test_an_interval_holds_its_share(rows, years):
    found = survival.failed_by(spells(rows), years)
    assert -1e-12 <= found.low <= found.failed + 1e-12
    assert found.failed - 1e-12 <= found.high <= 1 + 1e-12


def test_an_interval_of_draws_cuts_off_what_lies_outside_the_level():
    times = spells([(1, True), (2, False), (6, False), (7, True)], ["a", "a", "b", "b"])
    draws = np.linspace(0, 1, 1001)
    wide, narrow = (survival.failed_by_wars(times, 5, draws=draws, level=level) for level in (0.95, 0.5))
    assert (wide.low, wide.high) == pytest.approx((0.025, 0.975))
    assert (narrow.low, narrow.high) == pytest.approx((0.25, 0.75))
    assert wide.failed == narrow.failed == pytest.approx(1 / 4)  # the share is that of the cases, not of the draws


# Drawing whole wars


@pytest.fixture(scope="module")
def sample() -> list[tuple[float, bool]]:
    """A big made-up sample: constant hazards of violation (1 in 20 years) and of loss from sight (1 in 30)."""
    rng = np.random.default_rng(20310630)
    peace, sight = rng.exponential(20, 400), rng.exponential(30, 400)
    return list(zip(np.minimum(peace, sight), peace <= sight, strict=True))


def test_every_draw_has_a_share_for_every_horizon(sample):
    drawn = survival.bootstrap(spells(sample), (1, 5, 10), draws=200, rng=np.random.default_rng(1))
    assert drawn.shape == (200, 3)
    assert np.all((drawn >= 0) & (drawn <= 1))
    assert np.all(np.diff(drawn, axis=1) >= 0)  # more by a later horizon


def test_the_same_seed_draws_the_same(sample):
    one, same, other = (
        survival.bootstrap(spells(sample), (5,), draws=50, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_draws_lie_about_the_curve(sample):
    curve = kaplan_meier(spells(sample))
    drawn = survival.bootstrap(spells(sample), (5, 10), draws=2000, rng=np.random.default_rng(1))
    assert drawn.mean(axis=0) == pytest.approx([curve.failed_by(5), curve.failed_by(10)], abs=0.005)
    assert drawn.mean(axis=0) == pytest.approx(1 - np.exp([-0.25, -0.5]), abs=0.08)  # the hazard they were made with


def test_with_one_case_a_war_the_spread_is_that_of_greenwood(sample):
    curve = kaplan_meier(spells(sample))
    drawn = survival.bootstrap(spells(sample), (5,), draws=4000, rng=np.random.default_rng(1))
    greenwood = float(curve.greenwood[np.searchsorted(curve.times, 5) - 1])
    assert drawn.std() == pytest.approx((1 - curve.failed_by(5)) * math.sqrt(greenwood), rel=0.06)


def test_copies_of_a_case_within_its_war_say_no_more_than_the_case(sample):
    few = sample[:30]
    names = [f"war-{place}" for place in range(30)]
    single = survival.bootstrap(spells(few, names), (5, 10), draws=300, rng=np.random.default_rng(1))
    copied = survival.bootstrap(spells(few * 3, names * 3), (5, 10), draws=300, rng=np.random.default_rng(1))
    assert copied == pytest.approx(single, abs=1e-12)


def test_cases_of_one_war_widen_the_interval(sample):
    few = sample[:30] * 3
    names = [f"war-{place}" for place in range(30)] * 3
    alone, by_war = (
        survival.bootstrap(spells(few, wars), (10,), draws=4000, rng=np.random.default_rng(1)) for wars in (None, names)
    )
    assert by_war.std() == pytest.approx(math.sqrt(3) * alone.std(), rel=0.1)


def test_two_thousand_draws_of_118_cases_take_less_than_a_second(sample):
    times = spells(sample[:118], [f"war-{place % 38}" for place in range(118)])
    began = time.perf_counter()
    survival.bootstrap(times, (1, 5, 10, 20), draws=2000, rng=np.random.default_rng(1))
    assert time.perf_counter() - began < 1


@given(late_times, st.data())
def test_many_weightings_at_once_are_the_curve_of_each(rows, data):
    weight = st.just(0.0) | st.floats(0.01, 10)
    weights = data.draw(st.lists(st.lists(weight, min_size=len(rows), max_size=len(rows)), min_size=1, max_size=4))
    found = survival.failed_by_weights(spells(rows), GRID, weights=np.array(weights))
    assert found.shape == (len(weights), len(GRID))
    for row, own in zip(found, weights, strict=True):
        assert row == pytest.approx(shares(kaplan_meier(spells(rows), weights=np.array(own))), abs=1e-12)


# Peace that can end in several ways

WAYS = ("war", "treaty")
exits = st.lists(st.tuples(st.integers(1, 12), st.sampled_from([*WAYS, ""])), min_size=1, max_size=30)


def left_by(rows: list[tuple[float, str]], at: float) -> dict[str, float]:
    years, cause = zip(*rows, strict=True)
    return aalen_johansen(np.array(years), np.array(cause), causes=WAYS, at=at)


def test_two_ways_of_leaving_worked_out_by_hand():
    rows = [(1, "war"), (2, "treaty"), (3, ""), (4, "war"), (5, "treaty")]
    # year 1: 1 of 5 to war, .8 stay; year 2: 1 of 4 by treaty, .2 of all, .6 stay; year 4: 1 of 2 to war, .3 of all
    assert left_by(rows, 0.5) == pytest.approx({"war": 0, "treaty": 0, "": 1})
    assert left_by(rows, 3) == pytest.approx({"war": 0.2, "treaty": 0.2, "": 0.6})
    assert left_by(rows, 4) == pytest.approx({"war": 0.5, "treaty": 0.2, "": 0.3})
    assert left_by(rows, 9) == pytest.approx({"war": 0.5, "treaty": 0.5, "": 0})
    # one less Kaplan–Meier takes the treaty for a mere end of following: 1 − 4/5 · 1/2 = .6 instead of .5
    assert kaplan_meier(spells([(years, cause == "war") for years, cause in rows])).failed_by(4) == pytest.approx(0.6)


def test_two_that_leave_at_once_in_different_ways_share_the_risk():
    assert left_by([(1, "war"), (1, "treaty"), (2, ""), (2, "")], 1) == pytest.approx(
        {"war": 0.25, "treaty": 0.25, "": 0.5}
    )


@given(exits, st.integers(0, 13))
def test_those_who_left_and_those_who_stayed_are_all(rows, at):
    found = left_by(rows, at)
    assert sum(found.values()) == pytest.approx(1, abs=1e-12)
    assert min(found.values()) >= -1e-12


@given(whole_times, st.integers(0, 13))
def test_with_one_way_of_leaving_it_is_one_less_kaplan_meier(rows, at):
    found = left_by([(years, "war" if violated else "") for years, violated in rows], at)
    assert found["war"] == pytest.approx(kaplan_meier(spells(rows)).failed_by(at), abs=1e-12)
    assert found["treaty"] == 0


@given(exits, st.integers(0, 13))
def test_it_is_never_above_one_less_kaplan_meier(rows, at):
    found = left_by(rows, at)
    for way in WAYS:
        alone = kaplan_meier(spells([(years, cause == way) for years, cause in rows])).failed_by(at)
        assert found[way] <= alone + 1e-12


@given(exits, st.integers(0, 12))
def test_no_share_of_those_who_left_shrinks(rows, at):
    earlier, later = left_by(rows, at), left_by(rows, at + 1)
    assert all(earlier[way] <= later[way] + 1e-12 for way in WAYS)


def test_an_unknown_way_of_leaving_is_refused():
    with pytest.raises(ValueError, match="cause 'secession'; accepted: war, treaty"):
        left_by([(1, "war"), (2, "secession")], 5)


# The mean within a horizon


def test_the_mean_of_peace_that_never_breaks_is_the_horizon():
    assert survival.restricted_mean(kaplan_meier(spells([(9, False)] * 3)), 5) == 5


def test_the_mean_of_peace_that_breaks_at_once_for_all_is_that_time():
    assert survival.restricted_mean(kaplan_meier(spells([(2, True)] * 3)), 5) == 2


def test_the_mean_is_the_area_under_the_steps():
    # 1 for two years, 2/3 for two years, then one of the last two: 1/3 for one year
    curve = kaplan_meier(spells([(2, True), (4, True), (9, False)]))
    assert survival.restricted_mean(curve, 5) == pytest.approx(2 + 2 * 2 / 3 + 1 / 3)


@given(either, st.floats(0, 25))
def test_without_cutting_off_it_is_the_mean_of_the_times_cut_at_the_horizon(rows, horizon):
    curve = kaplan_meier(spells([(years, True) for years, _ in rows]))
    by_hand = np.mean([min(years, horizon) for years, _ in rows])
    assert survival.restricted_mean(curve, horizon) == pytest.approx(by_hand, abs=1e-9)


@given(either | late_times, st.floats(0, 20), st.floats(0, 20))
def test_a_longer_horizon_adds_no_more_than_its_length(rows, horizon, more):
    curve = kaplan_meier(spells(rows))
    gained = survival.restricted_mean(curve, horizon + more) - survival.restricted_mean(curve, horizon)
    assert -1e-9 <= gained <= more + 1e-9


# How little so few could show


def test_twenty_four_cases_with_twelve_violations_leave_the_hazard_ratio_open_by_a_factor_of_three():
    error = survival.ratio_error(12, share=0.5)
    assert error == pytest.approx(1 / math.sqrt(3))
    assert round(error, 2) == 0.58
    assert round(math.exp(1.96 * error), 1) == 3.1


@pytest.mark.parametrize(("events", "share"), [(0, 0.5), (12, 0), (12, 1)])
def test_without_violations_or_without_a_contrast_nothing_can_be_shown(events, share):
    assert survival.ratio_error(events, share=share) == math.inf


def test_sixty_six_violations_are_needed_to_see_a_hazard_halved():
    # (1.959964 + .841621)² / (.25 · .480453) = 7.848879 / .120113 = 65.35
    assert survival.events_needed(0.5, share=0.5) == 66


@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_as_many_are_needed_to_see_a_hazard_ratio_as_its_inverse_and_as_few_as_suffice(ratio, share):
    needed = survival.events_needed(ratio, share=share)
    assert survival.events_needed(1 / ratio, share=share) in {needed - 1, needed, needed + 1}  # rounding of 1 / ratio
    reach = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert abs(math.log(ratio)) / survival.ratio_error(needed, share=share) >= reach - 1e-9
    if needed > 1:
        assert abs(math.log(ratio)) / survival.ratio_error(needed - 1, share=share) < reach + 1e-9


@pytest.mark.parametrize(("ratio", "share"), [(1, 0.5), (0, 0.5), (-1, 0.5), (0.5, 0), (0.5, 1)])
def test_a_ratio_that_shows_nothing_is_refused(ratio, share):
    with pytest.raises(ValueError, match="accepted: a positive ratio other than 1 and a share in"):
        survival.events_needed(ratio, share=share)


def test_the_shape_of_a_weibull_distribution_is_that_of_scipy_and_its_error_that_of_the_information():
    times = np.array([5.0, 9, 13, 20, 31, 44, 60, 101, 150, 240])
    shape, error = survival.weibull_shape(times)
    fitted, _, _ = stats.weibull_min.fit(times, floc=0)
    assert shape == pytest.approx(fitted, rel=1e-3)
    assert 0 < error < shape


def test_wars_between_states_do_not_age():
    """The published fit to these lengths: shape .993, standard error .076."""
    days = data.load("2025-12-30", Path(__file__).parents[1] / "data")["war-durations"]["days"].to_numpy(dtype=float)
    shape, error = survival.weibull_shape(days)
    assert (shape, error) == (pytest.approx(0.993, abs=0.001), pytest.approx(0.076, abs=0.001))


def test_the_shape_does_not_depend_on_the_unit():
    times = np.array([1.0, 2, 3, 5, 8])
    assert survival.weibull_shape(times) == pytest.approx(survival.weibull_shape(times * 365.25))


@pytest.mark.parametrize("times", [[1.0], [2.0, 2.0], [0.0, 1.0], [1.0, math.inf]])
def test_times_that_have_no_shape_are_refused(times):
    with np.errstate(divide="ignore"), pytest.raises(ValueError, match="positive times"):
        survival.weibull_shape(np.array(times))
