"""Corrections: what the tables said before, what a source still says, and a guard that no correction outlives its ground."""

from __future__ import annotations

import json

import pytest
from stories import DAY, Story

from dossier import data
from dossier.check import check

EVENT = "2031-01-20-tarso-warns"
DATED = {"why": "The archive says so.", "corrected_on": "2031-07-15", "known_from": "2031-01-20"}


def correct(story: Story, correction_id: str, **cells: str) -> None:
    story.add("corrections.csv", correction_id=correction_id, **{"table_name": "events", **DATED, **cells})


def read(story: Story, *, known: list[str] | None = None, as_of: str = DAY) -> data.View:
    return data.view(data.describe(story.folder), as_of=as_of, known=known)


def headline(view: data.View, event: str = EVENT) -> str:
    return view["events"].set_index("event_id").at[event, "headline"]


@pytest.fixture
def mended(story):
    story.set("events.csv", EVENT, headline="Tarso threatens force")
    correct(
        story,
        "threat",
        row_id=EVENT,
        column_name="headline",
        old_value="Tarso warns of force",
        new_value="Tarso threatens force",
    )
    return story


@pytest.fixture
def overruled(story):
    cells = {
        "old_value": "Tarso warns of force",
        "new_value": "Tarso threatens force",
        "expect": "Tarso warns of force",
    }
    correct(story, "threat", row_id=EVENT, column_name="headline", **cells)
    return story


def test_whoever_does_not_know_a_correction_reads_the_table_as_it_stood(mended):
    assert check(mended.folder) == []
    assert (
        headline(read(mended)) == headline(read(mended, known=["lantern-force", "threat"])) == "Tarso threatens force"
    )
    assert headline(read(mended, known=["lantern-force"])) == "Tarso warns of force"


def test_a_correction_not_known_is_not_listed(mended):
    assert list(read(mended, known=["lantern-force"])["corrections"]["correction_id"]) == ["lantern-force"]
    assert read(mended, known=["lantern-force"]).corrections == ("lantern-force",)
    assert read(mended).corrections == ("lantern-force", "threat")


def test_two_corrections_of_one_cell_are_undone_one_after_the_other(mended):
    mended.set("events.csv", EVENT, headline="Tarso threatens war")
    later = {"old_value": "Tarso threatens force", "new_value": "Tarso threatens war", "corrected_on": "2031-07-16"}
    correct(mended, "another-threat", row_id=EVENT, column_name="headline", **later)
    assert check(mended.folder) == []
    steps = [["threat", "another-threat"], ["threat"], []]
    assert [headline(read(mended, known=known)) for known in steps] == [
        "Tarso threatens war",
        "Tarso threatens force",
        "Tarso warns of force",
    ]


def test_what_a_source_says_is_overruled_where_the_table_holds_it(overruled):
    assert check(overruled.folder) == []
    assert headline(read(overruled)) == "Tarso threatens force"
    assert headline(read(overruled, known=["lantern-force"])) == "Tarso warns of force"


def test_a_view_that_is_written_holds_what_the_source_says_and_reads_the_same_again(overruled, tmp_path):
    overruled.set("corrections.csv", "threat", known_from="2031-03-01")
    data.write(read(overruled), tmp_path / "written")
    package = data.describe(tmp_path / "written")
    assert headline(data.view(package, as_of=DAY)) == "Tarso threatens force"
    assert headline(data.view(package, as_of="2031-02-28")) == "Tarso warns of force"
    assert check(tmp_path / "written") == []


def test_a_source_that_has_mended_itself_ends_its_correction(overruled):
    overruled.set("events.csv", EVENT, headline="Tarso threatens force")
    (problem,) = check(overruled.folder)
    assert (problem.file, problem.row, problem.column) == ("corrections.csv", "threat", "expect")
    assert problem.accepted == "nothing: events holds 'Tarso threatens force' itself, the source has mended itself"


def test_without_its_guard_it_still_tells_older_editions_what_the_source_said(overruled):
    overruled.set("events.csv", EVENT, headline="Tarso threatens force")
    overruled.set("corrections.csv", "threat", expect="")
    assert check(overruled.folder) == []
    assert headline(read(overruled, known=["lantern-force"])) == "Tarso warns of force"
    assert headline(read(overruled, known=["lantern-force", "threat"])) == "Tarso threatens force"


def test_a_correction_of_a_later_day_is_undone_too_for_whoever_does_not_know_it(mended):
    """A corrected date is dated by the later of two days, which can lie after the day of an edition."""
    mended.set("corrections.csv", "threat", known_from="2031-07-10")
    assert headline(read(mended, known=["lantern-force"])) == "Tarso warns of force"


def test_of_two_corrections_of_a_day_the_order_of_the_file_tells(mended):
    mended.set("events.csv", EVENT, headline="Tarso threatens war")
    later = {"old_value": "Tarso threatens force", "new_value": "Tarso threatens war"}
    correct(mended, "another-threat", row_id=EVENT, column_name="headline", **later)
    assert check(mended.folder) == []
    assert headline(read(mended, known=["lantern-force", "threat"])) == "Tarso threatens force"


def test_a_source_that_says_a_third_thing_is_found(overruled):
    overruled.set("events.csv", EVENT, headline="Tarso speaks of force")
    (problem,) = check(overruled.folder)
    assert (problem.column, problem.value) == ("expect", "Tarso warns of force")
    assert problem.accepted == "'Tarso speaks of force', as events has it now, or no correction"


def test_a_correction_dated_later_than_the_day_overrules_nothing_on_it(overruled):
    overruled.set("corrections.csv", "threat", known_from="2031-03-01")
    assert headline(read(overruled, as_of="2031-02-28")) == "Tarso warns of force"
    assert headline(read(overruled, as_of="2031-03-01")) == "Tarso threatens force"


def test_a_row_added_to_the_past_is_not_there_for_whoever_does_not_know_it(story):
    story.add_like(
        "events.csv",
        EVENT,
        event_id="2031-01-21-tarso-again",
        date="2031-01-21",
        in_narrative="false",
        narrative_order="",
        told_on="",
    )
    story.add("event_sources.csv", event_id="2031-01-21-tarso-again", source_id="harbour-story", supports="the day")
    correct(story, "missing", row_id="2031-01-21-tarso-again", column_name="*")
    assert check(story.folder) == []
    assert "2031-01-21-tarso-again" in set(read(story)["events"]["event_id"])
    before = read(story, known=["lantern-force"])
    assert "2031-01-21-tarso-again" not in set(before["events"]["event_id"]) | set(before["event-sources"]["event_id"])


def test_a_row_taken_out_is_there_again_for_whoever_does_not_know_it(story):
    gone = next(row for row in story.rows("observations.csv") if row["date"] == "2031-03")
    story.write("observations.csv", [row for row in story.rows("observations.csv") if row != gone])
    key = f"{gone['series_id']} + {gone['date']}"
    old = json.dumps({name: value for name, value in gone.items() if value})
    correct(story, "twice", table_name="observations", row_id=key, column_name="*", old_value=old)
    assert check(story.folder) == []
    counts = [len(read(story, known=known)["observations"]) for known in (["twice"], [])]
    assert counts == [counts[0], counts[0] + 1]


def observation(story: Story) -> tuple[str, dict[str, str]]:
    row = next(row for row in story.rows("observations.csv") if row["date"] == "2031-03")
    return f"{row['series_id']} + {row['date']}", {name: value for name, value in row.items() if value}


def values(story: Story, known: list[str] | None) -> list[str]:
    frame = read(story, known=known).raw["observations"]
    return list(frame[frame["series_id"].eq(observation(story)[1]["series_id"]) & frame["date"].eq("2031-03")]["value"])


def test_a_value_is_mended_and_then_its_row_taken_out(story):
    key, row = observation(story)
    about = {"table_name": "observations", "row_id": key}
    correct(story, "value", column_name="value", old_value="5", new_value=row["value"], **about)
    taken = {"corrected_on": "2031-07-16", "old_value": json.dumps(row)}
    correct(story, "twice", column_name="*", **about, **taken)
    before = Story(story.folder, story.folder.with_name("before"))
    story.write("observations.csv", [one for one in story.rows("observations.csv") if one["date"] != "2031-03"])
    assert check(story.folder) == []
    for known, wanted in ((None, []), (["value"], [row["value"]]), ([], ["5"])):
        frame = read(story, known=known).raw["observations"]
        own = frame["series_id"].eq(row["series_id"]) & frame["date"].eq("2031-03")
        assert list(frame[own]["value"]) == wanted
    assert [problem.column for problem in check(before.folder)] == ["row_id"]


def test_a_row_is_taken_out_and_comes_back(story):
    key, row = observation(story)
    about = {"table_name": "observations", "row_id": key, "column_name": "*"}
    correct(story, "twice", old_value=json.dumps(row), **about)
    correct(story, "not-twice", corrected_on="2031-07-16", **about)
    assert check(story.folder) == []
    assert [values(story, known) for known in (None, ["twice"], [])] == [[row["value"]], [], [row["value"]]]


WRONG = {
    "a row added that is not there": ({"row_id": "2031-no-such"}, "row_id", "a key of events, whose row was added"),
    "a row taken out that is there": (
        {"row_id": EVENT, "old_value": "{}"},
        "row_id",
        "a key that events no longer has",
    ),
    "a row taken out that is no row": (
        {"row_id": "gone", "old_value": "headline"},
        "old_value",
        "the row taken out, as a JSON object",
    ),
    "a row taken out with a number for a text": (
        {"row_id": "gone", "old_value": '{"event_id": "gone", "narrative_order": 1}'},
        "old_value",
        "the row taken out, as a JSON object of texts",
    ),
    "a row taken out with a column that no row has": (
        {"row_id": "gone", "old_value": '{"event_id": "gone", "headlin": "x"}'},
        "old_value",
        "columns of events alone, not 'headlin'; did you mean 'headline'",
    ),
    "another row taken out": (
        {"row_id": "gone", "old_value": '{"event_id": "away"}'},
        "old_value",
        "the row 'gone', not 'away'",
    ),
    "a new value for a whole row": ({"row_id": EVENT, "new_value": "x"}, "new_value", "nothing, for a whole row"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_correction_of_a_whole_row_that_cannot_be_is_found(wrong, story):
    cells, column, accepted = wrong
    correct(story, "whole", column_name="*", **cells)
    (problem,) = check(story.folder)
    assert (problem.row, problem.column) == ("whole", column)
    assert problem.accepted.startswith(accepted)


def test_what_is_expected_must_be_the_old_value(story):
    cells = {"old_value": "Tarso warns", "new_value": "Tarso threatens force", "expect": "Tarso warns of force"}
    correct(story, "threat", row_id=EVENT, column_name="headline", **cells)
    (problem,) = check(story.folder)
    assert (problem.column, problem.accepted) == ("expect", "'Tarso warns', the old value, which the table still holds")
