"""The PDF: it opens, it is tagged, and it says what the pages say, under the same numbers."""

import re
import unicodedata
from pathlib import Path

import lxml.etree
import lxml.html
import numpy as np
import pytest
from books import lines
from hostile import HOSTILE

from dossier import build, edition, pdf, settlements, timeline

pytestmark = [pytest.mark.book, pytest.mark.poppler]


def squeezed(text):
    """Text without what setting it on paper changes: spaces, hyphens at line ends, ligatures, typographic quotation marks."""
    plain = unicodedata.normalize("NFKC", text).translate(str.maketrans("“”‘’–—", "\"\"''--"))
    return re.sub(r"[\s\u200b\u00ad\u2010\u2011-]", "", plain)


MARGIN_PT = 57  # of 62 points; a comma may hang into the margin
BODY = (
    "-x",
    0,
    "-y",
    57,
    "-W",
    842,
    "-H",
    728,
)  # in points: without the head and the foot, so that text runs on over pages


@pytest.fixture(scope="module")
def paper(book, poppler):
    """The text of the PDF without heads and feet of pages, squeezed."""
    return squeezed(poppler("pdftotext", *BODY, book.folder / "report.pdf", "-"))


@pytest.fixture(scope="module")
def sheets(book, poppler):
    """The text of each page of the PDF as it stands, with head and foot."""
    return poppler("pdftotext", book.folder / "report.pdf", "-").split("\f")[:-1]


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


def test_it_holds_every_headline_and_summary_and_every_account_of_a_point_on_which_accounts_differ(book, paper):
    view = book.view
    told = view["accounts"][view["accounts"]["dispute_id"].isin(timeline.disputed(view)["dispute_id"])]
    wanted = [*view["events"]["headline"], *view["events"]["summary"], *told["statement"]]
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


def test_it_says_how_every_event_and_every_settlement_was_coded_and_on_what_it_rests(book, paper):
    events, cases = book.view["events"], settlements.cases(book.view)
    notes = [*events["coding_note"].dropna(), *cases["coding_note"].dropna()]
    missing = [note for note in notes if squeezed(f"Coding: {note}") not in paper]
    assert not missing, lines(missing)
    assert paper.count("Coding:") >= len(events) + cases["coding_note"].notna().sum()
    assert paper.count("Sources:") >= len(events) + len(cases)


def test_no_name_of_folded_lines_is_left_where_nothing_can_be_folded(book, paper):
    summaries = {
        squeezed(summary.text_content())
        for tree in book.articles.values()
        for summary in tree.xpath("//details[contains(@class, 'entry-more')]/summary")
    }
    assert summaries
    assert not [summary for summary in summaries if "," in summary and summary in paper]


def test_every_page_after_the_first_bears_its_number(about, sheets):
    assert len(sheets) == int(about["Pages"])
    assert not [number for number, text in enumerate(sheets) if number and str(number) not in text.splitlines()]


def drawn(book, label):
    """The words of a drawing that stands beside the pages, as they are read off it, without those of its caption."""
    root = lxml.etree.parse(str(book.folder / "_static" / "exhibits" / f"{label}.svg"))
    found = root.xpath("//*[local-name()='g']//*[local-name()='text']")
    return ["".join(text.itertext()).strip() for text in found if "".join(text.itertext()).strip()]


@pytest.mark.parametrize("label", ["fig-timeline-lanes", "fig-settlements-states", "fig-settlements-civil"])
def test_a_large_drawing_stands_whole_on_one_page_and_inside_its_margins(book, sheets, poppler, label):
    if label not in book.labels:  # the invented story has no case inside a state, and thus no such drawing
        assert (label, book.record["edition"]) == ("fig-settlements-civil", "2031-06-30")
        return
    title = next(
        caption.text_content() + caption.getnext().text_content()
        for tree in book.articles.values()
        for caption in tree.xpath(f"//*[@id='{label}']//*[@class='caption-number']")
    )
    found = [number for number, text in enumerate(map(squeezed, sheets), start=1) if squeezed(title) in text]
    assert len(found) == 1
    text = squeezed(sheets[found[0] - 1])
    missing = [words for words in drawn(book, label) if squeezed(words) not in text]
    assert not missing, lines(missing)
    boxes = poppler("pdftotext", "-bbox", "-f", found[0], "-l", found[0], book.folder / "report.pdf", "-")
    page = lxml.html.fromstring(boxes.encode()).xpath("//page")[0]
    width, height = float(page.get("width")), float(page.get("height"))
    outside = [
        word.text
        for word in page.xpath(".//word")
        if not (
            MARGIN_PT <= float(word.get("xmin")) < float(word.get("xmax")) <= width - MARGIN_PT
            and 0 < float(word.get("ymin")) < float(word.get("ymax")) < height
        )
    ]
    assert not outside, lines(outside)


def test_every_drawing_is_made_of_lines_and_letters_and_none_of_dots(book, poppler):
    assert poppler("pdfimages", "-list", book.folder / "report.pdf").splitlines()[2:] == []


def test_hostile_text_is_set_as_text(invented, poppler):
    text = squeezed(poppler("pdftotext", invented.folder / "report.pdf", "-"))
    marks = list(re.finditer("«([^»]+)»", text))
    whole = {mark.group(1) for mark in marks if text.startswith(squeezed(HOSTILE), mark.end())}
    cut = {mark.group(1) for mark in marks if squeezed(HOSTILE).startswith(text[mark.end() :].partition("...")[0])}
    assert len(whole) > 40
    assert {mark.group(1) for mark in marks} == whole | cut  # names in drawings may end in an ellipsis, here three dots


def test_its_links_lead_to_web_addresses_and_places_inside(book, poppler):
    addresses = [line.split()[-1] for line in poppler("pdfinfo", "-url", book.folder / "report.pdf").splitlines()[1:]]
    assert not [address for address in addresses if not address.startswith(("http://", "https://"))]


def test_every_font_is_embedded(book, poppler):
    rows = poppler("pdffonts", book.folder / "report.pdf").splitlines()[2:]
    assert rows
    assert not [row for row in rows if row.split()[-5] != "yes"]


@pytest.fixture(scope="module")
def pictures(book, poppler, tmp_path_factory):
    """Every page as rows, columns, colours, at twenty dots an inch, by name."""
    folder = tmp_path_factory.mktemp("pages")
    poppler("pdftoppm", "-r", 20, book.folder / "report.pdf", folder / "page")
    return {path.stem: picture(path) for path in sorted(folder.glob("*.ppm"))}


def test_every_page_shows_something_and_none_is_coloured_over(about, pictures):
    assert len(pictures) == int(about["Pages"]) > 10
    faults = []
    for name, pixels in pictures.items():
        inked, white = (pixels.max(axis=2) < 200).mean(), (pixels.min(axis=2) > 240).mean()
        if inked < 0.001 or white < 0.5:
            faults.append(f"{name}: {inked:.2%} inked, {white:.0%} white")
    assert not faults, lines(faults)


def test_nothing_is_larger_than_the_page(pictures):
    edge = 14  # dots: 18 of the 22 mm beside the text
    assert not [
        name for name, pixels in pictures.items() if pixels[:, :edge].min() < 240 or pixels[:, -edge:].min() < 240
    ]


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
