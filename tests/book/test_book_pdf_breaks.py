"""Where the pages of the PDF end and begin: no title alone at a foot, no page of a few lines, every head of a table again."""

import re

import lxml.html
import pikepdf
import pytest
from books import lines
from test_book_pdf import MARGIN_PT, squeezed
from test_book_pdf_tags import bookmarks, elements

from dossier.pdf import contents

pytestmark = [pytest.mark.book, pytest.mark.poppler]

HEAD_PT, FOOT_PT = 57, 62
"""The text of a page stands between these, measured from its edges."""
LEFT_PT = 75
"""Titles begin at the left margin or a little inside it; what begins further right is a cell of a table."""
FEWEST_LINES = 6
HEAD_LINES_PT = 260.0
"""The head of a table takes less than this at the head of a page."""
TITLES = [
    "self::h1 or self::h2 or self::h3 or self::h4 or self::h5",
    "contains(@class, 'entry-title')",
    "contains(@class, 'entry-meta')",
    "contains(@class, 'entry-list-title')",
    "contains(@class, 'admonition-title')",
    "contains(@class, 'sd-card-title')",
    "contains(@class, 'sd-summary-title')",
    "self::*[*[@class='caption-number']]",
]
HIDDEN = " or ".join(
    f"contains(concat(' ', @class, ' '), ' {name} ')"
    for name in ("exhibit-data", "exhibit-narrow", "screen-table", "toctree-wrapper")
)


@pytest.fixture(scope="module")
def leaves(book, poppler):
    """Every page of the PDF with the boxes of its lines."""
    told = poppler("pdftotext", "-bbox-layout", book.folder / "report.pdf", "-")
    return lxml.html.fromstring(told).xpath("//page")


def text_lines(leaf):
    """The lines of a page from top to foot, without running head and number: where each begins and what it says."""
    last = float(leaf.get("height")) - FOOT_PT
    found = [line for line in leaf.iter("line") if HEAD_PT < float(line.get("ymin")) < last]
    told = [(float(one.get("ymin")), float(one.get("xmin")), " ".join(one.text_content().split())) for one in found]
    return sorted(told)


def articles(book):
    """The articles of the pages in the order of the contents."""
    for page in contents.pages(book.folder):
        yield from book.trees[page.path.relative_to(book.folder.resolve()).as_posix()].xpath("//article")


def titles(book):
    """Whatever names what comes after it: headings, titles and days of entries, captions; not of what is for screens."""
    return {
        squeezed(re.sub(r"#\s*$", "", title.text_content()))
        for article in articles(book)
        for kind in TITLES
        for title in article.xpath(f".//*[{kind}][not(ancestor::*[{HIDDEN}])]")
    } - {""}


def test_no_title_is_the_last_thing_on_a_page(book, leaves):
    known, alone = titles(book), []
    for number, leaf in enumerate(leaves):
        told = text_lines(leaf)
        for count in range(1, min(4, len(told)) + 1):
            last = told[-count:]
            if squeezed("".join(text for _, _, text in last)) in known and last[0][1] < LEFT_PT:
                alone.append(f"page {number}: {' '.join(text for _, _, text in last)}")
    assert len(known) > 100
    assert not alone, lines(alone)


def test_after_the_last_heading_of_a_page_something_is_said_on_it(book, leaves):
    with pikepdf.open(book.folder / "report.pdf") as document:
        places = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        with document.open_outline() as outline:
            last = {
                places[place[0].objgen]: (title, float(place[3])) for title, place in bookmarks(outline.root) if title
            }
    silent = []
    for number, (title, height) in last.items():
        top = float(leaves[number].get("height")) - height - 2
        said = squeezed("".join(text for begins, _, text in text_lines(leaves[number]) if begins >= top))
        if len(said.partition(squeezed(title))[2]) < len("What this is."):
            silent.append(f"page {number}: {title}")
    assert len(last) > 50
    assert not silent, lines(silent)


def test_no_page_holds_a_few_lines_only(leaves):
    short = []
    for number, leaf in enumerate(leaves):
        told = {round(top) for top, _, _ in text_lines(leaf)}
        if len(told) < FEWEST_LINES:
            short.append(f"page {number}: {[text for _, _, text in text_lines(leaf)]}")
    assert not short, lines(short)


def test_every_word_stands_inside_the_margins(leaves):
    outside = []
    for number, leaf in enumerate(leaves):
        width, height = float(leaf.get("width")), float(leaf.get("height"))
        for word in leaf.iter("word"):
            left, right, top, foot = (float(word.get(side)) for side in ("xmin", "xmax", "ymin", "ymax"))
            if not (MARGIN_PT <= left <= right <= width - MARGIN_PT and 28 <= top <= foot <= height - 28):
                outside.append(f"page {number}: {word.text}")
    assert not outside, lines(outside[:40])


def pages_of(element, places):
    """The pages on which the text of an element of the structure stands."""
    found = {places[one.Pg.objgen] for one in elements(element) if "/Pg" in one}
    return sorted(found | ({places[element.Pg.objgen]} if "/Pg" in element else set()))


def test_a_table_has_its_head_on_each_of_its_pages(book, leaves):
    written = [table for article in articles(book) for table in article.xpath(f".//table[not(ancestor::*[{HIDDEN}])]")]
    with pikepdf.open(book.folder / "report.pdf") as document:
        places = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        found = [one for one in elements(document.Root.StructTreeRoot) if str(one.S) == "/Table"]
        taken = [pages_of(one, places) for one in found]
    assert len(taken) == len(written) > 20
    parted, headless = 0, []
    for table, pages in zip(written, taken, strict=True):
        parted += len(pages) > 1
        for number in pages[1:]:
            top = text_lines(leaves[number])
            text = squeezed("".join(text for begins, _, text in top if begins < top[0][0] + HEAD_LINES_PT))
            headless += [f"page {number}: {word}" for word in head_words(table) if word not in text]
    assert parted > 5
    assert not headless, lines(headless)


def head_words(table):
    """The words in the head of a table, one by one: a head of several lines is read across its cells."""
    cells = table.xpath("./thead/tr/*[not(contains(@class, 'screen-column'))]")
    return {squeezed(word) for cell in cells for word in re.findall(r"\w+", cell.text_content())}
