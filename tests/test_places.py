"""Labels and pages: what a book knows of where they stand, and of where those lead that moved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

from dossier.sphinx_ext import places

PAGES = {"notebooks/a.html": ["sec-a", "sec-a-limits", "fig-a"], "book/b.html": ["sec-b"], "search.html": []}


@pytest.fixture
def moved(tmp_path):
    """Read what moved from a text."""

    def read(text: str) -> places.Moved:
        path = tmp_path / "moved.yml"
        path.write_text(text, "utf-8")
        return places.read_moved(path, PAGES)

    return read


def page(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<!doctype html><html><body>{body}</body></html>", "utf-8")


def test_the_labels_of_a_page_are_those_of_its_article_in_order_without_the_parts_of_drawings(tmp_path):
    page(
        tmp_path / "notebooks" / "a.html",
        '<div id="sec-aside"></div><article><section id="sec-a"><p id="fig-a"></p><p id="other"></p>'
        '<svg><title id="fig-a-wide-title"></title></svg><p id="evt-1"></p></section></article>',
    )
    page(tmp_path / "_static" / "part.html", '<article id="sec-static"></article>')
    page(tmp_path / "old.html", places.leading_page("old.html", "notebooks/a.html", "Moved"))
    assert places.labels_by_page(tmp_path) == {"notebooks/a.html": ["sec-a", "fig-a", "evt-1"]}


def test_where_nothing_moved_nothing_leads_on(tmp_path, moved):
    assert places.read_moved(tmp_path / "nowhere.yml", PAGES) == places.Moved()
    assert moved("") == places.Moved()
    assert moved("labels: {}\npages: {}\n") == places.Moved()


def test_what_moved_again_leads_to_where_it_stands_now(moved):
    found = moved(
        "labels: {sec-oldest: sec-old, sec-old: sec-a}\n"
        "pages: {notebooks/older.html: notebooks/old.html, notebooks/old.html: sec-oldest, z.html: book/b.html}\n"
    )
    assert found.labels == {"sec-oldest": "sec-a", "sec-old": "sec-a"}
    assert found.pages == {"notebooks/older.html": "sec-a", "notebooks/old.html": "sec-a", "z.html": "book/b.html"}


REFUSED = {
    "labels: {sec-old: sec-aa}": r"book/moved.yml: labels: sec-old: 'sec-aa' is nowhere in the book; did you mean 'sec-a'\?",
    "pages: {old.html: notebooks/aa.html}": "pages: old.html: 'notebooks/aa.html' is nowhere in the book; did you mean",
    "labels: {sec-a: sec-b}": "labels: sec-a: it still stands in the book; accepted: a name that is no more",
    "pages: {book/b.html: sec-a}": "pages: book/b.html: it still stands in the book",
    "labels: {sec-x: sec-y, sec-y: sec-x}": "labels: sec-x: leads in a circle: sec-x, sec-y, sec-x",
    "labels: {Old Name: sec-a}": "labels: 'Old Name'; accepted: a label, such as sec-words",
    "pages: {../old.html: sec-a}": r"pages: '\.\./old.html'; accepted: the path of a page",
    "label: {sec-old: sec-a}": "key 'label': did you mean 'labels'",
    "labels: [sec-old]": r"accepted: labels \(old label: label\) and pages",
    "labels: {sec-old: 7}": r"accepted: labels \(old label: label\) and pages",
    "[]": r"accepted: labels \(old label: label\) and pages",
    "labels: {": "not YAML",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_name_that_leads_nowhere_is_refused_with_file_and_key(text, moved):
    with pytest.raises(ExtensionError, match=REFUSED[text]):
        moved(text)


def test_the_list_of_a_book_is_a_script_that_holds_every_label_and_nothing_that_could_end_it():
    facts = {"edition": "2031-06-30", "edition_title": "</script>", "supersedes": None, "as_of": "2031-06-30"}
    text = places.list_text(facts, PAGES, {"sec-old": "sec-a"})
    head, _, value = text.partition(".push(")
    assert head == "(window.dossierEditions = window.dossierEditions || [])"
    assert "</script>" not in text
    assert json.loads(value.removesuffix(");\n")) == {
        "id": "2031-06-30",
        "title": "</script>",
        "as_of": "2031-06-30",
        "supersedes": None,
        "pages": {name: " ".join(labels) for name, labels in PAGES.items()},
        "moved": {"sec-old": "sec-a"},
    }


def test_a_page_that_leads_on_does_so_without_a_script_from_any_depth():
    text = places.leading_page("a/b/c.html", "notebooks/a.html#sec-a", "A & B")
    assert '<noscript><meta http-equiv="refresh" content="0; url=../../notebooks/a.html#sec-a" /></noscript>' in text
    assert '<a id="leads-on" href="../../notebooks/a.html#sec-a">A &amp; B</a>' in text
    assert 'src="../../_static/places.js"' in text


def test_a_book_gets_its_list_and_a_page_for_each_that_is_no_more(tmp_path):
    page(tmp_path / "book" / "index.html", '<article><section id="sec-cover"></section></article>')
    moved_file = tmp_path / "moved.yml"
    moved_file.write_text("labels: {sec-front: sec-cover}\npages: {notebooks/old.html: sec-front}\n", "utf-8")
    for _ in range(2):  # what the first left is not in the way of the second
        places.write(tmp_path, front="book/index.html", title="T", facts={"edition": "e"}, moved_file=moved_file)
    assert '"book/index.html":"sec-cover"' in (tmp_path / "editions.js").read_text("utf-8")
    assert 'href="book/index.html"' in (tmp_path / "index.html").read_text("utf-8")
    assert 'href="../book/index.html#sec-cover"' in (tmp_path / "notebooks" / "old.html").read_text("utf-8")
