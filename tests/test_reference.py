"""Reference classes: the project's own against what was computed before, and the rules of the clock on made-up rows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier import data, dates, reference, survival
from dossier.errors import DossierError
from dossier.reference import ReferenceClass

ROOT = Path(__file__).parents[1]
HORIZONS = (1, 5, 10, 20)
TIERS = list(reference.TIERS)
COLUMNS = (
    "state_a", "state_b", "war_id", "war_started", "war_ended", "outcome", "land_border",
    "next_war", "next_fatal", "next_force", "exit_other", "exit_other_on",
)  # fmt: skip


# The project's own classes


@pytest.fixture(scope="module")
def view() -> data.View:
    return data.load("2025-12-30", ROOT / "data")


@pytest.fixture(scope="module")
def classes(view) -> dict[str, ReferenceClass]:
    return {one.class_id: one for one in reference.classes(view)}


@pytest.fixture(scope="module")
def estimates(view) -> pd.DataFrame:
    return reference.estimates(view, horizons=HORIZONS, draws=2000, seed=1, codings=reference.CODINGS)


@pytest.fixture(scope="module")
def told(estimates):
    """One estimate by class, tier, coding and years."""
    indexed = estimates.set_index(["class_id", "tier", "coding", "years"])
    return lambda name, tier=TIERS[0], coding="main", years=5: indexed.loc[(name, tier, coding, years)]


def by_hand(rows: pd.DataFrame, years: float, tier: str = TIERS[0]) -> survival.Estimate:
    return survival.failed_by(reference.spells(rows, tier=tier), years)


def test_classes_come_in_their_order(classes):
    assert list(classes) == ["neighbours", "no-victor", "long-wars", "episodes", "all-pairs", "armed-enforcement"]
    assert [name for name, one in classes.items() if one.is_list] == ["armed-enforcement"]


@pytest.mark.parametrize(
    ("name", "cases", "wars"),
    [("neighbours", 50, 33), ("no-victor", 15, 13), ("all-pairs", 118, 38), ("episodes", 72, 48)],
)
def test_each_class_has_as_many_cases_of_as_many_wars_as_before(name, cases, wars, told):
    assert (told(name)["cases"], told(name)["wars"]) == (cases, wars)


@pytest.mark.parametrize(
    ("name", "years", "share"),
    [
        ("neighbours", 5, 0.18),
        ("no-victor", 5, 0.27),
        ("all-pairs", 1, 0.025),
        ("all-pairs", 5, 0.093),
        ("all-pairs", 10, 0.23),
        ("episodes", 1, 0),  # a year without fighting ends an episode
        ("episodes", 5, 0.182),
        ("episodes", 10, 0.255),
    ],
)
def test_the_share_back_at_war_is_that_computed_before(name, years, share, told):
    assert told(name, years=years)["failed"] == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize(
    ("name", "tier", "share"),
    [
        ("neighbours", "fatal clash", 0.56),
        ("neighbours", "use of force", 0.66),
        ("no-victor", "fatal clash", 0.73),
        ("no-victor", "use of force", 0.80),
    ],
)
def test_the_share_with_a_lesser_violation_is_that_computed_before(name, tier, share, told):
    assert told(name, tier)["failed"] == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize(
    ("name", "tier", "low", "high"),
    [
        ("neighbours", "return to war", 0.06, 0.32),
        ("neighbours", "fatal clash", 0.42, 0.71),
        ("neighbours", "use of force", 0.53, 0.78),
        ("all-pairs", "return to war", 0.03, 0.21),
    ],
)
def test_drawing_whole_wars_gives_the_interval_computed_before(name, tier, low, high, told):
    found = told(name, tier)
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=0.03)


@pytest.mark.parametrize(("name", "low", "high"), [("all-pairs", 0.053, 0.162), ("episodes", 0.110, 0.293)])
def test_as_if_independent_the_interval_is_that_computed_before(name, low, high, told):
    assert (told(name)["low_alone"], told(name)["high_alone"]) == pytest.approx((low, high), abs=0.001)


def test_long_conflicts_are_those_that_went_on_for_more_than_a_year(told, classes, view):
    """Seventeen of them, of which seven were followed by another armed conflict; .30 within five years and .37 within ten.

    A year is 366 days from the first day to the last. A conflict from one day to the same day of the next year is not in.
    """
    assert told("long-wars")["cases"] == 17
    assert told("long-wars")["failed"] == pytest.approx(0.303, abs=0.001)
    rows = reference.cases(view, classes["long-wars"])
    assert reference.spells(rows).violated.sum() == 7
    assert rows["war_days"].min() >= 366


@pytest.mark.parametrize(("outcome", "share"), [("stalemate", 1 / 7), ("transformed into another war", 3 / 7)])
def test_wars_that_turned_into_another_failed_more_often_than_stalemates(outcome, share, view, classes):
    rows = reference.cases(view, classes["no-victor"])
    found = by_hand(rows[rows["outcome"] == outcome], 5)
    assert (found.cases, found.failed) == (7, pytest.approx(share))


def test_wars_of_one_pair_alone_are_as_computed_before(view, classes):
    rows = reference.cases(view, classes["all-pairs"])
    alone = rows[rows.groupby("war_id")["war_id"].transform("size") == 1]
    war, fatal = by_hand(alone, 5), by_hand(alone, 5, "fatal clash")
    assert (war.cases, round(war.failed, 2), round(war.low, 2), round(war.high, 2)) == (21, 0.14, 0.05, 0.38)
    assert (round(fatal.failed, 2), round(fatal.low, 2), round(fatal.high, 2)) == (0.67, 0.47, 0.85)


def test_a_rate_is_not_told_where_fewer_than_ten_are_left(told):
    assert told("no-victor")["at_risk"] == 11
    assert told("no-victor")["estimated"]
    assert told("no-victor", "fatal clash")["at_risk"] == 5
    assert not told("no-victor", "fatal clash")["estimated"]


def test_the_list_has_six_settlements(view, classes):
    table = reference.listed(view, classes["armed-enforcement"]).set_index("case_id")
    assert list(table.index) == [
        "korea-1953", "sinai-1974", "cyprus-1974", "ogaden-1978", "chad-libya-1987", "iraq-kuwait-1991",
    ]  # fmt: skip
    assert table.loc["korea-1953", "followed_years"] == pytest.approx(72.43, abs=0.01)  # 27 July 1953 to the day
    assert math.isnan(table.loc["korea-1953", "return to war"])
    assert table.loc["iraq-kuwait-1991", "return to war"] == pytest.approx(11.9, abs=0.1)  # to March 2003


def test_an_episode_is_followed_by_the_next_of_its_conflict(view):
    rows = view["conflict-spells"]
    episodes = rows[rows["set_id"] == "conflict-episodes"].sort_values(["war_id", "war_started"])
    following = episodes.groupby("war_id")["war_started"].shift(-1)
    assert list(episodes["next_war"].fillna("none")) == list(following.fillna("none"))


def test_a_class_of_conflicts_takes_in_none_that_still_goes_on(view, classes):
    going_on = view["conflict-spells"].loc[view["conflict-spells"]["war_ended"].isna(), "spell_id"]
    assert len(going_on) > 0
    for one in classes.values():
        if one.set_id != reference.SETTLEMENTS:
            rows = reference.cases(view, one)
            assert rows["war_ended"].notna().all()
            assert not set(rows["spell_id"]) & set(going_on)


def test_a_class_is_a_rule_and_not_a_selection(view, classes):
    neighbours, without = (
        set(reference.cases(view, classes[name])["spell_id"]) for name in ("neighbours", "no-victor")
    )
    everyone = set(reference.cases(view, classes["all-pairs"])["spell_id"])
    assert without < neighbours < everyone
    assert not any("pair-139-" in spell_id for spell_id in everyone)  # the world war


@pytest.mark.parametrize("coding", reference.CODINGS)
def test_war_is_no_more_frequent_than_death_and_death_than_force_at_any_time(coding, view, classes):
    for one in classes.values():
        curves = []
        for tier in TIERS:
            spells = reference.spells(reference.cases(view, one), tier=tier, coding=coding) if not one.is_list else None
            curves += [survival.kaplan_meier(spells)] if spells else []
        for years in (half / 2 for half in range(150)):
            shares = [curve.failed_by(years) for curve in curves]
            assert all(less <= more + 1e-12 for less, more in itertools.pairwise(shares))


def test_a_tier_that_a_set_does_not_code_has_no_row(estimates):
    coded = estimates.groupby("class_id")["tier"].agg(lambda tiers: list(tiers.unique())).to_dict()
    only_war = ["return to war"]
    assert coded == {
        "all-pairs": TIERS, "episodes": only_war, "long-wars": only_war, "neighbours": TIERS, "no-victor": TIERS,
    }  # fmt: skip


def test_read_strictly_the_same_cases_fail_no_less_often_within_five_years(view, classes):
    for one in (one for one in classes.values() if not one.is_list):
        rows = reference.cases(view, one)
        rows = rows[~rows["at_war_elsewhere"]]
        for tier in reference.TIERS:
            main, strict = (reference.spells(rows, tier=tier, coding=coding) for coding in reference.CODINGS)
            if main is not None:
                shares = [survival.kaplan_meier(times).failed_by(5) for times in (main, strict)]
                assert shares[1] >= shares[0] - 1e-12, (one.class_id, tier)


def test_read_strictly_no_peace_counts_between_states_that_were_still_at_war_with_each_other(view, classes):
    """One war of the list ended in 1971 while the same states fought on in another of its wars until 1973 or 1975."""
    rows = reference.ended(view, "pairs-after-war")
    assert sorted(rows.loc[rows["at_war_elsewhere"], "spell_id"]) == [
        "pair-176-cambodia-north-vietnam",
        "pair-176-north-vietnam-south-vietnam",
        "pair-176-united-states-north-vietnam",
    ]
    assert len(reference.spells(reference.cases(view, classes["no-victor"]), coding="strict")) == 13


def test_the_same_seed_gives_the_same_estimates_whatever_else_is_asked(view, estimates):
    again = reference.estimates(view, horizons=HORIZONS, draws=2000, seed=1)
    main = estimates[estimates["coding"] == "main"].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, main)
    other = reference.estimates(view, horizons=HORIZONS, draws=2000, seed=2)
    assert list(other["failed"]) == list(again["failed"])
    assert list(other["low"]) != list(again["low"])


# Editions of the past


@pytest.mark.parametrize("day", ["1960-06-30", "1990-01-01", "2011-01-01"])
def test_an_edition_of_the_past_knows_nothing_that_came_after(day, view, classes):
    past = data.load(day, ROOT / "data")
    assert reference.classes(past) == []  # the classes were made later
    for one in (one for one in classes.values() if one.set_id != reference.SETTLEMENTS):
        then, now = reference.cases(past, one), reference.cases(view, one)
        ended_by_then = now[[dates.last_day(ended) <= past.as_of for ended in now["war_ended"]]]
        assert set(then["spell_id"]) == set(ended_by_then["spell_id"])
        for column in ("next_war", "next_fatal", "next_force", "exit_other_on", "pair_next"):
            assert all(dates.first_day(found) <= past.as_of for found in then[column].dropna())
        assert all(dates.last_day(until) <= past.as_of for until in then["observed_until"])


@pytest.mark.parametrize("coding", reference.CODINGS)
def test_following_the_same_cases_longer_shortens_no_peace_and_heals_no_violation(coding, view, classes):
    past = data.load("1990-01-01", ROOT / "data")
    then = reference.cases(past, classes["neighbours"])
    now = reference.cases(view, classes["neighbours"])
    same = now[now["spell_id"].isin(then["spell_id"])]
    early, late = reference.spells(then, coding=coding), reference.spells(same, coding=coding)
    assert (late.years >= early.years - 1e-12).all()
    assert (late.violated >= early.violated).all()


# The rules of the clock


class Known(dict):
    """Tables known on a day, in place of a view."""

    as_of = date(2031, 6, 30)


def known(*rows: dict[str, object]) -> Known:
    """Conflicts of one set between other states each, from 1949 to 1950, followed to the end of 2010, but for what is said."""
    common = {**dict.fromkeys(COLUMNS), "set_id": "made-up", "war_started": "1949", "war_ended": "1950"}
    named = [
        {"spell_id": f"spell-{n}", "war_id": f"war-{n}", "state_a": f"A{n}", "state_b": f"B{n}"}
        for n in range(len(rows))
    ]
    followed = {"observed_until": "2010"}
    return Known(
        {
            "conflict-spells": pd.DataFrame(
                [{**common, **followed, **own, **row} for own, row in zip(named, rows, strict=True)]
            )
        }
    )


def clock(*, coding: str = "main", tier: str = TIERS[0], **cells: object) -> tuple[float, bool]:
    """Years of peace of one conflict, and whether they ended in a violation."""
    spells = reference.spells(reference.ended(known(cells), "made-up"), coding=coding, tier=tier)
    return float(spells.years[0]), bool(spells.violated[0])


def days(start: str, end: str) -> float:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days / 365.25


def test_a_peace_known_by_years_lasts_the_difference_of_the_years():
    assert clock(next_war="1955") == (5, True)
    assert clock() == (60, False)


def test_a_peace_known_by_years_lasts_half_a_year_at_least():
    assert clock(next_war="1950") == (0.5, True)
    assert clock(observed_until="1950") == (0.5, False)


def test_read_strictly_a_year_is_taken_as_early_as_it_allows():
    assert clock(next_war="1955", coding="strict") == (4, True)
    assert clock(next_war="1951", coding="strict") == (0.5, True)
    assert clock(coding="strict") == (60, False)  # where nothing happened, there is nothing to read early


@pytest.mark.parametrize(
    ("until", "years"), [("2005-06-30", 54), ("2005-12-30", 54), ("2005-12-31", 55), ("2005", 55), ("2005-11", 54)]
)
def test_a_year_that_the_day_cuts_short_does_not_count_as_followed(until, years):
    assert clock(observed_until=until) == (years, False)


def test_a_peace_known_by_days_is_counted_in_days():
    by_days = {"war_started": "1999-01-01", "war_ended": "2000-01-01", "observed_until": "2010-12-31"}
    assert clock(**by_days, next_war="2001-01-01") == (pytest.approx(366 / 365.25), True)  # a leap year
    assert clock(**by_days) == (pytest.approx(days("2000-01-01", "2010-12-31")), False)
    assert clock(**by_days, next_war="2001-01-01", coding="strict") == (pytest.approx(366 / 365.25), True)


def test_a_peace_known_by_days_lasts_a_day_at_least():
    by_days = {"war_started": "1999-01-01", "war_ended": "2000-01-01", "observed_until": "2010-12-31"}
    assert clock(**by_days, next_war="2000-01-01") == (pytest.approx(1 / 365.25), True)


def test_a_peace_known_by_days_and_followed_to_a_year_is_followed_to_its_last_day():
    by_days = {"war_started": "1999-01-01", "war_ended": "2000-01-01", "observed_until": "2010"}
    assert clock(**by_days) == (pytest.approx(days("2000-01-01", "2010-12-31")), False)


def test_what_happens_after_a_pair_was_last_followed_is_not_known():
    assert clock(observed_until="2000", next_war="2005") == (50, False)


def test_each_tier_takes_the_earliest_date_of_itself_and_the_tiers_above():
    when = {"next_war": "1960", "next_fatal": "1965", "next_force": "1953"}
    assert [clock(**when, tier=tier) for tier in TIERS] == [(10, True), (10, True), (3, True)]
    assert [clock(next_fatal="1965", next_force="1970", tier=tier) for tier in TIERS] == [
        (60, False), (15, True), (15, True),
    ]  # fmt: skip


def test_a_set_that_does_not_code_a_tier_has_no_times_for_it():
    rows = reference.ended(known({"next_war": "1955", "next_fatal": "1953"}), "made-up")
    assert reference.spells(rows, tier="return to war") is not None
    assert reference.spells(rows, tier="fatal clash") is not None
    assert reference.spells(rows, tier="use of force") is None


def test_no_cases_have_no_times():
    assert reference.spells(reference.ended(known({}), "made-up").iloc[:0]) is None


def test_a_pair_is_followed_beyond_the_end_of_a_state_but_not_on_the_stricter_reading():
    gone = {"exit_other": "state death", "exit_other_on": "1960"}
    assert clock(**gone) == (60, False)
    assert clock(**gone, coding="strict") == (10, False)
    assert clock(**gone, next_war="1970") == (20, True)
    assert clock(**gone, next_war="1970", coding="strict") == (10, False)
    assert clock(**gone, next_war="1955", coding="strict") == (4, True)
    assert clock(**gone, next_war="1960", coding="strict") == (9, True)  # of the year of the end itself
    assert clock(**gone, observed_until="1955", coding="strict") == (5, False)  # followed no longer than it was


def test_a_state_that_ended_on_a_day_ends_the_following_there():
    by_days = {"war_started": "1999-01-01", "war_ended": "2000-01-01", "observed_until": "2010-12-31"}
    gone = {**by_days, "exit_other": "unification", "exit_other_on": "2003-05-01"}
    assert clock(**gone, coding="strict") == (pytest.approx(days("2000-01-01", "2003-05-01")), False)
    assert clock(**gone, next_war="2004-01-01", coding="strict") == (
        pytest.approx(days("2000-01-01", "2003-05-01")), False,
    )  # fmt: skip


@pytest.mark.parametrize(("first", "second"), [(("X", "Y"), ("X", "Y")), (("X", "Y"), ("Y", "X"))])
def test_the_next_fighting_of_a_pair_is_found_in_either_order(first, second):
    (a, b), (c, d) = first, second
    table = known(
        {"state_a": a, "state_b": b, "war_started": "2000-01-01", "war_ended": "2000-06-30"},
        {"state_a": c, "state_b": d, "war_started": "2004-01-01", "war_ended": "2004-02-01"},
        {"state_a": c, "state_b": d, "war_started": "2003-01-01", "war_ended": None},
        {"state_a": a, "state_b": "Z", "war_started": "2001-01-01", "war_ended": "2001-02-01"},
    )
    found = reference.ended(table, "made-up").set_index("war_started")["pair_next"]
    assert {start: day if isinstance(day, str) else None for start, day in found.items()} == {
        "2000-01-01": "2003-01-01",  # one that still goes on counts too
        "2004-01-01": None,
        "2001-01-01": None,
    }


def test_a_war_of_one_day_is_not_its_own_successor():
    rows = reference.ended(known({"war_started": "2000-12-31", "war_ended": "2000-12-31"}), "made-up")
    assert rows["pair_next"].isna().all()


def test_new_fighting_of_a_pair_over_another_issue_counts_on_the_stricter_reading_of_days_alone():
    ended = {"state_a": "X", "state_b": "Y", "war_started": "2000-01-01", "war_ended": "2000-06-30"}
    again = {"state_a": "Y", "state_b": "X", "war_started": "2003-01-01", "war_ended": "2003-06-30"}
    rows = reference.ended(known(ended, again), "made-up").iloc[:1].assign(observed_until="2010-12-31")
    main, strict = (reference.spells(rows, coding=coding) for coding in reference.CODINGS)
    assert (main.violated[0], main.years[0]) == (False, pytest.approx(days("2000-06-30", "2010-12-31")))
    assert (strict.violated[0], strict.years[0]) == (True, pytest.approx(days("2000-06-30", "2003-01-01")))
    by_years = known(
        {"state_a": "X", "state_b": "Y"}, {"state_a": "X", "state_b": "Y", "war_started": "1960", "war_ended": "1961"}
    )
    assert not reference.spells(reference.ended(by_years, "made-up").iloc[:1], coding="strict").violated[0]


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        ("2000-01-01", "2000-01-01", 0),
        ("2001-01-01", "2002-01-01", 365),
        ("2001-01-01", "2001-12-31", 364),
        ("1961", "1963", 730),  # 1 January to 1 January
        ("2022-02-24", "2025-12-30", 1405),
    ],
)
def test_the_length_of_a_war_is_the_days_from_its_first_to_its_last(start, end, length):
    assert list(reference.ended(known({"war_started": start, "war_ended": end}), "made-up")["war_days"]) == [length]


years = st.integers(1951, 2010).map(str)


@given(st.none() | years, st.none() | years, st.none() | years, st.none() | years, st.sampled_from(reference.CODINGS))
def test_a_lesser_violation_never_comes_later_than_a_greater(war, fatal, force, gone, coding):
    cells = {"next_war": war, "next_fatal": fatal, "next_force": force, "exit_other_on": gone}
    rows = reference.ended(known({**cells}, {"next_fatal": "1999", "next_force": "1999"}), "made-up")
    found = [reference.spells(rows, tier=tier, coding=coding) for tier in TIERS]
    assert found[0].years[0] >= found[1].years[0] >= found[2].years[0]
    assert found[0].violated[0] <= found[1].violated[0] <= found[2].violated[0]


# Conditions


def chosen(table: Known, *where: dict[str, object]) -> list[str]:
    made_up = ReferenceClass("made-up", "Made up", "Made up", "made-up", where, "curve", "", "", 1.0, "")
    return list(reference.cases(table, made_up)["spell_id"])


@pytest.fixture(scope="module")
def three() -> Known:
    return known(
        {"outcome": "stalemate", "land_border": "yes"},
        {"outcome": "won by a", "war_ended": "1960", "war_started": "1955"},
        {"war_ended": "1960-06-30", "war_started": "1960-01-01", "land_border": "no"},
    )


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ([], [0, 1, 2]),
        ([{"column": "outcome", "is": ["stalemate"]}], [0]),
        ([{"column": "outcome", "is": ["stalemate", "won by a"]}], [0, 1]),
        ([{"column": "outcome", "is_not": ["stalemate"]}], [1]),  # what is blank meets none
        ([{"column": "land_border", "is_not": ["maybe"]}], [0, 2]),
        ([{"column": "next_war", "from": "1900"}], []),
        ([{"column": "war_ended", "from": "1960"}], [1, 2]),
        ([{"column": "war_ended", "from": "1960-02"}], [2]),
        ([{"column": "war_ended", "to": "1959"}], [0]),
        ([{"column": "war_ended", "to": "1960"}], [0, 1, 2]),  # to its last day
        ([{"column": "war_ended", "from": "1951", "to": "1960-05"}], [1]),
        ([{"column": "war_days", "from": 365}], [0, 1]),  # a year: 1 January 1949 to 1 January 1950
        ([{"column": "war_days", "from": 366}], [1]),
        ([{"column": "war_days", "to": 181}], [2]),  # January to June of a leap year
        ([{"column": "war_days", "to": 180}], []),
        ([{"column": "outcome", "is_not": ["other"]}, {"column": "land_border", "is": ["yes"]}], [0]),  # all must hold
    ],
)
def test_a_condition_chooses_the_rows_of_which_it_holds(where, left, three):
    assert chosen(three, *where) == [f"spell-{n}" for n in left]


def test_a_condition_on_a_column_that_is_not_there_is_refused_with_a_hint(three):
    with pytest.raises(DossierError, match="class made-up: column 'land_boarder'; did you mean 'land_border'"):
        chosen(three, {"column": "land_boarder", "is": ["yes"]})


def test_a_class_chooses_from_its_own_set_alone(three):
    other = three["conflict-spells"].assign(set_id="other")
    both = Known({"conflict-spells": pd.concat([three["conflict-spells"], other])})
    assert len(reference.ended(both, "made-up")) == 3


def test_a_list_before_any_of_its_settlements_is_empty(story, classes):
    table = reference.listed(story.view("1980-01-01"), classes["armed-enforcement"])
    assert table.empty
    assert list(table.columns[-3:]) == TIERS


def test_a_list_tells_the_years_to_each_tier_as_far_as_it_is_coded(story, classes):
    story.set("precedents.csv", "lantern-2010", conflict_type="interstate", external_guarantee="forward deployed")
    table = reference.listed(story.view(), classes["armed-enforcement"]).set_index("case_id")
    assert list(table.index) == ["salt-1990", "lantern-2010"]
    lantern, salt = table.loc["lantern-2010"], table.loc["salt-1990"]
    assert lantern[["return to war", "use of force"]].tolist() == pytest.approx([2191 / 365.25, 1096 / 365.25])
    assert math.isnan(lantern["fatal clash"])  # the war says by when at the latest, not when
    assert salt[TIERS].isna().all()
    assert salt["followed_years"] == pytest.approx(14975 / 365.25)


# Weights


def weights(text: str, known: Sequence[ReferenceClass]) -> dict[str, float]:
    return {name: round(weight, 4) for name, weight in reference.weighted(known, text).items() if weight}


def test_weights_as_given_add_up_to_one(classes):
    found = reference.weighted(list(classes.values()), "as given")
    assert found == {"neighbours": 0.25, "no-victor": 0.5, "long-wars": 0.25, "episodes": 0, "all-pairs": 0}


def test_weights_that_are_written_replace_those_of_the_data(classes):
    known = list(classes.values())
    assert weights("neighbours=1;no-victor=3", known) == {"neighbours": 0.25, "no-victor": 0.75}
    assert weights(" episodes = 0.5 ; all-pairs=0", known) == {"episodes": 1}


@given(values=st.lists(st.floats(0, 1000), min_size=3, max_size=3).filter(lambda values: sum(values) > 1e-6))
def test_any_weights_add_up_to_one(values, classes):
    names = ("neighbours", "long-wars", "episodes")
    text = ";".join(f"{name}={value!r}" for name, value in zip(names, values, strict=True))
    found = reference.weighted(list(classes.values()), text)
    assert sum(found.values()) == pytest.approx(1)
    assert [found[name] for name in names] == pytest.approx([value / sum(values) for value in values])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("neighbors=1", "'neighbors'; did you mean 'neighbours'"),
        ("armed-enforcement=1", "'armed-enforcement'; known: all-pairs, episodes"),  # a list has no rate
        ("neighbours=-1", "'neighbours=-1'; accepted: neighbours= and a number not below zero"),
        ("neighbours=much", "'neighbours=much'; accepted: neighbours= and a number not below zero"),
        ("neighbours=nan", "accepted: neighbours= and a number not below zero"),
        ("neighbours=inf", "accepted: neighbours= and a number not below zero"),
        ("neighbours=", "accepted: neighbours= and a number not below zero"),
        ("neighbours", "accepted: neighbours= and a number not below zero"),
        ("neighbours=1;", "''; known: all-pairs"),
        ("", "''; known: all-pairs"),
        ("neighbours=0;no-victor=0", "'neighbours=0;no-victor=0' add up to nothing; accepted: one above zero"),
    ],
)
def test_weights_that_are_none_are_refused(text, message, classes):
    with pytest.raises(DossierError, match=message):
        reference.weighted(list(classes.values()), text)


def test_without_classes_there_are_no_weights():
    assert reference.weighted([], "as given") == {}
