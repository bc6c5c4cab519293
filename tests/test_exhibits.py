"""Exhibits leave a cell as data, and one that could not be read or cited is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dossier import exhibits, tables
from dossier.exhibits import (
    ChartExhibit,
    CodeExhibit,
    Column,
    EntriesExhibit,
    Entry,
    ExhibitError,
    Row,
    TableExhibit,
    ref,
)

HOSTILE = '<script>alert(1)</script> & "quotes" {{ x }} $x$ `{role}` *b*'
TABLE = TableExhibit(
    "tbl-one", "One", [Column("A"), Column("B", "days", "right")], [Row(["x", "1"], "evt-x")], "a source", "2031-06-30"
)
CHART = ChartExhibit(
    "fig-one", {"mark": "point"}, "One", "below", "A point.", "Read it so.", "a source", "2031-06-30", TABLE
)
ENTRIES = EntriesExhibit([Entry("evt-x", "X", ["meta"], ["body"], [("Sources", ["one"])])], "a source", "2031-06-30")


@pytest.mark.parametrize("blank", ["title", "source", "as_of"])
def test_a_table_needs_what_every_reader_needs(blank):
    with pytest.raises(ExhibitError, match=f"tbl-one: blank {blank}; every exhibit carries them"):
        replace(TABLE, **{blank: " "})


@pytest.mark.parametrize("blank", ["title", "subtitle", "alt", "reading", "source", "as_of"])
def test_a_chart_needs_what_a_reader_who_cannot_see_it_needs(blank):
    with pytest.raises(ExhibitError, match=f"fig-one: blank {blank}"):
        replace(CHART, **{blank: ""})


@pytest.mark.parametrize("blank", ["source", "as_of"])
def test_entries_need_source_and_day(blank):
    with pytest.raises(ExhibitError, match=f"entries: blank {blank}"):
        replace(ENTRIES, **{blank: ""})


def test_several_blanks_are_told_at_once():
    with pytest.raises(ExhibitError, match="fig-one: blank alt, reading"):
        replace(CHART, alt="", reading="")


@pytest.mark.parametrize("label", ["fig-one", "tbl-One", "tbl-", "tbl one", "tbl-one\n", "", None])
def test_a_table_is_labelled_as_a_table(label):
    with pytest.raises(ExhibitError, match="accepted is tbl-words-in-lower-case"):
        replace(TABLE, label=label)


@pytest.mark.parametrize("label", ["tbl-one", "fig-", "figone"])
def test_a_chart_is_labelled_as_a_figure(label):
    with pytest.raises(ExhibitError, match="accepted is fig-words-in-lower-case"):
        replace(CHART, label=label)


def test_rows_and_entries_are_labelled_with_known_prefixes():
    with pytest.raises(ExhibitError, match="label 'row-x': accepted is a known prefix"):
        replace(TABLE, rows=[Row(["x", "1"], "row-x")])
    with pytest.raises(ExhibitError, match="label 'entry': accepted is a known prefix"):
        replace(ENTRIES, entries=[Entry("entry", "X")])


def test_a_row_has_as_many_cells_as_there_are_columns():
    with pytest.raises(ExhibitError, match="tbl-one: a row has 1 cells for 2 columns"):
        replace(TABLE, rows=[Row(["x"])])


@pytest.mark.parametrize(
    "exhibit", [TABLE, CHART, ENTRIES, CodeExhibit("text", "words")], ids=lambda one: type(one).__name__
)
def test_an_exhibit_offers_data_and_prints_without_addresses(exhibit):
    bundle = exhibit._repr_mimebundle_()
    assert bundle[exhibit.mime()] == exhibit.content()
    assert json.loads(json.dumps(exhibit.content())) == exhibit.content()
    assert " at 0x" not in repr(exhibit)
    assert bundle["text/plain"] == repr(exhibit)


def test_a_chart_carries_the_readers_part_in_its_usermeta():
    own = CHART.content()["usermeta"]["dossier"]
    assert (own["label"], own["alt"], own["reading"], own["narrow"]) == ("fig-one", "A point.", "Read it so.", None)
    assert own["table"] == {"columns": TABLE.content()["columns"], "rows": [["x", "1"]]}


def test_a_table_is_filtered_by_columns_that_it_has():
    content = replace(TABLE, filters=("B",)).content()
    assert content["filters"] == [False, True]
    assert TABLE.content()["filters"] == [False, False]


def test_a_filter_of_another_column_is_refused():
    with pytest.raises(ExhibitError, match="tbl-one: no column C, D to filter by"):
        replace(TABLE, filters=("D", "A", "C"))


def test_what_an_entry_folds_away_leaves_with_it():
    entry = Entry("evt-x", "X", more=[("Coding", "as stated"), ("Sources", ["one ", ref("two", "src-two")])])
    (content,) = replace(ENTRIES, entries=[entry]).content()["entries"]
    assert content["more"] == [
        {"title": "Coding", "text": "as stated"},
        {"title": "Sources", "text": ["one ", {"text": "two", "ref": "src-two"}]},
    ]


def test_facets_leave_with_their_titles_and_the_values_of_each_entry():
    entries = [Entry("evt-x", "X", facets={"kind": ["legal"], "actor": ("a", "b")}), Entry("evt-y", "Y")]
    content = replace(ENTRIES, entries=entries, facets={"actor": "Actor", "kind": "Type"}).content()
    assert content["facets"] == [["actor", "Actor"], ["kind", "Type"]]
    assert [entry["facets"] for entry in content["entries"]] == [{"kind": ["legal"], "actor": ["a", "b"]}, {}]


def test_a_facet_that_the_list_does_not_have_is_refused():
    entry = Entry("evt-x", "X", facets={"mood": ["calm"]})
    with pytest.raises(ExhibitError, match="evt-x: facets mood; accepted are actor, kind"):
        replace(ENTRIES, entries=[entry], facets={"actor": "Actor", "kind": "Type"})


@pytest.mark.parametrize("name", ["Kind", "kind of", "kind-of", "kind1", "", "kind\n"])
def test_a_facet_is_named_in_one_word_of_lower_case(name):
    with pytest.raises(ExhibitError, match="accepted are words in lower case"):
        replace(ENTRIES, facets={name: "Kind"})


def test_hostile_text_stays_data_and_is_escaped_for_the_notebook():
    table = replace(TABLE, title=HOSTILE, rows=[Row([HOSTILE, ref(HOSTILE, "evt-x")])])
    assert table.content()["title"] == HOSTILE
    assert "<script>" not in table.as_html()
    assert "&lt;script&gt;" in table.as_html()


def test_an_empty_list_of_entries_says_since_when():
    assert repr(replace(ENTRIES, entries=[], empty="No event in the data")) == "No event in the data as of 2031-06-30."


def test_inline_content_reads_as_text():
    inline = ["see ", ref("X", "evt-x"), ", ", exhibits.em("or"), [" ", exhibits.link("there", "https://example.org")]]
    assert exhibits.plain(inline) == "see X, or there"


@pytest.mark.parametrize("url", [None, "", float("nan")])
def test_a_link_without_an_address_is_text(url):
    assert exhibits.link("there", url) == "there"


def test_a_source_shows_its_grade_how_it_was_read_and_whether_it_is_later(harbour_view):
    shown = exhibits.plain(tables.cited(harbour_view, ["gazette-0629", "gazette-0702"]))
    assert shown == "Fictional example [B2, excerpt]; Fictional example [B2, excerpt, later source]"


def test_a_row_without_a_source_says_so(harbour_view):
    assert tables.row_sources(harbour_view, "precedent-fact-sources", "fact_id")["salt-lesson"] == ["no source"]


def test_a_table_credits_the_tables_it_was_made_of(harbour_view):
    assert exhibits.plain(tables.own_tables(harbour_view, "events")).startswith("this report's table events")
    assert {"text": "deadlines", "ref": "tbl-dictionary-deadlines"} in tables.own_tables(
        harbour_view, "events", "deadlines"
    )


def test_blanks_show_as_a_dash():
    assert (tables.day(None), tables.day(""), tables.day("2031-06"), tables.blank(None), tables.blank("x")) == (
        "–",
        "–",
        "June 2031",
        "–",
        "x",
    )
    assert tables.rows([["", "x"]])[0].cells == ["–", "x"]
