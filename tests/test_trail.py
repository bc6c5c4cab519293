"""The trail: from a row to its sources, and from a source to every row that rests on it."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pandas as pd
import pytest
from cells import pages
from stories import DAY
from test_pages import exhibits, labels_made, labels_written

from dossier import data, findings, tables, trail
from dossier.data import View
from dossier.errors import DossierError
from dossier.pages import sources as page
from dossier.pages import timeline

TREATY, SHIPS = ("events", "2031-04-10-treaty-signed"), ("events", "2031-06-29-ships-turned-back")


def linked(view: View) -> Counter:
    """Every row of every table that names a source: the source, the table of the row it supports, and the row."""
    found: Counter = Counter()
    for table in view.package.tables.values():
        whole = next((link for link in table.foreign_keys if link.column == table.part_of), None)
        if whole and "source_id" in table.columns:
            found.update(
                (row["source_id"], whole.table, row[whole.column]) for row in view[table.name].to_dict("records")
            )
    return found


@pytest.fixture(scope="module", params=["harbour", "real"])
def view(request, harbour_view, real_view) -> View:
    return {"harbour": harbour_view, "real": real_view}[request.param]


def test_a_link_table_names_a_row_and_a_source(view):
    names = [table.name for table, _, _ in trail.links(view)]
    assert len(names) == len(set(names))
    assert set(names) == {
        table.name for table in view.package.tables.values() if "source_id" in table.columns and table.part_of
    }


def test_the_sources_of_rows_come_once_each(harbour_view):
    assert trail.sources_of_rows(harbour_view, [TREATY]) == ["bulletin-0410"]
    assert trail.sources_of_rows(harbour_view, [SHIPS]) == ["gazette-0629", "gazette-0702"]
    assert trail.sources_of_rows(harbour_view, [SHIPS, TREATY, SHIPS]) == [
        "bulletin-0410",
        "gazette-0629",
        "gazette-0702",
    ]
    both = [TREATY, ("proposals", "treaty-1"), ("series", "quays-league")]
    assert trail.sources_of_rows(harbour_view, both) == ["bulletin-0410"]


def test_a_row_without_a_source_and_no_row_at_all_have_none(harbour_view):
    assert trail.sources_of_rows(harbour_view, [("proposals", "five-5")]) == []
    assert trail.sources_of_rows(harbour_view, []) == []


def test_a_key_counts_in_its_own_table_alone(harbour_view):
    assert trail.sources_of_rows(harbour_view, [("deadlines", TREATY[1])]) == []
    assert trail.sources_of_rows(harbour_view, [("claims", "watch-hundred")]) == []  # the figure of that name has one


def test_every_link_row_appears_exactly_once_under_its_source(view):
    found = Counter((source, *row) for source, rows in trail.rows_by_source(view).items() for row in rows)
    assert found == linked(view)
    assert set(found.values()) == {1}


def test_from_a_row_to_its_sources_and_back(view):
    resting = trail.rows_by_source(view)
    rows_of_all = sorted({row for rows in resting.values() for row in rows})
    for row in rows_of_all[:: max(1, len(rows_of_all) // 60)]:
        named = trail.sources_of_rows(view, [row])
        assert {source for source, rows in resting.items() if row in rows} == set(named)


def test_every_source_of_the_edition_is_in_the_trail_and_something_rests_on_it(view):
    resting = trail.rows_by_source(view)
    assert list(resting) == list(view["sources"]["source_id"])
    assert [source for source, rows in resting.items() if not rows] == []


def test_every_row_under_a_source_exists(view):
    for rows in trail.rows_by_source(view).values():
        for table, key in rows:
            assert key in set(view[table][view.package.table(table).key[0]])


def test_the_sources_of_a_table_are_those_of_its_rows(view):
    for table, named in trail.sources_by_table(view).items():
        if table in {"sources", *trail.HELD_BY}:
            continue
        keys = view[table][view.package.table(table).key[0]]
        assert named == set(trail.sources_of_rows(view, [(table, key) for key in keys]))


def test_conflicts_are_sourced_by_their_set(harbour_view):
    under = trail.sources_by_table(harbour_view)
    assert under["conflict-spells"] == under["case-sets"] == {"archive-salt"}


def test_values_of_a_series_are_sourced_by_the_series(harbour_view):
    under = trail.sources_by_table(harbour_view)
    assert under["series"] == under["observations"] == under["indicators"] == {"gazette-0629", "bulletin-0410"}


def test_a_source_published_later_supports_only_what_it_may(harbour, harbour_view):
    assert "bulletin-0801" not in trail.rows_by_source(harbour_view)
    august = data.view(data.describe(harbour), as_of="2031-08-01")
    assert ("series", "quays-league") in trail.rows_by_source(august)["bulletin-0410"]
    assert ("positions", "tarso-watch-july") in trail.rows_by_source(august)["bulletin-0801"]


BEFORE_THE_NARRATIVE = "2031-02-15"  # no case has a page of its own yet, though its facts are known


@pytest.fixture(scope="module", params=[DAY, BEFORE_THE_NARRATIVE])
def told(request, harbour_project) -> tuple[View, set[str]]:
    """The invented story on a day, and every label that its pages define."""
    made = pages(harbour_project, request.param)
    labels = {label for exhibit in exhibits(made) for label in labels_made(exhibit)}
    view = data.view(data.describe(harbour_project / "data"), as_of=request.param)
    return view, labels | set(labels_written(harbour_project, request.param))


@pytest.mark.parametrize("table", list(trail.PLACES))
def test_a_place_leads_to_a_label_that_a_page_defines(told, table):
    view, labels = told
    keys = list(view[table][view.package.table(table).key[0]])
    places = trail.places(view, [(table, key) for key in keys])
    wanted = [place["ref"] for place in places if isinstance(place, dict)]
    assert sorted(set(wanted) - labels) == []
    assert len(set(wanted)) == len(wanted)
    assert len(wanted) == len(keys) or view.as_of.isoformat() != DAY


def test_a_row_without_a_place_is_named_in_words(harbour_view):
    (place,) = trail.places(harbour_view, [("series", "quays-gazette")])
    assert place == f"{harbour_view.package.table('series').title.lower()}: quays-gazette"


def test_places_come_in_the_order_of_the_rows(harbour_view):
    places = trail.places(harbour_view, [SHIPS, TREATY])
    assert [place["ref"] for place in places] == [f"evt-{SHIPS[1]}", f"evt-{TREATY[1]}"]


def test_the_register_names_every_row_that_rests_on_a_source(view, tmp_path, monkeypatch):
    findings.write(findings.Published.of(timeline.answer(view).findings), tmp_path / findings.FILE)
    monkeypatch.chdir(tmp_path)  # the register counts the findings of its own edition
    resting = trail.rows_by_source(view)
    for row in page.register(view, "1", rows_a_page=10_000).rows:
        text = str(row.cells[-1])
        assert all(f": {key}" in text for _, key in resting[row.label.removeprefix("src-")])


def looked_up(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def test_the_parts_of_the_register_hold_every_source_once_in_the_order_of_publishers(view, tmp_path, monkeypatch):
    findings.write(findings.Published.of(timeline.answer(view).findings), tmp_path / findings.FILE)
    monkeypatch.chdir(tmp_path)
    size = len(view["sources"]) // 3 + 1
    parts = [page.register(view, str(number), rows_a_page=size).rows for number in (1, 2, 3)]
    assert sorted(row.label for rows in parts for row in rows) == sorted(
        f"src-{name}" for name in view["sources"]["source_id"]
    )
    assert max(map(len, parts)) <= size
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    publishers = [row.cells[1] for rows in parts for row in rows]
    assert publishers == sorted(publishers, key=looked_up)


@pytest.mark.parametrize("part", ["0", "9", "", "one", "1.0"])
def test_a_part_that_the_register_does_not_have_is_refused_with_those_that_it_has(harbour_view, part):
    with pytest.raises(DossierError, match=r"accepted: 1 to 1$"):
        page.register(harbour_view, part, rows_a_page=100)


def test_a_page_without_room_for_a_row_is_refused(harbour_view):
    with pytest.raises(DossierError, match="accepted: at least one"):
        tables.runs(harbour_view["sources"], by="publisher", rows_a_page=0)


def test_publishers_stand_as_one_looks_them_up():
    rows = pd.DataFrame({"name": ["Zebra", "última", "Alfa", "beta"]})
    (run,) = tables.runs(rows, by="name", rows_a_page=9)
    assert list(run["name"]) == ["Alfa", "beta", "última", "Zebra"]


def test_the_trail_of_claims_holds_every_claim_and_its_sources(view):
    rows = page.claims_trail(view).rows
    assert len(rows) == len(view["claims"])
    assert any("src-" in str(row.cells[-1]) for row in rows)
