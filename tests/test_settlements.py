"""The coded settlements, counted by hand on a few made-up ones."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dossier import exhibits, settlements
from dossier.pages import settlements as page

DAY = SimpleNamespace(as_of=date(2031, 6, 30))  # the functions ask a view for its day alone
TIER_COLUMNS = ("return_to_war_on", "first_fatal_on", "first_force_on")
DATED = (*TIER_COLUMNS, "ended_on", "strict_failure_on", "exit_other", "exit_other_on", "remembered")


def coded(*cases: dict[str, object]) -> pd.DataFrame:
    """Cases that began in 2000, were followed to the end of 2020 and hold, but for what is said of each."""
    blank = {**dict.fromkeys(DATED), **dict.fromkeys(settlements.FEATURES)}
    common = {**blank, "start_date": "2000-01-01", "observed_until": "2020", "outcome": "holding"}
    named = [
        {**common, "case_id": f"case-{n}", "name": f"Case {n}", "war_cluster": f"War {n}"} for n in range(len(cases))
    ]
    return pd.DataFrame([{**own, **case} for own, case in zip(named, cases, strict=True)])


@pytest.fixture
def rows() -> pd.DataFrame:
    return coded(
        {
            "name": "Broken", "conflict_type": "interstate", "external_guarantee": "none", "contiguous": "yes",
            "war_cluster": "Reef", "outcome": "failed", "ended_on": "2005-03", "return_to_war_on": "2005-03",
        },
        {
            "name": "Quiet", "conflict_type": "interstate", "external_guarantee": "assurance", "contiguous": "yes",
            "war_cluster": "Reef",
        },
        {
            "name": "Breached", "conflict_type": "civil", "external_guarantee": "none", "contiguous": "no",
            "outcome": "breached", "ended_on": "2010-05-04", "first_fatal_on": "2010-05-04", "strict_failure_on": "2010-05-04",
        },
        {
            "name": "Replaced", "conflict_type": "civil", "external_guarantee": "forward deployed", "first_force_on": "2003",
            "outcome": "superseded", "ended_on": "2004-01-01", "exit_other": "peace treaty", "exit_other_on": "2004-01-01",
        },
        {
            "name": "Promised", "conflict_type": "guarantee", "external_guarantee": "assurance", "outcome": "failed",
            "ended_on": "2002-07-01", "return_to_war_on": "2002-07-01", "strict_failure_on": "2001-07-01",
        },
        {
            "name": "Left", "conflict_type": "interstate", "external_guarantee": "forward deployed", "contiguous": "no",
            "first_force_on": "2015-01-01", "strict_failure_on": "2015-01-01",
            "exit_other": "guarantor withdrew", "exit_other_on": "2012-06-30",
        },
    )  # fmt: skip


def counted(rows: pd.DataFrame, feature: str) -> dict[str, tuple[int, int, int, int]]:
    """Cases, wars, failures and failures read strictly, by value."""
    table = settlements.by_feature(rows, feature)
    return {row.value: (row.cases, row.wars, row.failed, row.strict) for row in table.itertuples()}


def test_outcomes_are_counted_by_the_main_coding(rows):
    assert settlements.outcomes(rows) == {"holding": 2, "failed": 2, "breached": 1, "superseded": 1}
    assert settlements.outcomes(rows.iloc[:0]) == {"holding": 0, "failed": 0, "breached": 0, "superseded": 0}


def test_read_strictly_a_breach_and_a_low_level_failure_count_too(rows):
    assert list(rows.loc[settlements.failed(rows), "name"]) == ["Broken", "Promised"]
    assert list(rows.loc[settlements.failed(rows, strict=True), "name"]) == ["Broken", "Breached", "Promised", "Left"]


def test_failures_are_counted_by_kind_of_conflict(rows):
    assert counted(rows, "conflict_type") == {
        "interstate": (3, 2, 1, 2),  # Broken, Quiet and Left; the first two of one war
        "civil": (2, 2, 0, 1),
        "guarantee": (1, 1, 1, 1),
    }


def test_failures_are_counted_by_kind_of_promise_in_the_order_of_the_codebook(rows):
    assert counted(rows, "external_guarantee") == {
        "none": (2, 2, 1, 2),
        "assurance": (2, 2, 1, 1),
        "forward deployed": (2, 2, 0, 1),
    }
    assert list(counted(rows, "external_guarantee")) == ["none", "assurance", "forward deployed"]


def test_a_case_to_which_a_feature_does_not_apply_is_left_out(rows):
    assert counted(rows, "contiguous") == {"yes": (2, 1, 1, 1), "no": (2, 2, 0, 2)}


def test_a_feature_that_nobody_coded_has_no_rows(rows):
    table = settlements.by_feature(rows, "dmz")
    assert table.empty
    assert list(table.columns) == ["value", "cases", "wars", "failed", "strict", "share", "low", "high"]


def test_one_failure_of_three_has_the_exact_interval(rows):
    interstate = settlements.by_feature(rows, "conflict_type").iloc[0]
    assert interstate["share"] == pytest.approx(1 / 3)
    assert (round(interstate["low"], 4), round(interstate["high"], 4)) == (0.0084, 0.9057)


def test_a_blank_lesser_tier_is_unknown_and_never_none(rows):
    # war: Broken, Promised; somebody died: also Breached; force: also Replaced.
    # Left was followed until its guarantor withdrew; the force of 2015 came later
    assert settlements.tiers(rows, DAY).to_dict("list") == {
        "tier": ["return to war", "fatal clash", "use of force"],
        "crossed": [2, 3, 4],
        "none_found": [4, 0, 0],
        "unknown": [0, 3, 2],
    }


def test_a_tier_is_not_crossed_before_its_day(rows):
    def crossed(day: date) -> list[int]:
        return list(settlements.tiers(rows, SimpleNamespace(as_of=day))["crossed"])

    assert crossed(date(2002, 6, 30)) == [0, 0, 0]
    assert crossed(date(2002, 7, 1)) == [1, 1, 1]
    assert crossed(date(2005, 3, 1)) == [2, 2, 3]
    assert crossed(date(2010, 5, 4)) == [2, 3, 4]


def test_cases_that_crossed_a_tier_can_be_counted_alone(rows):
    assert [settlements.crossed(rows, DAY, tier) for tier in ("return to war", "fatal clash", "use of force")] == [
        2,
        3,
        4,
    ]
    assert settlements.crossed(rows.iloc[:0], DAY, "fatal clash") == 0


def test_a_bar_ends_where_the_main_coding_ends_it_or_on_the_last_day_followed(rows):
    bars = settlements.bars(rows, DAY)
    assert dict(zip(bars["name"], bars["end"], strict=True)) == {
        "Broken": "2005-03-01",
        "Quiet": "2020-12-31",
        "Breached": "2010-05-04",
        "Replaced": "2004-01-01",
        "Promised": "2002-07-01",
        "Left": "2020-12-31",  # its guarantor left, the settlement was followed on
    }
    assert set(bars["start"]) == {"2000-01-01"}


def test_no_bar_goes_beyond_the_day(rows):
    early = settlements.bars(rows, SimpleNamespace(as_of=date(2015, 6, 30))).set_index("name")
    assert early.loc["Quiet", "end"] == "2015-06-30"


def test_marks_say_what_was_coded_and_nothing_else(rows):
    marks = settlements.marks(rows, DAY)
    assert sorted(zip(marks["name"], marks["kind"], marks["day"], strict=True)) == [
        ("Breached", "fatal clash", "2010-05-04"),
        ("Broken", "return to war", "2005-03-01"),
        ("Left", "guarantor withdrew", "2012-06-30"),
        ("Left", "still holding", "2020-12-31"),
        ("Left", "use of force", "2015-01-01"),
        ("Promised", "return to war", "2002-07-01"),
        ("Quiet", "still holding", "2020-12-31"),
        ("Replaced", "use of force", "2003-01-01"),
    ]


def test_columns_that_rest_on_memory_are_named_one_by_one(rows):
    found = settlements.remembered(rows.assign(remembered=["deaths;mission", None, "deaths", None, None, None]))
    assert list(found) == [["deaths", "mission"], [], ["deaths"], [], [], []]


OUTCOMES = st.sampled_from(settlements.OUTCOMES)
days = st.none() | st.dates(date(2000, 1, 1), date(2030, 12, 31)).map(date.isoformat)
PROMISES = settlements.ORDER["external_guarantee"]


@st.composite
def any_case(draw, promises=(*PROMISES, None)) -> dict[str, object]:
    return {
        "external_guarantee": draw(st.sampled_from(promises)),
        "war_cluster": draw(st.sampled_from("xyz")),
        "outcome": draw(OUTCOMES),
        "strict_failure_on": draw(days),
        **{column: draw(days) for column in TIER_COLUMNS},
    }


many_cases = st.lists(any_case(), min_size=1, max_size=20).map(lambda cases: coded(*cases))


@given(many_cases)
def test_counts_sum_to_the_cases_to_which_a_feature_applies(rows):
    table = settlements.by_feature(rows, "external_guarantee")
    applies = rows["external_guarantee"].notna()
    assert table["cases"].sum() == applies.sum()
    assert table["failed"].sum() == settlements.failed(rows[applies]).sum()
    assert (table["wars"] <= table["cases"]).all()
    assert list(table["value"]) == [value for value in PROMISES if value in set(rows["external_guarantee"])]


@given(many_cases)
def test_no_fewer_cases_failed_read_strictly(rows):
    table = settlements.by_feature(rows, "external_guarantee")
    assert (table["failed"] <= table["strict"]).all()
    assert (table["strict"] <= table["cases"]).all()
    assert not (settlements.failed(rows) & ~settlements.failed(rows, strict=True)).any()


@given(many_cases)
def test_the_interval_of_every_share_is_that_of_scipy(rows):
    for row in settlements.by_feature(rows, "external_guarantee").itertuples():
        oracle = stats.binomtest(row.failed, row.cases).proportion_ci(0.95, method="exact")
        assert (row.low, row.high) == pytest.approx((oracle.low, oracle.high), abs=1e-9)
        assert row.low <= row.share <= row.high


@given(many_cases, any_case(promises=["treaty guarantee"]))
def test_a_case_of_another_value_changes_no_other_row(rows, added):
    before = settlements.by_feature(rows, "external_guarantee").set_index("value").to_dict("index")
    after = (
        settlements.by_feature(pd.concat([rows, coded(added)]), "external_guarantee")
        .set_index("value")
        .to_dict("index")
    )
    assert after.pop("treaty guarantee")["cases"] == before.pop("treaty guarantee", {"cases": 0})["cases"] + 1
    assert before == after


@given(many_cases, st.dates(date(2000, 1, 1), date(2031, 6, 30)))
def test_war_is_no_more_frequent_than_death_and_death_than_force(rows, day):
    table = settlements.tiers(rows, SimpleNamespace(as_of=day))
    assert list(table["crossed"]) == sorted(table["crossed"])
    assert (table[["crossed", "none_found", "unknown"]].sum(axis=1) == len(rows)).all()


def test_an_outcome_is_not_counted_before_the_day_on_which_it_came(story):
    def known(as_of: str) -> tuple[dict[str, int], int]:
        cases = settlements.cases(story.view(as_of))
        return settlements.outcomes(cases), int(settlements.failed(cases, strict=True).sum())

    holding = {"holding": 2, "failed": 0, "breached": 0, "superseded": 0}
    assert known("2012-12-31") == (holding, 0)
    assert known("2013-01-01") == (holding, 1)  # force was used, which the stricter reading counts
    assert known("2015-12-31") == (holding, 1)
    assert known("2016-01-01") == ({**holding, "holding": 1, "failed": 1}, 1)


def test_cases_stand_oldest_first_whether_or_not_the_narrative_tells_them(story):
    story.set("precedents.csv", "salt-1990", in_narrative="false")
    assert list(settlements.cases(story.view())["case_id"]) == ["salt-1990", "lantern-2010"]


def test_studies_are_counted_by_what_they_say(harbour_view):
    assert settlements.bearings(harbour_view) == {"for": 1, "against": 1, "mixed": 0, "other": 0}


# The page


def test_every_feature_of_the_page_is_a_column_with_the_values_of_the_codebook(harbour_view):
    fields = harbour_view.package.table("precedents").fields
    listed = {field["name"]: field.get("constraints", {}).get("enum") for field in fields}
    for feature in settlements.FEATURES:
        assert sorted(settlements.ORDER.get(feature, settlements.YES_NO)) == sorted(listed[feature])
    assert set(page.SHORT) <= set(settlements.FEATURES)
    assert sorted(kind for kinds in page.GROUPS.values() for kind in kinds) == sorted(listed["conflict_type"])
    assert sorted(settlements.OUTCOMES) == sorted(["holding", *listed["ended_as"]])


def test_the_answer_of_the_page_in_figures(harbour_view):
    findings = page.answer(harbour_view).findings
    assert {finding.finding_id.removeprefix("fnd-settlements-"): finding.text for finding in findings} == {
        "cases": "2",
        "failed": "1 of 2",
        "garrisons": "0 of 1",
        "neighbours": "1 of 2",
        "zones": "0 of 1",
        "tiers": "1 / 1 / 1",
        "studies": "1 for, 1 against",
        "differing": "0 of 2",
        "weak": "0 of 2",
        "single": "2 of 2",
        "memory": "1 of 2",
    }


def test_before_any_settlement_the_page_answers_without_a_number_it_has_not(story):
    findings = {finding.finding_id: finding.text for finding in page.answer(story.view("1900-01-01")).findings}
    assert findings["fnd-settlements-cases"] == "0"
    assert "fnd-settlements-neighbours" not in findings
    assert "fnd-settlements-zones" not in findings


def test_a_win_is_named_beside_garrisons_that_cannot_be_told_apart_from_it(story):
    def garrisons() -> str:
        (found,) = [
            f.sentence for f in page.answer(story.view()).findings if f.finding_id == "fnd-settlements-garrisons"
        ]
        return found

    assert "win" not in garrisons()
    story.set("precedents.csv", "salt-1990", victory="yes")
    assert "1 of them followed a decisive win" in garrisons()


def test_the_counts_name_feature_value_and_interval(harbour_view):
    table = page.counts(harbour_view)
    zones = [list(row.cells) for row in table.rows if row.cells[0] == "Demilitarized zone"]
    assert [cells[:7] for cells in zones] == [
        ["Demilitarized zone", "yes", "1", "1", "0", "0", "0 %"],
        ["Demilitarized zone", "no", "1", "1", "1", "1", "100 %"],
    ]
    assert all(interval.endswith(" %") and " % to " in interval for *_, interval in zones)


def test_the_matrix_can_be_filtered_and_says_where_a_feature_does_not_apply(story):
    story.set("precedents.csv", "salt-1990", victory="")
    table = page.matrix(story.view())
    heads = [column.title for column in table.columns]
    (salt,) = [row.cells for row in table.rows if exhibits.plain(row.cells[0]) == "Salt Islands Accord"]
    assert salt[heads.index("Won")] == "n/a"
    assert set(heads) - set(table.filters) == {"Case", "Start"}


def test_an_entry_says_what_rests_on_memory_and_on_which_sources(harbour_view):
    entries = {entry.label: entry for entry in page.entries(harbour_view).entries}
    lantern = entries["prc-lantern-2010-coded"]
    assert "From memory, no page having been found: war_cluster." in [exhibits.plain(text) for text in lantern.body]
    assert [title for title, _ in lantern.more] == ["Coding", "Sources"]
    assert "text of the pact" in exhibits.plain(dict(lantern.more)["Sources"])
    assert lantern.facets["outcome"] == ["failed"]


def test_a_settlement_on_weak_sources_alone_says_so(story):
    story.set("sources.csv", "archive-salt", kind="wiki")
    entries = {entry.label: entry for entry in page.entries(story.view()).entries}
    said = [exhibits.plain(text) for text in entries["prc-salt-1990-coded"].body]
    assert "The coding rests on weak sources alone (wiki)." in said


def test_a_case_that_the_narrative_does_not_tell_has_no_page_and_another_label(story):
    story.set("precedents.csv", "salt-1990", in_narrative="false")
    assert [entry.label for entry in page.entries(story.view()).entries] == ["prc-salt-1990", "prc-lantern-2010-coded"]


def test_accounts_that_differ_stand_in_the_entry_of_their_case(story):
    story.set("disputes.csv", "ships-turned-back", event_id="", case_id="salt-1990")
    salt, lantern = page.entries(story.view()).entries
    assert [title for title, _ in salt.lists] == ["Accounts differ: How many ships were turned back"]
    assert len(salt.lists[0][1]) == 2
    assert (salt.facets["accounts"], lantern.facets["accounts"]) == (["accounts differ"], ["one account"])


def test_a_correction_shows_what_was_and_what_is(harbour_view):
    (row,) = page.corrections(harbour_view).rows
    assert [exhibits.plain(cell) for cell in row.cells] == [
        "Lantern Pact",
        "first_force_on",
        "2014-01-01",
        "2013-01-01",
        "The archive names the earlier year.",
        "15 July 2031",
    ]


def test_studies_that_speak_against_promises_stand_beside_those_that_speak_for_them(harbour_view):
    table = page.studies(harbour_view)
    assert [exhibits.plain(row.cells[0]) for row in table.rows] == [
        "Tarn (2020), Selwick Quarterly",
        "Vole (2024), Selwick Quarterly",
    ]
    assert [row.cells[3] for row in table.rows] == ["for", "against"]
