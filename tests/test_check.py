"""What is wrong with a data package: each rule, and how a problem is told."""

from __future__ import annotations

import json

import pytest
from stories import Story

from dossier.check import Problem, check
from dossier.errors import DossierError

SIGNED = "2031-04-10-treaty-signed"
RATIFICATION = "2031-07-31-ratification"
ROLES = "role_id, actor_id, role, from_date, to_date, held_on"


def only(story) -> Problem:
    """The one problem of a story."""
    problems = check(story.folder)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


ONE_CELL = {
    "a value outside the list": (
        ("events.csv", SIGNED, "type", "festive"),
        "string; one of announcement, diplomatic, statement, military, legal, economic; not blank",
    ),
    "a day that no calendar has": (
        ("events.csv", "2031-04-10-league-welcomes", "date", "2031-04-31"),
        "a day, month or year of the calendar: an ISO date: YYYY, YYYY-MM or YYYY-MM-DD",
    ),
    "a date in another order": (
        ("events.csv", "2031-02-09-plan-announced", "date", "9.2.2031"),
        "string; an ISO date: YYYY, YYYY-MM or YYYY-MM-DD; not blank",
    ),
    "a precision that the date has not": (
        ("events.csv", "2031-01-20-tarso-warns", "date_precision", "month"),
        "day, as date 2031-01-20 is written",
    ),
    "a blank where a value must be": (("events.csv", "2031-01-10-talks-open", "headline", ""), "string; not blank"),
    "neither true nor false": (
        ("actors.csv", "harbour-league", "in_narrative", "maybe"),
        "boolean; true or false; not blank",
    ),
    "a word for a count": (
        ("events.csv", "2030-01-10-harbour-closed", "narrative_order", "third"),
        "integer; minimum 1; or blank",
    ),
    "a count below its minimum": (
        ("events.csv", "2031-06-29-ships-turned-back", "narrative_order", "0"),
        "integer; minimum 1; or blank",
    ),
    "a count above its maximum": (
        ("precedents.csv", "salt-1990", "enforcement", "5"),
        "integer; minimum 0; maximum 4; not blank",
    ),
    "a word for a number": (("accounts.csv", "ships-veldania", "value", "three"), "number; or blank"),
    "an access day that no calendar has": (("sources.csv", "state-radio", "accessed", "2031-02-30"), "date; or blank"),
    "an address that is none": (("sources.csv", "gazette-0629", "url", "not an address"), "string; or blank"),
    "a key to nowhere": (
        ("deadlines.csv", RATIFICATION, "setter_id", "veldonia"),
        "an id of actors; did you mean 'veldania'? known: harbour-league, iven-tarso, korsmark, mira-dane, orla-teck, veldania",
    ),
    "a key to a scenario that is not told": (
        ("signposts.csv", "ratified", "scenario_id", "treaty-hold"),
        "an id of scenarios; did you mean 'treaty-holds'? known: league-leaves, treaty-fades, treaty-holds",
    ),
    "an end before the beginning": (
        ("events.csv", "2031-05-10-monitors-land", "end_date", "2031-05-09"),
        "a date not before date 2031-05-10",
    ),
    "an outcome before the announcement": (
        ("deadlines.csv", "2031-02-09-second-meeting", "outcome_on", "2031-01-09"),
        "a date not before announced_on 2031-01-10",
    ),
    "an outcome without its day": (
        ("deadlines.csv", "2031-03-31-harbour-open", "outcome_on", ""),
        "the day from which outcome and outcome_note became known",
    ),
    "a verdict without its day": (
        ("precedent_facts.csv", "lantern-terms", "compared_on", ""),
        "the day from which narrative_says and holds and made_on became known",
    ),
}


@pytest.fixture(scope="module")
def broken(harbour, tmp_path_factory):
    """A story with one broken cell for each rule, each in a row of its own."""
    story = Story(harbour, tmp_path_factory.mktemp("broken") / "data")
    for (file, row_id, column, value), _ in ONE_CELL.values():
        story.set(file, row_id, **{column: value})
    return story


@pytest.fixture(scope="module")
def problems(broken):
    return check(broken.folder)


@pytest.mark.parametrize(("cell", "accepted"), ONE_CELL.values(), ids=ONE_CELL)
def test_one_broken_cell_is_one_problem_that_names_its_place(cell, accepted, broken, problems):
    file, row_id, column, value = cell
    line = next(line for line, row in enumerate(broken.rows(file), start=2) if row_id in row.values())
    found = [problem for problem in problems if (problem.file, problem.row) == (file, row_id)]
    assert found == [Problem(file, line, row_id, column, value, accepted)]


def test_broken_cells_are_all_found_at_once_and_nothing_else(problems):
    assert len(problems) == len(ONE_CELL)


def test_a_problem_is_one_readable_line(story):
    story.set("events.csv", SIGNED, quad="mixed")
    assert str(only(story)) == (
        "events.csv, line 8, row 2031-04-10-treaty-signed, column quad: 'mixed'; accepted: string; one of "
        "verbal cooperation, material cooperation, verbal conflict, material conflict; not blank"
    )


def test_a_key_used_twice_is_found(story):
    story.add_like("events.csv", SIGNED, headline="The treaty is signed again")
    assert only(story) == Problem(
        "events.csv", 14, SIGNED, "event_id", SIGNED, "one event_id that no other row has, and not blank"
    )


def test_a_row_without_a_source_is_found(story):
    story.write("event_sources.csv", [row for row in story.rows("event_sources.csv") if row["event_id"] != SIGNED])
    accepted = "a row in event_sources.csv, or a standing of computed, elicited, judgement, remembered, unsourced"
    assert only(story) == Problem("events.csv", 8, SIGNED, "event_id", SIGNED, accepted)


def test_a_row_that_says_it_has_no_source_is_sound(story):
    story.write(
        "precedent_fact_sources.csv",
        [row for row in story.rows("precedent_fact_sources.csv") if row["fact_id"] != "salt-quiet"],
    )
    assert only(story).row == "salt-quiet"
    story.set("precedent_facts.csv", "salt-quiet", standing="unsourced")
    assert check(story.folder) == []


# No row claims more than its evidence, and what is said of a value is so

EARLY = (
    "observed_until",
    "ended_on",
    "first_force_on",
    "first_fatal_on",
    "return_to_war_on",
    "strict_failure_on",
    "exit_other_on",
)
SALT = {"table_name": "precedents", "row_id": "salt-1990", "column_name": "peak_troops", "new_value": "1200"}
FALSE_CORRECTIONS = {
    "no-such-table": {"table_name": "precedent"},
    "no-such-row": {"row_id": "salt-1991"},
    "no-such-column": {"column_name": "peak_troop"},
    "another-value": {"new_value": "1300"},
    "a-blank-for-a-value": {"new_value": ""},
    "a-value-for-a-blank": {"column_name": "mission", "row_id": "lantern-2010", "new_value": "a watch"},
}
OVERSTATED = {
    "a main event on weak sources alone": (
        "events.csv", "2031-06-ferries-return", "main", "true", "a source that is not weak, or false",
    ),
    "information confirmed by weak sources alone": (
        "events.csv", "2031-06-radio", "credibility", "1", "3 or more where all sources are weak",
    ),
    "information probable by weak sources alone": (
        "events.csv", "2031-01-20-tarso-warns", "credibility", "2", "3 or more where all sources are weak",
    ),
    "information confirmed by no source graded A or B": (
        "events.csv", "2031-03-archive", "credibility", "1", "2 or more where no source is graded A or B",
    ),
    "memory of a column that is not there": (
        "precedents.csv", "lantern-2010", "remembered", "war_clusters", "columns of the table; did you mean 'war_cluster'?",
    ),
    "memory of a column that is blank": (
        "precedents.csv", "salt-1990", "remembered", "return_to_war_on", "columns that hold a value",
    ),
    "a correction of no table": (
        "corrections.csv", "no-such-table", "table_name", "precedent", "a table of rows; did you mean 'precedents'?",
    ),
    "a correction of no row": (
        "corrections.csv", "no-such-row", "row_id", "salt-1991", "a key of precedents; did you mean 'salt-1990'?",
    ),
    "a correction of no column": (
        "corrections.csv", "no-such-column", "column_name", "peak_troop", "a column of precedents; did you mean 'peak_troops'?",
    ),
    "a correction to another value": (
        "corrections.csv", "another-value", "new_value", "1300", "'1200', as precedents has it",
    ),
    "a correction to a blank where a value stands": (
        "corrections.csv", "a-blank-for-a-value", "new_value", "", "'1200', as precedents has it",
    ),
    "a correction to a value where a blank stands": (
        "corrections.csv", "a-value-for-a-blank", "new_value", "a watch", "'', as precedents has it",
    ),
    **{
        f"{column} before the start": (
            "precedents.csv", f"early-{number}", column, "1990-06-29", "a date not before start_date 1990-06-30",
        )
        for number, column in enumerate(EARLY)
    },
}  # fmt: skip


def event_from(story, like: str, event_id: str, source_id: str, **cells: str) -> None:
    """Add an event that rests on one source."""
    story.add_like("events.csv", like, event_id=event_id, in_narrative="false", narrative_order="", told_on="", **cells)
    story.add("event_sources.csv", event_id=event_id, source_id=source_id, supports="the month")


def correction(story, correction_id: str, **cells: str) -> None:
    """Add a correction that states what the table holds, but for the cells given."""
    dated = {"why": "A page names it.", "corrected_on": "2031-07-15", "known_from": "1990-06-30"}
    story.add("corrections.csv", correction_id=correction_id, **{**SALT, **dated, **cells})


@pytest.fixture(scope="module")
def overstated(harbour, tmp_path_factory):
    """A story whose rows claim more than their evidence, each in one cell of a row of its own."""
    story = Story(harbour, tmp_path_factory.mktemp("overstated") / "data")
    event_from(story, "2031-06-ferries-return", "2031-06-radio", "state-radio", credibility="1")
    event_from(story, "2031-03-tolls-lifted", "2031-03-archive", "archive-lantern", credibility="1")
    story.set("events.csv", "2031-06-ferries-return", main="true")
    story.set("events.csv", "2031-01-20-tarso-warns", credibility="2")
    for number, column in enumerate(EARLY):
        story.add_like("precedents.csv", "salt-1990", case_id=f"early-{number}", **{column: "1990-06-29"})
        story.add("precedent_sources.csv", case_id=f"early-{number}", source_id="archive-salt", supports="the text")
    story.set("precedents.csv", "lantern-2010", remembered="war_cluster;war_clusters")
    story.set("precedents.csv", "salt-1990", remembered="parties;return_to_war_on")
    for correction_id, cells in FALSE_CORRECTIONS.items():
        correction(story, correction_id, **cells)
    return story


@pytest.fixture(scope="module")
def overstatements(overstated):
    return check(overstated.folder)


@pytest.mark.parametrize("claim", OVERSTATED.values(), ids=OVERSTATED)
def test_a_row_that_claims_too_much_is_one_problem_that_names_its_place(claim, overstated, overstatements):
    file, row_id, column, value, accepted = claim
    key = overstated.columns(file)[0]
    line = next(line for line, row in enumerate(overstated.rows(file), start=2) if row[key] == row_id)
    (found,) = [problem for problem in overstatements if (problem.file, problem.row) == (file, row_id)]
    assert (found.line, found.column, found.value) == (line, column, value)
    assert found.accepted.startswith(accepted)


def test_rows_that_claim_too_much_are_all_found_at_once_and_nothing_else(overstatements):
    assert len(overstatements) == len(OVERSTATED)


def test_what_the_evidence_just_bears_is_sound(story):
    story.set("events.csv", "2031-06-ferries-return", credibility="3")  # all weak
    event_from(story, "2031-03-tolls-lifted", "2031-03-archive", "archive-lantern", credibility="2", main="true")  # C
    story.set("events.csv", "2031-01-10-talks-open", credibility="1", main="true")  # the Gazette, B
    story.set("events.csv", "2031-02-09-plan-announced", credibility="1")  # the narrative beside an A
    story.set(
        "precedents.csv", "salt-1990", remembered="parties;peak_troops", ended_on="1990-06"
    )  # the month of the start
    correction(story, "peak")
    correction(story, "no-peak", row_id="lantern-2010", new_value="")
    correction(
        story,
        "who-denied",
        table_name="event-actors",
        row_id="2031-07-05-tarso-denies + mira-dane",
        column_name="actor_id",
        new_value="mira-dane",
    )
    assert check(story.folder) == []


def test_a_study_without_a_source_is_found(story):
    story.write("study_sources.csv", [row for row in story.rows("study_sources.csv") if row["study_id"] != "tarn-2020"])
    problem = only(story)
    assert (problem.file, problem.line, problem.row, problem.value) == ("studies.csv", 2, "tarn-2020", "tarn-2020")


def test_semicolons_are_one_problem_and_not_one_a_row(story):
    story.replace("roles.csv", ",", ";")
    assert only(story) == Problem(
        "roles.csv", 1, "", "", "role_id;actor_id;role;from_date;to_date;held_on", f"the columns {ROLES}, in this order and separated by commas"
    )  # fmt: skip


def test_latin_1_is_one_problem_with_its_line(story):
    text = (story.folder / "roles.csv").read_text("utf-8").replace("Premier", "Première")
    (story.folder / "roles.csv").write_bytes(text.encode("latin-1"))
    problem = only(story)
    assert (problem.file, problem.line, problem.accepted) == ("roles.csv", 5, "UTF-8 text")
    assert "can't decode byte 0xe8" in problem.value


def test_what_a_spreadsheet_adds_to_the_start_of_a_file_does_no_harm(story):
    (story.folder / "roles.csv").write_bytes(b"\xef\xbb\xbf" + (story.folder / "roles.csv").read_bytes())
    assert check(story.folder) == []
    assert len(story.view()["roles"]) == 4


def test_windows_line_ends_do_no_harm(story):
    (story.folder / "roles.csv").write_bytes((story.folder / "roles.csv").read_bytes().replace(b"\n", b"\r\n"))
    assert check(story.folder) == []


def test_a_missing_column_is_named(story):
    columns = [column for column in story.columns("roles.csv") if column != "held_on"]
    story.write("roles.csv", [{key: row[key] for key in columns} for row in story.rows("roles.csv")], columns)
    problem = only(story)
    assert (problem.line, problem.column) == (1, "held_on")


def test_a_column_too_many_is_found(story):
    story.write(
        "roles.csv",
        [{**row, "colour": "red"} for row in story.rows("roles.csv")],
        [*story.columns("roles.csv"), "colour"],
    )
    assert only(story).value == "role_id,actor_id,role,from_date,to_date,held_on,colour"


def test_a_cell_too_many_is_found(story):
    story.replace("roles.csv", "2031-04-10\n", "2031-04-10,x\n")
    problem = only(story)
    assert (problem.line, problem.row, problem.value) == (3, "league-alliance", "x")


def test_a_blank_line_is_found_and_shifts_no_other_place(story):
    story.replace("roles.csv", "\ntarso-marshal", "\n\ntarso-marshal")
    story.replace("roles.csv", "2031-01-20", "2031-01-40")
    blank, wrong = check(story.folder)
    assert (blank.line, blank.row) == (4, "")
    assert (wrong.line, wrong.row, wrong.value) == (6, "tarso-premier", "2031-01-40")


def test_a_cell_with_line_breaks_shifts_no_other_place(story):
    story.set("events.csv", "2030-01-10-harbour-closed", summary="The harbour\nis\n\nclosed.")
    story.set("events.csv", SIGNED, type="festive", date="2031-04-31")
    lines = (story.folder / "events.csv").read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if text.startswith(SIGNED))
    assert {(problem.line, problem.row, problem.column) for problem in check(story.folder)} == {
        (line, SIGNED, "type"),
        (line, SIGNED, "date"),
    }


def test_a_row_is_placed_where_it_begins(story):
    story.set("events.csv", SIGNED, summary="It was\nsigned.", type="festive")
    assert (only(story).line, only(story).row) == (8, SIGNED)


def test_a_long_value_is_shown_short_and_kept_whole_for_machines(story):
    story.set("events.csv", SIGNED, type="long " * 1000)
    problem = only(story)
    assert len(str(problem)) < 400
    assert "long…'; accepted: string; one of announcement" in str(problem)
    assert problem.as_dict()["value"] == "long " * 1000


def test_a_cell_may_be_of_any_length(story):
    story.set("events.csv", SIGNED, summary="long " * 100_000)
    assert check(story.folder) == []


def test_an_empty_file_is_one_problem(story):
    (story.folder / "roles.csv").write_text("")
    problem = only(story)
    assert (problem.file, problem.line) == ("roles.csv", 1)


def test_a_missing_file_is_one_problem(story):
    (story.folder / "roles.csv").unlink()
    assert only(story) == Problem("roles.csv", 0, "", "", "no such file", "a file, as datapackage.json lists it")


def test_a_table_without_rows_is_sound(story):
    story.write("deadlines.csv", [])
    story.write("deadline_sources.csv", [])
    assert check(story.folder) == []
    assert list(story.view()["deadlines"]["deadline_id"]) == []


def test_yaml_that_cannot_be_read_is_one_problem_with_its_line(story):
    story.replace("story.yml", "title: The", "title: [The")
    problem = only(story)
    assert (problem.file, problem.line, problem.accepted) == ("story.yml", 3, "YAML")


YAML = {
    "of another type": (("order: 1", "order: first"), "treaty-holds", "order", "first", "type integer"),
    "not in the calendar": (
        ('told_on: "2031-08-01"', 'told_on: "2031-08-32"'),
        "league-leaves", "told_on", "2031-08-32",
        "a day, month or year of the calendar: an ISO date: YYYY, YYYY-MM or YYYY-MM-DD",
    ),
    "used twice": (
        ("scenario_id: league-leaves", "scenario_id: treaty-fades"),
        "treaty-fades", "scenario_id", "treaty-fades", "a key that no other row has",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "row", "column", "value", "accepted"), YAML.values(), ids=YAML)
def test_a_value_in_yaml_is_checked_like_a_cell(change, row, column, value, accepted, story):
    story.replace("scenarios.yml", *change)
    assert only(story) == Problem("scenarios.yml", 0, row, column, value, accepted)


def test_a_key_that_yaml_lacks_is_named(story):
    story.replace("scenarios.yml", "  order: 1\n", "")
    problem = only(story)
    assert (problem.row, problem.value) == ("treaty-holds", "'order' is a required property")


def test_a_key_that_yaml_should_not_have_is_named_with_those_it_may(story):
    story.replace("scenarios.yml", "  order: 1\n", "  order: 1\n  odds: 3\n")
    problem = only(story)
    assert "'odds' was unexpected" in problem.value
    assert problem.accepted.startswith("no other keys than scenario_id, order, title")


def test_a_key_out_of_yaml_must_lead_somewhere(story):
    story.replace("story.yml", "source_id: harbour-story", "source_id: harbour-storey")
    problem = only(story)
    assert (problem.file, problem.column, problem.value) == ("story.yml", "narrative.source_id", "harbour-storey")
    assert problem.accepted.startswith("an id of sources; did you mean 'harbour-story'?")


def test_a_package_that_nothing_can_read_is_a_problem_and_no_crash(story):
    story.replace("datapackage.json", '"type": "boolean"', '"type": "bool"')
    problem = only(story)
    assert (problem.file, problem.accepted) == ("datapackage.json", "a descriptor that Frictionless can read")


@pytest.mark.parametrize("path", ["../roles.csv", "/etc/passwd", "a b.csv"])
def test_a_package_that_reaches_outside_its_folder_is_refused(path, story):
    story.replace("datapackage.json", '"roles.csv"', json.dumps(path))
    with pytest.raises(DossierError, match="accepted: a file inside the folder"):
        check(story.folder)


def test_all_problems_come_at_once_in_order_of_file_and_line(story):
    story.set("events.csv", "2031-03-tolls-lifted", type="festive")
    story.set("events.csv", SIGNED, date="2031-04-31")
    story.set("deadlines.csv", RATIFICATION, outcome_on="")
    story.replace("scenarios.yml", "order: 1", "order: first")
    story.replace("roles.csv", ",", ";")
    (story.folder / "actors.csv").unlink()
    found = [(problem.file, problem.line) for problem in check(story.folder)]
    assert found == [
        ("actors.csv", 0),
        ("deadlines.csv", 4),
        ("events.csv", 6),
        ("events.csv", 8),
        ("roles.csv", 1),
        ("scenarios.yml", 0),
    ]


def test_the_command_ends_with_0_on_a_sound_package(dossier, story):
    assert dossier("check", str(story.folder)) == (0, "", "sound: no problems\n")


def test_the_command_ends_with_1_and_lists_every_problem(dossier, story):
    story.set("events.csv", SIGNED, quad="mixed", type="festive")
    said = dossier("check", str(story.folder))
    assert (said.code, said.err) == (1, "2 problems\n")
    assert [line.split(":")[0] for line in said.out.splitlines()] == [
        "events.csv, line 8, row 2031-04-10-treaty-signed, column quad",
        "events.csv, line 8, row 2031-04-10-treaty-signed, column type",
    ]


def test_the_command_writes_problems_for_machines(dossier, story):
    story.set("events.csv", SIGNED, quad="mixed")
    said = dossier("check", str(story.folder), "--json")
    (problem,) = json.loads(said.out)
    assert said.code == 1
    assert {key: problem[key] for key in ("file", "line", "row", "column", "value")} == {
        "file": "events.csv", "line": 8, "row": SIGNED, "column": "quad", "value": "mixed",
    }  # fmt: skip


def test_the_command_says_in_one_line_that_there_is_no_package(dossier, tmp_path):
    said = dossier("check", str(tmp_path))
    assert said.code == 1
    assert said.err == f"dossier: {tmp_path}/datapackage.json: not found; a story is a folder with a datapackage.json\n"


def test_the_command_checks_the_project_it_stands_in(dossier, root):
    assert dossier("check", where=root / "notebooks").code == 0
