"""Intervals of shares against published values and against scipy.stats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dossier.intervals import Interval, category_share, exact_share, share_test_power, trend_test_power

counts = st.integers(1, 60).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def test_one_failure_among_three_spans_almost_everything():
    interval = exact_share(1, 3)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0084, 0.9057)


def test_one_of_two_has_bounds_that_can_be_written_down():
    interval = exact_share(1, 2)  # P(X >= 1) = 1 - (1 - p)² = .025 and its mirror image
    assert interval.low == pytest.approx(1 - 0.975**0.5)
    assert interval.high == pytest.approx(0.975**0.5)


@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_exact_interval_is_that_of_scipy(count_of_total, level):
    interval = exact_share(*count_of_total, level=level)
    oracle = stats.binomtest(*count_of_total).proportion_ci(level, method="exact")
    assert (interval.low, interval.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)


@given(counts)
def test_an_exact_interval_holds_its_share(count_of_total):
    interval = exact_share(*count_of_total)
    assert 0 <= interval.low <= interval.share <= interval.high <= 1


def test_none_and_all_touch_the_ends():
    assert exact_share(0, 5).low == 0.0
    assert exact_share(5, 5).high == 1.0
    assert exact_share(0, 5).high == pytest.approx(1 - 0.025**0.2)  # (1 - p)⁵ = .025


@given(counts, st.integers(2, 8))
def test_the_interval_of_one_kind_is_a_beta_quantile(count_of_total, kinds):
    count, total = count_of_total
    interval = category_share(count, total, kinds=kinds, level=0.9)
    posterior = stats.beta(count + 0.5, total - count + (kinds - 1) / 2)
    assert (interval.low, interval.high) == pytest.approx(posterior.ppf([0.05, 0.95]), abs=1e-9)
    assert interval.share == pytest.approx(posterior.mean())


@pytest.mark.parametrize(("total", "kinds"), [(10, 4), (10, 6), (15, 4), (1, 2)])
def test_a_kind_that_never_occurred_keeps_a_share(total, kinds):
    assert category_share(0, total, kinds=kinds).share == pytest.approx(0.5 / (total + kinds / 2))


def test_with_two_kinds_it_is_the_jeffreys_interval():
    interval = category_share(1, 2, kinds=2)  # Beta(1.5, 1.5)
    assert interval.share == pytest.approx(0.5)
    assert (interval.low, interval.high) == pytest.approx(stats.beta(1.5, 1.5).ppf([0.05, 0.95]))


@given(st.integers(1, 200), st.floats(0.02, 0.6), st.floats(0.02, 0.9), st.sampled_from([0.01, 0.05, 0.1]))
def test_the_power_is_that_of_the_exact_binomial_test(total, share, share_if, size):
    critical = stats.binom.ppf(1 - size, total, share) + 1  # smallest k with P(X >= k) <= size
    oracle = stats.binom.sf(critical - 1, total, share_if)
    assert share_test_power(total, share=share, share_if=share_if, size=size) == pytest.approx(oracle, abs=1e-9)


def test_a_test_that_cannot_reject_has_no_power():
    assert share_test_power(0, share=0.1, share_if=0.25) == 0.0
    assert share_test_power(1, share=0.1, share_if=0.25) == 0.0  # one event in the window has chance .1 > .05


def test_the_power_of_a_test_for_trend_worked_out_by_hand():
    # a tripled rate in the last tenth: weight .9 + .3 = 1.2; mean (.405 + .285) / 1.2 = .575;
    # variance (.243 + .271) / 1.2 - .575² = .0977083; centre .075 √120 = .8216, spread √1.1725 = 1.0828
    by_hand = stats.norm.sf((1.959964 - 0.8215838) / 1.0828204) + stats.norm.cdf((-1.959964 - 0.8215838) / 1.0828204)
    assert trend_test_power(10, share=0.1, ratio=3) == pytest.approx(by_hand, abs=1e-6)


@given(st.integers(1, 200), st.floats(0.02, 0.9), st.sampled_from([0.01, 0.05, 0.1]))
def test_a_rate_that_stays_the_same_is_called_a_trend_as_often_as_the_size_says(total, share, size):
    assert trend_test_power(total, share=share, ratio=1, size=size) == pytest.approx(size)


@pytest.mark.parametrize("total", [15, 40, 80])
def test_the_power_of_a_test_for_trend_is_that_of_simulated_periods(total):
    draw = np.random.default_rng(20310630)
    late = draw.random((20_000, total)) < 0.3 / 1.2
    times = np.where(late, 0.9 + 0.1 * draw.random(late.shape), 0.9 * draw.random(late.shape))
    seen = np.abs((times.mean(axis=1) - 0.5) * np.sqrt(12 * total)) > stats.norm.isf(0.025)
    assert trend_test_power(total, share=0.1, ratio=3) == pytest.approx(seen.mean(), abs=0.02)


def test_no_events_show_no_trend():
    assert trend_test_power(0, share=0.1, ratio=3) == 0.0


@pytest.mark.parametrize(("count", "total"), [(-1, 3), (4, 3), (0, 0), (1, 0)])
def test_counts_that_make_no_share_are_refused(count, total):
    with pytest.raises(ValueError, match=f"{count} of {total}: a share needs"):
        exact_share(count, total)
    with pytest.raises(ValueError, match=f"{count} of {total}: a share needs"):
        category_share(count, total, kinds=2)


def test_a_share_needs_two_kinds():
    with pytest.raises(ValueError, match="at least two categories"):
        category_share(1, 2, kinds=1)


def test_an_interval_is_written_in_whole_per_cent():
    assert Interval(0.5, 0.05, 0.949, 0.9).percent() == "50 % (90 % interval 5–95 %)"
