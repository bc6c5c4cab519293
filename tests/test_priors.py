"""Uncertain inputs against scipy.stats, streams of chance, and shares of variance that are known beforehand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dossier import priors
from dossier.chance import stream
from dossier.errors import DossierError
from dossier.priors import Prior
from dossier.sensitivity import variance_shares

DRAWS = 20_000


def prior(distribution: str, *parameters: float, standing: str = "published") -> Prior:
    return Prior("ratio", "A ratio", "ratio", distribution, parameters, 1.0, standing)


# Distributions

ORACLES = {
    "uniform": (prior("uniform", 2, 5), stats.uniform(2, 3)),
    "triangular": (prior("triangular", 1, 2, 5), stats.triang(0.25, loc=1, scale=4)),
    "triangular with its mode at the lowest": (prior("triangular", 1, 1, 5), stats.triang(0, loc=1, scale=4)),
    "triangular with its mode at the highest": (prior("triangular", 1, 5, 5), stats.triang(1, loc=1, scale=4)),
    "beta": (prior("beta", 2, 3.5), stats.beta(2, 3.5)),
    "lognormal": (prior("lognormal", 0.427, 0.393), stats.lognorm(0.393, scale=0.427)),
    "gamma": (prior("gamma", 5.5, 4), stats.gamma(5.5, scale=1 / 4)),
}
each_distribution = pytest.mark.parametrize(("own", "oracle"), ORACLES.values(), ids=ORACLES)


@each_distribution
@given(share=st.floats(0.001, 0.999))
def test_a_quantile_is_that_of_scipy(own, oracle, share):
    assert own.quantile(share) == pytest.approx(float(oracle.ppf(share)), rel=1e-9, abs=1e-12)


@each_distribution
def test_draws_lie_as_the_quantiles_say(own, oracle):
    draws = own.draw(DRAWS, np.random.default_rng(1))
    assert draws.shape == (DRAWS,)
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert np.mean(draws <= own.quantile(share)) == pytest.approx(share, abs=0.015)  # four standard errors
    assert draws.mean() == pytest.approx(float(oracle.mean()), rel=0.02)


@given(st.floats(-10, 10), st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_of_a_triangle_never_fall(low, rise, fall, one, other):
    own = prior("triangular", low, low + rise, low + rise + fall)
    first, second = own.quantile(min(one, other)), own.quantile(max(one, other))
    assert low - 1e-9 <= first <= second + 1e-9 <= low + rise + fall + 2e-9


def test_a_fixed_input_is_always_its_value():
    fixed = prior("fixed", 0.25)
    assert fixed.quantile(0.05) == fixed.quantile(0.95) == 0.25
    assert np.array_equal(fixed.draw(5, np.random.default_rng(1)), np.full(5, 0.25))


def test_the_bounds_of_a_range_are_its_ends():
    assert [prior("uniform", 2, 5).quantile(share) for share in (0, 0.5, 1)] == [2, 3.5, 5]
    assert [prior("triangular", 1, 2, 5).quantile(share) for share in (0, 0.25, 1)] == [1, 2, 5]  # a quarter lies below


def test_the_middle_of_a_lognormal_is_its_median():
    assert prior("lognormal", 0.427, 0.393).quantile(0.5) == pytest.approx(0.427)
    # 0.427 · exp(± 1.96 · 0.393): the published interval .20 to .92
    bounds = [round(prior("lognormal", 0.427, 0.393).quantile(share), 2) for share in (0.025, 0.975)]
    assert bounds == [0.20, 0.92]


REFUSED = {
    "no value": ("fixed", ()),
    "two values of a fixed one": ("fixed", (1, 2)),
    "one bound": ("uniform", (1,)),
    "bounds in the wrong order": ("uniform", (2, 1)),
    "bounds that are one": ("uniform", (1, 1)),
    "a mode beyond the highest": ("triangular", (1, 6, 5)),
    "no highest": ("triangular", (1, 2)),
    "no width": ("triangular", (1, 1, 1)),
    "a count below zero": ("beta", (-1, 2)),
    "a count of zero": ("beta", (0, 2)),
    "a median of zero": ("lognormal", (0, 0.5)),
    "a spread below zero": ("lognormal", (1, -0.5)),
    "a rate of zero": ("gamma", (2, 0)),
    "no number": ("uniform", (0, math.nan)),
    "no end": ("uniform", (0, math.inf)),
}


@pytest.mark.parametrize(("distribution", "parameters"), REFUSED.values(), ids=REFUSED)
def test_parameters_that_make_no_distribution_are_refused(distribution, parameters):
    names = ", ".join(priors.PARAMETERS[distribution])
    with pytest.raises(
        DossierError, match=f"prior ratio: .*accepted for a {distribution} distribution: {names}, in order"
    ):
        prior(distribution, *parameters)


def test_an_unknown_distribution_is_refused_with_a_hint():
    with pytest.raises(DossierError, match="prior ratio: did you mean 'lognormal'"):
        prior("log-normal", 1, 0.5)


def test_an_input_is_written_with_the_names_of_its_parameters():
    assert prior("triangular", 0.05, 0.25, 0.5).written() == "triangular: lowest 0.05, mode 0.25, highest 0.5"
    assert prior("fixed", 3).written() == "fixed: value 3"


# Inputs of a story


BASE_RATE = ("enforcement-hazard-ratio", "enforcement-transport", "share-enforced")


def test_a_story_has_its_inputs_by_id_with_as_many_parameters_as_were_given(harbour_view):
    known = priors.read(harbour_view)
    assert sorted(known) == sorted(harbour_view["priors"]["prior_id"])
    assert [(known[name].distribution, known[name].parameters, known[name].neutral) for name in BASE_RATE] == [
        ("lognormal", (0.5, 0.5), 1),
        ("uniform", (0, 1), 0),
        ("triangular", (0.1, 0.2, 0.4), 0.25),
    ]
    assert [known[name].elicited for name in BASE_RATE] == [False, True, True]


def test_an_input_is_not_known_before_its_day(story):
    assert priors.read(story.view("2031-06-29")) == {}


def test_an_input_that_nobody_gave_is_refused_with_a_hint(harbour_view):
    known = priors.read(harbour_view)
    assert priors.pick(known, "share-enforced") is known["share-enforced"]
    with pytest.raises(DossierError, match="priors: no input 'share-enforcd'; did you mean 'share-enforced'"):
        priors.pick(known, "share-enforcd")


# Chance


@given(st.integers(0, 2**32), st.lists(st.sampled_from(["draws", "base rate", "Überschrift", ""]), max_size=3))
def test_the_same_seed_and_names_give_the_same_numbers(seed, names):
    assert np.array_equal(stream(seed, *names).random(5), stream(seed, *names).random(5))


def test_other_seeds_other_names_and_another_order_of_names_give_other_numbers():
    uses = [(1,), (2,), (1, "draws"), (1, "draw"), (1, "a", "b"), (1, "b", "a"), (1, "ab"), (1, "a"), (2, "draws")]
    assert len({stream(*use).random() for use in uses}) == len(uses)


def test_what_one_use_draws_changes_nothing_for_another():
    alone = stream(1, "second").random(5)
    stream(1, "first").random(1000)
    assert np.array_equal(stream(1, "second").random(5), alone)


def test_streams_of_two_names_do_not_go_together():
    one, other = (stream(1, "reference", name).standard_normal(DRAWS) for name in ("neighbours", "no-victor"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / math.sqrt(DRAWS)


# Shares of variance


@pytest.fixture
def uniform() -> dict[str, np.ndarray]:
    """Three inputs that have nothing to do with each other."""
    return {name: stream(1, "sensitivity", name).random(DRAWS) for name in ("a", "b", "unused")}


def test_an_input_of_twice_the_slope_brings_four_times_the_variance(uniform):
    found = variance_shares(uniform, 2 * uniform["a"] + uniform["b"])  # 4/12 and 1/12
    assert found == pytest.approx({"a": 0.8, "b": 0.2, "unused": 0}, abs=0.02)


def test_a_result_of_one_input_is_all_its_own(uniform):
    found = variance_shares(uniform, uniform["a"] ** 3)
    assert found == pytest.approx({"a": 1, "b": 0, "unused": 0}, abs=0.01)


def test_a_share_does_not_depend_on_a_straight_line():
    draws = stream(1, "straight line").random((2, DRAWS))
    inputs = {"a": draws[0], "b": draws[1]}
    plain = variance_shares(inputs, draws.sum(axis=0))
    turned = variance_shares({"a": -3 * draws[0] + 7, "b": 10 * draws[1]}, 5 - 4 * draws.sum(axis=0))
    assert turned == pytest.approx(plain, abs=1e-3)


def test_what_bins_of_pure_chance_would_explain_is_taken_off():
    # with 50 bins and 500 draws chance alone would explain about 49/500 of the variance
    draws = stream(1, "few draws").random((40, 2, 500))
    found = [variance_shares({"unused": unused}, result)["unused"] for unused, result in draws]
    assert np.mean(found) == pytest.approx(0, abs=0.02)


def test_what_two_inputs_bring_only_together_is_not_the_share_of_either(uniform):
    centred = {name: 2 * draws - 1 for name, draws in uniform.items()}
    assert variance_shares(centred, centred["a"] * centred["b"]) == pytest.approx(
        {"a": 0, "b": 0, "unused": 0}, abs=0.02
    )


def test_the_ishigami_function_has_its_published_shares(uniform):
    # sin x + 7 sin² y + 0.1 z⁴ sin x on (−π, π)³: first-order shares .3139, .4424 and 0 (Ishigami and Homma 1990)
    x, y, z = (math.pi * (2 * draws - 1) for draws in uniform.values())
    found = variance_shares({"x": x, "y": y, "z": z}, np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))
    assert found == pytest.approx({"x": 0.3139, "y": 0.4424, "z": 0}, abs=0.02)


@pytest.fixture
def kinds() -> tuple[np.ndarray, np.ndarray]:
    """A kind (a quarter 0, a half 1, a quarter 2) and a result of mean 0, 1 or 4 with noise of variance one."""
    rng = stream(1, "kinds")
    kind = rng.choice(3, size=DRAWS, p=[0.25, 0.5, 0.25])
    return kind, np.array([0.0, 1.0, 4.0])[kind] + rng.standard_normal(DRAWS)


def test_an_input_of_few_kinds_has_the_share_of_the_variance_between_them(kinds):
    kind, result = kinds
    # mean .5 · 1 + .25 · 4 = 1.5; between .25 · 2.25 + .5 · .25 + .25 · 6.25 = 2.25; of 3.25 in all
    assert variance_shares({"kind": kind}, result)["kind"] == pytest.approx(2.25 / 3.25, abs=0.02)


def test_how_kinds_are_numbered_does_not_matter(kinds):
    kind, result = kinds
    plain = variance_shares({"kind": kind}, result)["kind"]
    for labels in ([2, 0, 1], [-7, 100, 3]):
        assert variance_shares({"kind": np.array(labels)[kind]}, result)["kind"] == pytest.approx(plain, rel=1e-12)


@pytest.mark.parametrize("value", [0.0, 1.0, 0.25, 0.1, 0.7])
@pytest.mark.parametrize("draws", [100, 1000, DRAWS])
def test_a_result_that_does_not_vary_leaves_nothing_to_share(value, draws, uniform):
    inputs = {name: own[:draws] for name, own in uniform.items()}
    assert variance_shares(inputs, np.full(draws, value)) == {"a": 0, "b": 0, "unused": 0}


def test_an_input_that_does_not_vary_brings_nothing(uniform):
    assert variance_shares({"fixed": np.full(DRAWS, 0.5)}, uniform["a"])["fixed"] == pytest.approx(0, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-9, 9)), min_size=2, max_size=60))
def test_a_share_is_a_share(rows):
    kind, result = (np.array(values, dtype=float) for values in zip(*rows, strict=True))
    (share,) = variance_shares({"kind": kind}, result).values()
    assert 0 <= share <= 1 + 1e-9
