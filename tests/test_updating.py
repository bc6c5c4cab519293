"""Signposts: likelihood ratios, groups and the cap worked out by hand, on made-up signposts and on the stories."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from dossier import check, scenarios, tree, updating
from dossier.updating import CAP, Sign

DRAWS = 50_000
SEEN, UNSEEN, IN_PART = 1.0, 0.0, 0.5


def exactly(chance: float) -> tuple[float, float, float]:
    return (chance, chance, chance)


def sign(
    name: str = "one",
    if_true: float = 0.4,
    if_not: float = 0.2,
    grade: float | None = SEEN,
    *,
    node: str = "signed",
    group: str | None = None,
) -> Sign:
    """Make a signpost whose chances are known exactly, in a group of its own unless one is named."""
    return Sign(name, node, group or name, exactly(if_true), exactly(if_not), grade)


inner = st.floats(0.01, 0.99)
grades = st.sampled_from([SEEN, UNSEEN, IN_PART, None])
any_signs = st.lists(
    st.builds(
        lambda true, other, grade, node, group: (true, other, grade, node, group),
        inner,
        inner,
        grades,
        st.sampled_from(["signed", "advance"]),
        st.sampled_from(["talks", "area"]),
    ),
    max_size=6,
).map(lambda rows: [sign(f"sign-{n}", *row[:3], node=row[3], group=row[4]) for n, row in enumerate(rows)])


def drawn(known: list[Sign], node: str = "signed", *, size: int = 100, seed: int = 1) -> np.ndarray:
    return updating.draw_shift(known, node, size, np.random.default_rng(seed))


# One signpost


@pytest.mark.parametrize(
    ("grade", "log_ratio"),
    [
        (SEEN, math.log(0.4 / 0.2)),
        (UNSEEN, math.log(0.6 / 0.8)),
        (IN_PART, math.log(2) / 2),
        (0.25, math.log(2) / 4),
        (None, 0.0),
    ],
)
def test_a_signpost_speaks_as_it_stands(grade, log_ratio):
    one = sign(grade=grade)
    assert one.log_ratio(0.4, 0.2) == pytest.approx(log_ratio, abs=1e-12)
    assert updating.shift([one], "signed") == pytest.approx(log_ratio, abs=1e-12)
    assert one.log_ratio(np.array([0.4, 0.4]), np.array([0.2, 0.2])) == pytest.approx([log_ratio] * 2, abs=1e-12)


@given(inner, grades)
def test_a_signpost_that_is_as_likely_either_way_says_nothing(chance, grade):
    one = sign("one", chance, chance, grade)
    assert updating.shift([one], "signed") == pytest.approx(0, abs=1e-12)
    assert drawn([one]) == pytest.approx(0, abs=1e-12)


@given(inner, inner)
def test_seeing_and_not_seeing_a_signpost_move_opposite_ways(if_true, if_not):
    seen, unseen = (sign("one", if_true, if_not, grade).log_ratio(if_true, if_not) for grade in (SEEN, UNSEEN))
    assert seen * unseen <= 0


@given(st.floats(0, 1), inner, inner)
def test_what_is_expected_of_a_signpost_is_that_it_changes_nothing(chance, if_true, if_not):
    expected = chance * if_true + (1 - chance) * if_not
    seen, unseen = (
        tree.shifted(chance, sign("one", if_true, if_not, grade).log_ratio(if_true, if_not)) for grade in (SEEN, UNSEEN)
    )
    assert expected * seen + (1 - expected) * unseen == pytest.approx(chance, abs=1e-12)


@given(st.floats(0, 1), st.floats(0.2, 0.8), st.floats(0.2, 0.8))
def test_what_is_expected_of_a_signpost_that_moves_a_node_within_the_cap_is_nothing_too(chance, if_true, if_not):
    expected = chance * if_true + (1 - chance) * if_not
    seen, unseen = (
        tree.shifted(chance, updating.shift([sign("one", if_true, if_not, grade)], "signed"))
        for grade in (SEEN, UNSEEN)
    )
    assert expected * seen + (1 - expected) * unseen == pytest.approx(chance, abs=1e-12)


@pytest.mark.parametrize("grade", [SEEN, UNSEEN, IN_PART, None])
@pytest.mark.parametrize(("if_true", "if_not"), [(0, 0.5), (0.5, 0), (1, 0.5), (0.5, 1), (0, 1), (1, 0), (0, 0)])
def test_a_signpost_that_cannot_be_or_must_be_seen_has_a_ratio_all_the_same(if_true, if_not, grade):
    assert math.isfinite(sign(grade=grade).log_ratio(float(if_true), float(if_not)))


# Groups


@pytest.mark.parametrize(("fellows", "weight"), [(1, 1), (2, 1 / 1.5), (3, 1 / 2), (5, 1 / 3)])
def test_signposts_of_one_group_count_for_less_each(fellows, weight):
    known = [sign(f"sign-{n}", group="talks") for n in range(fellows)]
    assert [updating.weight(known, one) for one in known] == pytest.approx([weight] * fellows)
    assert updating.shift(known, "signed") == pytest.approx(fellows * weight * math.log(2))


def test_signposts_of_other_groups_or_on_other_nodes_or_unread_are_no_fellows():
    one = sign("one", group="talks")
    others = [sign("two", group="area"), sign("three", node="advance", group="talks"), sign("four", grade=None)]
    unread = sign("five", grade=None, group="talks")
    assert updating.weight([one, *others, unread], one) == 1
    assert updating.weight([one, *others, replace(unread, grade=UNSEEN)], one) == pytest.approx(1 / 1.5)


def test_a_group_that_says_one_thing_twice_says_more_than_once_and_less_than_twice():
    once, twice = ([sign(f"sign-{n}", group="talks") for n in range(count)] for count in (1, 2))
    assert updating.shift(once, "signed") < updating.shift(twice, "signed") < 2 * updating.shift(once, "signed")


def test_two_groups_add_up():
    known = [sign("one", 0.4, 0.2), sign("two", 0.3, 0.6, UNSEEN), sign("three", node="advance")]
    assert updating.shift(known, "signed") == pytest.approx(math.log(2) + math.log(0.7 / 0.4), abs=1e-12)


@given(any_signs)
def test_signposts_that_have_not_been_read_change_nothing(known):
    read = [one for one in known if one.grade is not None]
    for node in ("signed", "advance", "rejected"):
        assert updating.shift(known, node) == pytest.approx(updating.shift(read, node), abs=1e-12)
        assert np.array_equal(drawn(known, node), drawn(read, node))
        unread = [replace(one, grade=None) for one in known]
        assert updating.shift(unread, node) == 0
        assert not drawn(unread, node).any()


# The cap


@pytest.mark.parametrize(("if_true", "if_not", "side"), [(0.9, 0.01, 1), (0.01, 0.9, -1)])
def test_all_signposts_together_move_the_odds_by_no_more_than_twenty_either_way(if_true, if_not, side):
    alone = [sign("one", if_true, if_not)]
    many = [sign(f"sign-{n}", 0.5 + side * 0.2, 0.5 - side * 0.2) for n in range(6)]  # (7/3)^6 = 161
    for known in (alone, many):
        assert updating.shift(known, "signed") == pytest.approx(side * math.log(CAP), abs=1e-12)
        assert drawn(known) == pytest.approx(side * math.log(20), abs=1e-12)
        assert updating.capped(known, "signed")
        assert not updating.capped(known, "advance")


def test_within_the_cap_nothing_is_held_back():
    assert not updating.capped([sign("one", 0.95, 0.05)], "signed")  # nineteen
    assert not updating.capped([sign("one", 0.9, 0.01, None)], "signed")
    assert not updating.capped([], "signed")
    assert updating.shift([sign("one", 0.95, 0.05)], "signed") == pytest.approx(math.log(19))


@given(any_signs)
def test_no_draw_passes_the_cap(known):
    for node in ("signed", "advance"):
        assert abs(updating.shift(known, node)) <= math.log(20)
        assert np.all(np.abs(drawn(known, node)) <= math.log(20))


# Order


@given(any_signs, st.randoms(use_true_random=False))
def test_the_order_of_the_signposts_changes_nothing(known, random):
    mixed = random.sample(known, len(known))
    for node in ("signed", "advance"):
        assert updating.shift(mixed, node) == pytest.approx(updating.shift(known, node), abs=1e-12)
        assert np.array_equal(drawn(mixed, node), drawn(known, node))


def test_the_order_of_the_rows_changes_no_draw(story):
    before = updating.signs(story.view())
    story.write("likelihoods.csv", story.rows("likelihoods.csv")[::-1])
    after = updating.signs(story.view())
    assert np.array_equal(drawn(after, size=1_000), drawn(before, size=1_000))
    assert drawn(after).std() > 0


# Draws

WIDE = Sign("wide", "signed", "wide", (0.3, 0.5, 0.6), (0.1, 0.2, 0.4), SEEN)


def mean_log(bounds: tuple[float, float, float]) -> float:
    low, mode, high = bounds
    triangle = stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    return integrate.quad(lambda x: math.log(x) * triangle.pdf(x), low, high, points=[mode])[0]


def test_the_mean_of_the_draws_is_that_of_the_judged_chances():
    found = drawn([WIDE], size=DRAWS)
    mean = mean_log(WIDE.if_true) - mean_log(WIDE.if_not)
    assert found.shape == (DRAWS,)
    assert found.mean() == pytest.approx(mean, abs=5 * found.std() / math.sqrt(DRAWS))


def test_chances_known_exactly_draw_what_they_say():
    assert drawn([sign()]) == pytest.approx(math.log(2), abs=1e-12)
    assert updating.shift([WIDE], "signed") == pytest.approx(math.log(0.5 / 0.2), abs=1e-12)


def test_equal_seeds_draw_alike_and_others_do_not():
    assert np.array_equal(drawn([WIDE], seed=1), drawn([WIDE], seed=1))
    assert not np.array_equal(drawn([WIDE], seed=1), drawn([WIDE], seed=2))


# The invented story


def table(view, *columns: str) -> dict[str, list]:
    rows = updating.told(view).set_index("signpost_id")
    return {name: rows.loc[name, list(columns)].tolist() for name in rows.index}


def test_what_is_told_of_each_signpost_worked_out_by_hand(story):
    columns = ("if_true", "if_not", "ratio_seen", "ratio_unseen", "weight", "moves")
    assert table(story.view(), *columns) == {
        "ratified": pytest.approx([0.7, 0.1, 7, 1 / 3, 2 / 3, 1]),  # not yet due; another of its group is read
        "ships-stopped": pytest.approx([0.2, 0.5, 0.4, 1.6, 1, math.sqrt(0.4)]),  # seen in part
    }
    assert table(story.view("2031-08-01"), "grade", *columns[-2:]) == {
        "ratified": pytest.approx([0, 2 / 3, (1 / 3) ** (2 / 3)]),  # its day passed; two of the group are read
        "ships-stopped": pytest.approx([0.5, 2 / 3, 0.4 ** (1 / 3)]),
    }


def test_a_signpost_that_is_not_yet_due_has_no_grade(story):
    rows = updating.told(story.view()).set_index("signpost_id")
    assert rows["grade"].isna().to_dict() == {"ratified": True, "ships-stopped": False}
    assert rows[["node", "group_id"]].drop_duplicates().values.tolist() == [["signed", "treaty"]]
    assert [one.grade for one in updating.signs(story.view())] == [None, IN_PART]


def test_the_factors_told_multiply_to_the_shift_of_the_node(story):
    for day in ("2031-06-30", "2031-08-01"):
        view = story.view(day)
        factors = math.prod(updating.told(view)["moves"])
        assert factors == pytest.approx(math.exp(updating.shift(updating.signs(view), "signed")))


def test_a_signpost_without_a_reading_says_nothing(story):
    story.write("signpost_states.csv", [])
    view = story.view()
    assert set(scenarios.signposts(view)["status"]) == {"no reading"}
    assert [one.grade for one in updating.signs(view)] == [None, None]


def test_a_signpost_without_likelihoods_is_left_out(story):
    story.write("likelihoods.csv", story.rows("likelihoods.csv")[:1])
    assert [one.signpost_id for one in updating.signs(story.view())] == ["ratified"]
    story.write("likelihoods.csv", [])
    assert updating.signs(story.view()) == []
    assert updating.told(story.view()).empty


@pytest.mark.parametrize(("chance", "grade"), [("0", "observed"), ("1", "not observed")])
def test_a_signpost_that_is_judged_impossible_or_certain_without_the_node_can_be_told(chance, grade, story):
    judged = {f"not_{end}": chance for end in ("low", "mode", "high")}
    story.set("likelihoods.csv", "ships-stopped", **judged)
    story.set("signpost_states.csv", "ships-stopped-0630", status=grade)
    assert not [problem for problem in check.check(story.folder) if "likelihoods" in str(problem)]
    assert math.isfinite(updating.shift(updating.signs(story.view()), "signed"))
    assert math.isfinite(updating.told(story.view()).set_index("signpost_id").at["ships-stopped", "moves"])


# The project's own


def test_on_the_day_of_the_narrative_only_the_signpost_seen_in_part_moves_anything(real_view):
    rows = updating.told(real_view).set_index("signpost_id")
    assert len(rows) == 8
    moved = rows[rows["moves"] != 1]
    assert list(moved.index) == ["sixty-day-ceasefire-refused"]
    assert moved["moves"].iloc[0] == pytest.approx(math.sqrt(0.35 / 0.6))
    assert rows["grade"].dropna().to_dict() == {"sixty-day-ceasefire-refused": 0.5}
    known = updating.signs(real_view)
    assert updating.shift(known, "signed") == pytest.approx(math.log(0.35 / 0.6) / 2)
    for node in ("enforced", "rejected", "advance"):
        assert updating.shift(known, node) == 0
        assert not drawn(known, node).any()


def test_every_likelihood_of_the_project_bears_on_a_node_of_the_tree_and_leaves_both_ways_open(real_view):
    for one in updating.signs(real_view):
        assert one.node in {"signed", "enforced", "rejected", "advance"}
        for low, mode, high in (one.if_true, one.if_not):
            assert 0 < low <= mode <= high < 1


def test_every_signpost_of_the_project_has_likelihoods_but_the_vote_itself(real_view):
    without = set(scenarios.signposts(real_view)["signpost_id"]) - {
        one.signpost_id for one in updating.signs(real_view)
    }
    assert without == {"referendum-answers-no"}
