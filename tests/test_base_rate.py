"""How a known rate divides between enforced and other settlements: identities, switches, and published numbers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dossier import base_rate
from dossier.base_rate import RATIO, SHARE, TRANSPORT, ClassRate, split
from dossier.errors import DossierError
from dossier.priors import Prior

DRAWS = 20_000
pools, ratios, parts = st.floats(0, 0.9), st.floats(0.2, 5), st.floats(0, 1)


def divided(pooled: float, ratio: float, share: float) -> tuple[float, float]:
    """The rates without and with enforcement."""
    assured, enforced = split(np.array([pooled]), ratio=np.array([ratio]), share=np.array([share]))
    return float(assured[0]), float(enforced[0])


def mixed(pooled: float, ratio: float, share: float) -> float:
    """The rate of the mixture of both kinds."""
    assured, enforced = divided(pooled, ratio, share)
    return (1 - share) * assured + share * enforced


# The mixture


def test_a_rate_divided_by_hand():
    # half enforced, at half the hazard: .5 S + .5 √S = .55; with x = √S, x² + x = 1.1, so that x = .66190
    x = (math.sqrt(1 + 4 * 1.1) - 1) / 2
    assert divided(0.45, 0.5, 0.5) == pytest.approx((1 - x**2, 1 - x), abs=1e-12)


@given(st.floats(0, 1), st.floats(0.05, 20), parts)
def test_the_mixture_of_both_kinds_is_the_rate_of_the_class(pooled, ratio, share):
    assert mixed(pooled, ratio, share) == pytest.approx(pooled, abs=1e-10)


@pytest.mark.parametrize(("pooled", "ratio"), [(1.0, 0.5), (1.0, 0.1), (0.999, 0.1), (0.99, 0.1), (1 - 1e-7, 0.3)])
def test_the_mixture_is_the_rate_of_the_class_where_nearly_all_were_violated_too(pooled, ratio):
    assert mixed(pooled, ratio, 0.5) == pytest.approx(pooled, abs=1e-10)


@given(pools, ratios, parts)
def test_the_hazard_of_the_enforced_is_the_ratio_times_that_of_the_others(pooled, ratio, share):
    assured, enforced = divided(pooled, ratio, share)
    assert math.log1p(-enforced) == pytest.approx(ratio * math.log1p(-assured), rel=1e-6, abs=1e-9)


@given(pools, parts)
def test_where_enforcement_changes_nothing_all_rates_are_one(pooled, share):
    assured, enforced = divided(pooled, 1, share)
    assert assured == enforced == pytest.approx(pooled, abs=1e-12)


@given(pools, st.floats(0.2, 1), parts)
def test_a_ratio_below_one_puts_the_enforced_below_and_the_others_above(pooled, ratio, share):
    assured, enforced = divided(pooled, ratio, share)
    assert enforced - 1e-10 <= pooled <= assured + 1e-10


@given(pools, st.floats(1, 5), parts)
def test_a_ratio_above_one_puts_the_enforced_above_and_the_others_below(pooled, ratio, share):
    assured, enforced = divided(pooled, ratio, share)
    assert assured - 1e-10 <= pooled <= enforced + 1e-10


@given(pools, ratios)
def test_where_none_was_enforced_the_rate_of_the_class_is_that_without(pooled, ratio):
    assured, enforced = divided(pooled, ratio, 0)
    assert (assured, enforced) == pytest.approx((pooled, 1 - (1 - pooled) ** ratio), abs=1e-12)


@given(pools, ratios)
def test_where_all_were_enforced_the_rate_of_the_class_is_that_with(pooled, ratio):
    assured, enforced = divided(pooled, ratio, 1)
    assert (assured, enforced) == pytest.approx((1 - (1 - pooled) ** (1 / ratio), pooled), abs=1e-10)


@given(ratios, parts)
def test_where_none_was_violated_neither_kind_was(ratio, share):
    assert divided(0, ratio, share) == pytest.approx((0, 0), abs=1e-12)


@pytest.mark.parametrize("ratio", [0.1, 0.427, 1, 2])
def test_where_all_were_violated_both_kinds_were(ratio):
    assert divided(1, ratio, 0.25) == pytest.approx((1, 1), abs=1e-10)


@given(pools, pools, ratios, parts)
def test_a_higher_rate_of_the_class_lowers_neither(one, other, ratio, share):
    lower, higher = (divided(pooled, ratio, share) for pooled in sorted((one, other)))
    assert lower[0] <= higher[0] + 1e-12
    assert lower[1] <= higher[1] + 1e-12


def test_many_rates_are_divided_at_once_as_each_alone():
    rows = np.array([[0.1, 0.5, 0.25], [0.2, 1, 0.25], [0.3, 2, 0.5]])
    together = split(rows[:, 0], ratio=rows[:, 1], share=rows[:, 2])
    assert np.array_equal(np.transpose(together), [divided(*row) for row in rows])


# A hidden cause


def test_the_e_value_of_the_published_ratio_is_three_and_of_its_bound_a_little_above_one():
    assert base_rate.e_value(0.427) == pytest.approx(3.0, abs=0.05)
    assert base_rate.e_value(0.92) == pytest.approx(1.3, abs=0.05)


def test_an_e_value_worked_out_by_hand():
    # ratio 4: risk ratio (1 − .5²) / (1 − .5^.5) = .75 / .292893 = 2.560660; 2.560660 + √(2.560660 · 1.560660)
    assert base_rate.e_value(4) == pytest.approx(2.560660 + math.sqrt(2.560660 * 1.560660), abs=1e-5)


def test_a_ratio_of_one_needs_no_hidden_cause():
    assert base_rate.e_value(1) == 1


@given(st.floats(0.01, 100))
def test_a_ratio_and_its_inverse_need_the_same_hidden_cause(ratio):
    assert base_rate.e_value(ratio) == pytest.approx(base_rate.e_value(1 / ratio), rel=1e-9)
    assert base_rate.e_value(ratio) >= 1


@given(st.floats(1, 50), st.floats(1, 50))
def test_a_ratio_further_from_one_needs_a_stronger_hidden_cause(one, other):
    nearer, further = sorted((one, other))
    assert base_rate.e_value(nearer) <= base_rate.e_value(further) + 1e-9


@pytest.mark.parametrize("ratio", [0, -0.5])
def test_a_ratio_that_is_none_is_refused(ratio):
    with pytest.raises(ValueError, match=f"ratio {ratio}; accepted: above zero"):
        base_rate.e_value(ratio)


# The rate within a class


@given(st.floats(0.02, 0.98), st.floats(0.05, 0.95))
def test_the_distribution_of_a_rate_has_its_mean_and_spread(failed, part):
    sd = part * math.sqrt(failed * (1 - failed))
    found = stats.beta(*base_rate.beta_of(ClassRate("made-up", failed, sd, 40, 1.0)))
    assert (found.mean(), found.std()) == pytest.approx((failed, sd))


@pytest.mark.parametrize(
    ("failed", "sd", "counts"),
    [
        (0, 0, (0.5, 40.5)),
        (1, 0, (40.5, 0.5)),
        (0.25, 0, (10.5, 30.5)),
        (0.5, 0.5, (20.5, 20.5)),  # as wide as a coin: no Beta distribution
    ],
)
def test_where_the_draws_do_not_vary_the_count_speaks(failed, sd, counts):
    assert base_rate.beta_of(ClassRate("made-up", failed, sd, 40, 1.0)) == counts


ESTIMATES = pd.DataFrame(
    [
        ("wide", "return to war", "main", 5, 0.2, 0.05, 50, True),
        ("wide", "return to war", "strict", 5, 0.3, 0.05, 50, True),
        ("wide", "return to war", "main", 10, 0.4, 0.05, 50, True),
        ("wide", "use of force", "main", 5, 0.6, 0.05, 50, True),
        ("close", "return to war", "main", 5, 0.3, 0.10, 15, True),
        ("few", "return to war", "main", 5, 0.9, 0.10, 12, False),
        ("shown", "return to war", "main", 5, 0.1, 0.02, 90, True),
    ],
    columns=["class_id", "tier", "coding", "years", "failed", "sd", "cases", "estimated"],
)


def test_classes_that_speak_have_a_weight_and_a_rate_and_weights_that_add_up_to_one():
    weights = {"wide": 0.2, "close": 0.3, "few": 0.5, "shown": 0.0}
    assert base_rate.class_rates(ESTIMATES, weights, tier="return to war", years=5) == [
        ClassRate("wide", 0.2, 0.05, 50, 0.4),
        ClassRate("close", 0.3, 0.10, 15, 0.6),
    ]


def test_no_class_speaks_where_none_has_a_rate():
    assert base_rate.class_rates(ESTIMATES, {"few": 1.0}, tier="return to war", years=5) == []
    assert base_rate.class_rates(ESTIMATES, {"wide": 1.0}, tier="fatal clash", years=5) == []
    assert base_rate.class_rates(ESTIMATES, {}, tier="return to war", years=5) == []


# Draws

TWO = [ClassRate("wide", 0.2, 0.05, 50, 0.25), ClassRate("close", 0.4, 0.10, 15, 0.75)]


def inputs(**fixed: float) -> dict[str, Prior]:
    """The inputs of the project, some of them fixed."""
    known = {
        "ratio": Prior(RATIO, "", "", "lognormal", (0.427, 0.393), 1.0, "recomputed"),
        "transport": Prior(TRANSPORT, "", "", "uniform", (0, 1), 0.0, "elicited"),
        "share": Prior(SHARE, "", "", "triangular", (0.05, 0.25, 0.5), 0.25, "elicited"),
    }
    switched = {name: Prior(known[name].prior_id, "", "", "fixed", (value,), 0.0, "") for name, value in fixed.items()}
    return {one.prior_id: one for one in {**known, **switched}.values()}


def draws(rates: list[ClassRate] = TWO, *, seed: int = 1, **fixed: float) -> base_rate.Draws:
    found = base_rate.sample(rates, inputs(**fixed), draws=DRAWS, seed=seed)
    assert found is not None
    return found


def test_without_a_rate_there_are_no_draws():
    assert base_rate.sample([], inputs(), draws=10, seed=1) is None


def test_a_class_speaks_as_often_as_its_weight_says():
    found = draws()
    assert np.bincount(found.inputs["class"]) / DRAWS == pytest.approx([0.25, 0.75], abs=0.015)
    assert found.pooled.mean() == pytest.approx(0.25 * 0.2 + 0.75 * 0.4, abs=0.005)
    assert draws([TWO[0]]).pooled.mean() == pytest.approx(0.2, abs=0.002)


def test_within_a_class_the_rate_has_its_mean_and_spread():
    found = draws()
    for position, rate in enumerate(TWO):
        own = found.pooled[found.inputs["class"] == position]
        assert (own.mean(), own.std()) == pytest.approx((rate.failed, rate.sd), abs=0.005)


def test_the_mixture_of_the_draws_is_the_rate_of_the_class_drawn():
    found = draws()
    share = found.inputs[SHARE]
    assert (1 - share) * found.assured + share * found.enforced == pytest.approx(found.pooled, abs=1e-10)
    for rate in (found.pooled, found.assured, found.enforced):
        assert np.all((rate >= 0) & (rate <= 1))


def test_the_same_seed_gives_the_same_draws():
    one, same, other = draws(seed=1), draws(seed=1), draws(seed=2)
    for rate in ("pooled", "assured", "enforced"):
        assert np.array_equal(getattr(one, rate), getattr(same, rate))
        assert not np.array_equal(getattr(one, rate), getattr(other, rate))


@pytest.mark.parametrize("switch", [{"ratio": 1}, {"transport": 0}, {"share": 0.5}])
def test_a_switch_of_an_input_leaves_the_rates_of_the_classes_as_they_are(switch):
    assert np.array_equal(draws(**switch).pooled, draws().pooled)


def test_where_nothing_carries_over_both_kinds_have_exactly_the_same_rate():
    found = draws(transport=0)
    assert np.array_equal(found.enforced, found.assured)
    assert found.assured == pytest.approx(found.pooled, abs=1e-12)
    assert found.enforced_lower() == 0


@pytest.mark.parametrize(("ratio", "lower"), [(0.427, 1), (0.999, 1), (1.001, 0), (2, 0)])
def test_with_the_whole_of_a_fixed_ratio_the_enforced_are_always_lower_or_never(ratio, lower):
    assert draws(ratio=ratio, transport=1).enforced_lower() == lower


def test_as_often_as_the_ratio_is_below_one_the_enforced_are_lower():
    below = stats.norm.cdf(-math.log(0.427) / 0.393)  # .985; how much of it carries over changes no sign
    assert draws().enforced_lower() == pytest.approx(below, abs=0.004)


def test_a_summary_has_the_mean_and_the_interval_of_each_rate_and_of_the_difference():
    found = draws()
    table = found.summary(level=0.8)
    assert list(table.columns) == ["what", "mean", "low", "high"]
    assert list(table["what"]) == ["pooled", "assured", "enforced", "difference"]
    rows = table.set_index("what")
    assert rows.loc["pooled"].tolist() == pytest.approx([found.pooled.mean(), *np.quantile(found.pooled, [0.1, 0.9])])
    assert rows.loc["difference", "mean"] == pytest.approx(rows.loc["assured", "mean"] - rows.loc["enforced", "mean"])
    assert (rows["low"] <= rows["mean"]).all()
    assert (rows["mean"] <= rows["high"]).all()
    wider = found.summary().set_index("what")
    assert (wider["low"] <= rows["low"]).all()
    assert (wider["high"] >= rows["high"]).all()


def test_shares_of_variance_name_every_ingredient_and_sum_to_no_more_than_all():
    table = draws().shares()
    assert list(table.columns) == ["ingredient", "enforced", "assured"]
    assert list(table["ingredient"]) == list(base_rate.INGREDIENTS)
    assert (table[["enforced", "assured"]].to_numpy() >= 0).all()
    assert (table[["enforced", "assured"]].sum() <= 1.05).all()


def test_the_class_that_speaks_brings_more_of_the_variance_than_the_share_already_enforced():
    shares = draws().shares().set_index("ingredient")
    assert (shares.loc[["class", "rate"]].sum() > 0.7).all()
    assert (shares.loc[SHARE] < 0.05).all()


def test_a_switch_brings_no_variance():
    shares = draws(transport=0).shares().set_index("ingredient")
    assert (shares.loc[[RATIO, TRANSPORT, SHARE]].to_numpy() < 0.01).all()


def test_an_input_that_the_data_lack_is_refused_with_a_hint():
    known = {name.replace("share", "part"): one for name, one in inputs().items()}
    with pytest.raises(DossierError, match="priors: no input 'share-enforced'; did you mean 'part-enforced'"):
        base_rate.sample(TWO, known, draws=10, seed=1)
