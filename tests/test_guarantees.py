"""Plans point by point, and guarantees on the features that are held to matter, counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier import data, guarantees, settlements
from dossier.data import View
from dossier.pages import guarantees as page

BEFORE_THE_TREATY = "2031-03-01"


def points(view: View, plans: list[str] | None = None) -> dict[str, dict[str, list[str]]]:
    """Topic to plan to the ids of its points."""
    rows = guarantees.side_by_side(view, plans).set_index("title")
    named = [name for name in rows if name in set(view["plans"]["plan_id"])]
    return {
        str(title): {name: [point.proposal_id for point in row[name]] for name in named}
        for title, row in rows.iterrows()
    }


def with_cells(view: View, table: str, column: str, values: dict[str, str | None]) -> View:
    """The story with other values in one column, by key."""
    frame = view.raw[table].set_index(view.package.table(table).key[0], drop=False).copy()
    for key, value in values.items():
        frame.loc[key, column] = value
    return View(view.as_of, view.package, {**view.raw, table: frame.reset_index(drop=True)}, view.documents)


def test_plans_stand_side_by_side_topic_by_topic(harbour_view):
    assert points(harbour_view) == {
        "The harbour": {"five-points": ["five-1"], "treaty-text": ["treaty-1"]},
        "Tolls": {"five-points": ["five-5"], "treaty-text": []},
        "The watch": {"five-points": [], "treaty-text": ["treaty-2"]},
    }


def test_a_topic_that_no_plan_touches_has_no_row(harbour_view):
    assert points(harbour_view, ["treaty-text"]) == {
        "The harbour": {"treaty-text": ["treaty-1"]},
        "The watch": {"treaty-text": ["treaty-2"]},
    }


def test_two_points_of_one_plan_on_one_topic_share_a_cell(story):
    story.add_like("proposals.csv", "five-5", proposal_id="five-2", point="2", topic_id="harbour")
    assert points(story.view())["The harbour"]["five-points"] == ["five-1", "five-2"]


def test_a_plan_is_not_compared_before_it_was_known(story):
    assert points(story.view(BEFORE_THE_TREATY)) == {
        "The harbour": {"five-points": ["five-1"]},
        "Tolls": {"five-points": ["five-5"]},
    }
    assert points(story.view("2031-02-08")) == {}


def test_a_later_plan_dropped_added_and_kept_topics(harbour_view):
    assert guarantees.changed(harbour_view, "five-points", "treaty-text") == {
        "dropped": ["Tolls"],
        "added": ["The watch"],
        "kept": ["The harbour"],
    }


def test_what_one_direction_drops_the_other_adds(harbour_view):
    there = guarantees.changed(harbour_view, "five-points", "treaty-text")
    back = guarantees.changed(harbour_view, "treaty-text", "five-points")
    assert (back["added"], back["dropped"], back["kept"]) == (there["dropped"], there["added"], there["kept"])


def test_a_plan_beside_itself_keeps_everything(harbour_view):
    found = guarantees.changed(harbour_view, "five-points", "five-points")
    assert found == {"dropped": [], "added": [], "kept": ["The harbour", "Tolls"]}


def test_nothing_is_said_of_a_plan_that_was_not_known(story):
    nothing = {"dropped": [], "added": [], "kept": []}
    assert guarantees.changed(story.view(BEFORE_THE_TREATY), "five-points", "treaty-text") == nothing


def test_a_cell_that_nobody_filled_is_unknown(harbour_view):
    table = guarantees.scorecard(harbour_view)
    assert list(table.columns) == ["binding", "watched", "lasting"]  # in the order of the features
    assert table.loc["league-promise"].to_dict() == {"binding": "yes", "watched": "partly", "lasting": "unknown"}


def test_a_guarantee_of_which_nothing_was_read_is_unknown_throughout(story):
    story.add_like("guarantees.csv", "league-promise", guarantee_id="korsmark-word", dated="2031-05-01")
    table = guarantees.scorecard(story.view())
    assert list(table.index) == ["league-promise", "korsmark-word"]  # oldest first
    assert set(table.loc["korsmark-word"]) == {"unknown"}


def test_a_later_reading_takes_the_place_of_an_earlier_one(story):
    story.add_like(
        "guarantee_features.csv", "league-watched", cell_id="a-newer-reading", known_on="2031-06-01", value="no"
    )
    assert guarantees.scorecard(story.view()).loc["league-promise", "watched"] == "no"
    assert guarantees.scorecard(story.view("2031-05-31")).loc["league-promise", "watched"] == "partly"


def test_features_are_counted_and_never_added_up(harbour_view):
    counts = guarantees.counts(harbour_view)
    assert list(counts.columns) == list(guarantees.VALUES)
    assert counts.loc["league-promise"].to_dict() == {"yes": 1, "partly": 1, "no": 0, "unknown": 1}


def test_every_feature_of_a_guarantee_is_counted_once(real_view):
    assert set(guarantees.counts(real_view).sum(axis=1)) == {len(real_view["features"])}


def coded(view: View) -> dict[str, tuple]:
    rows = guarantees.coded(view).astype(object).set_index("feature_id")
    return {str(name): (row.title, *(row.iloc[1:])) for name, row in rows.iterrows()}


def test_features_across_the_coded_settlements_counted_by_hand(harbour_view):
    """The accord is a treaty, is watched and holds; the pact is no treaty, nobody watched, and it failed."""
    found = coded(harbour_view)
    assert found["binding"] == ("Binding in law", 1, 1, 0, 1)
    assert found["watched"] == ("Watched", 1, 1, 0, 1)
    assert found["lasting"][0] == "Lasting"
    assert guarantees.coded(harbour_view).set_index("feature_id").loc["lasting"].iloc[1:].isna().all()


def test_any_of_the_named_values_counts_as_having_the_feature(harbour_view):
    view = with_cells(harbour_view, "precedents", "third_party", {"lantern-2010": "peacekeepers"})
    assert coded(view)["watched"][1:] == (2, 0, 1, 0)


def test_a_settlement_that_is_not_coded_neither_has_nor_lacks_a_feature(harbour_view):
    view = with_cells(harbour_view, "precedents", "formal_treaty", {"lantern-2010": None})
    assert coded(view)["binding"][1:] == (1, 0, 0, 0)


@given(
    one=st.sampled_from(["yes", "no"]), other=st.sampled_from(["yes", "no"]), ended=st.sampled_from(["failed", None])
)
def test_settlements_with_and_without_a_feature_are_all_settlements(one, other, ended, harbour_view):
    view = with_cells(harbour_view, "precedents", "formal_treaty", {"lantern-2010": one, "salt-1990": other})
    view = with_cells(view, "precedents", "ended_as", {"salt-1990": ended})
    row = guarantees.coded(view).set_index("feature_id").loc["binding"]
    assert row["has"] + row["lacks"] == 2
    assert row["failed_has"] + row["failed_lacks"] == settlements.failed(settlements.cases(view)).sum()
    assert row["failed_has"] <= row["has"]
    assert row["failed_lacks"] <= row["lacks"]


def test_the_answer_of_the_page_in_figures(harbour_view):
    assert {one.finding_id.removeprefix("fnd-guarantees-"): one.text for one in page.answer(harbour_view).findings} == {
        "moved": "1 topic",  # tolls
        "open": "1",  # the watch
        "read": "1 of 4",  # the fifth point
        "unknown": "1 of 3",
        "first-feature": "1 of 1",
    }


def test_a_point_without_a_source_says_so_in_its_cell(harbour_view):
    cells = {row.cells[0]: str(row.cells[1:]) for row in page.side_by_side(harbour_view).rows}
    assert "no source" in cells["Tolls"]
    assert "no source" not in cells["The harbour"]


@pytest.mark.parametrize("as_of", ["1900-01-01", BEFORE_THE_TREATY])
def test_the_page_stands_before_the_guarantees_were_given(harbour, as_of):
    view = data.view(data.describe(harbour), as_of=as_of)
    texts = [one.text for one in page.answer(view).findings]
    assert texts[-1] == "0 of 0"
    assert page.scorecard(view).rows == []
