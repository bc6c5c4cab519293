"""The event tree: what its ends add up to, which scenarios they make, and the same tree as expressions."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dossier import scenarios, tree
from dossier.tree import LEAVES, REST, Nodes

NAMES = [one.name for one in fields(Nodes)]
chances = st.floats(0, 1)


def in_order(**values) -> Nodes:
    """Make nodes whose chance of a signature by the horizon is at least that by the deadline."""
    early, late = values["signed_early"], values["signed"]
    return Nodes(**{**values, "signed_early": np.minimum(early, late), "signed": np.maximum(early, late)})


any_nodes = st.builds(in_order, **dict.fromkeys(NAMES, chances))
any_draws = st.builds(in_order, **dict.fromkeys(NAMES, arrays.arrays(float, 5, elements=chances)))

SCENARIOS = ("deal", "advance", "vote", REST)


def mapped(owners: list[str], overlapping: list[list[str]]) -> pd.DataFrame:
    return pd.DataFrame({"leaf_id": LEAVES, "scenario_id": owners, "overlapping": overlapping})


any_map = st.builds(
    mapped,
    st.lists(st.sampled_from(SCENARIOS), min_size=len(LEAVES), max_size=len(LEAVES)),
    st.lists(
        st.lists(st.sampled_from(SCENARIOS[:-1]), max_size=2, unique=True), min_size=len(LEAVES), max_size=len(LEAVES)
    ),
)

HALF = Nodes(
    signed_early=0.1,
    signed=0.3,
    rejected=0.2,
    enforced=0.4,
    violated_enforced_early=0.5,
    violated_promise_early=0.25,
    violated_enforced=0.1,
    violated_promise=0.2,
    ended=0.25,
    advance=0.6,
)


# Ends


def test_the_ends_of_a_small_tree_worked_out_by_hand():
    assert tree.leaves(HALF) == pytest.approx(
        {
            "early-rejected": 0.02,
            "early-enforced-holds": 0.016,  # .1 × .8 × .4 × .5
            "early-enforced-violated": 0.016,
            "early-promise-holds": 0.036,  # .1 × .8 × .6 × .75
            "early-promise-violated": 0.012,
            "late-rejected": 0.04,
            "late-enforced-holds": 0.0576,  # .2 × .8 × .4 × .9
            "late-enforced-violated": 0.0064,
            "late-promise-holds": 0.0768,  # .2 × .8 × .6 × .8
            "late-promise-violated": 0.0192,
            "unsigned-ended": 0.175,
            "unsigned-advance": 0.315,
            "unsigned-stall": 0.21,
        },
        abs=1e-12,
    )


def test_the_ends_stand_in_the_order_of_the_tree_and_each_has_words():
    assert list(tree.leaves(HALF)) == list(LEAVES)
    assert set(tree.LEAF_WORDS) == set(LEAVES)
    assert len(set(tree.LEAF_WORDS.values())) == len(LEAVES) == 13


@given(any_nodes)
def test_the_ends_are_chances_that_add_up_to_one(nodes):
    found = tree.leaves(nodes)
    assert all(0 <= chance <= 1 for chance in found.values())
    assert sum(found.values()) == pytest.approx(1, abs=1e-12)


@given(any_draws)
def test_the_ends_of_every_draw_are_chances_that_add_up_to_one(nodes):
    found = np.array(list(tree.leaves(nodes).values()))
    assert found.shape == (len(LEAVES), 5)
    assert np.all((found >= 0) & (found <= 1))
    assert found.sum(axis=0) == pytest.approx(1, abs=1e-12)


@given(any_draws)
def test_draws_go_down_the_tree_as_each_alone(nodes):
    found = tree.leaves(nodes)
    for draw in range(5):
        alone = tree.leaves(Nodes(**{name: float(getattr(nodes, name)[draw]) for name in NAMES}))
        assert {leaf: float(chance[draw]) for leaf, chance in found.items()} == alone


@given(any_nodes)
def test_ends_that_begin_alike_add_up_to_their_node(nodes):
    found = tree.leaves(nodes)
    early = sum(chance for leaf, chance in found.items() if leaf.startswith("early"))
    rejected = sum(chance for leaf, chance in found.items() if leaf.endswith("rejected"))
    unsigned = sum(chance for leaf, chance in found.items() if leaf.startswith("unsigned"))
    assert early == pytest.approx(nodes.signed_early, abs=1e-12)
    assert unsigned == pytest.approx(1 - nodes.signed, abs=1e-12)
    assert rejected == pytest.approx(nodes.signed * nodes.rejected, abs=1e-12)


# Scenarios


@given(any_nodes, any_map)
def test_scenarios_and_none_of_them_add_up_to_one(nodes, mapping):
    found = tree.shares(tree.leaves(nodes), mapping)
    assert REST in found
    assert set(found) == {*mapping["scenario_id"], REST}
    assert sum(found.values()) == pytest.approx(1, abs=1e-12)


@given(any_draws, any_map)
def test_scenarios_and_none_of_them_add_up_to_one_in_every_draw(nodes, mapping):
    assert sum(tree.shares(tree.leaves(nodes), mapping).values()) == pytest.approx(1, abs=1e-12)


@given(any_nodes, any_map)
def test_a_wider_reading_is_never_below_the_exclusive_share(nodes, mapping):
    ends = tree.leaves(nodes)
    exclusive, wider = tree.shares(ends, mapping), tree.readings(ends, mapping)
    assert set(exclusive) - {REST} <= set(wider)
    assert REST not in wider
    for scenario in set(exclusive) - {REST}:
        assert exclusive[scenario] - 1e-12 <= wider[scenario] <= 1 + 1e-12


@given(any_nodes, any_map)
def test_an_end_read_as_its_own_scenario_too_is_counted_once(nodes, mapping):
    ends = tree.leaves(nodes)
    doubled = mapping.assign(overlapping=[[name] for name in mapping["scenario_id"]])
    exclusive = tree.shares(ends, mapping)
    assert tree.readings(ends, doubled) == pytest.approx(
        {name: share for name, share in exclusive.items() if name in set(mapping["scenario_id"]) - {REST}}, abs=1e-12
    )


@pytest.mark.parametrize("order", list(itertools.permutations(SCENARIOS[:-1])))
def test_other_names_for_the_scenarios_change_names_alone(order):
    renamed = {**dict(zip(SCENARIOS[:-1], order, strict=True)), REST: REST}
    owners = [SCENARIOS[place % 4] for place in range(len(LEAVES))]
    others = [["advance"] if place % 3 else [] for place in range(len(LEAVES))]
    swapped = mapped([renamed[name] for name in owners], [[renamed[name] for name in names] for names in others])
    ends, mapping = tree.leaves(HALF), mapped(owners, others)
    for count in (tree.shares, tree.readings):
        assert count(ends, swapped) == {renamed[name]: chance for name, chance in count(ends, mapping).items()}


def test_where_no_end_belongs_to_a_scenario_none_of_them_is_certain():
    mapping = mapped([REST] * len(LEAVES), [[]] * len(LEAVES))
    assert tree.shares(tree.leaves(HALF), mapping) == {REST: pytest.approx(1, abs=1e-12)}
    assert tree.readings(tree.leaves(HALF), mapping) == {}


# The project's own map


@pytest.fixture(scope="module")
def mapping(real_view) -> pd.DataFrame:
    return tree.leaf_map(real_view)


def test_every_end_stands_in_the_map_once_in_order_and_in_words(mapping):
    assert list(mapping["leaf_id"]) == list(LEAVES)
    assert list(mapping["words"]) == [tree.LEAF_WORDS[leaf] for leaf in LEAVES]
    assert mapping["why"].str.len().min() > 0


def test_every_scenario_has_an_end_of_its_own(real_view, mapping):
    known = {scenario["scenario_id"] for scenario in scenarios.told(real_view)}
    assert set(mapping["scenario_id"]) == {*known, REST}


def test_no_end_is_read_as_its_own_scenario_or_as_none_too(mapping):
    for row in mapping.itertuples():
        assert not {row.scenario_id, REST} & set(row.overlapping)


def test_a_broken_deal_needs_a_signature_and_an_advance_needs_none(mapping):
    ends = mapping.groupby("scenario_id")["leaf_id"].agg(list)
    assert ends["violated-within-five-years"] == [leaf for leaf in LEAVES if leaf.endswith("violated")]
    assert ends["deal-by-february"] == ["early-enforced-holds"]
    assert ends["grinding-advance"] == ["unsigned-advance"]
    assert ends["referendum-no"] == ["early-rejected", "late-rejected"]


def test_an_end_of_no_scenario_is_one_of_none_of_these(story):
    rows = tree.leaf_map(story.view()).set_index("leaf_id")
    assert rows.loc["unsigned-stall", ["scenario_id", "why"]].tolist() == [REST, "No scenario tells this."]
    assert rows.at["early-enforced-holds", "scenario_id"] == "treaty-holds"
    assert rows.at["early-promise-violated", "overlapping"] == ["treaty-holds"]
    story.set("leaf_map.csv", "early-enforced-holds", reading="overlapping")
    rows = tree.leaf_map(story.view()).set_index("leaf_id")
    assert rows.loc["early-enforced-holds", ["scenario_id", "overlapping"]].tolist() == [REST, ["treaty-holds"]]


def test_an_end_of_a_scenario_that_is_told_later_is_one_of_none_of_these(story):
    story.set("leaf_map.csv", "early-enforced-holds", scenario_id="league-leaves")
    assert tree.leaf_map(story.view()).set_index("leaf_id").at["early-enforced-holds", "scenario_id"] == REST
    assert (
        tree.leaf_map(story.view("2031-08-01")).set_index("leaf_id").at["early-enforced-holds", "scenario_id"]
        == "league-leaves"
    )


def test_without_a_map_every_end_is_one_of_none_of_these(story):
    story.write("leaf_map.csv", [])
    rows = tree.leaf_map(story.view())
    assert list(rows["leaf_id"]) == list(LEAVES)
    assert set(rows["scenario_id"]) == {REST}
    assert not any(rows["overlapping"])


# A signature by a day

daily_chances, multipliers = st.floats(1e-6, 0.05), st.floats(0.1, 10)


@given(st.floats(0, 5_000), daily_chances)
def test_with_one_multiplier_and_all_ends_signed_it_is_the_chance_of_an_end(days, daily):
    found = tree.signed_by(days, daily=daily, multiplier=1.0, share=1.0)
    assert found == pytest.approx(1 - math.exp(-daily * days), abs=1e-12)


def test_a_signature_by_a_day_worked_out_by_hand():
    # half the ends are signed; the war ends with a chance of .002 × 3 a day for a hundred days: .5 (1 − e^−.6)
    assert tree.signed_by(100, daily=0.002, multiplier=3, share=0.5) == pytest.approx(0.5 * (1 - math.exp(-0.6)))


@given(st.floats(0, 5_000), st.floats(0, 5_000), daily_chances, multipliers, chances)
def test_more_days_never_make_a_signature_less_likely(one, other, daily, multiplier, share):
    sooner, later = (
        tree.signed_by(days, daily=daily, multiplier=multiplier, share=share) for days in sorted((one, other))
    )
    assert 0 <= sooner <= later <= share


@pytest.mark.parametrize("days", [0, -1, -400])
def test_nothing_is_signed_within_no_days_or_by_a_day_that_has_passed(days):
    assert tree.signed_by(days, daily=0.01, multiplier=3, share=0.5) == 0
    assert np.all(tree.signed_by(days, daily=np.array([0.01, 0.02]), multiplier=3, share=0.5) == 0)


@given(st.floats(1, 1_000), daily_chances, multipliers)
def test_a_multiplier_of_the_chance_is_a_multiplier_of_the_days(days, daily, multiplier):
    assert tree.signed_by(days, daily=daily, multiplier=multiplier, share=1) == pytest.approx(
        tree.signed_by(days * multiplier, daily=daily, multiplier=1, share=1), abs=1e-12
    )


# What evidence does to a chance

log_ratios = st.floats(-math.log(20), math.log(20))
inner = st.floats(0.01, 0.99)


@pytest.mark.parametrize(
    ("chance", "ratio", "after"), [(0.5, 3, 0.75), (0.2, 4, 0.5), (0.75, 1 / 3, 0.5), (0.1, 9, 0.5)]
)
def test_evidence_worked_out_by_hand(chance, ratio, after):
    assert tree.shifted(chance, math.log(ratio)) == pytest.approx(after, abs=1e-12)


@given(chances)
def test_evidence_of_ratio_one_says_nothing(chance):
    assert tree.shifted(chance, 0.0) == pytest.approx(chance, abs=1e-15)


@given(log_ratios)
def test_evidence_leaves_none_and_certainty_as_they_are(log_ratio):
    assert tree.shifted(0.0, log_ratio) == 0
    assert tree.shifted(1.0, log_ratio) == 1


@given(chances, log_ratios, log_ratios)
def test_one_piece_of_evidence_after_another_is_both_at_once_in_either_order(chance, one, other):
    both = tree.shifted(chance, one + other)
    assert 0 <= both <= 1
    assert tree.shifted(tree.shifted(chance, one), other) == pytest.approx(both, abs=1e-12)
    assert tree.shifted(tree.shifted(chance, other), one) == pytest.approx(both, abs=1e-12)


@given(inner, st.floats(-2, 2), st.floats(-2, 2))
def test_stronger_evidence_never_lowers_a_chance(chance, one, other):
    weaker, stronger = sorted((one, other))
    assert tree.shifted(chance, weaker) <= tree.shifted(chance, stronger) + 1e-15


@given(inner, log_ratios)
def test_evidence_adds_its_logarithm_to_that_of_the_odds(chance, log_ratio):
    after = tree.shifted(chance, log_ratio)
    assert math.log(after / (1 - after)) == pytest.approx(math.log(chance / (1 - chance)) + log_ratio, abs=1e-9)


@given(chances, inner, inner)
def test_what_is_expected_of_evidence_is_that_it_changes_nothing(chance, if_true, if_not):
    seen = chance * if_true + (1 - chance) * if_not
    after_seen = tree.shifted(chance, math.log(if_true / if_not))
    after_unseen = tree.shifted(chance, math.log((1 - if_true) / (1 - if_not)))
    assert seen * after_seen + (1 - seen) * after_unseen == pytest.approx(chance, abs=1e-12)


# Pressure

ratios = st.floats(0.5, 5)


@pytest.mark.parametrize(("chance", "ratio", "after"), [(0.2, 2, 0.36), (0.36, 0.5, 0.2), (0.5, 3, 0.875), (0, 5, 0)])
def test_a_multiplied_hazard_worked_out_by_hand(chance, ratio, after):
    assert tree.sooner_violated(chance, ratio) == pytest.approx(after, abs=1e-12)


@given(chances)
def test_a_hazard_multiplied_by_one_is_as_it_was(chance):
    assert tree.sooner_violated(chance, 1.0) == pytest.approx(chance, abs=1e-12)


@given(chances, chances, ratios, ratios)
def test_a_higher_chance_or_a_higher_ratio_never_lowers_a_violation(one, other, ratio, second):
    (low, high), (weak, strong) = sorted((one, other)), sorted((ratio, second))
    assert tree.sooner_violated(low, weak) <= tree.sooner_violated(high, weak) + 1e-15
    assert tree.sooner_violated(low, weak) <= tree.sooner_violated(low, strong) + 1e-15
    assert 0 <= tree.sooner_violated(high, strong) <= 1


@given(chances, ratios, ratios)
def test_hazards_multiplied_one_after_the_other_are_multiplied_by_both(chance, one, other):
    twice = tree.sooner_violated(tree.sooner_violated(chance, one), other)
    assert twice == pytest.approx(tree.sooner_violated(chance, one * other), abs=1e-7)


@given(ratios)
def test_what_is_certain_stays_certain_under_pressure(ratio):
    assert tree.sooner_violated(1.0, ratio) == pytest.approx(1, abs=1e-7)


# Expressions


def evaluated(expressions: dict[str, str], **values: float) -> dict[str, float]:
    return {leaf: eval(text, {"__builtins__": {}}, values) for leaf, text in expressions.items()}


@given(any_nodes)
def test_the_tree_as_expressions_is_the_tree_as_numbers(nodes):
    found = evaluated(tree.expressions({name: name for name in NAMES}), **{n: getattr(nodes, n) for n in NAMES})
    assert list(found) == list(LEAVES)
    assert found == pytest.approx(tree.leaves(nodes), abs=1e-12)


@given(any_nodes, chances)
def test_an_expression_may_stand_in_the_place_of_a_node(nodes, part):
    names = {name: f"{name}_low+{name}_high" for name in NAMES}
    halves = {f"{name}_low": part * getattr(nodes, name) for name in NAMES}
    halves |= {f"{name}_high": getattr(nodes, name) - part * getattr(nodes, name) for name in NAMES}
    assert evaluated(tree.expressions(names), **halves) == pytest.approx(tree.leaves(nodes), abs=1e-12)


def test_expressions_are_made_of_names_numbers_and_four_kinds_of_signs():
    for text in tree.expressions({name: name for name in NAMES}).values():
        assert re.fullmatch(r"[a-z_1+\-*()]+", text)


@given(
    st.floats(0, 5_000),
    st.floats(0, 0.01),
    st.floats(0.1, 10),
    st.floats(0, 1),
)
def test_a_war_ends_signed_or_unsigned_or_goes_on(days, daily, multiplier, share):
    drawn = {"daily": daily, "multiplier": multiplier}
    signed = tree.signed_by(days, **drawn, share=share)
    ended = tree.signed_by(days, **drawn, share=1.0)
    unsigned = tree.ended_unsigned(days, **drawn, share=share)
    assert 0 <= unsigned <= 1
    assert signed + (1 - signed) * unsigned == pytest.approx(ended, abs=1e-9)


def test_where_every_end_is_signed_no_war_ends_otherwise():
    assert tree.ended_unsigned(100, daily=0.01, multiplier=3, share=1.0) == 0
    assert tree.ended_unsigned(0, daily=0.01, multiplier=3, share=0.5) == 0
