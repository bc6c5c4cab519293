"""The PDF: it opens, it is tagged, and it says what the pages say, under the same numbers."""

import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from books import lines
from hostile import HOSTILE

from dossier import build, edition, pdf

pytestmark = [pytest.mark.book, pytest.mark.poppler]


def squeezed(text):
    """Text without what setting it on paper changes: spaces, hyphens at line ends, ligatures, typographic quotation marks."""
    plain = unicodedata.normalize("NFKC", text).translate(str.maketrans("“”‘’–—", "\"\"''--"))
    return re.sub(r"[\s\u200b\u00ad\u2010\u2011-]", "", plain)


@pytest.fixture(scope="module")
def paper(book, poppler):
    """The text of the PDF, squeezed."""
    return squeezed(poppler("pdftotext", book.folder / "report.pdf", "-"))


@pytest.fixture(scope="module")
def about(book, poppler):
    """What pdfinfo says, by key."""
    told = poppler("pdfinfo", "-isodates", book.folder / "report.pdf")
    return {key: value.strip() for key, _, value in (line.partition(":") for line in told.splitlines())}


def test_it_is_tagged_and_declares_pdf_ua(book, about, poppler):
    assert about["Tagged"] == "yes"
    assert about["Encrypted"] == "no"
    assert re.search(r"pdfuaid:part\W+1\b", poppler("pdfinfo", "-meta", book.folder / "report.pdf"))


def test_its_title_is_that_of_the_story(book, about):
    assert squeezed(book.view.document("story")["title"]) in squeezed(about["Title"])


def test_it_was_made_on_the_day_that_the_edition_was_compiled_whatever_the_clock_says(book, about):
    compiled = edition.find(book.root, book.record["edition"]).compiled_on
    assert about["CreationDate"][:10] == about["ModDate"][:10] == compiled.isoformat()


def test_it_names_edition_day_and_content_hash(book, paper):
    assert squeezed(book.record["edition"]) in paper
    assert squeezed(book.record["content_hash"]) in paper
    assert "retrospective" in paper


def test_it_holds_the_title_of_every_scenario_and_the_name_of_every_precedent(book, paper):
    view = book.view
    told = view["precedents"][view["precedents"]["in_narrative"]]
    wanted = [one["title"] for one in view.document("scenarios")] + list(told["name"])
    assert len(wanted) >= 4
    assert not [title for title in wanted if squeezed(title) not in paper]


def test_it_holds_every_account_headline_and_summary(book, paper):
    view = book.view
    wanted = [*view["events"]["headline"], *view["events"]["summary"], *view["accounts"]["statement"]]
    wanted += [paragraph for one in view.document("scenarios") for paragraph in one["account"]]
    missing = [text for text in wanted if squeezed(text) not in paper]
    assert not missing, lines(missing)


def test_its_section_figure_and_table_numbers_are_those_of_the_pages(book, paper):
    numbered = [
        f"{number.text_content()} {number.getparent().text_content().removeprefix(number.text_content())}"
        for tree in book.articles.values()
        for number in tree.xpath("//article//*[self::h1 or self::h2 or self::h3]/span[@class='section-number']")
    ]
    captions = [
        caption.text_content() + caption.getnext().text_content()
        for tree in book.articles.values()
        for caption in tree.xpath("//article//*[@class='caption-number']")
    ]
    assert len(numbered) > 60
    assert len(captions) > 30
    missing = [text for text in [*numbered, *captions] if squeezed(text.removesuffix("#")) not in paper]
    assert not missing, lines(missing)


def test_hostile_text_is_set_as_text(invented, poppler):
    text = squeezed(poppler("pdftotext", invented.folder / "report.pdf", "-"))
    marks = list(re.finditer("«([^»]+)»", text))
    whole = {mark.group(1) for mark in marks if text.startswith(squeezed(HOSTILE), mark.end())}
    assert len(whole) > 25
    assert {
        mark.group(1) for mark in marks
    } == whole  # each place at least once; labels in drawings stand in several lines


def test_its_links_lead_to_web_addresses_and_places_inside(book, poppler):
    addresses = [line.split()[-1] for line in poppler("pdfinfo", "-url", book.folder / "report.pdf").splitlines()[1:]]
    assert not [address for address in addresses if not address.startswith(("http://", "https://"))]


def test_every_font_is_embedded(book, poppler):
    rows = poppler("pdffonts", book.folder / "report.pdf").splitlines()[2:]
    assert rows
    assert not [row for row in rows if row.split()[-5] != "yes"]


def test_every_page_shows_something_and_none_is_coloured_over(book, about, poppler, tmp_path):
    poppler("pdftoppm", "-r", 20, book.folder / "report.pdf", tmp_path / "page")
    pictures = sorted(tmp_path.glob("*.ppm"))
    assert len(pictures) == int(about["Pages"]) > 10
    faults = []
    for path in pictures:
        pixels = picture(path)
        inked, white = (pixels.max(axis=2) < 200).mean(), (pixels.min(axis=2) > 240).mean()
        if inked < 0.001 or white < 0.5:
            faults.append(f"{path.name}: {inked:.2%} inked, {white:.0%} white")
    assert not faults, lines(faults)


def picture(path: Path):
    """A picture of pdftoppm as rows, columns, colours."""
    header, size, _, pixels = path.read_bytes().split(b"\n", 3)
    assert header == b"P6"
    width, height = map(int, size.split())
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


def test_the_same_pages_give_the_same_bytes(invented, tmp_path):
    planned = build.plan(invented.root, invented.record["edition"])
    work = invented.root / "_build" / planned.name
    facts = build._pdf_facts(planned, invented.record)
    pdf.build(work / "html", tmp_path / "again.pdf", template=invented.root / "book" / "report.typ", facts=facts)
    assert (tmp_path / "again.pdf").read_bytes() == (invented.folder / "report.pdf").read_bytes()
