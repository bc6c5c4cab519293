"""How strong the evidence under a row is, read off its sources."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier import evidence

KINDS = ("primary", "primary copy", "wire", "news", "institute", "study", "dataset", "reference", "relay")
SIGNED, LANDED, CLOSED = "2031-04-10-treaty-signed", "2031-05-10-monitors-land", "2030-01-10-harbour-closed"
WARNED, FERRIES, SHIPS = "2031-01-20-tarso-warns", "2031-06-ferries-return", "2031-06-29-ships-turned-back"


@pytest.fixture(scope="module")
def rows(harbour_view):
    return evidence.strength(harbour_view, "event-sources", "event_id")


def strength_of(story, event_id: str) -> pd.Series:
    return evidence.strength(story.view(), "event-sources", "event_id").loc[event_id]


@pytest.mark.parametrize("letter", list("ABCDEF"))
@pytest.mark.parametrize("kind", evidence.WEAK_KINDS)
def test_a_source_of_a_weak_kind_is_weak_whatever_its_letter(kind, letter):
    assert evidence.is_weak(kind, letter)


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_of_another_kind_is_weak_from_d_on(kind):
    assert [evidence.is_weak(kind, letter) for letter in "ABCDEF"] == [False, False, False, True, True, True]


def test_every_weak_kind_is_a_kind_of_the_package(harbour_view):
    (kind,) = [field for field in harbour_view.package.table("sources").fields if field["name"] == "kind"]
    assert set(kind["constraints"]["enum"]) == {*KINDS, *evidence.WEAK_KINDS}


def test_every_row_has_a_strength(rows, harbour_view):
    assert sorted(rows.index) == sorted(harbour_view["events"]["event_id"])
    assert set(rows["strength"]) <= set(evidence.STRENGTHS)


def test_one_source_that_is_not_weak_is_one_source(rows):
    signed = rows.loc[SIGNED]  # the bulletin, A
    assert (signed["sources"], signed["best"], signed["weak"], signed["strength"]) == (1, "A", False, "one source")
    assert signed["weak_kinds"] == ()


def test_several_sources_have_the_letter_of_the_best(rows):
    planned = rows.loc["2031-02-09-plan-announced"]  # the narrative, F, and the bulletin, A
    assert (planned["sources"], planned["best"], planned["weak"]) == (2, "A", False)
    assert planned["strength"] == "several sources"


def test_several_weak_sources_stay_weak(rows):
    warned = rows.loc[WARNED]  # the narrative, F, and a radio of the state, E
    assert (warned["sources"], warned["best"], warned["weak"]) == (2, "E", True)
    assert warned["strength"] == "weak sources alone"
    assert warned["weak_kinds"] == ("narrative", "state-controlled")


def test_what_a_weak_row_rests_on_is_said(rows):
    assert evidence.said_of(rows.loc[WARNED]) == "weak sources alone (narrative, state-controlled)"
    assert evidence.said_of(rows.loc[FERRIES]) == "weak sources alone (state-controlled)"


def test_a_row_without_a_source_has_none_and_is_weak(harbour_view):
    facts = evidence.strength(harbour_view, "precedent-fact-sources", "fact_id")
    lesson = facts.loc["salt-lesson"]
    assert (lesson["sources"], lesson["best"], lesson["weak"], lesson["later"]) == (0, "none", True, 0)
    assert lesson["strength"] == "no source"
    assert evidence.said_of(lesson) == "no source"


def test_one_source_published_after_the_day_is_a_later_one(rows):
    assert rows["later"].sum() == 1  # the Gazette of 2 July
    assert rows.loc[SHIPS, "later"] == 1


@pytest.mark.parametrize(
    ("published", "later"), [("2031-06-30", 0), ("2031-07-01", 1), ("2031-07", 1), ("2031", 0), ("", 0)]
)
def test_a_source_is_later_if_it_lies_wholly_after_the_day(published, later, story):
    story.set("sources.csv", "gazette-0702", published=published)
    assert strength_of(story, SHIPS)["later"] == later


@pytest.mark.parametrize(
    ("kind", "letter", "weak"), [("wiki", "B", True), ("blog", "C", True), ("news", "D", True), ("news", "C", False)]
)
def test_one_change_of_a_source_changes_the_strength_of_its_row(kind, letter, weak, story):
    story.set("sources.csv", "gazette-0110", kind=kind, reliability=letter)
    closed = strength_of(story, CLOSED)
    assert (closed["weak"], closed["best"]) == (weak, letter)


def test_a_source_that_is_not_weak_makes_its_row_strong_among_weak_ones(story):
    story.add("event_sources.csv", event_id=FERRIES, source_id="gazette-0629", supports="the ferries")
    ferries = strength_of(story, FERRIES)
    assert (ferries["sources"], ferries["best"], ferries["weak"], ferries["weak_kinds"]) == (2, "B", False, ())


def test_rows_are_counted_by_best_letter_and_strength(rows):
    table = evidence.counts(rows)
    # A: tolls, welcome and treaty from the bulletin alone, the plan with the narrative beside it;
    # B: closing, talks and monitors from the Gazette alone, the ships from two of its issues; E: the radio
    assert list(table.columns) == ["several sources", "one source", "weak sources alone", "no source"]
    assert table.T.to_dict("list") == {"A": [1, 3, 0, 0], "B": [1, 3, 0, 0], "E": [0, 0, 2, 0]}


def test_rows_without_a_source_are_counted_last(harbour_view):
    table = evidence.counts(evidence.strength(harbour_view, "precedent-fact-sources", "fact_id"))
    assert table.T.to_dict("list") == {"A": [0, 4, 0, 0], "C": [0, 4, 0, 0], "none": [0, 0, 0, 2]}


def test_no_rows_have_a_table_without_rows(rows):
    table = evidence.counts(rows.iloc[:0])
    assert table.empty
    assert list(table.columns) == list(evidence.STRENGTHS)


@given(st.lists(st.tuples(st.sampled_from(evidence.LETTERS), st.sampled_from(evidence.STRENGTHS)), min_size=1))
def test_every_row_is_counted_once(pairs):
    table = evidence.counts(pd.DataFrame(pairs, columns=["best", "strength"]))
    assert table.to_numpy().sum() == len(pairs)
    assert list(table.index) == sorted(set(letter for letter, _ in pairs), key=evidence.LETTERS.index)
