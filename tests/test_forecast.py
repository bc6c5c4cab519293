"""The simulated tree against closed forms, its own invariants, and how long and how much memory a million draws take."""

from __future__ import annotations

import math
import time
import tracemalloc
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial.hermite_e import hermegauss

from dossier import forecast, hazards, priors, tree
from dossier.forecast import EARLY, LATER, Model, Simulation
from dossier.reference import TIERS
from dossier.tree import REST

DRAWS, MANY, SOME = 200_000, 1_000_000, 20_000
NARRATIVE = {
    "war_began": "2022-02-24",
    "deadline": "2026-02-24",
    "horizon": "2026-12-31",
    "years": 5,
    "tier": "return to war",
    "weights": "as given",
    "seed": 1,
}
INVENTED = {**NARRATIVE, "war_began": "2030-01-01", "deadline": "2031-12-31", "horizon": "2032-12-31"}
DEAL, ADVANCE, BROKEN, VOTE = "deal-by-february", "grinding-advance", "violated-within-five-years", "referendum-no"
SCENARIOS = (DEAL, ADVANCE, BROKEN, VOTE, REST)


@pytest.fixture(scope="module")
def own(real_view) -> Model:
    """The project's model on the day of the narrative."""
    found = forecast.model(real_view, **NARRATIVE)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def base(own) -> Simulation:
    return forecast.simulate(own, draws=DRAWS, seed=1)


def fixed(own: Model, **values: float) -> Model:
    """Hold inputs, named with underscores, at one value."""
    named = {name.replace("_", "-"): value for name, value in values.items()}
    return replace(
        own, inputs={**own.inputs, **{n: priors.fixed_at(own.inputs[n], value) for n, value in named.items()}}
    )


def when(own: Model, **days: date) -> Model:
    return replace(own, setting=replace(own.setting, **days))


def within(found: Simulation, name: str, expected: float, errors: float = 5) -> bool:
    """Whether a mean lies within so many standard errors of what it should be."""
    return found.mean(name) == pytest.approx(expected, abs=errors * found.error(name))


# The days


def test_the_days_of_the_setting(own):
    assert [own.setting.days_to(getattr(own.setting, name)) for name in ("deadline", "horizon")] == [56, 366]
    assert own.setting.days_to(date(2025, 12, 29)) == own.setting.days_to(own.setting.as_of) == 0


# What adds up to one


def adds_up(found: Simulation, scenarios: tuple[str, ...] = SCENARIOS) -> bool:
    total = sum(found.chances[name] for name in scenarios)
    return np.allclose(total, 1, rtol=0, atol=1e-12)


def test_the_scenarios_and_none_of_them_add_up_to_one_in_every_draw(base):
    assert set(base.chances) == {*SCENARIOS, EARLY, LATER}
    assert adds_up(base)
    for chance in base.chances.values():
        assert chance.shape == (DRAWS,)
        assert np.all((chance >= 0) & (chance <= 1))


def test_the_mean_chances_of_the_ends_are_those_of_the_scenarios(own, base):
    assert list(base.leaves) == list(tree.LEAVES)
    assert sum(base.leaves.values()) == pytest.approx(1, abs=1e-9)
    assert tree.shares(base.leaves, own.mapping) == pytest.approx({n: base.mean(n) for n in SCENARIOS}, abs=1e-9)
    early = sum(chance for leaf, chance in base.leaves.items() if leaf.startswith("early"))
    assert early == pytest.approx(base.mean(EARLY), abs=1e-9)
    assert sum(base.leaves[f"unsigned-{how}"] for how in ("ended", "advance", "stall")) == pytest.approx(
        1 - base.mean(LATER)
    )


def test_wider_readings_are_those_of_the_ends_and_never_below_the_scenarios(own, base):
    assert base.readings == pytest.approx(tree.readings(base.leaves, own.mapping), abs=1e-9)
    assert set(base.readings) == set(SCENARIOS) - {REST}
    for name, chance in base.readings.items():
        assert chance >= base.mean(name) - 1e-9
    assert base.readings[ADVANCE] == pytest.approx(base.mean(ADVANCE) + base.mean(VOTE), abs=1e-9)


def test_in_every_draw_a_broken_deal_is_no_likelier_than_a_signature(base):
    assert np.all(base.chances[BROKEN] <= base.chances[LATER] + 1e-15)
    assert np.all(base.chances[DEAL] <= base.chances[EARLY] + 1e-15)
    assert np.all(base.chances[EARLY] <= base.chances[LATER])


# A signature by the deadline


def signed_by(own: Model, days: float) -> float:
    """Compute the chance of a signature anew, without signposts.

    A mixture of Lomax distributions over the classes, in days stretched by the multiplier of talks, averaged over that
    by quadrature; times the mean share of ends that are signed.
    """
    median, sd = own.inputs[forecast.TALKS].parameters
    alpha, beta = own.inputs[forecast.SIGNED_SHARE].parameters
    points, weights = hermegauss(80)
    stretched = days * median * np.exp(sd * points)
    total = sum(one.weight for one in own.hazards)
    chance = 0.0
    for one in own.hazards:
        lomax = 1 - (one.days / (one.days + stretched)) ** (one.ends + 0.5)
        chance += one.weight / total * float(np.sum(weights * lomax) / np.sum(weights))
    return alpha / (alpha + beta) * chance


def test_a_signature_by_the_deadline_is_as_likely_as_computed_another_way(own):
    found = forecast.simulate(replace(own, signs=()), draws=DRAWS, seed=1)
    assert within(found, EARLY, signed_by(own, 56))
    assert within(found, LATER, signed_by(own, 366))


def test_a_signature_by_the_deadline_is_as_likely_as_plain_sampling_says(own, base):
    rng = np.random.default_rng(2)  # signposts with it: their one reading, seen in part
    shape, days = (np.array([getattr(one, name) for one in own.hazards[:2]]) for name in ("ends", "days"))
    which = rng.integers(0, 2, DRAWS)  # two classes of equal weight
    daily = rng.gamma(shape[which] + 0.5) / days[which]
    signed = rng.beta(5.5, 4.5, DRAWS) * (1 - np.exp(-daily * 3 * np.exp(0.5 * rng.standard_normal(DRAWS)) * 56))
    ratio = np.sqrt(rng.triangular(0.2, 0.35, 0.55, DRAWS) / rng.triangular(0.4, 0.6, 0.8, DRAWS))
    odds = signed / (1 - signed) * ratio
    plain = odds / (1 + odds)
    error = math.hypot(base.error(EARLY), plain.std() / math.sqrt(DRAWS))
    assert base.mean(EARLY) == pytest.approx(plain.mean(), abs=5 * error)


@pytest.mark.parametrize("position", [0, 1])
def test_with_one_class_and_no_effect_of_talks_it_is_a_share_of_lomax(position, own):
    one = own.hazards[position]
    alone = replace(fixed(own, talks_multiplier=1, settlement_share=0.55), hazards=[one], signs=())
    found = forecast.simulate(alone, draws=DRAWS, seed=1)
    lomax = 1 - (one.days / (one.days + 56)) ** (one.ends + 0.5)
    assert within(found, EARLY, 0.55 * lomax)
    assert 0.55 * lomax == pytest.approx(0.55 * one.mean_within(56), abs=1e-12)


@pytest.mark.parametrize("days", [0, -1, -300])
def test_with_the_deadline_on_the_day_itself_or_before_nothing_is_signed_by_it(days, own):
    found = forecast.simulate(when(own, deadline=own.setting.as_of + timedelta(days=days)), draws=SOME, seed=1)
    assert not found.chances[EARLY].any()
    assert not found.chances[DEAL].any()
    assert found.mean(LATER) > 0
    assert adds_up(found)


def test_a_later_deadline_never_makes_a_signature_by_it_less_likely(own, base):
    before = np.zeros(SOME)
    for days in (1, 56, 120, 366, 3_000):
        later = when(own, deadline=own.setting.as_of + timedelta(days=days))
        found = forecast.simulate(later, draws=SOME, seed=1).chances[EARLY]
        assert np.all(found > before)
        before = found


def test_a_horizon_before_the_deadline_adds_nothing(own):
    found = forecast.simulate(when(own, horizon=date(2026, 1, 31)), draws=SOME, seed=1)
    assert np.array_equal(found.chances[EARLY], found.chances[LATER])
    assert sum(chance for leaf, chance in found.leaves.items() if leaf.startswith("late")) == 0
    assert adds_up(found)


def test_the_deadline_does_not_move_what_is_signed_by_the_horizon(own):
    known = [when(own, deadline=date(2026, month, 24)) for month in (2, 10)]
    one, other = (forecast.simulate(each, draws=SOME, seed=1).chances[LATER] for each in known)
    assert np.array_equal(one, other)


# Violations


def at_nodes(own: Model, *, size: int = SOME, seed: int = 1) -> tree.Nodes:
    return forecast.nodes(own, forecast.primitives(own, size, np.random.default_rng(seed)))


def test_where_no_effect_carries_over_troops_and_a_promise_are_violated_alike(own):
    at = at_nodes(fixed(own, enforcement_transport=0))
    assert np.array_equal(at.violated_enforced, at.violated_promise)
    assert np.array_equal(at.violated_enforced_early, at.violated_promise_early)


def test_without_pressure_early_deals_are_violated_as_late_ones(own):
    at = at_nodes(fixed(own, pressure_hazard_ratio=1))
    assert at.violated_enforced_early == pytest.approx(at.violated_enforced, abs=1e-12)
    assert at.violated_promise_early == pytest.approx(at.violated_promise, abs=1e-12)


def test_where_none_of_this_has_an_effect_violations_are_those_of_the_reference_classes(own):
    still = fixed(own, enforcement_transport=0, pressure_hazard_ratio=1)
    point = forecast.primitives(still, SOME, np.random.default_rng(1))
    assert forecast.nodes(still, point).violated_promise_early == pytest.approx(point[forecast.POOLED], abs=1e-12)
    rates = [(one.weight, one.failed, one.sd) for one in own.rates]
    mean = sum(weight * failed for weight, failed, _ in rates)
    spread = math.sqrt(sum(weight * (sd**2 + (failed - mean) ** 2) for weight, failed, sd in rates))
    assert point[forecast.POOLED].mean() == pytest.approx(mean, abs=5 * spread / math.sqrt(SOME))
    assert point[forecast.POOLED].std() == pytest.approx(spread, rel=0.05)


def test_where_no_class_has_a_rate_anything_may_be_violated(own):
    unknown = replace(own, rates=())
    pooled = forecast.primitives(unknown, SOME, np.random.default_rng(1))[forecast.POOLED]
    assert np.quantile(pooled, [0.05, 0.5, 0.95]) == pytest.approx([0.05, 0.5, 0.95], abs=0.015)
    found = forecast.simulate(unknown, draws=SOME, seed=1)
    assert adds_up(found)
    assert found.mean(BROKEN) > forecast.simulate(own, draws=SOME, seed=1).mean(BROKEN)


def test_every_node_is_a_chance_in_every_draw(own):
    at = at_nodes(own)
    for one in fields(at):
        drawn = getattr(at, one.name)
        assert drawn.shape == (SOME,)
        assert np.all((drawn >= 0) & (drawn <= 1))


# Seeds, pieces, and more draws


def test_equal_seeds_give_equal_draws_and_others_do_not(own):
    one, same, other = (forecast.simulate(own, draws=SOME, seed=seed) for seed in (1, 1, 2))
    for drawn in ("chances", "inputs"):
        for name, values in getattr(one, drawn).items():
            assert np.array_equal(values, getattr(same, drawn)[name])
            if np.ptp(values):
                assert not np.array_equal(values, getattr(other, drawn)[name])
    assert one.leaves == same.leaves
    assert one.leaves != other.leaves


def test_the_size_of_the_pieces_changes_nothing_but_chance(own, base, monkeypatch):
    monkeypatch.setattr(forecast, "CHUNK", 30_000)
    pieces = forecast.simulate(own, draws=DRAWS, seed=1)
    for name in base.chances:
        assert pieces.chances[name].shape == (DRAWS,)
        assert pieces.mean(name) == pytest.approx(
            base.mean(name), abs=5 * math.hypot(pieces.error(name), base.error(name))
        )
        assert pieces.interval(name) == pytest.approx(base.interval(name), rel=0.03)
    assert sum(pieces.leaves.values()) == pytest.approx(1, abs=1e-9)
    assert adds_up(pieces)


def test_the_last_piece_may_be_smaller_and_no_piece_repeats_another(own, monkeypatch):
    monkeypatch.setattr(forecast, "CHUNK", 300)
    found = forecast.simulate(own, draws=1_000, seed=1)
    assert len(np.unique(found.chances[EARLY])) == 1_000
    assert found.draws == len(found.inputs[forecast.DAILY]) == 1_000
    assert adds_up(found)
    assert sum(found.leaves.values()) == pytest.approx(1, abs=1e-9)


def test_more_draws_say_the_same_and_say_it_closer(own, base):
    many = forecast.simulate(own, draws=MANY, seed=2)
    for name in base.chances:
        assert many.mean(name) == pytest.approx(base.mean(name), abs=5 * math.hypot(many.error(name), base.error(name)))
        assert many.error(name) == pytest.approx(base.error(name) / math.sqrt(5), rel=0.02)
        assert many.interval(name) == pytest.approx(base.interval(name), rel=0.02)  # precision, not knowledge
    assert all(len(drawn) == forecast.KEPT for drawn in many.inputs.values())


def test_the_inputs_kept_are_those_of_the_first_draws(own, base, monkeypatch):
    monkeypatch.setattr(forecast, "CHUNK", 1_000)
    monkeypatch.setattr(forecast, "KEPT", 2_000)
    found = forecast.simulate(own, draws=5_000, seed=1)
    at = forecast.nodes(own, found.inputs)
    assert {len(drawn) for drawn in found.inputs.values()} == {2_000}
    assert np.array_equal(at.signed_early, found.chances[EARLY][:2_000])
    told = tree.shares(tree.leaves(at), own.mapping)
    for name in SCENARIOS:
        assert told[name] == pytest.approx(found.chances[name][:2_000], abs=1e-9)


# What a million draws cost


def test_a_million_draws_take_less_than_a_second_and_a_half(own):
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        forecast.simulate(own, draws=MANY, seed=1)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 1.5


def test_a_million_draws_take_less_than_three_hundred_megabytes(own):
    tracemalloc.start()
    try:
        forecast.simulate(own, draws=MANY, seed=1)
        assert tracemalloc.get_traced_memory()[1] < 300e6
    finally:
        tracemalloc.stop()


# Summaries


@pytest.fixture
def few() -> Simulation:
    """Four draws of one chance."""
    return Simulation({EARLY: np.array([0.1, 0.2, 0.3, 0.6])}, {}, {}, {forecast.DAILY: np.array([1.0, 2, 3, 4])})


def test_a_summary_worked_out_by_hand(few):
    assert few.draws == 4
    assert few.mean(EARLY) == pytest.approx(0.3)
    assert few.error(EARLY) == pytest.approx(math.sqrt(0.035) / 2)  # variance (.04 + .01 + 0 + .09) / 4
    assert few.interval(EARLY, level=0.5) == pytest.approx((0.175, 0.375))


def test_the_error_of_drawing_is_the_spread_over_the_root_of_the_draws(base):
    for name, chance in base.chances.items():
        assert base.error(name) == pytest.approx(float(np.std(chance)) / math.sqrt(DRAWS), rel=1e-12)


def test_a_wider_interval_holds_a_narrower_one(base):
    for name in base.chances:
        wide, narrow = (base.interval(name, level=level) for level in (0.9, 0.5))
        assert 0 <= wide[0] < narrow[0] < narrow[1] < wide[1] <= 1
        assert wide[0] < base.mean(name) < wide[1]
        assert wide == base.interval(name)
        held = np.mean((base.chances[name] >= wide[0]) & (base.chances[name] <= wide[1]))
        assert held == pytest.approx(0.9, abs=1e-4)


# What a chance hangs on


@pytest.mark.parametrize("name", [*SCENARIOS, EARLY, LATER])
def test_drivers_are_shares_of_the_variance_largest_first(name, base):
    found = base.drivers(name)
    assert set(found) == set(base.inputs)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert all(0 <= share <= 1 for share in found.values())
    assert sum(found.values()) <= 1.1


def test_what_does_not_enter_drives_nothing(base):
    found = base.drivers(EARLY)
    enter = {forecast.DAILY, forecast.TALKS, forecast.SIGNED_SHARE, f"{forecast.SHIFT}signed"}
    assert all(share < 0.005 for name, share in found.items() if name not in enter)
    assert next(iter(found)) == forecast.TALKS
    assert sum(found[name] for name in enter) > 0.8


@pytest.fixture(scope="module")
def middle(own, base) -> Mapping[str, float]:
    return forecast.central(own, base)


def test_every_input_stands_at_its_median(own, base, middle):
    assert set(middle) == {*forecast.INPUTS, forecast.DAILY, forecast.POOLED} | {
        f"{forecast.SHIFT}{node}" for node in forecast.NODES
    }
    assert middle[forecast.TALKS] == pytest.approx(3)
    assert middle[forecast.TRANSPORT] == pytest.approx(0.5)
    assert middle[f"{forecast.SHIFT}advance"] == 0
    for name, value in middle.items():
        assert np.mean(base.inputs[name] < value) <= 0.505
        assert np.mean(base.inputs[name] > value) <= 0.505


def test_at_a_point_the_tree_is_worked_out_by_hand(own, middle):
    daily, talks, share = middle[forecast.DAILY], middle[forecast.TALKS], middle[forecast.SIGNED_SHARE]
    odds = [
        signed / (1 - signed) * math.exp(middle[f"{forecast.SHIFT}signed"])
        for signed in (share * (1 - math.exp(-daily * talks * days)) for days in (56, 366))
    ]
    early, late = (each / (1 + each) for each in odds)
    vote = middle[forecast.VOTE] * middle[forecast.REJECTS]
    found = forecast.at_point(own, middle)
    assert found[EARLY] == pytest.approx(early, abs=1e-12)
    assert found[LATER] == pytest.approx(late, abs=1e-12)
    assert found[VOTE] == pytest.approx(late * vote, abs=1e-12)
    over = 1 - math.exp(-daily * talks * 366)
    otherwise = (1 - share) * over / (1 - share * over)  # ended by the horizon, given that nothing was signed
    assert found[ADVANCE] == pytest.approx((1 - late) * (1 - otherwise) * 0.5, abs=1e-12)
    assert sum(found[name] for name in SCENARIOS) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", [*SCENARIOS, EARLY, LATER])
def test_a_tornado_has_every_input_once_the_widest_first(name, own, base, middle):
    found = forecast.tornado(own, base, name)
    assert set(found["input"]) == set(base.inputs)
    assert found["input"].is_unique
    assert found["title"].is_unique
    assert list(found["swing"]) == sorted(found["swing"], reverse=True)
    assert (found["at_high"] - found["at_low"]).abs().to_numpy() == pytest.approx(found["swing"].to_numpy())
    assert set(found["central"]) == {forecast.at_point(own, middle)[name]}
    assert np.all(found["low_value"] <= found["high_value"])


def test_the_central_value_lies_between_the_ends_of_each_bar(own, base):
    for name in SCENARIOS[:-1]:  # all that one input moves one way
        found = forecast.tornado(own, base, name)
        ends = found[["at_low", "at_high"]]
        assert np.all(ends.min(axis=1) <= found["central"] + 1e-12)
        assert np.all(found["central"] <= ends.max(axis=1) + 1e-12)


def test_what_does_not_enter_does_not_swing(own, base):
    found = forecast.tornado(own, base, EARLY).set_index("input")["swing"]
    enter = {forecast.DAILY, forecast.TALKS, forecast.SIGNED_SHARE, f"{forecast.SHIFT}signed"}
    assert {name for name, swing in found.items() if swing} == enter
    assert found[forecast.POOLED] == 0


def test_the_ends_of_a_bar_are_the_tree_at_the_quantiles(own, base, middle):
    row = forecast.tornado(own, base, DEAL).set_index("input").loc[forecast.TALKS]
    quantiles = [3 * math.exp(0.5 * z) for z in (-1.6448536, 1.6448536)]
    assert row[["low_value", "high_value"]].tolist() == pytest.approx(quantiles, rel=1e-6)
    for value, end in zip(quantiles, row[["at_low", "at_high"]], strict=True):
        assert forecast.at_point(own, {**middle, forecast.TALKS: value})[DEAL] == pytest.approx(end, rel=1e-6)


def test_judged_inputs_are_marked_in_the_tornado(own, base):
    judged = forecast.tornado(own, base, DEAL).set_index("input")["elicited"]
    assert set(judged[~judged].index) == {forecast.DAILY, forecast.POOLED, forecast.RATIO}


# Neutral values and switches


def test_at_neutral_no_judged_input_is_left_to_chance_and_no_signpost_speaks(own):
    neutral = forecast.neutral(own)
    assert neutral.signs == ()
    for name, one in neutral.inputs.items():
        if own.inputs[name].elicited:
            assert (one.distribution, one.parameters) == ("fixed", (own.inputs[name].neutral,))
        else:
            assert one == own.inputs[name]
    point = forecast.primitives(neutral, 1_000, np.random.default_rng(1))
    free = {name for name, drawn in point.items() if np.ptp(drawn)}
    assert free == {forecast.DAILY, forecast.POOLED, forecast.RATIO}


def test_at_neutral_a_signature_is_the_base_rate(own):
    found = forecast.simulate(forecast.neutral(own), draws=DRAWS, seed=1)
    classes = [one for one in own.hazards if one.weight]
    lomax = np.mean([1 - (one.days / (one.days + 56)) ** (one.ends + 0.5) for one in classes])
    assert within(found, EARLY, 0.55 * float(lomax))
    drivers = found.drivers(BROKEN)
    assert {name for name, share in drivers.items() if share > 0.01} == {forecast.DAILY, forecast.POOLED}


@pytest.fixture(scope="module")
def switched(own, real_view) -> Mapping[str, Model]:
    def rates(*, tier: str):
        return forecast.class_rates(real_view, years=5, tier=tier, weights="as given", seed=1)

    pairs = forecast.switches(own, rates, list(TIERS), {"neighbours": "Neighbours"})
    assert len({name for name, _ in pairs}) == len(pairs)
    return dict(pairs)


def test_the_switches_are_named_for_what_they_change(own, switched):
    assert list(switched) == [
        "every elicited input at neutral",
        "signposts left aside",
        "talks count for nothing",
        "no effect of enforcement",
        "no effect of pressure",
        *(f"ends as in: {one.title}" for one in own.hazards),
        "violations as in: Neighbours",
        *(f"violations as in: {one.class_id}" for one in own.rates[1:]),
        "violated means: fatal clash",
        "violated means: use of force",
        "the deadline at the horizon",
    ]


def test_under_every_switch_the_chances_add_up_to_one(switched):
    for name, each in switched.items():
        found = forecast.simulate(each, draws=2_000, seed=1)
        assert set(found.chances) == {*SCENARIOS, EARLY, LATER}, name
        assert adds_up(found), name


def test_switches_move_what_they_are_about(own, base, switched):
    def of(switch: str, name: str) -> float:
        return forecast.simulate(switched[switch], draws=50_000, seed=1).mean(name)

    assert of("talks count for nothing", EARLY) < base.mean(EARLY) / 2
    assert of("signposts left aside", EARLY) > base.mean(EARLY)
    assert of("violated means: use of force", BROKEN) > of("violated means: fatal clash", BROKEN) > base.mean(BROKEN)
    assert of("the deadline at the horizon", EARLY) == pytest.approx(base.mean(LATER), rel=0.01)
    assert of("no effect of pressure", DEAL) > base.mean(DEAL)


def test_a_switch_of_a_class_of_wars_gives_that_class_the_whole_weight(own, switched):
    for one in own.hazards:
        changed = switched[f"ends as in: {one.title}"]
        daily = forecast.primitives(changed, SOME, np.random.default_rng(1))[forecast.DAILY]
        assert daily.mean() == pytest.approx(one.shape / one.rate, abs=5 * math.sqrt(one.shape / SOME) / one.rate)


def test_a_switch_of_what_violated_means_leaves_signatures_alone(base, switched):
    found = forecast.simulate(switched["violated means: fatal clash"], draws=DRAWS, seed=1)
    assert found.mean(EARLY) == pytest.approx(
        base.mean(EARLY), abs=5 * math.hypot(found.error(EARLY), base.error(EARLY))
    )
    assert found.mean(ADVANCE) == pytest.approx(base.mean(ADVANCE), abs=7 * base.error(ADVANCE))


# What a reader can set


@pytest.fixture(scope="module")
def start(own, base) -> Mapping[str, float]:
    return forecast.what_if_values(own, base)


def computed(own: Model, base: Simulation, values: Mapping[str, float]) -> dict[str, float]:
    """Evaluate the expressions that the page computes."""
    written = forecast.what_if_expressions(own, base)
    return {
        name: eval(text, {"__builtins__": {}, "pow": math.pow, "max": max}, dict(values))
        for name, text in written.items()
    }


def test_where_nothing_is_set_the_page_tells_the_tree_at_the_medians(own, base, start, middle):
    assert tuple(start) == forecast.WHAT_IF
    told = {name: chance for name, chance in forecast.at_point(own, middle).items() if name != LATER}
    assert forecast.what_if(own, base, start) == pytest.approx(told, abs=1e-12)
    assert computed(own, base, start) == pytest.approx(told, abs=1e-12)


@settings(max_examples=40)
@given(st.fixed_dictionaries({name: st.floats(0, 0.95) for name in forecast.WHAT_IF} | {"talks": st.floats(0.2, 10)}))
def test_the_page_computes_what_the_package_computes(own, base, values):
    told = forecast.what_if(own, base, values)
    assert computed(own, base, values) == pytest.approx(told, abs=1e-9)
    assert sum(told[name] for name in SCENARIOS) == pytest.approx(1, abs=1e-12)
    assert all(-1e-15 <= chance <= 1 + 1e-12 for chance in told.values())


def test_what_a_reader_sets_to_none_takes_what_hangs_on_it_away(own, base, start):
    assert forecast.what_if(own, base, {**start, "ends": 0.0})[EARLY] == 0
    assert forecast.what_if(own, base, {**start, "share": 0.0})[BROKEN] == 0
    assert forecast.what_if(own, base, {**start, "no": 0.0})[VOTE] == 0
    assert forecast.what_if(own, base, {**start, "troops": 0.0})[DEAL] == 0
    assert forecast.what_if(own, base, {**start, "advance": 0.0})[ADVANCE] == 0
    unbroken = {**start, "broken_enforced": 0.0, "broken_promise": 0.0}
    assert forecast.what_if(own, base, unbroken)[BROKEN] == 0


def test_with_a_horizon_before_the_deadline_a_reader_sees_what_the_tree_says(own, base, start):
    before = when(own, horizon=date(2026, 1, 31))
    for told in (forecast.what_if(before, base, start), computed(before, base, start)):
        assert min(told.values()) >= 0
        at = forecast.at_point(before, forecast.central(before, base))
        assert told == pytest.approx({name: chance for name, chance in at.items() if name != LATER}, abs=1e-12)


# What a signpost would do


@pytest.fixture(scope="module")
def moved(own) -> Mapping[str, pd.DataFrame]:
    return {
        name: moved.set_index("signpost_id") for name, moved in forecast.moved_by(own, (DEAL, ADVANCE), seed=1).items()
    }


def test_a_signpost_on_the_advance_does_not_move_the_deal(moved):
    row = moved[DEAL].loc["advance-150-square-miles"]
    assert row["if_seen"] == row["if_not"] == row["now"]


@pytest.mark.parametrize("name", ["paris-binding-troops", "guarantee-text-approved", "guarantees-without-parliament"])
def test_a_signpost_on_troops_does_not_move_the_advance_beyond_noise(name, own, moved):
    row = moved[ADVANCE].loc[name]
    error = forecast.simulate(own, draws=forecast.SWITCH_DRAWS, seed=1).error(ADVANCE)
    assert row[["if_seen", "if_not"]].tolist() == pytest.approx([row["now"]] * 2, abs=7 * error)


def test_every_signpost_is_told_and_what_moves_most_comes_first(own, moved):
    assert set(moved[DEAL].index) == {one.signpost_id for one in own.signs}
    for table in moved.values():
        size = table[["if_seen", "if_not"]].sub(table["now"], axis=0).abs().max(axis=1)
        assert list(size) == sorted(size, reverse=True)
        assert table["now"].nunique() == 1


def test_a_signpost_moves_a_chance_the_way_of_its_ratio(own, moved):
    for one in own.signs:
        true, other = one.central
        row = moved[DEAL].loc[one.signpost_id]
        if one.node == "advance":
            continue
        up, down = ("if_seen", "if_not") if true > other else ("if_not", "if_seen")
        assert row[up] > row["now"] > row[down], one.signpost_id
    row = moved[ADVANCE].loc["advance-150-square-miles"]
    assert row["if_seen"] > row["now"] > row["if_not"]


def test_a_signpost_that_stands_as_it_would_if_seen_moves_nothing_further(own):
    seen = replace(own, signs=[replace(one, grade=1.0) for one in own.signs])
    table = forecast.moved_by(seen, [DEAL], seed=1)[DEAL]
    assert table["if_seen"].to_numpy() == pytest.approx(table["now"].to_numpy(), abs=1e-15)


def test_without_signposts_there_is_nothing_to_tell(own):
    table = forecast.moved_by(replace(own, signs=()), [DEAL], seed=1)[DEAL]
    assert table.empty
    assert list(table.columns) == ["signpost_id", "node", "now", "if_seen", "if_not"]


# Where the data lack what the model needs


@pytest.mark.parametrize("day", ["2020-01-01", "2031-06-29"])
def test_before_its_inputs_apply_there_is_no_model(day, story):
    assert forecast.model(story.view(day), **INVENTED) is None


def test_without_any_one_input_there_is_no_model(harbour_view):
    rows = harbour_view.raw["priors"]
    for missing in forecast.INPUTS:
        raw = {**harbour_view.raw, "priors": rows[rows["prior_id"] != missing]}
        assert forecast.model(replace(harbour_view, raw=raw), **INVENTED) is None, missing


@pytest.mark.parametrize("file", ["hazard_classes.yml", "scenarios.yml"])
def test_without_classes_of_wars_or_scenarios_there_is_no_model(file, story):
    (story.folder / file).write_text("[]\n", "utf-8")
    assert forecast.model(story.view(), **INVENTED) is None


def test_the_model_of_the_invented_story_works_on_its_day(harbour_view):
    model = forecast.model(harbour_view, **INVENTED)
    assert model is not None
    found = forecast.simulate(model, draws=SOME, seed=1)
    scenarios = ("treaty-holds", "treaty-fades", REST)
    assert set(found.chances) == {*scenarios, EARLY, LATER}
    assert adds_up(found, scenarios)
    assert found.readings["treaty-holds"] > found.mean("treaty-holds")
    assert sum(forecast.at_point(model, forecast.central(model, found))[name] for name in scenarios) == pytest.approx(1)
    assert not forecast.tornado(model, found, "treaty-holds").empty
    assert set(forecast.moved_by(model, ["treaty-holds"], seed=1)["treaty-holds"]["signpost_id"]) == {
        "ratified",
        "ships-stopped",
    }


def test_without_a_map_of_the_ends_none_of_them_is_certain(story):
    story.write("leaf_map.csv", [])
    model = forecast.model(story.view(), **INVENTED)
    assert model is not None
    found = forecast.simulate(model, draws=1_000, seed=1)
    assert set(found.chances) == {REST, EARLY, LATER}
    assert found.chances[REST] == pytest.approx(1, abs=1e-12)


def test_where_no_war_lasted_as_long_there_is_no_model(harbour_view):
    assert forecast.model(harbour_view, **INVENTED) is not None
    assert forecast.model(harbour_view, **{**INVENTED, "war_began": "2000-01-01"}) is None


def test_the_hazards_and_rates_of_the_model_are_those_of_their_modules(own, real_view):
    assert list(own.hazards) == hazards.hazards(real_view, war_began=date(2022, 2, 24))
    assert sum(one.weight for one in own.rates) == pytest.approx(1)
    assert set(own.inputs) == set(forecast.INPUTS)
