"""How long wars go on: the project's own classes against what was computed before, closed forms, and made-up wars."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dossier import hazards, reference
from dossier.errors import DossierError
from dossier.hazards import Hazard

BEGAN, DEADLINE = date(2022, 2, 24), date(2026, 2, 24)
DRAWS = 200_000


def known(ends: int = 5, days: float = 7_000.0, *, weight: float = 1.0, name: str = "made-up") -> Hazard:
    return Hazard(name, name.title(), weight, ends, days, ())


# The project's own classes


@pytest.fixture(scope="module")
def found(real_view) -> dict[str, Hazard]:
    return {one.class_id: one for one in hazards.hazards(real_view, war_began=BEGAN)}


def test_the_war_has_lasted_1405_days_and_the_deadline_is_56_days_off(real_view):
    assert ((real_view.as_of - BEGAN).days, (DEADLINE - real_view.as_of).days) == (1405, 56)


def test_classes_of_wars_come_in_their_order_with_their_weights(found):
    weights = {"episodes-between-states": 1, "wars-since-1816": 1, "without-india-pakistan": 0, "wars-alone": 0}
    assert [(name, one.weight) for name, one in found.items()] == list(weights.items())


@pytest.mark.parametrize(
    ("name", "low", "median", "high"),
    [
        ("episodes-between-states", 1.8, 4.1, 7.6),
        ("wars-since-1816", 3.4, 5.3, 7.8),
        ("without-india-pakistan", None, 3.8, None),
        ("wars-alone", None, 4.8, None),
    ],
)
def test_the_chance_of_an_end_by_the_deadline_is_that_computed_before(name, low, median, high, found):
    for share, percent in ((0.05, low), (0.5, median), (0.95, high)):
        if percent is not None:
            assert found[name].ended_within(56, quantile=share) * 100 == pytest.approx(percent, abs=0.1)


def test_no_war_that_went_on_beyond_this_length_ended_in_the_weeks_to_the_deadline(real_view):
    counts = [hazards.ended_soon(real_view, one, after_days=1405, within_days=56) for one in hazards.classes(real_view)]
    assert counts[:2] == [0, 0]


@pytest.mark.parametrize(("within", "ended"), [(9, 0), (10, 1), (60, 2), (9_999, 2)])
def test_wars_that_ended_soon_after_a_length_are_counted_to_the_day(within, ended, wars):
    view = wars(
        {"war_started": "2030-01-01", "war_ended": "2030-01-06"},  # ended before the length
        {"war_started": "2030-01-01", "war_ended": "2030-01-21"},
        {"war_started": "2030-01-01", "war_ended": "2030-02-20"},
        {"war_started": "2030-01-01", "observed_until": "2030-02-01"},  # goes on
    )
    one = hazards.classes(view)[0]
    assert hazards.ended_soon(view, one, after_days=10, within_days=within) == ended


def test_six_conflicts_between_states_lasted_longer_and_five_of_them_ended(real_view, found):
    assert found["episodes-between-states"].ends == 5
    assert set(found["episodes-between-states"].at_risk) == {
        "North Korea–South Korea, 1949 to 1953",
        "South Vietnam–North Vietnam, 1965 to 1975",
        "Iran–Iraq, 1980 to 1988",
        "India–Pakistan, 1996 to 2003",
        "India–Pakistan, 2013 to 2020",
        "Iran–Israel, 2018 to beyond 2024",
    }
    rows = hazards.lengths(real_view, hazards.classes(real_view)[0]).set_index("name")
    still = [name for name in found["episodes-between-states"].at_risk if not rows.at[name, "ended"]]
    assert still == ["Iran–Israel, 2018 to beyond 2024"]


def test_the_narrower_classes_leave_out_what_their_names_say(found):
    widest = set(found["episodes-between-states"].at_risk)
    assert {name for name in widest if "Pakistan" in name} == widest - set(found["without-india-pakistan"].at_risk)
    assert {name.split(",")[0] for name in found["wars-alone"].at_risk} == {
        "North Korea–South Korea",
        "South Vietnam–North Vietnam",
        "Iran–Iraq",
    }


def test_the_war_itself_is_in_no_class(real_view):
    for one in hazards.classes(real_view):
        assert not hazards.lengths(real_view, one)["name"].str.startswith("Russia–Ukraine, 2022").any()


def test_fifteen_wars_since_1816_lasted_longer_and_all_of_them_ended(found):
    one = found["wars-since-1816"]
    assert (one.ends, len(one.at_risk)) == (15, 15)


# Closed forms


@pytest.mark.parametrize(
    ("ends", "days", "within", "mean"),
    [
        (0, 100, 300, 1 - 0.25**0.5),
        (1, 300, 100, 1 - 0.75**1.5),
        (2, 50, 50, 1 - 0.5**2.5),
        (5, 6988, 56, 1 - (6988 / 7044) ** 5.5),
    ],
)
def test_the_mean_chance_is_that_of_lomax(ends, days, within, mean):
    assert known(ends, days).mean_within(within) == pytest.approx(mean, abs=1e-12)


counts, exposures, spans = st.integers(0, 30), st.floats(10, 1e5), st.floats(0, 1e4)


@given(counts, exposures, spans)
def test_the_mean_chance_is_that_of_scipy(ends, days, within):
    one = known(ends, days)
    assert one.mean_within(within) == pytest.approx(stats.lomax(ends + 0.5, scale=days).cdf(within), abs=1e-12)


@given(counts, exposures, spans, st.floats(0.01, 0.99))
def test_a_quantile_is_that_of_the_gamma_distribution_of_scipy(ends, days, within, share):
    daily = stats.gamma(ends + 0.5, scale=1 / days).ppf(share)
    assert known(ends, days).ended_within(within, quantile=share) == pytest.approx(
        1 - math.exp(-daily * within), rel=1e-9, abs=1e-12
    )


@given(counts, exposures, spans, spans)
def test_more_days_never_make_an_end_less_likely(ends, days, one, other):
    shorter, longer = sorted((one, other))
    hazard = known(ends, days)
    assert 0 <= hazard.mean_within(shorter) <= hazard.mean_within(longer) <= 1
    assert hazard.ended_within(shorter, quantile=0.5) <= hazard.ended_within(longer, quantile=0.5)


@given(counts, exposures, st.floats(1, 1e4))
def test_more_ends_make_one_likelier_and_more_days_without_one_less_likely(ends, days, within):
    one = known(ends, days)
    assert one.mean_within(within) <= known(ends + 1, days).mean_within(within)
    assert known(ends, days * 2).mean_within(within) <= one.mean_within(within)


@given(counts, exposures)
def test_within_no_days_nothing_ends(ends, days):
    assert known(ends, days).mean_within(0) == known(ends, days).ended_within(0, quantile=0.95) == 0


@given(counts, exposures, st.floats(1, 1e3), st.floats(0, 1e3))
def test_a_war_that_has_gone_on_longer_is_a_longer_exposure(ends, days, gone, within):
    # gamma (a, b) that sees no end in s days is gamma (a, b + s): P(s < T ≤ s + t) = P(T > s) P(T ≤ t | later)
    one, later = known(ends, days), known(ends, days + gone)
    meanwhile = one.mean_within(gone + within) - one.mean_within(gone)
    assert meanwhile == pytest.approx((1 - one.mean_within(gone)) * later.mean_within(within), abs=1e-12)


# Made-up wars

BLANK = {"intensity": "war", "observed_until": "2031-06-30", "made_on": "2031-07-15", "set_id": "coast-wars"}


@pytest.fixture
def wars(story):
    """Put conflicts, and no others, into the invented story; return its view."""

    def put(*rows: dict[str, str], as_of: str = "2031-06-30"):
        columns = story.columns("conflict_spells.csv")
        numbered = [
            {**BLANK, "spell_id": f"war-{n}", "war_id": f"war-{n}", "state_a": "Alba", "state_b": f"Bora {n}", **row}
            for n, row in enumerate(rows)
        ]
        story.write("conflict_spells.csv", numbered, columns)
        classes = (story.folder / "hazard_classes.yml").read_text("utf-8")
        (story.folder / "hazard_classes.yml").write_text(classes.replace("'2031-06-30'", "'1900-01-01'"), "utf-8")
        return story.view(as_of)

    return put


def lengths(view) -> list[tuple[int, bool]]:
    rows = hazards.lengths(view, hazards.classes(view)[0])
    return [(int(days), bool(ended)) for days, ended in zip(rows["war_days"], rows["ended"], strict=True)]


def beyond(view, days: int) -> Hazard:
    return hazards.hazard(view, hazards.classes(view)[0], lasted_days=days)


def test_a_war_that_ended_lasted_to_its_last_day(wars):
    view = wars({"war_started": "2030-01-01", "war_ended": "2030-01-10"})
    assert lengths(view) == [(9, True)]
    assert beyond(view, 4) == Hazard("sieges", "Sieges of the coast", 1, 1, 5.0, ("Alba–Bora 0, 2030 to 2030",))


@pytest.mark.parametrize(
    ("until", "days", "year"), [("2030-01-10", 9, "2030"), ("2031-06-30", 545, "2031"), ("2033", 545, "2031")]
)
def test_an_open_conflict_counts_to_the_day_or_the_end_of_the_data_if_that_is_earlier(until, days, year, wars):
    view = wars({"war_started": "2030-01-01", "observed_until": until})
    assert lengths(view) == [(days, False)]
    one = beyond(view, 5)
    assert (one.ends, one.days, one.at_risk) == (0, days - 5, (f"Alba–Bora 0, 2030 to beyond {year}",))


def test_wars_longer_than_the_present_are_followed_from_its_length_on(wars):
    began = {"war_started": "2030-01-01"}
    ends = ("2030-01-10", "2030-01-11", "2030-01-12", "2030-01-21")  # 9, 10, 11 and 20 days
    one = beyond(wars(*({**began, "war_ended": end} for end in ends), {**began, "observed_until": "2030-01-16"}), 10)
    assert (one.ends, one.days) == (2, 1 + 10 + 5)  # the one that lasted exactly as long is not at risk
    assert len(one.at_risk) == 3


def test_a_war_that_has_gone_on_just_as_long_as_the_present_one_is_not_at_risk(wars):
    # the present war began on 1 January 2030 and goes on; so did this one, and both have been seen to the same day
    view = wars({"war_started": "2030-01-01"})
    one = hazards.hazards(view, war_began=date(2030, 1, 1))[0]
    assert (one.days, one.at_risk) == (0, ())


def test_the_length_of_a_war_known_by_years_is_the_same_as_in_the_reference_classes(story):
    view = story.view()
    own = hazards.lengths(view, hazards.classes(view)[0])["war_days"]
    assert list(own) == list(reference.ended(view, "coast-wars")["war_days"])


def test_a_day_in_the_past_knows_no_later_end_and_no_later_war(wars):
    rows = ({"war_started": "2020-01-01", "war_ended": "2031-01-01"}, {"war_started": "2029-01-01"})
    assert lengths(wars(*rows, as_of="2020-01-10")) == [(9, False)]


def test_a_day_in_the_past_knows_no_length_of_a_war_that_had_not_ended(wars):
    assert [days for days, _ in lengths(wars(as_of="1908-06-30"))] == [40, 90, 160, 300, 500, 700]
    assert [days for days, _ in lengths(wars(as_of="1909-12-31"))] == [40, 90, 160, 300, 500, 700, 900]


def test_lengths_alone_are_all_of_wars_that_ended(wars):
    one = beyond(wars(), 400)
    assert (one.ends, one.days) == (4, 100 + 300 + 500 + 1100)
    assert one.at_risk[0] == "siege-1904, from 1904"


def test_a_condition_of_a_class_leaves_wars_out(wars, story):
    story.replace("hazard_classes.yml", "column: war_days", "column: intensity")
    story.replace("hazard_classes.yml", "from: 1\n", "is: [war]\n")
    began = {"war_started": "2030-01-01", "war_ended": "2030-01-10"}
    assert len(lengths(wars(began, {**began, "intensity": "minor"}))) == 1


def test_a_class_without_any_exposure_does_not_speak(wars):
    one = beyond(wars({"war_started": "2030-01-01", "war_ended": "2030-01-10"}), 9)
    assert (one.ends, one.days, one.at_risk, one.speaks) == (0, 0, (), False)
    assert math.isnan(one.ended_within(1, quantile=0.5))
    with pytest.raises(DossierError, match="no class of wars has a weight and a war that went on"):
        hazards.draw([one], 100, np.random.default_rng(1))


# Draws


def test_the_mean_of_the_draws_is_the_mean_over_the_classes():
    classes = [known(5, 7_000, weight=1, name="one"), known(15, 15_000, weight=3, name="two")]
    daily, which = hazards.draw(classes, DRAWS, np.random.default_rng(1))
    ended = -np.expm1(-daily * 56)
    mean = 0.25 * classes[0].mean_within(56) + 0.75 * classes[1].mean_within(56)
    assert ended.mean() == pytest.approx(mean, abs=5 * ended.std() / math.sqrt(DRAWS))
    assert np.mean(which == 1) == pytest.approx(0.75, abs=5 * math.sqrt(0.75 * 0.25 / DRAWS))
    assert daily[which == 0].mean() == pytest.approx(5.5 / 7_000, rel=0.01)


def test_the_draws_of_a_class_have_its_quantiles():
    one = known(5, 6988)
    ended = -np.expm1(-hazards.draw([one], DRAWS, np.random.default_rng(1))[0] * 56)
    for share in (0.05, 0.5, 0.95):
        assert np.mean(ended <= one.ended_within(56, quantile=share)) == pytest.approx(share, abs=0.005)


def test_a_class_without_weight_is_never_drawn():
    dull, odd = known(5, 7_000), known(10**6, 1.0, weight=0)
    alone = hazards.draw([dull], 1_000, np.random.default_rng(1))
    for classes in ([odd, dull], [dull, odd], [odd, dull, odd]):
        daily, which = hazards.draw(classes, 1_000, np.random.default_rng(1))
        assert set(which) == {0}
        assert np.array_equal(daily, alone[0])


def test_where_no_class_has_a_weight_nothing_is_drawn():
    with pytest.raises(DossierError, match="no class of wars has a weight"):
        hazards.draw([known(5, 7_000, weight=0) for _ in range(4)], DRAWS, np.random.default_rng(1))


def test_weights_count_only_beside_each_other():
    light = [known(1, 1_000, weight=0.1), known(9, 1_000, weight=0.3)]
    heavy = [known(1, 1_000, weight=10), known(9, 1_000, weight=30)]
    one, other = (hazards.draw(classes, DRAWS, np.random.default_rng(1))[0] for classes in (light, heavy))
    assert one.mean() == pytest.approx(other.mean(), rel=1e-3)
