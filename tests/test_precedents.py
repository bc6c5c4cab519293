"""Precedents, worked out by hand: one pact that broke after six years, one accord that still holds."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier import precedents
from dossier.errors import DossierError
from dossier.pages import precedents as page

DAY = date(2031, 6, 30)
any_date = st.none() | st.dates(date(2001, 1, 1), date(2035, 1, 1)).map(date.isoformat)


def case(**dates: str | None) -> pd.DataFrame:
    """One case that began on 1 January 2000."""
    blank = dict.fromkeys(["first_force_on", "first_fatal_on", "return_to_war_on", "exit_other_on"])
    return pd.DataFrame(
        [
            {
                "case_id": "one",
                "name": "One",
                "start_date": "2000-01-01",
                "observed_until": "2031-12-31",
                **blank,
                **dates,
            }
        ]
    )


@pytest.fixture
def cases(harbour_view):
    return precedents.told(harbour_view)


@pytest.fixture
def spells(cases):
    return precedents.spells(cases, DAY).set_index(["case_id", "tier"])


def test_precedents_stand_oldest_first_and_only_those_of_the_day(cases):
    assert list(cases["case_id"]) == ["salt-1990", "lantern-2010"]


def test_only_precedents_of_the_narrative_are_told(story):
    story.set("precedents.csv", "salt-1990", in_narrative="false")
    assert list(precedents.told(story.view())["case_id"]) == ["lantern-2010"]


def test_the_pact_broke_after_2191_days(spells):
    war = spells.loc[("lantern-2010", "return to war")]
    assert (war["violated"], war["end"]) == (True, date(2016, 1, 1))
    assert war["years"] == pytest.approx(2191 / 365.25)  # 2010 to 2016 with the leap day of 2012


def test_a_use_of_force_came_before_the_war(spells):
    force = spells.loc[("lantern-2010", "use of force")]
    assert force["years"] == pytest.approx(1096 / 365.25)  # 2010 to 2013


def test_a_war_counts_as_a_fatal_clash_that_nobody_coded(spells):
    fatal = spells.loc[("lantern-2010", "fatal clash")]
    assert (fatal["violated"], fatal["coded"], fatal["end"]) == (True, False, date(2016, 1, 1))


def test_the_accord_is_followed_to_the_day(spells):
    war = spells.loc[("salt-1990", "return to war")]
    assert (war["violated"], war["end"]) == (False, DAY)
    assert war["years"] == pytest.approx(14975 / 365.25)  # 41 years of 365 days and 10 leap days


def test_a_case_is_followed_no_further_than_its_data():
    (until,) = precedents.spells(case(observed_until="2020"), DAY)["end"].unique()
    assert until == date(2020, 12, 31)


def test_what_happens_after_the_case_was_last_followed_is_not_known():
    rows = precedents.spells(case(observed_until="2020", return_to_war_on="2021-05-01"), DAY)
    assert not rows["violated"].any()


def test_a_case_that_ended_otherwise_is_followed_to_that_end():
    rows = precedents.spells(case(exit_other_on="2005-03", return_to_war_on="2010-01-01"), DAY)
    assert set(rows["end"]) == {date(2005, 3, 31)}
    assert not rows["violated"].any()


def test_an_exit_counts_from_its_day_on(story):
    def accord(as_of: str) -> pd.Series:
        return story.view(as_of)["precedents"].set_index("case_id").loc["salt-1990"]

    assert accord("2031-09-30")[["exit_other", "exit_other_on"]].isna().all()  # the peace treaty is of October
    assert precedents.followed_until(accord("2031-12-31"), date(2031, 12, 31)) == date(2031, 10, 1)


def test_a_tier_is_coded_where_it_has_a_date_of_its_own(spells):
    assert sorted(spells[spells["coded"]].index) == [
        ("lantern-2010", "return to war"),
        ("lantern-2010", "use of force"),
    ]


def test_a_crossing_known_from_the_tier_above_is_the_latest_it_can_have_been(harbour_view):
    crossed = {tuple(row.cells[:2]): row.cells[3] for row in page.spells(harbour_view).table.rows}
    assert crossed == {
        ("Salt Islands Accord", "return to war"): "none found",
        ("Salt Islands Accord", "fatal clash"): "not coded",
        ("Salt Islands Accord", "use of force"): "not coded",
        ("Lantern Pact", "return to war"): "1 January 2016",
        ("Lantern Pact", "fatal clash"): "by 1 January 2016 at the latest",
        ("Lantern Pact", "use of force"): "1 January 2013",
    }


def test_standing_after_1_5_10_and_20_years(cases):
    table = precedents.horizon_table(cases, DAY).set_index(["case_id", "tier"])
    assert list(table.loc[("lantern-2010", "return to war"), [1, 5, 10, 20]]) == [
        "held",
        "held",
        "violated",
        "violated",
    ]
    assert list(table.loc[("lantern-2010", "use of force"), [1, 5, 10, 20]]) == [
        "held",
        "violated",
        "violated",
        "violated",
    ]
    assert list(table.loc[("lantern-2010", "fatal clash"), [1, 5, 10, 20]]) == [
        "not coded",
        "not coded",
        "violated",
        "violated",
    ]
    assert list(table.loc[("salt-1990", "return to war"), [1, 5, 10, 20]]) == ["held"] * 4
    assert list(table.loc[("salt-1990", "use of force"), [1, 5, 10, 20]]) == ["not coded"] * 4


def test_a_young_case_has_not_reached_a_later_horizon():
    table = precedents.horizon_table(case(), date(2003, 1, 1)).set_index("tier")
    assert list(table.loc["return to war", [1, 5, 10, 20]]) == ["held", *["not reached yet"] * 3]


def test_a_crossing_on_the_horizon_counts():
    spell = pd.Series({"tier": "return to war", "violated": True, "coded": True, "years": 5.0})
    assert precedents.at_horizon(spell, 5) == "violated"


def test_one_of_two_returned_to_war(cases):
    failed, total, interval = precedents.share_failed(cases, DAY)
    assert (failed, total) == (1, 2)
    assert (interval.low, interval.high) == pytest.approx((1 - 0.975**0.5, 0.975**0.5))


def test_no_cases_have_no_share(cases):
    assert precedents.share_failed(cases.iloc[0:0], DAY) == (0, 0, None)
    assert list(precedents.horizon_table(cases.iloc[0:0], DAY).columns) == ["case_id", "name", "tier", 1, 5, 10, 20]


@given(any_date, any_date, any_date)
def test_a_lesser_violation_never_comes_later_than_a_greater(war, fatal, force):
    rows = precedents.spells(case(return_to_war_on=war, first_fatal_on=fatal, first_force_on=force), DAY).set_index(
        "tier"
    )
    years = rows.loc[["use of force", "fatal clash", "return to war"], "years"]
    assert years.is_monotonic_increasing
    counts = [
        precedents.share_failed(case(return_to_war_on=war, first_fatal_on=fatal, first_force_on=force), DAY, tier=tier)[
            0
        ]
        for tier in years.index
    ]
    assert counts == sorted(counts, reverse=True)


@given(any_date, st.dates(date(2001, 1, 1), date(2035, 1, 1)), st.dates(date(2001, 1, 1), date(2035, 1, 1)))
def test_following_longer_never_heals_a_violation(war, one, other):
    earlier, later = sorted([one, other])
    known_early = precedents.spells(case(return_to_war_on=war), earlier)["violated"]
    known_late = precedents.spells(case(return_to_war_on=war), later)["violated"]
    assert (known_early <= known_late).all()


def test_the_cases_differ_on_the_features_that_differ(cases):
    assert precedents.differing(cases, precedents.CODED_FEATURES) == [
        "conflict_type", "external_guarantee", "third_party", "enforcement", "dmz", "formal_treaty",
    ]  # fmt: skip


def test_a_blank_is_no_value_and_makes_no_difference():
    cases = pd.DataFrame({"dmz": ["no", None], "victory": ["no", "yes"], "pressured": [None, None]})
    assert precedents.differing(cases, ["dmz", "victory", "pressured"]) == ["victory"]


def test_facts_come_in_order_of_their_dates(harbour_view):
    assert list(precedents.facts(harbour_view, "salt-1990", "long-term outcome")["fact_id"]) == [
        "salt-still"
    ]  # the treaty of October is not known
    assert list(precedents.facts(harbour_view, "lantern-2010", "terms")["fact_id"]) == ["lantern-terms"]


def test_verdicts_come_gravest_first(harbour_view):
    verdicts = ["does not hold", "out of date", "imprecise", "holds", "holds"]
    assert list(precedents.compared(harbour_view)["holds"]) == verdicts
    assert list(precedents.compared(harbour_view, "salt-1990")["fact_id"]) == ["salt-still", "salt-terms"]


def test_what_could_not_be_tested_comes_last(story):
    story.set("precedent_facts.csv", "lantern-terms", holds="not tested")
    assert list(precedents.compared(story.view())["holds"])[-1] == "not tested"


def test_a_statement_compared_with_several_facts_has_the_gravest_verdict(story):
    story.set("precedent_facts.csv", "lantern-shots", narrative_says="The pact promised armed help.")  # holds there
    rows = precedents.judged(story.view(), "lantern-2010").set_index("narrative_says")
    assert list(rows.loc["The pact promised armed help.", ["holds", "facts"]]) == ["does not hold", 2]
    assert precedents.verdict_counts(rows) == {
        "does not hold": 1, "too strong": 0, "out of date": 0, "imprecise": 1, "holds": 0, "not tested": 0,
    }  # fmt: skip


def test_the_same_words_on_two_cases_are_two_statements(story):
    for fact_id in ("lantern-war", "salt-still"):
        story.set("precedent_facts.csv", fact_id, narrative_says="It held.")
    rows = precedents.judged(story.view())
    said = rows[rows["narrative_says"] == "It held."]
    assert dict(zip(said["case_id"], said["holds"], strict=True)) == {
        "salt-1990": "out of date",
        "lantern-2010": "imprecise",
    }


def test_the_title_counts_statements_and_not_facts(harbour_view, story):
    # five statements: armed help (outright), ten years and the garrison are at fault, two hold
    assert (
        page.verdicts(harbour_view).title
        == "3 of 5 tested statements of the narrative are at fault, 1 of them outright"
    )
    # a second fact on the promise of armed help adds no statement; the zone is no longer tested
    says = {"narrative_says": "The pact promised armed help.", "compared_on": "2031-06-30", "made_on": "2031-06-30"}
    story.set("precedent_facts.csv", "lantern-years", holds="too strong", **says)
    story.set("precedent_facts.csv", "salt-terms", holds="not tested")
    assert (
        page.verdicts(story.view()).title
        == "3 of 4 tested statements of the narrative are at fault, 1 of them outright"
    )
    assert page.answer(story.view()).findings[-1].text == "1 of 5"  # the first shots fell as told


def test_the_narratives_view_is_not_known_before_it_was_written(story):
    before = story.view("2031-06-29")
    assert precedents.compared(before).empty
    assert precedents.judged(before).empty
    assert precedents.told(before).empty
    assert len(before["precedents"]) == 2


def test_the_answers_of_the_pages_in_figures(harbour_view):
    answers = [
        page.answer(harbour_view),
        page.case_answer(harbour_view, "lantern-2010"),
        page.case_answer(harbour_view, "salt-1990"),
    ]
    assert {finding.finding_id.removeprefix("fnd-"): finding.text for answer in answers for finding in answer.findings} == {
        "precedents-returned": "1 of 2",
        "precedents-within-five": "0 of 2",
        "precedents-tiers": "1 / 1 / 1",
        "precedents-account": "2 of 5",
        "lantern-2010-standing": "6.0 years",
        "lantern-2010-account": "1 of 3",
        "salt-1990-standing": "41.0 years",
        "salt-1990-account": "1 of 2",
    }  # fmt: skip


def test_an_unknown_precedent_is_refused_with_a_hint(harbour_view):
    with pytest.raises(DossierError, match="no precedent 'salt-1991' as of 2031-06-30; did you mean 'salt-1990'"):
        page.case_answer(harbour_view, "salt-1991")
    with pytest.raises(DossierError, match="no precedent 'pier-truce-2031' as of 2031-06-30"):
        page.case_answer(harbour_view, "pier-truce-2031")
