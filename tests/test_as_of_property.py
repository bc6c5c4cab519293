"""The rule that everything rests on: what is dated after the as-of day changes no byte of an edition."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from stories import DAY, Story, written

from dossier import data
from dossier.data import Package, Table

LAST = date.fromisoformat(DAY)
many = settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
few = settings(max_examples=4)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    str.strip
)
any_day = st.dates(date(1950, 1, 1), date(2040, 12, 31)).map(date.isoformat)


@st.composite
def later_dates(draw: st.DrawFn) -> str:
    """A day, month or year that has not ended on the as-of day; it may have begun."""
    day = draw(st.dates(LAST + timedelta(days=1), date(2040, 12, 31)))
    return day.isoformat()[: draw(st.sampled_from([10, 7, 4]))]


@st.composite
def later_rows(draw: st.DrawFn, package: Package, table: Table, known: Mapping[str, list[str]]) -> dict[str, str]:
    """A row of any table that belongs to the time after the day: by its date, or because its whole does.

    What rests on memory names columns that hold a value, and a correction states a value that stands in the story.
    """
    row = {field["name"]: draw(_cells(field, table, known)) for field in table.fields}
    if "remembered" in row:
        held = [name for name in table.columns if row[name] and name != "remembered"]
        row["remembered"] = ";".join(draw(st.lists(st.sampled_from(held), max_size=3, unique=True)))
    return {**row, **draw(st.sampled_from(STATED))} if table.name == "corrections" else row


STATED = [
    {
        "table_name": "precedents",
        "row_id": "salt-1990",
        "column_name": "peak_troops",
        "new_value": "1200",
        "expect": "",
    },
    {
        "table_name": "precedents",
        "row_id": "salt-1990",
        "column_name": "peak_troops",
        "old_value": "1200",
        "new_value": "9",
        "expect": "1200",
    },
    {"table_name": "precedents", "row_id": "lantern-2010", "column_name": "peak_troops", "new_value": "", "expect": ""},
    {
        "table_name": "events",
        "row_id": "2031-03-tolls-lifted",
        "column_name": "cameo",
        "new_value": "085",
        "expect": "",
    },
]


def _cells(field: Mapping[str, Any], table: Table, known: Mapping[str, list[str]]) -> st.SearchStrategy[str]:
    name, rules = field["name"], field.get("constraints", {})
    link = next((link for link in table.foreign_keys if link.column == name), None)
    blank = st.nothing() if rules.get("required") else st.just("")
    if name in table.cut:
        return later_dates() if rules.get("required") or name == table.cut[-1] else later_dates() | blank
    if link and name == table.part_of and not table.cut:
        return st.just(_later_id(link.table))
    if link:
        return st.sampled_from([*known[link.table], _later_id(link.table)]) | blank
    if name in table.key:
        return st.just(_later_id(table.name))
    return _values(field, rules) | blank


def _values(field: Mapping[str, Any], rules: Mapping[str, Any]) -> st.SearchStrategy[str]:
    if "enum" in rules:
        return st.sampled_from(rules["enum"])
    if field.get("dossier", {}).get("date") or field["type"] == "date":
        return any_day
    by_type = {
        "integer": st.integers(1, 4).map(str),
        "number": st.integers(0, 9).map(str),
        "boolean": st.sampled_from(["true", "false"]),
    }
    return by_type.get(field["type"], words)


def _later_id(table: str) -> str:
    return f"later-{table}"


def _known_ids(view: data.View) -> dict[str, list[str]]:
    return {
        table.name: sorted(view.raw[table.name][table.key[0]]) for table in view.package.tables.values() if table.key
    }


class Written(tuple):
    """A view's bytes and hash, printed short."""

    def __repr__(self) -> str:
        return f"<{self[1]}>"


@pytest.fixture(scope="module")
def as_it_was(harbour_view, tmp_path_factory):
    """The view before anything is added."""
    return Written(written(harbour_view, tmp_path_factory.mktemp("before") / "view"))


@many
@given(draws=st.data())
def test_rows_dated_later_change_no_byte(draws, harbour, harbour_view, as_it_was):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(harbour, Path(folder) / "data")
        known = _known_ids(harbour_view)
        for table in harbour_view.package.tables.values():
            if not table.is_yaml and (table.cut or table.part_of or table.keep):  # the others belong to no day
                story.add(table.path, **draws.draw(later_rows(harbour_view.package, table, known), label=table.name))
        assert written(story.view(), Path(folder) / "view") == as_it_was


@few
@example(told_on="2031", title="x", place=0)
@given(told_on=later_dates(), title=words, place=st.integers(0, 3))
def test_scenarios_told_later_change_no_byte(told_on, title, place, harbour, as_it_was):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(harbour, Path(folder) / "data")
        scenarios = story.scenarios()
        scenarios.insert(place, {**scenarios[0], "scenario_id": "later", "told_on": told_on, "title": title})
        story.write_scenarios(scenarios)
        assert written(story.view(), Path(folder) / "view") == as_it_was


@few
@given(known_on=later_dates(), outcome=st.sampled_from(["met", "missed", "dropped", "moved"]), note=words)
def test_outcomes_known_later_change_no_byte(known_on, outcome, note, harbour, as_it_was):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(harbour, Path(folder) / "data")
        story.set(
            "deadlines.csv", "2031-07-31-ratification", outcome=outcome, outcome_on=known_on, outcome_note=f"x {note}"
        )
        assert written(story.view(), Path(folder) / "view") == as_it_was


@few
@example(told_on="2031", text="x", key="overview")
@given(told_on=later_dates(), text=words, key=st.sampled_from(["overview", "tension"]))
def test_paragraphs_of_the_story_told_later_change_no_byte(told_on, text, key, harbour, as_it_was):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(harbour, Path(folder) / "data")
        path = story.folder / "story.yml"
        told = yaml.load(path.read_text("utf-8"), Loader=data.TextDates)
        told[key].append({"told_on": told_on, "text": text})
        path.write_text(yaml.safe_dump(told, sort_keys=False, allow_unicode=True), "utf-8")
        assert written(story.view(), Path(folder) / "view") == as_it_was


REVEALED = {
    "first_force_on": ("precedents.csv", "salt-1990", {}),
    "first_fatal_on": ("precedents.csv", "salt-1990", {}),
    "return_to_war_on": ("precedents.csv", "salt-1990", {}),
    "exit_other_on": ("precedents.csv", "salt-1990", {"exit_other": "unification"}),
    "strict_failure_on": ("precedents.csv", "salt-1990", {}),
    "ended_on": ("precedents.csv", "salt-1990", {"ended_as": "breached", "ended_note": "guards withdrawn"}),
    "observed_until": ("precedents.csv", "salt-1990", {}),
    "to_date": ("roles.csv", "teck-president", {}),
    "end_date": ("events.csv", "2031-06-29-ships-turned-back", {}),
}


@few
@example(later="2031")
@given(later=later_dates())
@pytest.mark.parametrize("column", REVEALED)
def test_dates_that_come_later_change_no_byte(column, later, harbour, as_it_was):
    """A violation, an exit, the end of a role or of an event, the last day to which a case was followed."""
    file, row_id, others = REVEALED[column]
    with tempfile.TemporaryDirectory() as folder:
        story = Story(harbour, Path(folder) / "data")
        story.set(file, row_id, **{column: later}, **others)
        assert written(story.view(), Path(folder) / "view") == as_it_was


@few
@example(later="2031")
@given(later=later_dates())
def test_what_the_narrative_tells_later_changes_no_byte(later, harbour, as_it_was):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(harbour, Path(folder) / "data")
        untold = [row["event_id"] for row in story.rows("events.csv") if row["in_narrative"] == "false"]
        for order, event_id in enumerate(untold, start=7):
            story.set("events.csv", event_id, in_narrative="true", narrative_order=str(order), told_on=later)
        assert written(story.view(), Path(folder) / "view") == as_it_was


@few
@given(text=words)
def test_what_becomes_of_a_scheduled_event_changes_no_byte(text, harbour):
    with tempfile.TemporaryDirectory() as folder:
        plans = {"event_id": "2031-12-01-review", "date": "2031-12-01", "announced_on": "2031-06-01"}
        views = []
        for number, summary in enumerate(["It was put off.", text]):
            story = Story(harbour, Path(folder) / f"data-{number}")
            story.add_like("events.csv", "2031-04-10-treaty-signed", **plans, summary=summary)
            views.append(written(story.view(), Path(folder) / f"view-{number}"))
        assert Written(views[0]) == Written(views[1])


@few
@given(days=st.tuples(*[st.dates(date(2030, 1, 1), date(2031, 12, 31))] * 2).map(sorted))
def test_cutting_twice_is_cutting_at_the_earlier_day(days, harbour):
    earlier, later = (day.isoformat() for day in days)
    _cut_twice(harbour, earlier, later)


@pytest.mark.parametrize("later", ["2026-02-25", "2026-08-21"])
def test_the_real_story_cut_twice_is_the_real_story_cut_once(later, root):
    _cut_twice(root / "data", "2025-12-30", later)


@pytest.mark.parametrize("day", ["2025-05-09", "2025-09-01", "2026-02-25"])
def test_every_later_row_of_the_real_story_can_be_taken_away(day, root, tmp_path):
    """The view of a day is the same whether or not the table holds what came after."""
    view = data.view(data.describe(root / "data"), as_of=day)
    story = Story(root / "data", tmp_path / "data")
    for table in view.package.tables.values():
        if not table.is_yaml and table.cut:
            kept = set(view.raw[table.name][list(table.key)].itertuples(index=False, name=None))
            story.write(
                table.path, [row for row in story.rows(table.path) if tuple(row[key] for key in table.key) in kept]
            )
    assert written(story.view(day), tmp_path / "without") == written(view, tmp_path / "with")


def _cut_twice(folder: Path, earlier: str, later: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        once = data.view(data.describe(folder), as_of=earlier)
        data.write(data.view(data.describe(folder), as_of=later), Path(place) / "later")
        twice = data.view(data.describe(Path(place) / "later"), as_of=earlier)
        assert written(twice, Path(place) / "twice") == written(once, Path(place) / "once")
