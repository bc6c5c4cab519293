"""The PDF as readers by ear and search engines meet it: small, described, tagged and marked all through, as PDF/UA-1 asks."""

import itertools
import re
from collections import Counter

import pikepdf
import pytest
from books import lines

from dossier.pdf import contents

pytestmark = pytest.mark.book

MOST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def document(book):
    """The PDF, open."""
    with pikepdf.open(book.folder / "report.pdf") as opened:
        yield opened


@pytest.fixture(scope="module")
def structure(document):
    """Every element of the structure in the order in which it is read, with its kind."""
    return [(str(element.S).removeprefix("/"), element) for element in elements(document.Root.StructTreeRoot)]


def elements(parent):
    """The elements below one of them, depth first."""
    waiting = [parent]
    while waiting:
        element = waiting.pop()
        if "/S" in element:
            yield element
        children = element.get("/K", [])
        children = children if isinstance(children, pikepdf.Array) else [children]
        waiting += [child for child in reversed(list(children)) if isinstance(child, pikepdf.Dictionary)]


def test_it_is_small_enough_to_send(book):
    assert (book.folder / "report.pdf").stat().st_size < MOST_BYTES


def test_the_document_says_that_it_is_tagged_in_which_language_and_by_which_standard(document):
    root = document.Root
    assert root.MarkInfo.Marked
    assert not root.MarkInfo.get("/Suspects", False)
    assert str(root.Lang) == "en"
    assert root.ViewerPreferences.DisplayDocTitle
    assert root.PageLabels
    with document.open_metadata() as told:
        assert told["pdfuaid:part"] == "1"
        assert told["dc:title"] == str(document.docinfo["/Title"])
        assert told["dc:language"]


def test_every_page_is_marked_and_read_in_the_order_of_its_structure(document):
    unmarked = [number for number, page in enumerate(document.pages, 1) if "/StructParents" not in page]
    assert not unmarked
    assert not [page for page in document.pages if "/Annots" in page and page.get("/Tabs") != "/S"]
    assert document.Root.StructTreeRoot.ParentTree


def test_every_link_stands_in_the_structure_and_says_where_it_leads(document):
    links = [link for page in document.pages for link in page.get("/Annots", []) if link.Subtype == "/Link"]
    assert len(links) > 200
    assert not [link for link in links if "/StructParent" not in link or not str(link.get("/Contents", "")).strip()]
    assert not [link for link in links if not ("/A" in link or "/Dest" in link)]


def test_every_place_that_a_link_names_is_in_the_document(document):
    named = set(pikepdf.NameTree(document.Root.Names.Dests))
    links = [link for page in document.pages for link in page.get("/Annots", []) if "/Dest" in link]
    wanted = {str(link.Dest) for link in links if isinstance(link.Dest, pikepdf.String)}
    assert wanted
    assert not wanted - named, lines(sorted(wanted - named)[:20])


def test_every_figure_and_formula_is_described_in_words(book, structure):
    drawn = [element for kind, element in structure if kind in ("Figure", "Formula")]
    assert len([kind for kind, _ in structure if kind == "Figure"]) >= 5
    assert not [element for element in drawn if not str(element.get("/Alt", "")).strip()]


def test_every_head_of_a_column_says_that_it_is_one(structure):
    heads = [element for kind, element in structure if kind == "TH"]
    said = [[str(one.get("/Scope")) for one in element.A if "/Scope" in one] for element in heads]
    assert len(heads) > 100
    assert Counter(map(tuple, said)) == {("/Column",): len(heads)}


def test_no_heading_skips_a_level(structure):
    levels = [int(kind[1:]) for kind, _ in structure if re.fullmatch(r"H\d", kind)]
    assert levels[0] == 1
    assert not [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1]


def bookmarks(items):
    """The titles of bookmarks in their order, and where they lead."""
    for item in items:
        yield " ".join(item.title.split()), item.destination
        yield from bookmarks(item.children)


def test_its_bookmarks_are_the_headings_of_the_pages_with_their_numbers_in_their_order(book, document):
    with document.open_outline() as outline:
        told = list(bookmarks(outline.root))
    numbered = [title for title, _ in told if re.match(r"\d", title)]
    headings = [
        " ".join("".join(heading.xpath(".//text()[not(ancestor::a[contains(@class, 'headerlink')])]")).split())
        for page in contents.pages(book.folder)
        for heading in book.trees[page.path.relative_to(book.folder.resolve()).as_posix()].xpath(
            "//article//*[self::h1 or self::h2 or self::h3 or self::h4]"
        )
        if heading.xpath("./span[@class='section-number']")
    ]
    assert numbered == headings
    assert all(destination is not None for _, destination in told)
