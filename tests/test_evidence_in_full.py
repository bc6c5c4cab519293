"""The project's own story on two days: the verdicts to expect, the numbers behind them, and the way to the sources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from dossier import actors, claims, data, indicators, trail
from dossier.data import View
from dossier.rules import OPENLY_UNSOURCED

FIRST, SECOND = "2025-12-30", "2026-08-21"
LAND = "territory-held"
SOURCED = {
    "series": "series-sources",
    "stated-figures": "stated-figure-sources",
    "polls": "poll-sources",
    "quotes": "quote-sources",
    "positions": "position-sources",
    "commitments": "commitment-sources",
    "plans": "plan-sources",
    "proposals": "proposal-sources",
    "guarantees": "guarantee-sources",
    "guarantee-features": "guarantee-feature-sources",
}
"""The new tables whose rows rest on sources, and where these stand."""


@pytest.fixture(scope="module")
def views(root, real_view) -> dict[str, View]:
    return {FIRST: real_view, SECOND: data.view(data.describe(root / "data"), as_of=SECOND)}


@pytest.fixture(scope="module")
def verdicts(views) -> dict[str, pd.DataFrame]:
    return {day: claims.verdicts(view) for day, view in views.items()}


@pytest.fixture(params=[FIRST, SECOND])
def day(request) -> str:
    return request.param


@pytest.fixture
def view(views, day) -> View:
    return views[day]


@pytest.fixture
def judged(verdicts, day) -> pd.DataFrame:
    return verdicts[day]


def quoted(rows: pd.DataFrame, words: str, check: str | None = None) -> pd.Series:
    """The one claim that quotes these words."""
    found = rows[rows["quote"].str.contains(words, case=False, regex=False)]
    found = found if check is None else found[found["check"] == check]
    assert len(found) == 1, f"{words!r}: {list(found['claim_id'])}"
    return found.iloc[0]


def test_a_fifth_of_the_country_is_borne_out_by_both_maps(verdicts):
    claim = quoted(verdicts[FIRST], "20%", "level")
    assert claim["status"] == "supported"
    assert ("19.25 %" in claim["value"], "19.96 %" in claim["value"]) == (True, True)


def test_150_square_miles_a_month_hold_over_three_and_six_months_and_not_over_twelve(verdicts):
    claim = quoted(verdicts[FIRST], "150+ square miles")
    assert claim["status"] == "supported"
    assert json.loads(claim["parameters"])["months"] == [3, 6]
    assert claim["reason"].startswith("4 of 4 windows of 3 and 6 months reach 150 sq mi")
    assert "DeepState map over 12 months" in claim["reason"]
    assert "Economist file over" not in claim["reason"]


def test_the_retreat_was_faster_in_november_2024_by_both_maps(verdicts, views):
    assert quoted(verdicts[FIRST], "faster than any point")["status"] == "contradicted"
    changes = indicators.monthly_changes(views[FIRST], LAND).set_index(["series_id", "month"])["change"]
    for series in ("territory-deepstate", "territory-economist"):
        newest = changes[series].loc["2025-09":"2025-11"]
        assert len(newest) == 3
        assert changes[series, "2024-11"] > newest.max()


def test_the_london_summit_stands_out_of_order(verdicts):
    claim = verdicts[FIRST].query("check == 'order'").iloc[0]
    assert claim["status"] == "contradicted"
    assert claim["value"].startswith("out of order: London summit")
    assert len(claim["rows"]) == 1


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("30-Day Partial Ceasefire", "contradicted"),  # the text of 11 March 2025 limits it to no targets
        ("Swiss and Swedish", "contradicted"),  # they were neutrals under the armistice, not forces of the UN
        ("35-country coalition", "contradicted"),
        ("15-30 year security guarantees", "internally inconsistent"),
        ("February 24 anniversary", "not checkable yet"),
        ("15-year security guarantees", "supported"),
        ("nearly a decade", "dated"),
        ("2.5-mile-wide", "supported"),
        ("20-Point Peace Plan", "supported"),
    ],
)
def test_the_verdict_on(verdicts, words, status):
    assert quoted(verdicts[FIRST], words)["status"] == status


def test_the_narrative_gives_15_years_in_one_place_and_15_to_30_in_another(verdicts):
    claim = quoted(verdicts[FIRST], "15-30 year")
    assert claim["value"] == "overview: 15; scenario 1: 15 to 30"


def test_that_no_page_supports_the_anniversary_contradicts_nothing(verdicts):
    claim = quoted(verdicts[FIRST], "before the February 24 anniversary")
    assert claim["reason"].startswith("No page was found that supports it")
    assert claim["rows"]


def test_what_was_to_come_is_open_until_its_day(verdicts):
    ahead = verdicts[FIRST].query("check == 'forecast'")
    assert set(ahead["status"]) == {"open"}
    later = verdicts[SECOND].query("check == 'forecast'").set_index("claim_id")
    for name, row in later.iterrows():
        resolves = json.loads(row["parameters"])["resolves"]
        assert (row["status"] == "open") == (resolves >= SECOND), name
    assert len(later) == len(ahead)
    assert (
        later["status"].to_dict()
        | {
            "signed-by-anniversary": "did not come about",
            "binding-troops-in-paris": "did not come about",
            "vote-in-spring": "did not come about",
            "advance-in-january-february": "came about",
            "no-parliament-approves": "not checkable yet",  # seen in part
            "sixty-days-refused": "not checkable yet",  # seen in part
        }
        == later["status"].to_dict()
    )


def test_a_forecast_names_a_question_or_a_signpost_that_exists(views):
    view = views[SECOND]
    known = {"question": set(view["questions"]["question_id"]), "signpost": set(view["signposts"]["signpost_id"])}
    for row in view["claims"].query("check == 'forecast'").itertuples():
        parameters = json.loads(row.parameters)
        assert all(parameters[name] in known[name] for name in known if name in parameters), row.claim_id


def test_what_was_right_when_it_was_told_is_dated_at_most_once_time_has_passed(verdicts):
    held = verdicts[FIRST]["parameters"].str.contains("held_on")
    then = verdicts[FIRST][held].query("status == 'supported'")["claim_id"]
    assert len(then) >= 4
    assert "advance-of-150" in set(then)
    now = verdicts[SECOND].set_index("claim_id").loc[list(then), "status"]
    assert set(now) <= {"supported", "dated"}


def net(view: View, series: str) -> dict[int, int]:
    rows = indicators.windows(view, LAND)
    return {row.months: round(row.net) for row in rows[rows["series_id"] == series].itertuples()}


def test_how_far_each_map_moved_over_1_3_6_and_12_months(views):
    assert net(views[FIRST], "territory-deepstate") == {1: 456, 3: 1205, 6: 2558, 12: 4340}
    assert net(views[FIRST], "territory-economist") == {1: 536, 3: 1462, 6: 2753, 12: 5013}


def test_both_maps_have_every_window_on_both_days(view):
    assert set(map(tuple, indicators.windows(view, LAND)[["series_id", "months"]].to_numpy())) == {
        (series, months) for series in ("territory-deepstate", "territory-economist") for months in (1, 3, 6, 12)
    }


def test_a_series_that_does_not_reach_a_year_back_has_no_window_of_a_year(root):
    view = data.view(data.describe(root / "data"), as_of="2025-05-31")  # DeepState begins in July 2024
    assert set(net(view, "territory-economist")) == {1, 3, 6, 12}
    assert set(net(view, "territory-deepstate")) == {1, 3, 6}


def test_military_aid_of_the_united_states_by_year(views):
    rows = indicators.yearly(views[SECOND], "aid-military")
    totals = rows[rows["series_id"] == "aid-us"].set_index("year")["total"]
    assert [round(float(totals[year]), 1) for year in (2022, 2023, 2024)] == [20.9, 23.1, 20.1]
    assert round(float(totals[2025]), 2) == 0.48


def test_no_value_is_later_than_its_day(view, day):
    assert max(view["observations"]["date"]) <= day
    assert all(one.low <= one.value <= one.high for one in indicators.latest(view, "losses-russia"))


def test_every_value_belongs_to_a_series_that_says_how_it_was_derived(view):
    series = view["series"].set_index("series_id")
    assert set(view["observations"]["series_id"]) <= set(series.index)
    assert series[["measures", "vintage", "derivation"]].notna().all().all()


def unsourced(view: View, table: str) -> list[str]:
    key = view.package.table(table).key[0]
    return [str(name) for name in view[table][key] if not trail.sources_of_rows(view, [(table, str(name))])]


@pytest.mark.parametrize("table", list(SOURCED))
def test_every_row_reaches_a_source_or_says_openly_that_it_has_none(view, table):
    assert table in [whole for link, whole, _ in trail.links(view) if link.name == SOURCED[table]]
    assert len(view[table])
    rows = view[table].set_index(view.package.table(table).key[0])
    silent = [name for name in unsourced(view, table) if rows.loc[name].get("standing") not in OPENLY_UNSOURCED]
    assert silent == []


def test_an_unsourced_cell_of_a_guarantee_claims_nothing(view):
    cells = view["guarantee-features"].set_index("cell_id")
    assert set(cells.loc[unsourced(view, "guarantee-features"), "value"]) <= {"unknown"}


def test_every_indicator_is_measured_stated_asked_or_quoted(view):
    held = {name for table in ("series", "stated-figures", "polls", "quotes") for name in view[table]["indicator_id"]}
    about = view["indicators"].set_index("indicator_id")
    assert set(about.index[about["missing"].isna()]) <= held
    assert set(about["topic"]) <= set(indicators.TOPICS)


def test_every_token_of_the_narrative_is_owned_by_a_claim(view, judged):
    tokens = view["narrative-tokens"]
    assert len(tokens) == 72
    assert tokens["claim_id"].notna().all()
    assert set(tokens["claim_id"]) <= set(judged["claim_id"])
    assert not tokens.duplicated(["sentence_sha256", "position"]).any()


def test_quotes_have_at_most_eight_words(view):
    assert [quote for quote in view["claims"]["quote"] if not 1 <= len(quote.split()) <= 8] == []


def test_every_claim_has_a_status_and_says_why(judged):
    assert len(judged) == 60
    assert set(judged["status"]) <= set(claims.STATUSES)
    assert judged[["value", "reason", "would_change"]].map(lambda text: bool(str(text).strip())).all().all()


def test_every_claim_that_read_rows_reaches_a_source_or_reads_the_narrative_or_rows_openly_without_one(view, judged):
    own = {"claims", "scenarios"}  # the narrative's own words
    facts = view["precedent-facts"].set_index("fact_id")["standing"]
    for claim in judged.itertuples():
        if not claim.rows or trail.sources_of_rows(view, claim.rows):
            continue
        openly = {key for table, key in claim.rows if table == "precedent-facts" and facts[key] in OPENLY_UNSOURCED}
        assert all(table in own or key in openly for table, key in claim.rows), claim.claim_id


def test_a_supported_claim_rests_on_a_row(judged):
    assert list(judged[(judged["status"] == "supported") & (judged["rows"].map(len) == 0)]["claim_id"]) == []


NAMED = {
    "indicator": "indicators",
    "event": "events",
    "claims": "claims",
    "dispute": "disputes",
    "agrees_with": "accounts",
    "against": "accounts",
    "facts": "precedent-facts",
    "case": "precedents",
    "setter": "actors",
    "guarantee": "guarantees",
    "feature": "features",
    "actor": "actors",
    "issue": "issues",
}
"""What a claim's parameters name, and in which table it stands."""


def rows_named(claim: Any) -> Iterator[tuple[str, str]]:
    parameters = json.loads(claim.parameters)
    for name, table in NAMED.items():
        value = parameters.get(name, [])
        yield from ((table, key) for key in ([value] if isinstance(value, str) else value))
    for name in ("from", "to"):
        if parameters.get(name, "").count("/") == 2:
            yield tuple(parameters[name].split("/")[:2])


def test_every_row_that_a_claim_names_is_in_the_tables(views):
    """A misspelt name would read as missing data."""
    view = data.view(views[FIRST].package, as_of="2100-01-01")
    keys = {name: set(view[name][view.package.table(name).key[0]]) for name in {*NAMED.values(), "events"}}
    wrong = [(claim.claim_id, *row) for claim in view["claims"].itertuples() for row in rows_named(claim)
             if row[1] not in keys[row[0]]]  # fmt: skip
    assert wrong == []


def test_twelve_actors_by_seven_issues_with_cells_left_empty(view):
    rows = actors.newest_positions(view)
    cells = rows["actor_id"].nunique() * len(view["issues"])
    assert rows["actor_id"].nunique() >= 12
    assert len(view["issues"]) == 7
    assert 0 < actors.silent_cells(view) == cells - len(rows)
    assert not rows.duplicated(["actor_id", "issue_id"]).any()


def test_a_position_is_the_newest_that_was_known(views):
    first, second = (actors.newest_positions(views[day]).set_index(["actor_id", "issue_id"]) for day in (FIRST, SECOND))
    assert (first["said_on"] <= FIRST).all()
    shared = first.index.intersection(second.index)
    assert len(shared) == len(first)
    assert (second.loc[shared, "said_on"] >= first.loc[shared, "said_on"]).all()


def test_an_actor_who_said_nothing_on_an_issue_has_an_empty_cell(harbour_view, story):
    rows = actors.newest_positions(harbour_view)
    assert sorted(rows["position_id"]) == ["tarso-watch-may", "teck-tolls-april"]
    assert actors.silent_cells(harbour_view) == 2  # two actors by two issues, two cells filled
    july = actors.newest_positions(story.view("2031-07-05"))
    assert sorted(july["position_id"]) == ["tarso-watch-july", "teck-tolls-april"]


def test_statements_that_differ_stand_side_by_side(harbour_view, story):
    (row,) = actors.stances(harbour_view).itertuples()
    assert (row.actor_id, row.domain, row.said, row.differ) == (
        "harbour-league", "monitoring", ["will", "will under conditions"], True,
    )  # fmt: skip
    (row,) = actors.stances(story.view("2031-06-28")).itertuples()
    assert (row.said, row.differ) == (["will"], False)


def test_the_same_stance_said_twice_in_a_row_is_told_once(story):
    story.add_like(
        "commitments.csv", "league-watch-april", commitment_id="league-watch-again", said_on="2031-06-30", stance="will"
    )
    story.add_like(
        "commitments.csv", "league-watch-april", commitment_id="league-watch-may", said_on="2031-05-01", stance="will"
    )
    (row,) = actors.stances(story.view()).itertuples()
    assert row.said == ["will", "will under conditions", "will"]
