"""What was known on a day: the cut, the keys, the reveal dates, and the view as it is written."""

from __future__ import annotations

import random
from datetime import date

import pytest
from stories import DAY, Story, written

from dossier import check, data
from dossier.errors import DossierError


def test_the_harbour_story_is_sound(harbour):
    assert check.check(harbour) == []


def test_a_row_counts_from_its_own_day_on(story):
    assert "2031-06-29-ships-turned-back" not in set(story.view("2031-06-28")["events"]["event_id"])
    assert "2031-06-29-ships-turned-back" in set(story.view("2031-06-29")["events"]["event_id"])


def test_a_month_counts_only_once_it_is_over(story):
    assert "2031-06-ferries-return" not in set(story.view("2031-06-29")["events"]["event_id"])
    assert "2031-06-ferries-return" in set(story.view("2031-06-30")["events"]["event_id"])


def test_a_scheduled_event_counts_from_its_announcement(story):
    story.add_like(
        "events.csv",
        "2031-04-10-treaty-signed",
        event_id="2031-12-01-review",
        date="2031-12-01",
        announced_on="2031-06-01",
    )
    assert "2031-12-01-review" not in set(story.view("2031-05-31")["events"]["event_id"])
    assert "2031-12-01-review" in set(story.view("2031-06-01")["events"]["event_id"])


def test_a_part_goes_with_its_whole(harbour_view):
    assert set(harbour_view["event-sources"]["event_id"]) == set(harbour_view["events"]["event_id"])
    assert "2031-07-05-tarso-denies" not in set(harbour_view["event-actors"]["event_id"])


def test_a_part_with_a_later_date_of_its_own_waits(harbour_view, story):
    def sources(view):
        return set(view["deadline-sources"].set_index("deadline_id").loc[["2031-07-31-ratification"], "source_id"])

    assert sources(harbour_view) == {"bulletin-0410"}
    assert sources(story.view("2031-08-01")) == {"bulletin-0410", "bulletin-0801"}


def test_a_part_of_a_part_goes_too(story):
    # treaty-fades is told on the last day; its signpost applies from April, its readings are from May and June
    assert set(story.view("2031-06-29")["signposts"]["signpost_id"]) == set()
    assert len(story.view("2031-06-29")["signpost-states"]) == 0
    assert len(story.view("2031-06-29")["signpost-state-sources"]) == 0


def test_rows_without_a_date_stay_only_while_something_names_them(harbour_view):
    assert "mira-dane" not in set(harbour_view["actors"]["actor_id"])  # named by later rows alone
    assert "bulletin-0801" not in set(harbour_view["sources"]["source_id"])
    assert "gazette-0702" in set(harbour_view["sources"]["source_id"])  # published later, about the time before
    assert list(harbour_view["disputes"]["dispute_id"]) == ["ships-turned-back"]


def test_a_side_is_kept_because_an_actor_names_it(story):
    for event_id in (
        "2030-01-10-harbour-closed",
        "2031-02-09-plan-announced",
        "2031-03-tolls-lifted",
        "2031-04-10-treaty-signed",
    ):
        story.write("event_actors.csv", [row for row in story.rows("event_actors.csv") if row["event_id"] != event_id])
    assert "korsmark" in set(story.view()["actors"]["actor_id"])  # the side of Iven Tarso


def test_an_outcome_is_blank_until_it_was_known(harbour_view, story):
    def outcome(view):
        row = view["deadlines"].set_index("deadline_id").loc["2031-07-31-ratification"]
        return [None if not isinstance(cell, str) else cell for cell in row[["outcome", "outcome_on", "outcome_note"]]]

    assert outcome(harbour_view) == [None, None, None]
    assert outcome(story.view("2031-08-01")) == ["missed", "2031-08-01", "One parliament had not voted."]


def test_an_end_of_a_role_is_blank_until_its_day(harbour_view):
    ends = harbour_view["roles"].set_index("role_id")["to_date"]
    assert ends["tarso-premier"] == "2031-05-31"
    assert not isinstance(ends["teck-president"], str)  # it ends in September


def test_a_day_on_which_a_role_was_shown_is_blank_until_it_came(story):
    story.set("roles.csv", "teck-president", held_on="2031-07-02")  # it began in 2030, so the row counts

    def shown(as_of: str) -> object:
        return story.view(as_of)["roles"].set_index("role_id").loc["teck-president", "held_on"]

    assert not isinstance(shown("2031-07-01"), str)
    assert shown("2031-07-02") == "2031-07-02"


def test_an_end_of_an_event_is_blank_until_its_day(story):
    def end(as_of: str) -> object:
        return story.view(as_of)["events"].set_index("event_id").loc["2031-05-10-monitors-land", "end_date"]

    assert not isinstance(end("2031-05-19"), str)
    assert end("2031-05-20") == "2031-05-20"


@pytest.mark.parametrize("table", ["events", "precedents"])
def test_what_the_narrative_tells_is_not_known_before_it_told_it(table, story):
    before, after = (story.view(day)[table] for day in ("2031-06-29", "2031-06-30"))
    assert len(before)
    assert not before["in_narrative"].any()
    assert before["told_on"].isna().all()
    assert after["in_narrative"].any()


def test_a_place_in_the_narrative_is_not_known_before_it_was_written(story):
    assert story.view("2031-06-29")["events"]["narrative_order"].isna().all()
    assert sorted(story.view()["events"]["narrative_order"].dropna()) == [1, 2, 3, 4, 5, 6]


def test_a_scheduled_event_is_not_told_before_it_happened(story):
    story.add_like(
        "events.csv",
        "2031-04-10-treaty-signed",
        event_id="2031-12-01-review",
        date="2031-12-01",
        announced_on="2031-06-01",
    )

    def summary(as_of: str) -> object:
        return story.view(as_of)["events"].set_index("event_id").loc["2031-12-01-review", "summary"]

    assert not isinstance(summary("2031-11-30"), str)
    assert isinstance(summary("2031-12-01"), str)


def test_paragraphs_of_the_story_are_cut_by_the_day_they_were_told(story):
    story.replace(
        "story.yml", "tension:\n", "- told_on: '2031-08-01'\n  text: One parliament had not voted.\ntension:\n"
    )

    def told(as_of: str) -> list[int]:
        document = story.view(as_of).document("story")
        return [len(document["overview"]), len(document["tension"])]

    assert [told(day) for day in ("2031-06-29", DAY, "2031-08-01")] == [[0, 0], [1, 1], [2, 1]]


@pytest.mark.parametrize(
    ("stated", "known"),
    [("2031-12-31", DAY), ("2031-12", DAY), ("2031", DAY), (DAY, DAY), ("2031-06", "2031-06"), ("2030", "2030")],
)
def test_no_case_was_followed_beyond_the_day(stated, known, story):
    rows = story.rows("precedents.csv")
    story.write("precedents.csv", [{**row, "observed_until": stated} for row in rows])
    assert set(story.view()["precedents"]["observed_until"]) == {known}


def test_a_key_to_a_row_that_is_not_known_yet_is_blank(story):
    story.set("disputes.csv", "ships-turned-back", case_id="pier-truce-2031")
    cases = story.view()["disputes"]["case_id"]
    assert cases.isna().all()
    assert "pier-truce-2031" in set(story.view("2031-08-01")["disputes"]["case_id"].dropna())


def test_how_a_settlement_ended_is_blank_until_the_day_on_which_it_ended(story):
    def ended(as_of: str) -> list[object]:
        row = story.view(as_of)["precedents"].set_index("case_id").loc["lantern-2010"]
        columns = ("ended_as", "ended_on", "ended_note", "strict_failure_on")
        return [row[column] if isinstance(row[column], str) else None for column in columns]

    assert ended("2012-12-31") == [None, None, None, None]
    assert ended("2015-12-31") == [None, None, None, "2013-01-01"]
    assert ended("2016-01-01") == ["failed", "2016-01-01", "war in the Lantern Strait", "2013-01-01"]


def test_a_correction_is_not_known_before_both_of_its_values(story):
    assert len(story.view("2013-12-31")["corrections"]) == 0
    assert len(story.view("2014-01-01")["corrections"]) == 1


def test_the_inclusion_rule_and_the_studies_belong_to_no_day(story):
    view = story.view("1900-01-01")
    assert (len(view["inclusion-criteria"]), len(view["studies"])) == (4, 2)
    assert set(view["study-sources"]["source_id"]) <= set(view["sources"]["source_id"])


def test_scenarios_are_cut_by_the_day_they_were_told(harbour_view, story):
    assert [scenario["scenario_id"] for scenario in harbour_view.document("scenarios")] == [
        "treaty-holds",
        "treaty-fades",
    ]
    assert len(story.view("2031-08-01").document("scenarios")) == 3


def test_ten_events_are_known_on_the_day(harbour_view):
    assert len(harbour_view["events"]) == 10
    assert {name: len(frame) for name, frame in harbour_view.raw.items()} == {
        "story": 1, "sources": 8, "actors": 5, "roles": 4, "role-sources": 4, "inclusion-criteria": 4, "events": 10, "event-sources": 13,
        "event-actors": 12, "disputes": 1, "accounts": 2, "account-sources": 2, "deadlines": 3, "deadline-sources": 4, "state-of-play": 5, "state-of-play-sources": 5,
        "precedents": 2, "precedent-sources": 2, "precedent-facts": 10, "precedent-fact-sources": 8, "corrections": 1, "studies": 2, "study-sources": 2,
        "scenarios": 2, "signposts": 2, "signpost-states": 3, "signpost-state-sources": 4,
        "indicators": 7, "series": 4, "series-sources": 4, "observations": 22, "stated-figures": 5, "stated-figure-sources": 5, "polls": 1, "poll-sources": 1,
        "quotes": 1, "quote-sources": 1, "issues": 2, "positions": 2, "position-sources": 2, "commitments": 2, "commitment-sources": 2,
        "case-sets": 1, "case-set-sources": 1, "conflict-spells": 14, "war-durations": 8, "hazard-classes": 1, "reference-classes": 3, "present-case": 3,
        "present-case-sources": 1, "priors": 11, "prior-sources": 1, "lessons": 1, "likelihoods": 2, "leaf-map": 5, "scenario-precedents": 1, "questions": 3,
        "resolutions": 0, "resolution-sources": 0, "misses": 0, "implications": 1,
        "plan-topics": 3, "plans": 2, "plan-sources": 2, "proposals": 4, "proposal-sources": 3, "features": 3, "guarantees": 1, "guarantee-sources": 1,
        "guarantee-features": 2, "guarantee-feature-sources": 2, "claims": 11, "narrative-tokens": 1,
    }  # fmt: skip


def test_columns_have_the_types_of_the_package(harbour_view):
    events, cases = harbour_view["events"], harbour_view["precedents"]
    assert events["in_narrative"].dtype == bool
    assert str(events["narrative_order"].dtype) == "Int64"
    assert int(cases.set_index("case_id").loc["salt-1990", "peak_troops"]) == 1200


def test_a_written_view_is_sound_and_reads_back_as_itself(harbour_view, tmp_path):
    files, digest = written(harbour_view, tmp_path / "once")
    assert check.check(tmp_path / "once") == []
    again = data.view(data.describe(tmp_path / "once"), as_of=DAY)
    assert written(again, tmp_path / "twice") == (files, digest)


def test_a_written_view_keeps_its_own_schemas_beside_it(harbour_view, tmp_path):
    files, _ = written(harbour_view, tmp_path / "view")
    assert {"datapackage.json", "schemas/story.schema.json", "schemas/scenarios.schema.json"} <= set(files)


def test_a_written_view_ends_lines_with_a_line_feed(harbour_view, tmp_path):
    files, _ = written(harbour_view, tmp_path / "view")
    assert all(
        b"\r" not in content and content.endswith(b"\n") for name, content in files.items() if name.endswith(".csv")
    )


def test_the_order_of_rows_changes_no_byte(harbour, harbour_view, tmp_path):
    shuffled = Story(harbour, tmp_path / "data")
    for table in harbour_view.package.tables.values():
        if not table.is_yaml:
            rows = shuffled.rows(table.path)
            random.Random(7).shuffle(rows)
            shuffled.write(table.path, rows)
    assert written(shuffled.view(), tmp_path / "shuffled") == written(harbour_view, tmp_path / "as-it-was")


def test_the_order_of_columns_changes_no_byte(story, harbour_view, tmp_path):
    columns = story.columns("events.csv")
    story.write("events.csv", story.rows("events.csv"), columns[::-1])
    assert written(story.view(), tmp_path / "turned") == written(harbour_view, tmp_path / "as-it-was")


def test_the_view_prints_without_addresses(harbour_view):
    assert repr(harbour_view).startswith("View(as_of=2031-06-30: story 1, sources 8,")


def test_a_missing_file_is_named(story):
    (story.folder / "roles.csv").unlink()
    with pytest.raises(DossierError, match=r"roles\.csv: not found, though datapackage\.json lists it"):
        story.view()


def test_a_missing_column_is_named(story):
    story.replace("roles.csv", "held_on", "held_at")
    with pytest.raises(DossierError, match=r"roles\.csv: columns missing: held_on"):
        story.view()


def test_an_unknown_table_is_refused_with_a_hint(harbour_view):
    with pytest.raises(DossierError, match="no table 'event'; did you mean 'events'"):
        harbour_view["event"]


def test_a_folder_without_a_package_is_refused(tmp_path):
    with pytest.raises(DossierError, match=r"datapackage\.json: not found; a story is a folder"):
        data.describe(tmp_path)


def test_a_broken_package_names_the_line(story):
    (story.folder / "datapackage.json").write_text('{\n "name": \n}', "utf-8")
    with pytest.raises(DossierError, match="line 3: not JSON"):
        data.describe(story.folder)


def test_an_as_of_date_must_be_a_day(story):
    with pytest.raises(DossierError, match="as_of: 'tomorrow' is not a day: accepted is YYYY-MM-DD"):
        story.view("tomorrow")


def test_data_is_found_from_a_folder_below(story, monkeypatch):
    (story.folder.parent / "notebooks").mkdir()
    monkeypatch.chdir(story.folder.parent / "notebooks")
    assert data.load(DAY).as_of == date(2031, 6, 30)


def test_data_that_is_nowhere_above_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DossierError, match=r"no 'no-such-folder' in .* or above it"):
        data.load(DAY, "no-such-folder")


def test_sources_of_a_row_come_in_the_order_of_their_ids(harbour_view):
    assert data.sources_of(harbour_view, "event-sources", "event_id")["2031-06-29-ships-turned-back"] == [
        "gazette-0629",
        "gazette-0702",
    ]
