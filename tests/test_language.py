"""Words for probabilities: one scale without gaps or overlaps, and what it takes to reach the next word."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.language import (
    BANDS,
    from_log_odds,
    log_odds,
    odds,
    percent,
    ratio_to,
    spoken,
    to_next_band,
    word,
)

WORDS = [band.word for band in BANDS]
chances = st.floats(0, 1)
uncertain = st.floats(1e-9, 1 - 1e-9)
edges = st.sampled_from([band.low for band in BANDS] + [BANDS[-1].high])
refused = pytest.mark.parametrize("p", [-0.01, 1.01, math.nan, math.inf, -math.inf])


def test_the_scale_is_that_of_the_directive():
    assert [(band.word, band.low, band.high) for band in BANDS] == [
        ("almost no chance", 0.01, 0.05),
        ("very unlikely", 0.05, 0.20),
        ("unlikely", 0.20, 0.45),
        ("roughly even chance", 0.45, 0.55),
        ("likely", 0.55, 0.80),
        ("very likely", 0.80, 0.95),
        ("almost certain", 0.95, 0.99),
    ]


def test_the_scale_has_neither_gaps_nor_overlaps():
    assert all(lower.high == upper.low for lower, upper in pairwise(BANDS))


@given(chances)
def test_every_probability_has_exactly_one_word(p):
    holding = [band.word for band in BANDS if band.low <= p < band.high]
    ends = ([WORDS[0]] if p < 0.01 else []) + ([WORDS[-1]] if p >= 0.99 else [])
    assert holding + ends == [word(p)]


@given(chances, chances)
def test_words_rise_with_the_probability(p, q):
    assert WORDS.index(word(min(p, q))) <= WORDS.index(word(max(p, q)))


@pytest.mark.parametrize("band", BANDS, ids=WORDS)
def test_a_bin_holds_its_lower_edge_and_not_its_upper_one(band):
    assert word(band.low) == band.word
    assert word(math.nextafter(band.high, 0)) == band.word


@pytest.mark.parametrize(
    ("p", "figure"),
    [
        (0, "0 %"),
        (5e-324, "less than 1 %"),
        (0.0099, "less than 1 %"),
        (0.01, "1 %"),
        (0.071, "7 %"),
        (0.5, "50 %"),
        (0.99, "99 %"),
        (0.9901, "more than 99 %"),
        (math.nextafter(1, 0), "more than 99 %"),
        (1, "100 %"),
    ],
)
def test_no_figure_is_finer_than_one_per_cent(p, figure):
    assert percent(p) == figure


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_only_certainty_is_written_as_none_or_all(p):
    assert percent(p) not in {"0 %", "100 %"}


@pytest.mark.parametrize(("p", "said"), [(0.004, "almost no chance"), (0.997, "almost certain")])
def test_beyond_the_scale_the_end_words_stay(p, said):
    assert word(p) == said


def test_a_probability_is_spoken_as_word_figure_and_interval():
    assert spoken(0.071, 0.03, 0.13) == "very unlikely: 7 % (90 % interval 3–13 %)"


def test_the_level_of_the_interval_is_named():
    assert spoken(0.6, 0.5, 0.7, level=0.95) == "likely: 60 % (95 % interval 50–70 %)"
    assert spoken(0.6, 0.5, 0.7, level=0.975) == "likely: 60 % (97.5 % interval 50–70 %)"


def test_an_interval_over_two_words_leaves_the_word_of_the_probability():
    assert spoken(0.071, 0.05, 0.449) == "from very unlikely to roughly even chance: 7 % (90 % interval 5–45 %)"


def test_an_interval_over_more_than_two_words_is_named_by_its_end_words():
    assert spoken(0.071, 0.02, 0.30) == "from almost no chance to unlikely: 7 % (90 % interval 2–30 %)"
    assert spoken(0.5, 0, 1) == "from almost no chance to almost certain: 50 % (90 % interval 0–100 %)"


@pytest.mark.parametrize(
    ("low", "high", "bounds"),
    [
        (0.004, 0.04, "less than 1 % to 4 %"),
        (0.001, 0.004, "less than 1 %"),
        (0.0, 0.004, "0 % to less than 1 %"),
        (0.0, 0.04, "0–4 %"),
        (0.021, 0.022, "2–2 %"),
    ],
)
def test_bounds_keep_to_the_rule_for_figures(low, high, bounds):
    assert spoken(0.02, low, high) == f"almost no chance: 2 % (90 % interval {bounds})"


def test_bounds_keep_to_the_rule_at_the_upper_end():
    assert spoken(0.98, 0.96, 0.995) == "almost certain: 98 % (90 % interval 96 % to more than 99 %)"


def test_what_is_certain_is_a_figure_without_a_word():
    assert (spoken(0, 0, 0), spoken(1, 1, 1)) == ("0 %", "100 %")


def test_with_an_interval_around_it_nothing_is_certain():
    assert spoken(0, 0, 0.03) == "almost no chance: less than 1 % (90 % interval 0–3 %)"
    assert spoken(1, 0.97, 1) == "almost certain: more than 99 % (90 % interval 97–100 %)"


def test_a_mean_may_lie_outside_its_interval():
    assert spoken(0.15, 0.06, 0.14) == "very unlikely: 15 % (90 % interval 6–14 %)"


@given(chances, chances, chances)
def test_likelihood_is_never_spoken_together_with_confidence(p, one, other):
    assert "confiden" not in spoken(p, min(one, other), max(one, other))


def test_odds_of_known_probabilities():
    assert (odds(0), odds(0.2), odds(0.5), odds(0.8), odds(1)) == pytest.approx((0, 0.25, 1, 4, math.inf))


def test_log_odds_of_known_probabilities():
    assert (log_odds(0), log_odds(0.5), log_odds(1)) == (-math.inf, 0.0, math.inf)
    assert log_odds(0.8) == pytest.approx(math.log(4))


@given(uncertain)
def test_log_odds_are_the_logarithm_of_odds_and_mirror_at_one_half(p):
    assert log_odds(p) == pytest.approx(math.log(odds(p)), abs=1e-6)
    assert log_odds(p) == pytest.approx(-log_odds(1 - p), abs=1e-6)


@given(chances)
def test_log_odds_lead_back_to_the_probability(p):
    assert from_log_odds(log_odds(p)) == pytest.approx(p, abs=1e-12)


@given(st.floats(allow_nan=False))
def test_any_number_is_the_log_odds_of_some_probability(value):
    assert 0 <= from_log_odds(value) <= 1


def test_the_next_words_of_seven_per_cent():
    steps = to_next_band(0.071)
    assert (steps.up.word, steps.up.edge, round(steps.up.ratio, 2)) == ("unlikely", 0.20, 3.27)
    assert (steps.down.word, steps.down.edge, round(steps.down.ratio, 2)) == ("almost no chance", 0.05, 0.69)


def test_two_words_up_takes_more_evidence():
    assert round(ratio_to(0.071, 0.45), 1) == 10.7  # (.45 / .55) / (.071 / .929)


@given(uncertain)
def test_the_likelihood_ratio_leads_exactly_to_the_edge(p):
    steps = to_next_band(p)
    for step in filter(None, (steps.up, steps.down)):
        product = odds(p) * step.ratio
        assert product / (1 + product) == pytest.approx(step.edge, abs=1e-12)
        assert from_log_odds(log_odds(p) + math.log(step.ratio)) == pytest.approx(step.edge, abs=1e-12)


@given(uncertain)
def test_the_steps_lead_to_the_neighbours_of_the_word(p):
    here, steps = WORDS.index(word(p)), to_next_band(p)
    if steps.up:
        assert (word(steps.up.edge), WORDS.index(steps.up.word)) == (steps.up.word, here + 1)
        assert steps.up.ratio > 1
    if steps.down:
        assert (word(math.nextafter(steps.down.edge, 0)), WORDS.index(steps.down.word)) == (steps.down.word, here - 1)
        assert steps.down.ratio <= 1


@pytest.mark.parametrize("p", [0, 0.004, 0.03])
def test_below_the_lowest_word_there_is_none(p):
    assert to_next_band(p).down is None
    assert to_next_band(p).up.word == "very unlikely"


@pytest.mark.parametrize("p", [0.96, 0.997, 1])
def test_above_the_highest_word_there_is_none(p):
    assert to_next_band(p).up is None
    assert to_next_band(p).down.word == "very likely"


def test_no_evidence_moves_a_certainty():
    assert to_next_band(0).up.ratio == math.inf
    assert to_next_band(1).down.ratio == 0


@given(uncertain, edges, edges)
def test_the_way_over_an_edge_is_the_product_of_its_parts(p, first, second):
    assert ratio_to(p, first) * ratio_to(first, second) == pytest.approx(ratio_to(p, second))


@refused
def test_what_is_no_probability_is_refused(p):
    for function in (word, percent, odds, log_odds, to_next_band):
        with pytest.raises(ValueError, match=f"^p is {p}: accepted is a probability from 0 to 1$"):
            function(p)


@refused
def test_bounds_and_edges_that_are_no_probabilities_are_refused_by_name(p):
    with pytest.raises(ValueError, match=f"^low is {p}: accepted"):
        spoken(0.5, p, 1)
    with pytest.raises(ValueError, match=f"^high is {p}: accepted"):
        spoken(0.5, 0, p)
    with pytest.raises(ValueError, match=f"^edge is {p}: accepted"):
        ratio_to(0.5, p)


def test_bounds_the_wrong_way_round_are_refused():
    with pytest.raises(ValueError, match=r"low is 0\.6 and high is 0\.4: accepted is low <= high"):
        spoken(0.5, 0.6, 0.4)


@pytest.mark.parametrize("level", [0, 1, 90, math.nan])
def test_a_level_that_makes_no_interval_is_refused(level):
    with pytest.raises(ValueError, match=f"level is {level}: accepted is a level above 0 and below 1"):
        spoken(0.5, 0.4, 0.6, level=level)


@pytest.mark.parametrize("edge", [0, 1])
def test_no_finite_evidence_leads_to_certainty(edge):
    with pytest.raises(ValueError, match=f"edge is {edge}: accepted is a probability above 0 and below 1"):
        ratio_to(0.5, edge)


def test_log_odds_that_are_no_number_are_refused():
    with pytest.raises(ValueError, match="log odds are nan: accepted is any number"):
        from_log_odds(math.nan)
