"""Locks: what a released edition was made from, row by row, written once and read back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from stories import DAY

from dossier import lock
from dossier.errors import DossierError
from dossier.findings import Finding, Published, Result
from dossier.lock import Moved

EVENT = "2031-01-20-tarso-warns"
FOUND = Published.of(
    [
        Finding(
            "fnd-timeline-events",
            10,
            "10",
            "10 events.",
            "sec-timeline-evidence",
            "dossier.timeline",
            DAY,
            tables=("events",),
        )
    ],
    [Result("verdict", "quays", "“quays”", "supported", "supported", "clm-quays")],
)


@pytest.fixture
def held(harbour_view):
    return lock.Lock(
        "2031-06-30", DAY, "2031-07-15", "swh:1:dir:0", "c", "e", "b", {"timeline": {"as_of": DAY}}, ["lantern-force"], None,
        lock.digests(harbour_view), FOUND,
    )  # fmt: skip


def moved(story, before) -> list[Moved]:
    return lock.moved_rows(before, lock.digests(story.view()))


@pytest.fixture
def before(harbour_view):
    return lock.digests(harbour_view)


def test_the_same_rows_have_the_same_digests(story, before):
    assert moved(story, before) == []


def test_a_changed_cell_in_an_old_row_is_caught(story, before):
    story.set("events.csv", EVENT, headline="Tarso threatens force")
    assert moved(story, before) == [Moved("events", EVENT, "changed")]


def test_a_blank_is_not_the_same_as_text(story, before):
    story.set("events.csv", EVENT, short_name="None")
    assert moved(story, before) == [Moved("events", EVENT, "changed")]


def test_what_hangs_on_a_row_is_caught_at_the_row(story, before):
    story.replace("event_sources.csv", "harbour-story,the warning", "harbour-story,the threat")
    assert moved(story, before) == [Moved("events", EVENT, "changed in what hangs on it")]


def test_what_hangs_on_a_part_is_caught_at_the_whole(story, before):
    """A source of a reading of a signpost hangs on the scenario in the end."""
    row = story.rows("signpost_state_sources.csv")[0]
    story.write(
        "signpost_state_sources.csv", [{**row, "supports": "otherwise"}, *story.rows("signpost_state_sources.csv")[1:]]
    )
    (found,) = moved(story, before)
    assert (found.table, found.how) == ("scenarios", "changed in what hangs on it")


def test_rows_added_and_removed_are_named(story, before):
    rows = story.rows("observations.csv")
    story.write("observations.csv", [row for row in rows if row["date"] != "2031-01"])
    story.add_like("events.csv", EVENT, event_id="2031-01-21-again", date="2031-01-21")
    story.add("event_sources.csv", event_id="2031-01-21-again", source_id="harbour-story", supports="the day")
    found = moved(story, before)
    assert Moved("events", "2031-01-21-again", "added") in found
    assert {row.how for row in found if row.table == "observations"} == {"removed"}


def test_a_row_dated_after_the_day_moves_nothing(story, before):
    story.add_like(
        "events.csv",
        EVENT,
        event_id="2031-07-02-later",
        date="2031-07-02",
        in_narrative="false",
        narrative_order="",
        told_on="",
    )
    story.add("event_sources.csv", event_id="2031-07-02-later", source_id="harbour-story", supports="the day")
    assert moved(story, before) == []


def test_a_row_of_a_yaml_table_has_a_digest_too(story, before):
    story.replace("reference_classes.yml", "weight: 1\n", "weight: 9\n")
    assert {(row.table, row.how) for row in moved(story, before)} == {("reference-classes", "changed")}


def test_the_table_that_rows_hang_on_is_found(harbour_view):
    assert lock.whole_of(harbour_view, "account-sources") == "accounts"
    assert lock.whole_of(harbour_view, "signpost-state-sources") == "scenarios"
    assert lock.whole_of(harbour_view, "events") == "events"


def test_a_lock_is_read_back_as_it_was_written_and_gives_the_same_bytes(held, tmp_path):
    one, two = tmp_path / "one.lock.json", tmp_path / "two.lock.json"
    lock.write(held, one)
    lock.write(lock.read(one), two)
    assert lock.read(one) == held
    assert one.read_bytes() == two.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not a lock"),
        ("[]", "lacks edition, as_of"),
        (json.dumps({"edition": "2031-06-30"}), "lacks as_of, released_on"),
        ("\udcff", "not a lock"),
    ],
    ids=["empty", "a list", "half a lock", "not UTF-8"],
)
def test_what_is_no_lock_is_refused(content, message, tmp_path):
    path = tmp_path / "2031-06-30.lock.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(DossierError, match=message):
        lock.read(path)


def test_an_edition_without_a_lock_has_not_been_released(harbour_project):
    assert lock.find(harbour_project, "2031-06-30") is None


def test_a_result_is_found_again_by_kind_and_key():
    result = FOUND.results["verdict:quays"]
    assert result.same_as(replace(result, title="other words"))
    assert not result.same_as(replace(result, value="contradicted", text="contradicted"))
    with pytest.raises(ValueError, match="kind 'verdicts'; did you mean 'verdict'"):
        replace(result, kind="verdicts")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("findings", None),
        ("rows", []),
        ("corrections", "lantern-force"),
        ("changes", []),
        ("findings", [{}]),
        ("results", [{"kind": "verdict", "mood": "bright"}]),
        ("findings", [{"finding_id": "fnd-timeline-events", "value": float("nan")}]),
    ],
)
def test_a_lock_of_another_form_is_refused_and_not_a_crash(key, value, held, tmp_path):
    path = tmp_path / "2031-06-30.lock.json"
    lock.write(held, path)
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), key: value}), "utf-8")
    with pytest.raises(DossierError, match=r"2031-06-30.lock.json: .* of another form"):
        lock.read(path)


def test_a_lock_of_another_edition_in_its_place_is_refused(held, tmp_path):
    (tmp_path / "editions").mkdir()
    lock.write(held, lock.path_of(tmp_path, "2031-07-31"))
    with pytest.raises(DossierError, match="edition '2031-06-30'; accepted: '2031-07-31', as the file is named"):
        lock.find(tmp_path, "2031-07-31")
